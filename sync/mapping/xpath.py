"""Small things about XPath and XML names that several steps of compiling write."""

from __future__ import annotations

from dataclasses import dataclass, field

XML = "http://www.w3.org/XML/1998/namespace"  #: its prefix is xml, everywhere and only there


@dataclass(kw_only=True, slots=True)
class Namespaces:
    """The prefixes of one stylesheet, given out as they are needed."""

    letter: str
    prefixes: dict[str, str] = field(default_factory=dict)  #: namespace → prefix

    def qualify(self, namespace: str, name: str) -> str:
        """Write a name with the prefix of its namespace, without one where it has none."""
        if not namespace:
            return name
        if namespace == XML:
            return f"xml:{name}"
        if namespace not in self.prefixes:
            number = len(self.prefixes) + 1
            self.prefixes[namespace] = self.letter if number == 1 else f"{self.letter}{number}"
        return f"{self.prefixes[namespace]}:{name}"

    def by_prefix(self) -> dict[str, str]:
        """Give prefix → namespace."""
        return {prefix: namespace for namespace, prefix in self.prefixes.items()}


def literal(text: str) -> str:
    """Quote a text for XPath 1.0, which knows no escapes."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    pieces = [f"'{piece}'" for piece in text.split("'")]
    return "concat(" + ', "\'", '.join(pieces) + ")"
