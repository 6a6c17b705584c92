"""How the stylesheet of a mapping writes the names of its target."""

from __future__ import annotations

from html import escape  # xml.sax would bring a whole HTTP client with it

from sync.mapping.schema import Attribute
from sync.mapping.target.elements import Target
from sync.mapping.xpath import XSI, Namespaces


class Names:
    """The names of the target: the root's namespace is the default one, unless some names have none."""

    def __init__(self, target: Target, namespaces: Namespaces) -> None:
        all_of_them = list(target.below())
        found = {one.element.namespace for one in all_of_them}
        types = {one.element.type_namespace for one in all_of_them if one.type}
        self.default = target.element.namespace if "" not in found | types else ""
        self.namespaces = namespaces
        self.prefixed = (found | types) - {self.default}  #: the namespaces that are written with a prefix
        for one in all_of_them:
            self.prefixed |= {attribute.namespace for attribute, _ in one.ordered_attributes()}
            self.prefixed |= {attribute.namespace for attribute in one.fixed_attributes()}
            if one.type or any(written.nil for written in one.text):
                self.prefixed.add(XSI)
        for namespace in sorted(self.prefixed):
            namespaces.qualify(namespace, "")

    @property
    def of_type(self) -> str:
        """The name of `xsi:type`."""
        return self.namespaces.qualify(XSI, "type")

    @property
    def of_nil(self) -> str:
        """The name of `xsi:nil`."""
        return self.namespaces.qualify(XSI, "nil")

    def element(self, target: Target) -> str:
        """Write an element's name."""
        return self._written(target.element.namespace, target.element.name)

    def type_of(self, target: Target) -> str:
        """Write the name of an element's type: a value, but with the prefixes of names."""
        return self._written(target.element.type_namespace, target.element.type_name)

    def attribute(self, attribute: Attribute) -> str:
        """Write an attribute's name; the default namespace is not for attributes."""
        return self.namespaces.qualify(attribute.namespace, attribute.name)

    def written_declarations(self) -> str:
        """Write the declarations of the prefixes that the target's names have."""
        used = [(prefix, uri) for prefix, uri in self.namespaces.by_prefix().items() if uri in self.prefixed]
        return "".join(f" xmlns:{prefix}={quoted(uri)}" for prefix, uri in used)

    def declarations(self) -> str:
        """Write the namespace declarations, those of the source too."""
        default = f" xmlns={quoted(self.default)}" if self.default else ""
        others = self.namespaces.by_prefix().items()
        return default + "".join(f" xmlns:{prefix}={quoted(uri)}" for prefix, uri in others)

    def _written(self, namespace: str, name: str) -> str:
        return name if namespace == self.default else self.namespaces.qualify(namespace, name)


def quoted(text: str) -> str:
    """Write an attribute's value with its quotes; a tab would be read as a space."""
    return '"' + escape(text).replace("\t", "&#9;") + '"'
