"""What a content model says of one child, all groups around it counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sync.mapping.schema import Element, Group, Model


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """How a child stands in its parent."""

    optional: bool  #: may be absent, by itself or with the groups around it
    repeated: bool  #: may come more than once
    interleaved: bool = False  #: in a sequence that repeats as a whole, so that its siblings come in between


def occurrence(model: Model | None, tag: str) -> Occurrence | None:
    """Tell how a child stands in a content model; None: it is not there."""
    for particle in model.particles if model else ():
        inner = _inner(particle, tag) if isinstance(particle, Element | Model) else None
        if inner is not None and model is not None:
            several = len(model.particles) > 1
            often = model.maximum != 1
            return Occurrence(
                optional=inner.optional or model.minimum == 0 or (model.group is Group.CHOICE and several),
                repeated=inner.repeated or often,
                interleaved=inner.interleaved or (often and several and model.group is not Group.CHOICE),
            )
    return None


def _inner(particle: Element | Model, tag: str) -> Occurrence | None:
    if isinstance(particle, Model):
        return occurrence(particle, tag)
    if particle.tag != tag:
        return None
    return Occurrence(optional=particle.minimum == 0, repeated=particle.maximum != 1)


def uncovered(model: Model | None, written: Collection[str]) -> Iterator[str]:
    """Name the children that must stand there and are not among the tags *written*."""
    if model is None or model.minimum == 0:
        return
    if model.group is Group.CHOICE and len(model.particles) > 1:
        if not any(_may_be_empty(particle) or _touches(particle, written) for particle in model.particles):
            names = [particle.name for particle in model.particles if isinstance(particle, Element)]
            yield " or ".join(names) or "a choice"
        return
    for particle in model.particles:
        if isinstance(particle, Model):
            yield from uncovered(particle, written)
        elif isinstance(particle, Element) and particle.minimum > 0 and particle.tag not in written:
            yield particle.name


def _may_be_empty(particle: object) -> bool:
    if not isinstance(particle, Model):
        return getattr(particle, "minimum", 0) == 0
    if particle.minimum == 0:
        return True
    pick = any if particle.group is Group.CHOICE else all
    return pick(_may_be_empty(inner) for inner in particle.particles)


def _touches(particle: object, written: Collection[str]) -> bool:
    if isinstance(particle, Model):
        return any(_touches(inner, written) for inner in particle.particles)
    return isinstance(particle, Element) and particle.tag in written
