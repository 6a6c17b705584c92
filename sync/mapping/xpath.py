"""Small things about XPath and XML names that several steps of compiling write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

XML = "http://www.w3.org/XML/1998/namespace"  #: its prefix is xml, everywhere and only there
XSI = "http://www.w3.org/2001/XMLSchema-instance"
RESERVED = ("xml", "xmlns", "xsl", "p", "date")  #: prefixes that a stylesheet has already


@dataclass(kw_only=True, slots=True)
class Namespaces:
    """The prefixes of one stylesheet, given out as they are needed: those that the schemas use, where they differ."""

    known: Mapping[str, str] = field(default_factory=dict)  #: prefix → namespace, as a schema has them
    prefixes: dict[str, str] = field(default_factory=dict)  #: namespace → prefix, given out

    def qualify(self, namespace: str, name: str) -> str:
        """Write a name with the prefix of its namespace, without one where it has none."""
        if not namespace:
            return name
        if namespace == XML:
            return f"xml:{name}"
        if namespace not in self.prefixes:
            self.prefixes[namespace] = self._new(namespace)
        return f"{self.prefixes[namespace]}:{name}"

    def by_prefix(self) -> dict[str, str]:
        """Give prefix → namespace."""
        return {prefix: namespace for namespace, prefix in self.prefixes.items()}

    def _new(self, namespace: str) -> str:
        taken = {*RESERVED, *self.prefixes.values()}
        wanted = [prefix for prefix, uri in self.known.items() if uri == namespace]
        numbered = ["n", *(f"n{number}" for number in range(2, len(taken) + 2))]
        return next(prefix for prefix in wanted + numbered if prefix not in taken)


def literal(text: str) -> str:
    """Quote a text for XPath 1.0, which knows no escapes."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    pieces = [f"'{piece}'" for piece in text.split("'")]
    return "concat(" + ', "\'", '.join(pieces) + ")"


def split_tag(tag: str) -> tuple[str, str]:
    """Take a name as lxml writes it apart: namespace and local name."""
    namespace, _, name = tag.rpartition("}")
    return namespace[1:], name
