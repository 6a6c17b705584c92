"""Which type an element of the source has in a document: `[@type='Sub']`, as its `xsi:type` says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sync.errors import did_you_mean
from sync.mapping.language.lines import Mistakes
from sync.mapping.language.tree import Binary, Expression, Path, Step, Text
from sync.mapping.schema import Attribute, Element
from sync.mapping.schema.content import TypeName
from sync.mapping.xpath import XSI, Namespaces, literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """A comparison of `@type` with a text."""

    owner: Path  #: to the element whose type it is; `.` for the current one
    step: Step
    text: Text


def compared(condition: Expression) -> Compared | None:
    """Take a comparison with `@type` apart; None for any other condition."""
    match condition:
        case Binary(operator="=", left=Path(variable="", steps=(*before, step)) as path, right=Text() as text):
            if not step.attribute or step.name != "type" or step.prefix not in ("", "xsi"):
                return None
            steps = tuple(before) or (Step(name=".", place=step.place),)
            return Compared(owner=replace(path, steps=steps), step=step, text=text)
    return None


def conditions(condition: Expression) -> Iterator[Expression]:
    """Give what must hold: a condition, or each of those that `and` joins."""
    match condition:
        case Binary(operator="and"):
            yield from conditions(condition.left)
            yield from conditions(condition.right)
        case _:
            yield condition


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidTypes:
    """Finds types by name and writes the tests for them; notes what is not there."""

    prefixes: Mapping[str, str]
    mistakes: Mistakes
    namespaces: Namespaces

    def speaks_of_type(self, asked: Compared, element: Element) -> bool:
        """Tell whether `@type` means `xsi:type`: it says so, or there is no such attribute and there are types."""
        own = any(attribute.name == "type" for attribute in element.attributes)
        return asked.step.prefix == "xsi" or (not own and bool(element.derived_types()))

    def typed(self, asked: Compared, element: Element) -> Element | None:
        """Give an element as it stands under the type that is asked for."""
        name = self._named(asked, element)
        return element.as_type(*name) if name else None

    def test(self, asked: Compared, element: Element) -> str:
        """Write the condition that an element has the type that is asked for."""
        name = self._named(asked, element)
        if name is None:
            return "false()"
        said = f"@{self.namespaces.qualify(XSI, 'type')}"
        test = f"({said} = {literal(name.name)} or substring-after({said}, ':') = {literal(name.name)})"
        if len([one for one in _types(element) if one.name == name.name]) > 1:
            test += f" and namespace::*[name() = substring-before(../{said}, ':')] = {literal(name.namespace)}"
        return f"(not({said}) or {test})" if name == _own(element) else f"({test})"

    def _named(self, asked: Compared, element: Element) -> TypeName | None:
        prefix, _, name = asked.text.value.strip().rpartition(":")
        found = [one for one in _types(element) if one.name == name]
        if prefix:
            found = [one for one in found if one.namespace == self.prefixes.get(prefix)]
        if len(found) == 1:
            return found[0]
        if found:
            uris = {uri: short for short, uri in self.prefixes.items()}
            near = "write " + " or ".join(f"{uris.get(one.namespace, '')}:{name}".lstrip(":") for one in found)
            what = f"{len(found)} namespaces have the type {name}"
        else:
            known = [one.name for one in _types(element)]
            near = did_you_mean(name, known) or "one of " + ", ".join(known)
            what = f"{element.name} has no type {asked.text.value}"
        self.mistakes.add(asked.text.place, what, near)
        return None


def as_derived(element: Element) -> Iterator[Element]:
    """Give an element under each type that a document may say for it."""
    return (element.as_type(*name) for name in element.derived_types())


def children_of_types(element: Element, name: str) -> list[tuple[Element, Element]]:
    """Give what only derived types have under this name, each tag once, with the element as it holds it."""
    found: dict[str, tuple[Element, Element]] = {}
    for typed in as_derived(element):
        for child in typed.standing().values():
            if child.name == name:
                found.setdefault(child.tag, (child, typed))
    return list(found.values())


def attributes_of_types(element: Element, name: str) -> list[Attribute]:
    """Give the attributes that only derived types have under this name."""
    found: dict[str, Attribute] = {}
    for typed in as_derived(element):
        for attribute in typed.attributes:
            if attribute.name == name:
                found.setdefault(attribute.tag, attribute)
    return list(found.values())


def _types(element: Element) -> list[TypeName]:
    own = [_own(element)] if element.type_name and not element.needs_type else []
    return list(dict.fromkeys([*own, *element.derived_types()]))


def _own(element: Element) -> TypeName:
    return TypeName(element.type_name, element.type_namespace)
