"""What single nodes of a schema say."""

from __future__ import annotations

from lxml import etree

from sync.mapping.schema.files import XML, XSD, Declaration, SchemaDocument


def occurrence(used: Declaration) -> tuple[int, int | None]:
    """Give minOccurs and maxOccurs, None for unbounded."""
    minimum, maximum = used.node.get("minOccurs", "1").strip(), used.node.get("maxOccurs", "1").strip()
    if not minimum.isdecimal() or not (maximum.isdecimal() or maximum == "unbounded"):
        used.document.refuse(used.node, f'minOccurs "{minimum}", maxOccurs "{maximum}": not numbers')
    return int(minimum), None if maximum == "unbounded" else int(maximum)


def documentation(node: etree._Element) -> str:
    """Give the annotation of a node: the German text where there is one, else the first."""
    texts = node.findall(f"{{{XSD}}}annotation/{{{XSD}}}documentation")
    german = [text for text in texts if text.get(f"{{{XML}}}lang", "").lower().split("-")[0] == "de"]
    return " ".join("".join((german or texts)[0].itertext()).split()) if texts else ""


def has_defaults(document: SchemaDocument) -> bool:
    """Tell whether a file declares an element or attribute with a default or fixed value."""
    return bool(_DEFAULTS(document.root))


_DEFAULTS = etree.XPath(
    "boolean((//xs:element | //xs:attribute)[@default or @fixed])", namespaces={"xs": XSD}, smart_strings=False
)


def is_qualified(declared: Declaration) -> bool:
    """Tell whether a declaration's name has its schema's namespace in documents."""
    node, root = declared.node, declared.document.root
    if node.getparent() is root:
        return True
    kind = etree.QName(node).localname
    form = node.get("form") or root.get(f"{kind}FormDefault", "unqualified")
    return bool(form.strip() == "qualified")


def is_true(declaration: Declaration, attribute: str) -> bool:
    """Tell whether an attribute says yes."""
    return declaration.node.get(attribute, "false").strip() in ("true", "1")


def words(declaration: Declaration, attribute: str) -> frozenset[str]:
    """Give what `block` or `final` names, or else the schema's default; `#all` is spelled out."""
    root = declaration.document.root
    named = frozenset(declaration.node.get(attribute, root.get(f"{attribute}Default", "")).split())
    return frozenset({"extension", "restriction", "substitution"}) if "#all" in named else named


def is_a(declaration: Declaration, name: str) -> bool:
    """Tell whether a node is an `xs:` element of this name."""
    return bool(declaration.node.tag == f"{{{XSD}}}{name}")


def within(declaration: Declaration, name: str) -> Declaration | None:
    """Give the first child of this name."""
    node = declaration.node.find(f"{{{XSD}}}{name}")
    return None if node is None else Declaration(node=node, document=declaration.document)


def derivation(content: Declaration) -> Declaration:
    """Give the extension or restriction in a simpleContent or complexContent."""
    found = within(content, "extension") or within(content, "restriction")
    if found is None or not found.node.get("base"):
        content.document.refuse(content.node, "neither an extension nor a restriction with a base")
    return found
