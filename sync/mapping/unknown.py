"""What to write instead of a name that an element of the source does not have."""

from __future__ import annotations

from sync.errors import did_you_mean
from sync.mapping.language.tree import Step
from sync.mapping.schema import Element
from sync.mapping.schema.models import is_open


def instead(step: Step, element: Element, root: Element) -> str:
    """Give the suggestion for a step from *element*; empty where nothing is near."""
    return _twin(step, element) or _abstract(step, element) or _near(step, element) or _elsewhere(step, element, root)


def _twin(step: Step, element: Element) -> str:
    elements, attributes = _names(element)
    twin = step.name if step.attribute else f"@{step.name}"
    return f"did you mean {twin}?" if twin in elements + attributes else ""


def _abstract(step: Step, element: Element) -> str:
    """Say what stands for a name that no document has."""
    heads = [one for one in element.child(step.name, None) if one.needs_substitute]
    if not heads or step.attribute:
        return ""
    members = [one.name for one in heads[0].substitutes]
    return f"it is abstract: name what stands for it: {', '.join(members)}" if members else "it is abstract"


def _near(step: Step, element: Element) -> str:
    elements, attributes = _names(element)
    return did_you_mean(f"@{step.name}", attributes) if step.attribute else did_you_mean(step.name, elements)


def _elsewhere(step: Step, element: Element, root: Element) -> str:
    if element.any_attribute if step.attribute else is_open(element.content):
        return "its schema allows what others declare there (xs:any): a mapping cannot read that"
    if step.name in _names(root)[0]:
        return f"a path begins at the element of its block; from the root it is /{root.name}/{step.name}"
    return ""


def _names(element: Element) -> tuple[list[str], list[str]]:
    elements = [child.name for child in element.standing().values()]
    return elements, [f"@{attribute.name}" for attribute in element.attributes]
