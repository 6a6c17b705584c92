"""Where something stands in a document, and what the schema declares there."""

from __future__ import annotations

import re

from lxml import etree

from sync.mapping.schema import Attribute, Element, Schema

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE = f"{{{XSI}}}type"
LONGEST_VALUE = 200  #: characters; more of it helps nobody in a message

_STEP = re.compile(r"(?:(?P<prefix>[^:\[\]/]+):)?(?P<name>[^:\[\]/]+)(?:\[(?P<position>\d+)\])?")


class Places:
    """Answers for one document; what it looked up once it keeps, so that many errors stay cheap."""

    def __init__(self, tree: etree._ElementTree, schema: Schema | None) -> None:
        self.root = tree.getroot()
        self._schema = schema
        self._children: dict[etree._Element, list[etree._Element]] = {}
        self._steps: dict[etree._Element, str] = {}
        self._declared: dict[etree._Element, Element | None] = {}

    def children(self, node: etree._Element) -> list[etree._Element]:
        """Give the elements in *node*, without comments and instructions."""
        if node not in self._children:
            self._children[node] = list(node.iterchildren(etree.Element))
        return self._children[node]

    def node(self, path: str) -> etree._Element:
        """Find the element of a path as libxml2 writes it: `/*/*[3]/p:name[2]`."""
        node, found = None, [self.root]
        for step in _STEP.finditer(path):
            prefix, name, position = step["prefix"], step["name"], int(step["position"] or 1)
            if name != "*":
                found = [each for each in found if (each.prefix, etree.QName(each).localname) == (prefix, name)]
            node = found[position - 1]
            found = self.children(node)
        return self.root if node is None else node

    def path(self, node: etree._Element, top: etree._Element | None = None, above: str = "") -> str:
        """Write where an element stands: `/Unterlage/Dateien/Datei[2]`; *above* is where *top* does, if it is below."""
        steps: list[str] = []
        each: etree._Element | None = node
        while each is not None and each is not top:
            steps.append(self._step(each))
            each = each.getparent()
        return "".join([above if each is not None else "", *(f"/{step}" for step in reversed(steps))])

    def declaration(self, node: etree._Element) -> Element | None:
        """Give an element's declaration; None where the schema does not say (below xs:any, after a wrong xsi:type)."""
        if node not in self._declared:
            self._declared[node] = self._find(node)
        return self._declared[node]

    def declared_at(self, node: etree._Element) -> Element | None:
        """Give the declaration that an element's place has for it, whatever its xsi:type names, abstract or not."""
        name, parent = etree.QName(node), node.getparent()
        if parent is None:
            return self._root(name.localname, name.namespace or "")
        above = self.declaration(parent)
        if above is None:
            return None
        named = above.child(name.localname, name.namespace or "")
        return above.standing().get(node.tag) or next(iter(named), None)

    def attribute(self, node: etree._Element, tag: str) -> Attribute | None:
        """Give the declaration of the attribute *tag* of an element."""
        declared = self.declaration(node)
        return next((each for each in declared.attributes if each.tag == tag), None) if declared else None

    def _find(self, node: etree._Element) -> Element | None:
        declared, named = self.declared_at(node), node.get(XSI_TYPE)
        if declared is None or named is None:
            return declared
        prefix, _, name = str(named).strip().rpartition(":")
        try:
            return declared.as_type(name, node.nsmap.get(prefix or None, ""))
        except KeyError:
            return None

    def _root(self, name: str, namespace: str) -> Element | None:
        if self._schema is None:
            return None
        try:
            return self._schema.root(name, namespace)
        except KeyError:
            return None

    def _step(self, node: etree._Element) -> str:
        if node not in self._steps:
            parent = node.getparent()
            self._number([node] if parent is None else self.children(parent))
        return self._steps[node]

    def _number(self, siblings: list[etree._Element]) -> None:
        """Write the steps of all siblings at once: one by one would be quadratic."""
        positions: dict[str, list[etree._Element]] = {}
        for node in siblings:
            positions.setdefault(node.tag, []).append(node)
        for nodes in positions.values():
            name = local_name(nodes[0].tag)
            for position, node in enumerate(nodes, start=1):
                self._steps[node] = f"{name}[{position}]" if len(nodes) > 1 else name


def local_name(tag: str) -> str:
    """Give the name without its namespace."""
    return tag.rpartition("}")[2]


def text_of(node: etree._Element, attribute: str) -> str:
    """Give an attribute's value, or an element's own text."""
    if attribute:
        return str(node.get(attribute, ""))
    return "".join([node.text or "", *(child.tail or "" for child in node)])


def shortened(value: str) -> str:
    """Cut a value that is too long to be shown."""
    return value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "…"
