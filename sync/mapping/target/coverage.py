"""Whether the rules of a mapping write all that the target must have, on every way through its `if` blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from sync.mapping.places import local_name
from sync.mapping.schema import Element, Group, Model, Particle, SimpleType
from sync.mapping.schema.models import (
    Key,
    alternatives,
    may_be_empty,
    names_of,
    occurrence,
    required_places,
    spots,
    touched,
)
from sync.mapping.target.branches import Way, exclusive, gap, narrower, widest
from sync.mapping.target.elements import Target
from sync.mapping.target.steps import Complain

_TEXTS = ("string", "normalizedString", "token", "anySimpleType", "anyURI")


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """Notes what is missing."""

    complain: Complain

    def check(self, target: Target, ways: Sequence[Way]) -> None:
        """Look at an element that stands on these ways, and at all below it."""
        for way in ways:
            self._check_attributes(target, way)
            self._check_content(target, way)
            self._check_value(target, way)
        self._check_mixed(target)
        self._check_groups(target)
        self._check_alternatives(target)
        for child in target.children:
            self.check(child, _standing(child, ways))

    def check_reachable(self, target: Target) -> None:
        """Note constants that are never written, since nothing brings their parent into being."""
        for child in target.children:
            if child.stands or any(True for _ in child.fed()):
                self.check_reachable(child)
            elif any(list(one.written()) for one in child.below()):
                what = f"never written: only constants stand below the optional {child.element.name}"
                self.complain(child.place, what, f"add: required {child.element.name}")

    def _check_attributes(self, target: Target, way: Way) -> None:
        for one in target.element.attributes if target.group is None else ():
            written = [each.way for each in target.attributes.get(one.tag, ())]
            fixed = one.fixed is not None and not written
            if one.required and not fixed and (missing := gap(written, way)):
                self._missing(target, f"@{one.name}", str(missing))

    def _check_content(self, target: Target, way: Way) -> None:
        content = target.content
        by_key: dict[Key, list[Way]] = {}
        for child in target.children:
            by_key.setdefault(child.key, []).extend(_covering(child))
        if content is not None:
            for name, where in dict.fromkeys(_uncovered(content, by_key, way)):
                self._missing(target, name, where)
        self._check_places(target, content)

    def _check_value(self, target: Target, way: Way) -> None:
        """Look for the text; where the parent must have the element, that says so already."""
        simple, named = target.element.simple, not target.optional and target.loop is None and len(target.path) > 1
        if simple is None or named or target.group is not None or _accepts_nothing(target.element, simple):
            return
        if missing := gap([each.way for each in target.text], way):
            self._missing(target, "a value", str(missing))

    def _check_places(self, target: Target, content: Model | None) -> None:
        for key in {child.key for child in target.children}:
            if isinstance(key, str) and (count := required_places(content, key)) > 1:
                what = f"{target.element.name} must have {local_name(key)} at {count} places: a mapping can write one"
                self.complain(target.place, what, "write a stylesheet.xslt instead of rules")

    def _check_mixed(self, target: Target) -> None:
        if target.text and target.children and target.element.mixed:
            what = f"{target.element.name} is mixed text: its text or elements below it are written, not both"
            self.complain(target.text[0].place, what, "remove one of them")

    def _check_groups(self, target: Target) -> None:
        """A group that `each .` repeats is written by such blocks only: its order would break otherwise."""
        content = target.content
        for repeated in (child for child in target.children if child.group is not None):
            outside = spots(content, {child.key for child in target.children}) if content else {}
            for other in (child for child in target.children if child.group is None and child.head not in outside):
                what = f"{other.element.name} repeats with the block in line {repeated.place.line}"
                self.complain(other.place, what, "write it in a block of each .")

    def _check_alternatives(self, target: Target) -> None:
        """Look for two of a choice, or two that stand for one head, that are both written in any case."""
        content = target.content
        by_key: dict[Key, list[Target]] = {}
        for child in target.children:
            by_key.setdefault(child.key, []).append(child)
        for one, other in alternatives(content, by_key):
            self._check_both(product(by_key[one], by_key[other]))
        for key, children in by_key.items():
            members = list({child.path: child for child in children}.values())
            stands = occurrence(content, key) if isinstance(key, str) and len(members) > 1 else None
            if stands and not stands.repeated:
                self._check_both(combinations(members, 2))

    def _check_both(self, pairs: Iterable[tuple[Target, Target]]) -> None:
        for one, other in pairs:
            both = ((here, there) for here in one.sure() for there in other.sure() if not exclusive(here, there))
            if next(both, None):
                what = f"{other.element.name} and {one.element.name} in line {one.place.line} exclude each other"
                near = "write one of them under an if and the other under its else"
                self.complain(other.place, what, near)
                return

    def _missing(self, target: Target, name: str, where: str) -> None:
        what = f"nothing writes {name}, which {target.element.name} must have{where}"
        if name == "xs:any":
            what, near = f"{what}: a mapping cannot write what any schema may fill", "write a stylesheet.xslt"
        else:
            near = f"write a rule: {target.element.name} <- …" if name == "a value" else f"add a rule for {name}"
        self.complain(target.place, what, near)


def _standing(child: Target, ways: Sequence[Way]) -> list[Way]:
    """Give where a child stands, its parent standing on *ways*."""
    if child.loop:
        return [None]
    if not child.optional and child.alone:
        return list(ways)
    return widest([*child.stands, *child.fed()])


def _covering(child: Target) -> list[Way]:
    """Give where a child is written."""
    if child.loop:
        return [child.loop.way]
    simple = child.element.simple
    if simple and (child.text or not _accepts_nothing(child.element, simple)):
        return [written.way for written in child.text]
    return [*child.stands, *child.fed()]


def _uncovered(model: Model, written: dict[Key, list[Way]], way: Way) -> Iterator[tuple[str, str]]:
    """Name what must stand in a group and is not written, and on which way."""
    if model in written:
        if model.minimum > 0 and (missing := gap(written[model], way)):
            yield " or ".join(names_of(model)), str(missing)
    elif model.minimum > 0:
        yield from _required(model, written, way)
    else:
        reached = [one for key in touched(model, written) for one in written[key] if not exclusive(one, way)]
        for one in widest([narrower(way, one) for one in reached]):
            yield from _required(model, written, one)


def _required(model: Model, written: dict[Key, list[Way]], way: Way) -> Iterator[tuple[str, str]]:
    if model.group is Group.CHOICE and len(model.particles) > 1:
        yield from _unchosen(model, written, way)
        return
    for particle in model.particles:
        if isinstance(particle, Model):
            yield from _uncovered(particle, written, way)
        elif particle.minimum > 0:
            ways = [one for key in touched(particle, written) for one in written[key]]
            if missing := gap(ways, way):
                yield _name(particle), str(missing)


def _unchosen(model: Model, written: dict[Key, list[Way]], way: Way) -> Iterator[tuple[str, str]]:
    """Name the alternatives of a choice where none of them is written whole."""
    whole: list[Way] = []
    lacking: list[tuple[Way, list[tuple[str, str]]]] = []
    for particle in model.particles:
        reached = [one for key in touched(particle, written) for one in written[key] if not exclusive(one, way)]
        for one in {narrower(way, each): None for each in reached}:
            missing = list(_uncovered(particle, written, one)) if isinstance(particle, Model) else []
            if missing:
                lacking.append((one, missing))
            else:
                whole.append(one)
    begun = [name for one, names in lacking if gap(whole, one) for name in names]
    if begun:
        yield from begun
    elif not any(map(may_be_empty, model.particles)) and (missing_way := gap(whole, way)):
        yield " or ".join(_name(one) for one in model.particles), str(missing_way)


def _name(particle: Particle) -> str:
    if isinstance(particle, Element) and particle.needs_substitute:
        return " or ".join(member.name for member in particle.substitutes) or particle.name
    return " or ".join(names_of(particle)[:1] if isinstance(particle, Model) else names_of(particle))


def _accepts_nothing(element: Element, simple: SimpleType) -> bool:
    """Tell whether an element without any text is valid."""
    if element.default is not None or element.fixed is not None:
        return True
    if simple.item or simple.members:
        return True
    narrowed = simple.min_length or simple.patterns or (simple.enumeration and "" not in simple.enumeration)
    return simple.builtin in _TEXTS and not narrowed
