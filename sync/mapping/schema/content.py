"""Elements of a schema and what they may contain; types are read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sync.mapping.schema.nodes import documentation, is_qualified, is_true, occurrence, words
from sync.mapping.schema.types import SimpleType

if TYPE_CHECKING:
    from sync.mapping.schema.files import Declaration
    from sync.mapping.schema.reading import Types


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """An attribute that a type declares."""

    name: str
    namespace: str  #: "" unless it is qualified in documents
    required: bool
    type: SimpleType
    default: str | None = None
    fixed: str | None = None
    annotation: str = ""

    @property
    def tag(self) -> str:
        """The name as lxml writes it: `{namespace}name`."""
        return f"{{{self.namespace}}}{self.name}" if self.namespace else self.name


class Group(StrEnum):
    """How particles stand together."""

    SEQUENCE = "sequence"
    CHOICE = "choice"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A sequence, choice or all, with how often it may occur (`maximum` None: unbounded)."""

    group: Group
    particles: tuple[Particle, ...]
    minimum: int
    maximum: int | None

    def elements(self) -> Iterator[Element]:
        """Give every element in it and in the groups in it, in schema order."""
        for particle in self.particles:
            if isinstance(particle, Element):
                yield particle
            elif isinstance(particle, Model):
                yield from particle.elements()


class Process(StrEnum):
    """Whether what stands at a wildcard is validated."""

    STRICT = "strict"  #: it must be declared
    LAX = "lax"  #: where it is declared
    SKIP = "skip"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wildcard:
    """`xs:any` and `xs:anyAttribute`: named where it is met, never passed over."""

    minimum: int = 1
    maximum: int | None = 1
    process: Process = Process.STRICT
    namespaces: frozenset[str] | None = None  #: those that may stand there; None: all but the `barred`
    barred: frozenset[str] = frozenset()

    def admits(self, namespace: str) -> bool:
        """Tell whether a name of this namespace ("": of none) may stand there."""
        return namespace not in self.barred if self.namespaces is None else namespace in self.namespaces


class TypeName(NamedTuple):
    """The name of a type, in the order in which `Element.as_type` takes it."""

    name: str
    namespace: str


class Element:
    """One element declaration at one place of a content model; its type is read when it is asked for."""

    def __init__(
        self, types: Types, used: Declaration, *, place: Element | None = None, given: ElementType | None = None
    ) -> None:
        """Read a declaration; *place* is where it stands for another, *given* the type that `xsi:type` names."""
        self._types = types
        self._used = used
        self._given = given
        self._declared = types.declared_element(used)
        node = self._declared.node
        self.name: str = node.get("name", "")
        self.namespace: str = self._declared.document.namespace if is_qualified(self._declared) else ""
        #: the name as lxml writes it
        self.tag: str = f"{{{self.namespace}}}{self.name}" if self.namespace else self.name
        self.minimum: int
        self.maximum: int | None
        self.minimum, self.maximum = (place.minimum, place.maximum) if place else occurrence(used)
        self.nillable: bool = is_true(self._declared, "nillable")
        self.default: str | None = node.get("default")
        self.fixed: str | None = node.get("fixed")
        self.annotation: str = documentation(used.node) or types.annotation(self._declared)

    def __repr__(self) -> str:
        return f"<Element {self.tag}>"

    @property
    def type_name(self) -> str:
        """The name of its type, "" for an anonymous one."""
        return self._type.name

    @property
    def type_namespace(self) -> str:
        """The namespace of its type's name."""
        return self._type.namespace

    @property
    def abstract(self) -> bool:
        """Whether it, or its type, cannot stand in a document as it is."""
        return self.needs_substitute or self.needs_type

    @property
    def needs_substitute(self) -> bool:
        """Whether only the members of its substitution group can stand in a document."""
        return is_true(self._declared, "abstract")

    @property
    def needs_type(self) -> bool:
        """Whether its type is abstract, so that a document must name a derived one with `xsi:type`."""
        return self._type.abstract

    @property
    def simple(self) -> SimpleType | None:
        """The type of its text: of a simple type or simple content; None where it has elements only or is empty."""
        return self._type.simple

    @property
    def mixed(self) -> bool:
        """Whether text may stand between its elements."""
        return self._type.mixed

    @property
    def content(self) -> Model | None:
        """Its content model, extension and restriction resolved, groups in place; None where it has no elements."""
        return self._type.content

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Its attributes, attribute groups and base types included, in the order of the schema."""
        return self._type.attributes

    @property
    def any_attribute(self) -> Wildcard | None:
        """The wildcard for attributes that are not declared: those of base types and groups brought together."""
        return self._type.any_attribute

    @property
    def substitutes(self) -> tuple[Element, ...]:
        """The elements that may stand for it, transitively: neither abstract nor blocked, with its occurrence here."""
        return tuple(Element(self._types, found, place=self) for found in self._types.substitutes(self._declared))

    def children(self) -> tuple[Element, ...]:
        """Every element that its content model names, in schema order, each name once."""
        return self._type.children

    def child(self, name: str, prefix_namespace: str | None = None) -> list[Element]:
        """The children of this local name (several: two namespaces share it here)."""
        wanted = (element for element in self.children() if element.name == name)
        return [element for element in wanted if prefix_namespace in (None, element.namespace)]

    def standing(self) -> dict[str, Element]:
        """Give what can stand in it, by tag: its children and what may stand for them, but nothing abstract."""
        return self._type.standing

    def derived_types(self) -> tuple[TypeName, ...]:
        """Name the schema's types that `xsi:type` may name here: derived, transitively, not abstract, not blocked."""
        return tuple(TypeName(name, namespace) for namespace, name in self._types.derived(self._type, self._blocked))

    def as_type(self, name: str, namespace: str) -> Element:
        """Give it as it stands under this `xsi:type`; raises KeyError where it may not be named here.

        Besides what `derived_types` gives that is its own type, and a built-in one that is derived from it.
        """
        if not self._types.may_stand((namespace, name), self._type, self._blocked):
            raise KeyError(name)
        given = self._types.named((namespace, name), self._declared)
        return Element(self._types, self._used, place=self, given=given)

    @property
    def _blocked(self) -> frozenset[str]:
        return words(self._declared, "block") & {"extension", "restriction"}

    @cached_property
    def _type(self) -> ElementType:
        return self._given or self._types.of_element(self._declared)


Particle: TypeAlias = Element | Model | Wildcard


@dataclass(frozen=True, kw_only=True)
class ElementType:
    """What an element's type allows, be it simple or complex."""

    name: str = ""
    namespace: str = ""
    simple: SimpleType | None = None
    mixed: bool = False
    abstract: bool = False
    blocked: frozenset[str] = frozenset()  #: the derivations that `xsi:type` may not name: extension, restriction
    content: Model | None = None
    attributes: tuple[Attribute, ...] = ()
    any_attribute: Wildcard | None = None

    @cached_property
    def children(self) -> tuple[Element, ...]:
        """The content model's elements, each name once."""
        first: dict[str, Element] = {}
        for element in self.content.elements() if self.content else ():
            first.setdefault(element.tag, element)
        return tuple(first.values())

    @cached_property
    def standing(self) -> dict[str, Element]:
        """The elements that documents have there."""
        found: dict[str, Element] = {}
        for element in self.children:
            for each in (element, *element.substitutes):
                if not each.needs_substitute:
                    found.setdefault(each.tag, each)
        return found
