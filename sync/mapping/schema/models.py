"""What a content model says of what stands in it: how often, in which order, and what beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeAlias

from sync.mapping.schema import Element, Group, Model, Particle, Wildcard

#: What is written: an element by its tag as the model has it, or a repetition of a whole group.
Key: TypeAlias = str | Model


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """How a child stands in its parent, all groups around it counted."""

    optional: bool  #: may be absent, by itself or with the groups around it
    repeated: bool  #: may come more than once


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """One place of a content model."""

    particle: Element | Model
    index: tuple[int, ...]  #: in each of the models around it
    models: tuple[Model, ...]  #: from the outermost

    @property
    def demanded(self) -> bool:
        """Whether something must stand there, as soon as the way to it is chosen."""
        return all(one.minimum > 0 for one in (self.particle, *self.models))

    @property
    def optional(self) -> bool:
        """Whether nothing need stand there."""
        return not self.demanded or any(_is_choice(model) for model in self.models)

    @property
    def repeated(self) -> bool:
        """Whether more than one may stand there."""
        return any(one.maximum != 1 for one in (self.particle, *self.models))

    def companions(self) -> list[str]:
        """Name what must stand between two of these, where the group around them repeats and not they themselves."""
        if self.particle.maximum != 1:
            return []
        names: list[str] = []
        for model, index in zip(reversed(self.models), reversed(self.index), strict=True):
            if model.group is not Group.CHOICE:
                others = (one for at, one in enumerate(model.particles) if at != index and not may_be_empty(one))
                names += [name for other in others for name in names_of(other)]
            if model.maximum != 1:
                return names
        return names


def occurrence(model: Model | None, tag: str) -> Occurrence | None:
    """Tell how a child stands in a content model; None: it is not there."""
    found = spots(model, [tag]).get(tag, []) if model else []
    if not found:
        return None
    twice = any(not _excluding(one, found[0]) for one in found[1:])
    return Occurrence(
        optional=all(spot.optional for spot in found), repeated=twice or any(spot.repeated for spot in found)
    )


def stands_once(parent: Element, child: Element) -> bool:
    """Tell whether an element can never have a second child of this name."""
    stands = occurrence(parent.content, child.tag)
    named = [one for one in parent.content.elements() if one.tag == child.tag] if parent.content else []
    return stands is not None and not stands.repeated and len(named) == 1 and not parent.derived_types()


def spots(model: Model, keys: Collection[Key]) -> dict[Key, list[Spot]]:
    """Find the places of what is written, in the order of the schema."""
    found: dict[Key, list[Spot]] = {}
    groups = [key for key in keys if isinstance(key, Model)]
    for key, spot in _walk(model, frozenset(key for key in keys if isinstance(key, str)), groups, (), ()):
        found.setdefault(key, []).append(spot)
    return found


def ranked(model: Model | None, keys: Collection[Key]) -> list[Key]:
    """Put what is written into an order that the content model allows, as far as there is one."""
    if model is None:
        return []
    chosen = {key: _together(found) for key, found in spots(_likely(model, keys), keys).items()}
    order = sorted(chosen, key=lambda key: chosen[key][0].index)
    if all(len(found) == 1 for found in chosen.values()):
        return order
    # In alternatives of a choice the same element may stand behind different others: it comes after all of them.
    ready: list[Key] = []
    while order:
        free = (key for key in order if not any(_before(chosen[other], chosen[key]) for other in order))
        ready.append(next(free, order[0]))
        order.remove(ready[-1])
    return ready


def required_places(model: Model | None, tag: str) -> int:
    """Count the places in a row where an element must stand."""
    found = spots(model, [tag]).get(tag, []) if model else []
    return sum(not spot.optional for spot in found)


def is_open(particle: Particle | None) -> bool:
    """Tell whether elements of any schema may stand there."""
    if isinstance(particle, Model):
        return any(map(is_open, particle.particles))
    return isinstance(particle, Wildcard)


def alternatives(model: Model | None, keys: Collection[Key]) -> list[tuple[Key, Key]]:
    """Give the pairs of which only one can stand there: in a choice that is made once."""
    found = spots(model, keys) if model else {}
    chosen = {key: here for key, here in found.items() if all(any(map(_is_choice, one.models)) for one in here)}
    return [
        (one, other)
        for one, other in combinations(chosen, 2)
        if all(_excluding_once(here, there) for here in chosen[one] for there in chosen[other])
    ]


def repeating_group(model: Model | None, tags: Collection[str], *, within: Model | None) -> Model | None:
    """Find the innermost group that repeats as a whole and holds all of these; another one than that around it."""
    if model is not None and within is not None:
        model = replace(model, maximum=1)
    found = None
    while model is not None:
        held = {element.tag for element in model.elements()}
        if not held.issuperset(tags):
            break
        found = model if model.maximum != 1 else found
        inner = (one for one in model.particles if isinstance(one, Model))
        model = next((one for one in inner if {each.tag for each in one.elements()}.issuperset(tags)), None)
    return found


def may_be_empty(particle: Particle) -> bool:
    """Tell whether nothing need stand there."""
    if particle.minimum == 0:
        return True
    if not isinstance(particle, Model):
        return False
    pick = any if particle.group is Group.CHOICE else all
    return pick(map(may_be_empty, particle.particles))


def touched(particle: Particle, keys: Iterable[Key]) -> list[Key]:
    """Give what of *keys* stands there."""
    if isinstance(particle, Element):
        return [key for key in keys if key == particle.tag]
    if not isinstance(particle, Model):
        return []
    held = {element.tag for element in particle.elements()} | set(_groups(particle))
    return [key for key in keys if key in held]


def names_of(particle: Particle) -> list[str]:
    """Name the elements that stand there."""
    if isinstance(particle, Element):
        return [particle.name]
    return [element.name for element in particle.elements()] if isinstance(particle, Model) else ["xs:any"]


def _walk(
    model: Model, tags: Collection[str], groups: Sequence[Model], index: tuple[int, ...], models: tuple[Model, ...]
) -> Iterator[tuple[Key, Spot]]:
    if any(model is group for group in groups):
        yield model, Spot(particle=model, index=index, models=models)
        return
    for at, particle in enumerate(model.particles):
        if isinstance(particle, Model):
            yield from _walk(particle, tags, groups, (*index, at), (*models, model))
        elif isinstance(particle, Element) and particle.tag in tags:
            yield particle.tag, Spot(particle=particle, index=(*index, at), models=(*models, model))


def _likely(model: Model, keys: Collection[Key]) -> Model:
    """Leave out the alternatives that lack something, where others do not."""
    if model in keys:
        return model
    particles = tuple(_likely(one, keys) if isinstance(one, Model) else one for one in model.particles)
    if model.group is Group.CHOICE:
        particles = tuple(one for one in particles if _satisfied(one, keys)) or particles
    if particles == model.particles:
        return model
    return Model(group=model.group, particles=particles, minimum=model.minimum, maximum=model.maximum)


def _satisfied(particle: Particle, keys: Collection[Key]) -> bool:
    if not isinstance(particle, Model):
        return particle.minimum == 0 or bool(touched(particle, keys))
    if particle in keys or (particle.minimum == 0 and not touched(particle, keys)):
        return True
    pick = any if particle.group is Group.CHOICE else all
    return pick(_satisfied(one, keys) for one in particle.particles)


def _together(found: list[Spot]) -> list[Spot]:
    """Choose among places in a row the one where something must stand, else the first; keep all alternatives of it."""
    kept: list[Spot] = []
    for spot in sorted(found, key=lambda spot: not spot.demanded):
        if all(_excluding(spot, other) for other in kept):
            kept.append(spot)
    return sorted(kept, key=lambda spot: spot.index)


def _before(some: list[Spot], others: list[Spot]) -> bool:
    return any(_goes_before(one, other) for one in some for other in others)


def _goes_before(one: Spot, other: Spot) -> bool:
    at = _fork(one, other)
    return at is not None and one.models[at].group is Group.SEQUENCE and one.index[at] < other.index[at]


def _excluding(one: Spot, other: Spot) -> bool:
    at = _fork(one, other)
    return at is not None and one.models[at].group is Group.CHOICE


def _excluding_once(one: Spot, other: Spot) -> bool:
    at = _fork(one, other)
    return at is not None and _excluding(one, other) and all(model.maximum == 1 for model in one.models[: at + 1])


def _fork(one: Spot, other: Spot) -> int | None:
    """Give where the ways to two places part."""
    pairs = zip(one.index, other.index, strict=False)
    return next((at for at, (here, there) in enumerate(pairs) if here != there), None)


def _is_choice(model: Model) -> bool:
    return model.group is Group.CHOICE and len(model.particles) > 1


def _groups(model: Model) -> Iterator[Model]:
    yield model
    for particle in model.particles:
        if isinstance(particle, Model):
            yield from _groups(particle)
