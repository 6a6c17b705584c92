"""Every construct of XSD 1.0, each in a small schema."""

from __future__ import annotations

NAMESPACES = 'xmlns="urn:t" xmlns:a="urn:a" xmlns:b="urn:b" targetNamespace="urn:t"'

PEOPLE = """
<xs:complexType name="Base"><xs:sequence><xs:element name="a" type="xs:int"/>
  <xs:element name="z" type="xs:string" minOccurs="0" maxOccurs="4"/></xs:sequence>
  <xs:attribute name="p"/><xs:attribute name="q" default="1"/><xs:anyAttribute namespace="urn:a"/></xs:complexType>"""

CONSTRUCTS = {
    "groups in groups, repeated": """
        <xs:group name="g"><xs:choice><xs:element name="c"/><xs:group ref="h" minOccurs="0" maxOccurs="3"/>
          </xs:choice></xs:group>
        <xs:group name="h"><xs:sequence><xs:element name="d" maxOccurs="unbounded"/></xs:sequence></xs:group>
        <xs:complexType name="T"><xs:sequence><xs:group ref="g" minOccurs="2" maxOccurs="unbounded"/>
          <xs:sequence><xs:element name="e"/><xs:choice/></xs:sequence></xs:sequence></xs:complexType>
        <xs:complexType name="U"><xs:group ref="h" minOccurs="0"/></xs:complexType>
        <xs:complexType name="V"><xs:sequence><xs:group ref="g"/><xs:element name="x"/><xs:group ref="g"/></xs:sequence>
        </xs:complexType>""",
    "what may not occur": """
        <xs:group name="g"><xs:sequence><xs:element name="d"/></xs:sequence></xs:group>
        <xs:complexType name="T"><xs:sequence><xs:element name="a" minOccurs="0" maxOccurs="0"/>
          <xs:group ref="g" minOccurs="0" maxOccurs="0"/><xs:any minOccurs="0" maxOccurs="0"/>
          <xs:choice minOccurs="0" maxOccurs="0"><xs:element name="b"/></xs:choice><xs:element name="c"/>
          </xs:sequence></xs:complexType>
        <xs:complexType name="U"><xs:sequence minOccurs="0" maxOccurs="0"><xs:element name="c"/></xs:sequence>
        </xs:complexType><xs:complexType name="V"><xs:group ref="g" minOccurs="0" maxOccurs="0"/></xs:complexType>
        <xs:complexType name="W"><xs:complexContent><xs:extension base="U"><xs:sequence><xs:element name="w"/>
          </xs:sequence></xs:extension></xs:complexContent></xs:complexType>""",
    "a group of all": """
        <xs:group name="g"><xs:all><xs:element name="d" minOccurs="0"/><xs:element name="e"/></xs:all>
        </xs:group><xs:complexType name="T"><xs:group ref="g" minOccurs="0"/><xs:attribute name="x"/></xs:complexType>
        <xs:complexType name="U"><xs:complexContent><xs:extension base="T"><xs:attribute name="y"/></xs:extension>
          </xs:complexContent></xs:complexType>
        <xs:complexType name="E"/><xs:complexType name="V"><xs:complexContent><xs:extension base="E"><xs:all>
          <xs:element name="v"/></xs:all></xs:extension></xs:complexContent></xs:complexType>""",
    "extension and restriction": f"""{PEOPLE}
        <xs:complexType name="More"><xs:complexContent><xs:extension base="Base"><xs:choice maxOccurs="2">
          <xs:element name="b"/><xs:element name="c"/></xs:choice><xs:attribute name="r" use="required"/>
          <xs:anyAttribute namespace="urn:b ##local"/></xs:extension></xs:complexContent></xs:complexType>
        <xs:complexType name="Most"><xs:complexContent><xs:extension base="More"><xs:sequence><xs:element name="d"/>
          </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
        <xs:complexType name="Less"><xs:complexContent><xs:restriction base="Base"><xs:sequence>
          <xs:element name="a" type="xs:byte"/></xs:sequence><xs:attribute name="p" use="prohibited"/>
          <xs:attribute name="q" fixed="1"/></xs:restriction></xs:complexContent></xs:complexType>""",
    "restriction of anyType": """
        <xs:complexType name="T"><xs:complexContent><xs:restriction base="xs:anyType"><xs:sequence>
          <xs:element name="a"/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>
        <xs:complexType name="M"><xs:complexContent mixed="true"><xs:restriction base="xs:anyType"/></xs:complexContent>
        </xs:complexType>""",
    "mixed, said twice": """
        <xs:complexType name="M" mixed="true"><xs:sequence><xs:element name="a"/></xs:sequence></xs:complexType>
        <xs:complexType name="N"><xs:complexContent mixed="true"><xs:extension base="M"/></xs:complexContent>
        </xs:complexType>
        <xs:complexType name="O" mixed="true"><xs:complexContent><xs:extension base="M"><xs:sequence>
          <xs:element name="b"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
        <xs:complexType name="P" mixed="true"><xs:complexContent mixed="false"><xs:restriction base="M"><xs:sequence>
          <xs:element name="a"/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>""",
    "simple content": """
        <xs:simpleType name="Money"><xs:restriction base="xs:decimal"><xs:fractionDigits value="2"/></xs:restriction>
        </xs:simpleType>
        <xs:complexType name="Price"><xs:simpleContent><xs:extension base="Money"><xs:attributeGroup ref="money"/>
          </xs:extension></xs:simpleContent></xs:complexType>
        <xs:attributeGroup name="money"><xs:attribute name="currency" type="xs:NMTOKEN" use="required"/>
          <xs:attribute name="net" type="xs:boolean" default="true"/></xs:attributeGroup>
        <xs:complexType name="Small"><xs:simpleContent><xs:restriction base="Price"><xs:maxInclusive value="9"/>
          <xs:attribute name="net" use="prohibited"/></xs:restriction></xs:simpleContent></xs:complexType>
        <xs:complexType name="Tagged"><xs:simpleContent><xs:extension base="Small"><xs:attribute name="tag"/>
          </xs:extension></xs:simpleContent></xs:complexType>
        <xs:complexType name="Mixed" mixed="true"><xs:sequence minOccurs="0"><xs:element name="i"/></xs:sequence>
        </xs:complexType><xs:complexType name="Text"><xs:simpleContent><xs:restriction base="Mixed"><xs:simpleType>
          <xs:restriction base="xs:token"><xs:maxLength value="3"/></xs:restriction></xs:simpleType></xs:restriction>
          </xs:simpleContent></xs:complexType>""",
    "lists and unions": """
        <xs:simpleType name="Ints"><xs:list itemType="xs:int"/></xs:simpleType>
        <xs:simpleType name="Two"><xs:restriction base="Ints"><xs:length value="2"/></xs:restriction></xs:simpleType>
        <xs:simpleType name="Codes"><xs:restriction><xs:simpleType><xs:list><xs:simpleType>
          <xs:restriction base="xs:token"><xs:enumeration value="a"/><xs:enumeration value="b"/></xs:restriction>
          </xs:simpleType></xs:list></xs:simpleType><xs:maxLength value="5"/></xs:restriction></xs:simpleType>
        <xs:simpleType name="Size"><xs:union memberTypes="xs:int Word"><xs:simpleType><xs:restriction base="xs:date"/>
          </xs:simpleType></xs:union></xs:simpleType>
        <xs:simpleType name="Word"><xs:restriction base="xs:NMTOKEN"><xs:enumeration value="small"/>
          <xs:enumeration value="big"/></xs:restriction></xs:simpleType>
        <xs:simpleType name="Some"><xs:restriction base="Size"><xs:enumeration value="1"/><xs:enumeration value="big"/>
          </xs:restriction></xs:simpleType>
        <xs:simpleType name="Sizes"><xs:list itemType="Size"/></xs:simpleType>
        <xs:simpleType name="Either"><xs:union memberTypes="Size Word"/></xs:simpleType>
        <xs:simpleType name="Any"><xs:union memberTypes="Ints xs:boolean"/></xs:simpleType>
        <xs:element name="e" type="Sizes" default="1 big"/>
        <xs:complexType name="Held"><xs:simpleContent><xs:extension base="Sizes"><xs:attribute name="of" type="Any"/>
          </xs:extension></xs:simpleContent></xs:complexType>
        <xs:simpleType name="References"><xs:restriction base="xs:IDREFS"><xs:maxLength value="4"/></xs:restriction>
        </xs:simpleType>""",
    "facets in a chain": """
        <xs:simpleType name="A"><xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength value="20"/>
          <xs:whiteSpace value="replace"/><xs:pattern value="[a-z ]*"/><xs:pattern value="\\d*"/></xs:restriction>
        </xs:simpleType>
        <xs:simpleType name="B"><xs:restriction base="A"><xs:maxLength value="10"/><xs:whiteSpace value="collapse"/>
          <xs:pattern value=".{3,}"/></xs:restriction></xs:simpleType>
        <xs:simpleType name="C"><xs:restriction base="B"><xs:enumeration value="  abc "/><xs:enumeration value="123"/>
          </xs:restriction></xs:simpleType>
        <xs:simpleType name="N"><xs:restriction base="xs:decimal"><xs:totalDigits value="6"/>
          <xs:fractionDigits value="2"/><xs:minInclusive value="-1.5"/><xs:maxExclusive value="100"/></xs:restriction>
        </xs:simpleType>
        <xs:simpleType name="O"><xs:restriction base="N"><xs:minExclusive value="0"/><xs:maxInclusive value="99"/>
          </xs:restriction></xs:simpleType>
        <xs:simpleType name="D"><xs:restriction base="xs:date"><xs:minInclusive value="2000-01-01"/></xs:restriction>
        </xs:simpleType>
        <xs:simpleType name="Bin"><xs:restriction base="xs:hexBinary"><xs:length value="32"/></xs:restriction>
        </xs:simpleType>""",
    "attribute groups": """
        <xs:attribute name="g" type="xs:int" default="7"/>
        <xs:attributeGroup name="one"><xs:attribute name="x" use="required"/><xs:attributeGroup ref="two"/>
          <xs:anyAttribute namespace="urn:a urn:b" processContents="lax"/></xs:attributeGroup>
        <xs:attributeGroup name="two"><xs:attribute ref="g" use="required"/><xs:attribute name="y" fixed="f"/>
          <xs:attribute name="gone" use="prohibited"/><xs:anyAttribute namespace="urn:b ##local" processContents="lax"/>
          </xs:attributeGroup>
        <xs:complexType name="T"><xs:attributeGroup ref="one"/><xs:attribute name="z" form="qualified"/>
        </xs:complexType>
        <xs:complexType name="U"><xs:complexContent><xs:restriction base="T"><xs:attribute ref="g" use="required"
          fixed="8"/></xs:restriction></xs:complexContent></xs:complexType>
        <xs:complexType name="V"><xs:attribute ref="g"/><xs:anyAttribute namespace="##other" processContents="skip"/>
        </xs:complexType>""",
    "substitution groups": """
        <xs:complexType name="I"><xs:sequence><xs:element name="n"/></xs:sequence></xs:complexType>
        <xs:complexType name="J"><xs:complexContent><xs:extension base="I"/></xs:complexContent></xs:complexType>
        <xs:element name="head" type="I" abstract="true"/><xs:element name="i" substitutionGroup="head"/>
        <xs:element name="j" type="J" substitutionGroup="i" nillable="true"/>
        <xs:element name="k" substitutionGroup="head" abstract="true"/>
        <xs:element name="l" substitutionGroup="k" final="#all"/>
        <xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="head" maxOccurs="unbounded"/></xs:sequence>
        </xs:complexType></xs:element>""",
    "wildcards": """
        <xs:complexType name="T"><xs:sequence><xs:element name="a"/>
          <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
          <xs:anyAttribute/></xs:complexType>
        <xs:complexType name="U"><xs:choice><xs:any namespace="urn:a ##targetNamespace" processContents="skip"/>
          <xs:any namespace="##local"/></xs:choice></xs:complexType>
        <xs:complexType name="V"><xs:sequence><xs:any namespace=""/></xs:sequence></xs:complexType>""",
    "declarations in content": """
        <xs:element name="e" type="xs:string" default="d"/>
        <xs:element name="f" fixed="1" nillable="false"><xs:simpleType><xs:restriction base="xs:int"/></xs:simpleType>
        </xs:element>
        <xs:complexType name="T"><xs:sequence><xs:element ref="e" minOccurs="0"/><xs:element ref="f" maxOccurs="2"/>
          <xs:element name="u" form="unqualified" nillable="1"/><xs:element name="q" form="qualified" default="x"
          type="xs:token"/><xs:element name="t" type="T" minOccurs="0"/></xs:sequence></xs:complexType>""",
    "notations and identities": """
        <xs:notation name="png" public="image/png"/><xs:notation name="step" public="model/step"/>
        <xs:element name="list"><xs:complexType><xs:sequence><xs:element name="item" maxOccurs="unbounded">
          <xs:complexType><xs:attribute name="id" type="xs:ID"/><xs:attribute name="of" type="xs:IDREFS"/>
          </xs:complexType></xs:element></xs:sequence></xs:complexType>
          <xs:key name="k"><xs:selector xpath="item"/><xs:field xpath="@id"/></xs:key></xs:element>""",
    "derived anonymously": f"""{PEOPLE}
        <xs:element name="e"><xs:complexType><xs:complexContent><xs:extension base="Base"><xs:sequence>
          <xs:element name="own"><xs:complexType><xs:simpleContent><xs:extension base="xs:token">
          <xs:attribute name="w"><xs:simpleType><xs:list itemType="xs:ID"/></xs:simpleType></xs:attribute>
          </xs:extension></xs:simpleContent></xs:complexType></xs:element></xs:sequence></xs:extension>
          </xs:complexContent></xs:complexType></xs:element>""",
    "attributes of xml": """
        <xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="http://www.w3.org/2001/xml.xsd"/>
        <xs:complexType name="T"><xs:attribute ref="xml:lang" use="required"/><xs:attribute ref="xml:id"/>
        </xs:complexType>
        <xs:complexType name="U"><xs:attributeGroup ref="xml:specialAttrs"/></xs:complexType>""",
}
