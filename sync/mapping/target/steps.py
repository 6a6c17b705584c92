"""From the steps on the left of a rule, which mostly have no prefix, to what the target's schema declares."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sync.errors import did_you_mean
from sync.mapping.language.tree import Binary, Place, Step, Text
from sync.mapping.schema import Attribute, Element
from sync.mapping.schema.models import is_open
from sync.mapping.xpath import XML

#: Notes a mistake: its place, what it is, and what to do.
Complain = Callable[[Place, str, str], None]
Named = TypeVar("Named", Attribute, Element)
_XSD = "http://www.w3.org/2001/XMLSchema"


@dataclass(frozen=True, kw_only=True, slots=True)
class Steps:
    """Finds elements, attributes and types; notes what is not there."""

    prefixes: Mapping[str, str]  #: prefix → namespace, as the schema has them
    complain: Complain

    def child(self, step: Step, element: Element) -> Element | None:
        """Find a child, or what may stand for one, with the type that the step says."""
        found = [one for one in element.standing().values() if one.name == step.name]
        child = self._only(step, found)
        if child is not None:
            return self._typed(step, child)
        if not found:
            self._unknown_child(step, element)
        return None

    def attribute(self, step: Step, element: Element) -> Attribute | None:
        """Find an attribute."""
        found = [one for one in element.attributes if one.name == step.name]
        attribute = self._only(step, found)
        if attribute is None and not found:
            near = did_you_mean(f"@{step.name}", [f"@{one.name}" for one in element.attributes])
            if element.child(step.name, None):
                near = f"did you mean {step.name}?"
            elif element.any_attribute and not near:
                near = "its schema allows attributes of others (xs:anyAttribute): a mapping cannot write those"
            self.complain(step.place, f"{element.name} has no attribute {step.name}", near)
        return attribute

    def head(self, child: Element, parent: Element) -> str:
        """Give the tag that a content model has where *child* stands."""
        own = parent.children()
        if any(one.tag == child.tag for one in own):
            return child.tag
        return next(one.tag for one in own if any(member.tag == child.tag for member in one.substitutes))

    def _only(self, step: Step, found: Sequence[Named]) -> Named | None:
        """Choose by the prefix; without one, what has no namespace goes before others, as in documents."""
        if step.prefix:
            namespace = self._namespace(step)
            wanted = [one for one in found if one.namespace == namespace]
            if found and not wanted and namespace is not None:
                near = " or ".join(self._prefixed(one) for one in found)
                self.complain(step.place, f"{step.prefix}: has no {step.name} at this place", f"write {near}")
        else:
            wanted = [one for one in found if not one.namespace] or list(found)
        if len(wanted) > 1:
            sign = "@" if step.attribute else ""
            near = " or ".join(self._prefixed(one) for one in wanted)
            what = f"{len(wanted)} namespaces have {sign}{step.name} at this place"
            self.complain(step.place, what, f"write {near}")
        return wanted[0] if len(wanted) == 1 else None

    def _namespace(self, step: Step) -> str | None:
        prefixes = {**self.prefixes, "xml": XML}
        if step.prefix not in prefixes:
            near = did_you_mean(step.prefix, prefixes) or f"it has {', '.join(sorted(self.prefixes))}"
            self.complain(step.place, f"the schema declares no prefix {step.prefix}", near)
        return prefixes.get(step.prefix)

    def _prefixed(self, one: Attribute | Element) -> str:
        sign = "@" if isinstance(one, Attribute) else ""
        return sign + self._qualified(one.name, one.namespace)

    def _qualified(self, name: str, namespace: str) -> str:
        prefixes = {uri: prefix for prefix, uri in reversed({**self.prefixes, "xml": XML}.items())}
        return f"{prefixes[namespace]}:{name}" if namespace in prefixes else name

    def _unknown_child(self, step: Step, element: Element) -> None:
        heads = [one for one in element.child(step.name, None) if one.needs_substitute]
        if heads:
            members = [one.name for one in heads[0].substitutes]
            near = f"write one of {', '.join(members)}" if members else ""
            self.complain(step.place, f"{step.name} is abstract: others stand for it", near)
            return
        near = did_you_mean(step.name, {one.name for one in element.standing().values()})
        if step.name in {one.name for one in element.attributes}:
            near = f"did you mean @{step.name}?"
        elif not near and is_open(element.content):
            near = "its schema allows elements of others there (xs:any): a mapping cannot write those"
        self.complain(step.place, f"{element.name} has no element {step.name}", near)

    # --- types --------------------------------------------------------------------------------------------------------

    def _typed(self, step: Step, element: Element) -> Element | None:
        if step.predicates:
            return self._as_type(step, element)
        if element.needs_type:
            near = self._types(step, element)
            self.complain(step.place, f"the type of {element.name} is abstract: say which one", near)
            return None
        return element

    def _as_type(self, step: Step, element: Element) -> Element | None:
        written = type_of(step)
        for namespace in self._type_namespaces(written, element):
            try:
                typed = element.as_type(written.rpartition(":")[2], namespace)
            except KeyError:
                continue
            if not typed.needs_type:
                return typed
        self.complain(step.place, f"{element.name} cannot have the type {written}", self._types(step, element))
        return None

    def _type_namespaces(self, written: str, element: Element) -> Collection[str]:
        prefix, _, name = written.rpartition(":")
        if prefix:
            return [self.prefixes[prefix]] if prefix in self.prefixes else []
        known = [one.namespace for one in element.derived_types() if one.name == name]
        return known or [element.type_namespace]

    def _types(self, step: Step, element: Element) -> str:
        """Suggest how to write a type: with a prefix only where two namespaces share its name."""
        types = element.derived_types()
        short = [one.name for one in types]
        names = [one.name if short.count(one.name) == 1 else self._qualified(*one) for one in types]
        if element.type_name in ("anyType", "anySimpleType"):
            names.append(self._qualified("string", _XSD))
        ways = " or ".join(f"{step.name}[@type='{name}']" for name in names[:8])
        return f"write {ways}" if ways else ""


def type_of(step: Step) -> str:
    """Give the type that a step says, "" for none."""
    match step.predicates:
        case (Binary(right=Text() as text),):
            return text.value.strip()
    return ""
