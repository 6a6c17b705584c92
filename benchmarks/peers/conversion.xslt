<?xml version="1.0" encoding="UTF-8"?>
<!-- The work of workload.py as a person writes it who knows XSLT 1.0 and its speed: the ten parts of the larger document
     are alike, so there is one template for them. What a mapping refuses it refuses too: a value that must be there and
     is not, one that the table does not know, a date or number that is not one. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:s="urn:benchmark:source" xmlns="urn:benchmark:target" exclude-result-prefixes="s">
  <xsl:variable name="small" select="'abcdefghijklmnopqrstuvwxyzäöü'"/>
  <xsl:variable name="capital" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜ'"/>

  <xsl:template match="/">
    <Document><xsl:apply-templates select="s:Akte/*"/></Document>
  </xsl:template>

  <xsl:template match="s:Akte/*">
    <xsl:element name="Part{substring-after(local-name(), 'Teil')}">
      <xsl:attribute name="kind">QUOTED</xsl:attribute>
      <xsl:call-template name="needed"><xsl:with-param name="value" select="s:Nummer"/></xsl:call-template>
      <Number><xsl:value-of select="translate(normalize-space(s:Nummer), $small, $capital)"/></Number>
      <ChangeIndex>
        <xsl:choose>
          <xsl:when test="normalize-space(s:Revision)"><xsl:value-of select="s:Revision"/></xsl:when>
          <xsl:otherwise>-</xsl:otherwise>
        </xsl:choose>
      </ChangeIndex>
      <xsl:variable name="german" select="normalize-space(s:Benennung[@lang='de'])"/>
      <Subject>
        <xsl:choose>
          <xsl:when test="$german"><xsl:value-of select="substring($german, 1, 60)"/></xsl:when>
          <xsl:otherwise>
            <xsl:call-template name="needed"><xsl:with-param name="value" select="s:Benennung[1]"/></xsl:call-template>
            <xsl:value-of select="substring(normalize-space(s:Benennung[1]), 1, 60)"/>
          </xsl:otherwise>
        </xsl:choose>
      </Subject>
      <Type>TECHNICAL_QUOTATION</Type>
      <Status>
        <xsl:variable name="state" select="normalize-space(s:Freigabestand)"/>
        <xsl:choose>
          <xsl:when test="$state = 'in Arbeit'">draft</xsl:when>
          <xsl:when test="$state = 'in Prüfung'">in_review</xsl:when>
          <xsl:when test="$state = 'freigegeben'">approved</xsl:when>
          <xsl:when test="$state = 'gesperrt'">blocked</xsl:when>
          <xsl:when test="$state = 'ersetzt'">superseded</xsl:when>
          <xsl:when test="$state = 'ungültig'">withdrawn</xsl:when>
          <xsl:otherwise><xsl:message terminate="yes">Freigabestand</xsl:message></xsl:otherwise>
        </xsl:choose>
      </Status>
      <xsl:variable name="approved" select="normalize-space(s:Freigabedatum)"/>
      <xsl:if test="$approved and $approved != '00000000'">
        <ApprovedOn>
          <xsl:choose>
            <xsl:when test="contains($approved, '.')">
              <xsl:call-template name="day"><xsl:with-param name="value" select="$approved"/></xsl:call-template>
            </xsl:when>
            <xsl:otherwise>
              <xsl:call-template name="day">
                <xsl:with-param name="value" select="concat(substring($approved, 7), '.', substring($approved, 5, 2),
                                                            '.', substring($approved, 1, 4))"/>
              </xsl:call-template>
            </xsl:otherwise>
          </xsl:choose>
        </ApprovedOn>
      </xsl:if>
      <xsl:if test="normalize-space(s:Nettopreis)">
        <Amount>
          <xsl:if test="normalize-space(s:Nettopreis/@waehrung)">
            <xsl:attribute name="currency"><xsl:value-of select="s:Nettopreis/@waehrung"/></xsl:attribute>
          </xsl:if>
          <xsl:call-template name="number"><xsl:with-param name="value" select="s:Nettopreis"/></xsl:call-template>
        </Amount>
      </xsl:if>
      <xsl:call-template name="needed"><xsl:with-param name="value" select="s:Ersteller"/></xsl:call-template>
      <Author><xsl:value-of select="normalize-space(s:Ersteller)"/></Author>
      <xsl:if test="normalize-space(s:Kunde/s:Kundennummer)">
        <AccountNo><xsl:value-of select="s:Kunde/s:Kundennummer"/></AccountNo>
      </xsl:if>
      <xsl:if test="normalize-space(s:Kunde/s:Kundenname)">
        <AccountName><xsl:value-of select="substring(normalize-space(s:Kunde/s:Kundenname), 1, 40)"/></AccountName>
      </xsl:if>
      <xsl:call-template name="needed"><xsl:with-param name="value" select="s:Projektnummer"/></xsl:call-template>
      <ProjectNo><xsl:value-of select="s:Projektnummer"/></ProjectNo>
      <xsl:if test="normalize-space(s:Maschinennummer)">
        <Description>Maschine <xsl:value-of select="s:Maschinennummer"/></Description>
      </xsl:if>
      <xsl:variable name="received" select="normalize-space(s:Eingang)"/>
      <xsl:call-template name="needed"><xsl:with-param name="value" select="$received"/></xsl:call-template>
      <ReceivedOn>
        <xsl:value-of select="concat(substring($received, 9, 2), '.', substring($received, 6, 2),
                                     '.', substring($received, 1, 4))"/>
      </ReceivedOn>
      <xsl:variable name="changed" select="normalize-space(s:Geaendert)"/>
      <ModifiedOn>
        <xsl:call-template name="day">
          <xsl:with-param name="value" select="substring-before($changed, ' ')"/>
        </xsl:call-template>
        <xsl:value-of select="concat('T', substring-after($changed, ' '), ':00')"/>
      </ModifiedOn>
      <xsl:if test="normalize-space(s:Gewicht)">
        <Weight>
          <xsl:call-template name="number"><xsl:with-param name="value" select="s:Gewicht"/></xsl:call-template>
        </Weight>
      </xsl:if>
      <xsl:if test="normalize-space(s:Teilenummer)">
        <PartNo>
          <xsl:choose>
            <xsl:when test="starts-with(s:Teilenummer, 'TEIL-')">
              <xsl:value-of select="substring(s:Teilenummer, 6)"/>
            </xsl:when>
            <xsl:otherwise><xsl:value-of select="s:Teilenummer"/></xsl:otherwise>
          </xsl:choose>
        </PartNo>
      </xsl:if>
      <xsl:call-template name="needed"><xsl:with-param name="value" select="s:Sprache"/></xsl:call-template>
      <Language><xsl:value-of select="translate(s:Sprache, $capital, $small)"/></Language>
      <xsl:call-template name="needed"><xsl:with-param name="value" select="s:Kennung"/></xsl:call-template>
      <Code>
        <xsl:value-of select="concat(substring('00000000', string-length(s:Kennung) + 1), s:Kennung)"/>
      </Code>
      <xsl:if test="normalize-space(s:Bemerkung)">
        <Remark><xsl:value-of select="translate(s:Bemerkung, ';', ',')"/></Remark>
      </xsl:if>
      <xsl:variable name="group" select="normalize-space(s:Gruppe)"/>
      <xsl:call-template name="needed"><xsl:with-param name="value" select="$group"/></xsl:call-template>
      <Category>
        <xsl:choose>
          <xsl:when test="$group = 'Antrieb'">DRV</xsl:when>
          <xsl:when test="$group = 'Gehäuse'">HSG</xsl:when>
          <xsl:when test="$group = 'Lager'">BRG</xsl:when>
          <xsl:otherwise>OTH</xsl:otherwise>
        </xsl:choose>
      </Category>
      <xsl:if test="normalize-space(s:Wunschtermin)">
        <DueOn>
          <xsl:call-template name="day">
            <xsl:with-param name="value" select="normalize-space(s:Wunschtermin)"/>
          </xsl:call-template>
        </DueOn>
      </xsl:if>
      <xsl:if test="normalize-space(s:Land)">
        <Country><xsl:value-of select="translate(s:Land, $small, $capital)"/></Country>
      </xsl:if>
      <xsl:if test="s:Merkmal">
        <Features><xsl:apply-templates select="s:Merkmal"/></Features>
      </xsl:if>
    </xsl:element>
  </xsl:template>

  <xsl:template match="s:Merkmal">
    <xsl:call-template name="needed"><xsl:with-param name="value" select="@code"/></xsl:call-template>
    <xsl:call-template name="needed"><xsl:with-param name="value" select="s:Bezeichnung"/></xsl:call-template>
    <xsl:call-template name="needed"><xsl:with-param name="value" select="s:Wert"/></xsl:call-template>
    <Feature code="{@code}" position="{position()}">
      <Label><xsl:value-of select="normalize-space(s:Bezeichnung)"/></Label>
      <Value><xsl:value-of select="normalize-space(s:Wert)"/></Value>
      <xsl:if test="normalize-space(s:Einheit)"><Unit><xsl:value-of select="s:Einheit"/></Unit></xsl:if>
    </Feature>
  </xsl:template>

  <xsl:template name="needed">
    <xsl:param name="value"/>
    <xsl:if test="not(normalize-space($value))"><xsl:message terminate="yes">missing</xsl:message></xsl:if>
  </xsl:template>

  <!-- dd.MM.yyyy, as xs:date -->
  <xsl:template name="day">
    <xsl:param name="value"/>
    <xsl:variable name="month" select="substring($value, 4, 2)"/>
    <xsl:variable name="day" select="substring($value, 1, 2)"/>
    <xsl:if test="translate($value, '123456789', '000000000') != '00.00.0000' or $month &lt; 1 or $month &gt; 12
                  or $day &lt; 1 or $day &gt; 31">
      <xsl:message terminate="yes">not a date</xsl:message>
    </xsl:if>
    <xsl:value-of select="concat(substring($value, 7), '-', $month, '-', $day)"/>
  </xsl:template>

  <!-- 1.234,56, as xs:decimal -->
  <xsl:template name="number">
    <xsl:param name="value"/>
    <xsl:variable name="number" select="number(translate($value, ',.', '.'))"/>
    <xsl:if test="$number != $number"><xsl:message terminate="yes">not a number</xsl:message></xsl:if>
    <xsl:value-of select="$number"/>
  </xsl:template>
</xsl:stylesheet>
