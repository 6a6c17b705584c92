"""Elements of a schema and what they may contain; types are read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from lxml import etree

from sync.mapping.schema_files import XML, XSD, Declaration, Kind, SchemaFiles
from sync.mapping.schema_types import ANY_SIMPLE, SimpleType, SimpleTypes


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Wildcard:
    """`xs:any`: named where it is met, never passed over."""

    minimum: int
    maximum: int | None


class Element:
    """One element declaration at one place of a content model; its type is read when it is asked for."""

    def __init__(self, types: Types, used: Declaration) -> None:
        self._types = types
        self._declared = types.declared(Kind.ELEMENT, used)
        node, document = self._declared.node, self._declared.document
        self.name: str = node.get("name", "")
        self.namespace: str = document.namespace if _qualified(self._declared) else ""
        self.minimum, self.maximum = occurrence(used)
        self.nillable: bool = node.get("nillable", "false").strip() in ("true", "1")
        self.default: str | None = node.get("default")
        self.fixed: str | None = node.get("fixed")
        self.annotation: str = documentation(used.node) or types.annotation(self._declared)

    def __repr__(self) -> str:
        return f"<Element {self.tag}>"

    @property
    def tag(self) -> str:
        """The name as lxml writes it: `{namespace}name`."""
        return f"{{{self.namespace}}}{self.name}" if self.namespace else self.name

    @property
    def type_name(self) -> str:
        """The name of its type, "" for an anonymous one."""
        return self._type.name

    @property
    def abstract(self) -> bool:
        """Whether it, or its type, cannot stand in a document as it is."""
        return self._declared.node.get("abstract", "false").strip() in ("true", "1") or self._type.abstract

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
    def substitutes(self) -> tuple[Element, ...]:
        """The elements that name it as the head of their substitution group, and those that may stand for them."""
        if self._declared.node.getparent() is not self._declared.document.root:
            return ()
        direct = self._types.substitutes(self.namespace, self.name)
        return tuple(each for element in direct for each in (element, *element.substitutes))

    def children(self) -> tuple[Element, ...]:
        """Every element that its content model names, in schema order, each name once."""
        return self._type.children

    def child(self, name: str, prefix_namespace: str | None = None) -> list[Element]:
        """The children of this local name (several: two namespaces share it here)."""
        wanted = (element for element in self.children() if element.name == name)
        return [element for element in wanted if prefix_namespace in (None, element.namespace)]

    @cached_property
    def _type(self) -> ElementType:
        try:
            return self._types.of_element(self._declared)
        except RecursionError:
            self._declared.document.refuse(self._declared.node, f'the type of "{self.name}" is defined by itself')


Particle: TypeAlias = Element | Model | Wildcard


@dataclass(frozen=True, kw_only=True)
class ElementType:
    """What an element's type allows, be it simple or complex."""

    name: str = ""
    simple: SimpleType | None = None
    mixed: bool = False
    abstract: bool = False
    content: Model | None = None
    attributes: tuple[Attribute, ...] = ()

    @cached_property
    def children(self) -> tuple[Element, ...]:
        """The content model's elements, each name once."""
        first: dict[str, Element] = {}
        for element in self.content.elements() if self.content else ():
            first.setdefault(element.tag, element)
        return tuple(first.values())


_ANYTHING = Model(group=Group.SEQUENCE, particles=(Wildcard(minimum=0, maximum=None),), minimum=1, maximum=1)
ANY_TYPE = ElementType(name="anyType", mixed=True, content=_ANYTHING)

#: an attribute by namespace and name; None: prohibited
Attributes: TypeAlias = dict[tuple[str, str], Attribute | None]


class Types:
    """Reads the types of a schema when they are asked for, each named one once."""

    def __init__(self, files: SchemaFiles) -> None:
        self._files = files
        self._simple = SimpleTypes(files)
        self._named: dict[tuple[str, str], ElementType] = {}

    def declared(self, kind: Kind, used: Declaration) -> Declaration:
        """Give the declaration itself, be it here or behind a `ref`."""
        if (reference := used.node.get("ref")) is None:
            return used
        return self._files.find(kind, *used.document.qname(used.node, reference), used)

    def substitutes(self, namespace: str, name: str) -> list[Element]:
        """Give the global elements whose substitution group this one heads."""
        return [Element(self, found) for found in self._files.substitutes.get((namespace, name), ())]

    def annotation(self, declared: Declaration) -> str:
        """Give what a declaration says of itself, or what its named type says."""
        if text := documentation(declared.node):
            return text
        if reference := declared.node.get("type"):
            key = (Kind.TYPE, *declared.document.qname(declared.node, reference))
            if found := self._files.components.get(key):
                return documentation(found.node)
        return ""

    def of_element(self, declared: Declaration) -> ElementType:
        """Read the type of an element declaration."""
        node, document = declared.node, declared.document
        if reference := node.get("type"):
            return self._of_name(reference, declared)
        for child in node.iterchildren(f"{{{XSD}}}simpleType", f"{{{XSD}}}complexType"):
            return self._read(Declaration(node=child, document=document))
        if head := node.get("substitutionGroup"):
            return self.of_element(self._files.find(Kind.ELEMENT, *document.qname(node, head), declared))
        return ANY_TYPE

    def _of_name(self, reference: str, used: Declaration) -> ElementType:
        namespace, name = used.document.qname(used.node, reference)
        if namespace == XSD:
            return ANY_TYPE if name == "anyType" else _plain(self._simple.named(reference, used))
        if (known := self._named.get((namespace, name))) is None:
            known = self._named[namespace, name] = self._read(self._files.find(Kind.TYPE, namespace, name, used))
        return known

    def _read(self, declared: Declaration) -> ElementType:
        node, name = declared.node, declared.node.get("name", "")
        if node.tag == f"{{{XSD}}}simpleType":
            return _plain(self._simple.read(declared))
        if (simple := _within(declared, "simpleContent")) is not None:
            read = self._simple_content(_derivation(simple))
        elif (complex_content := _within(declared, "complexContent")) is not None:
            read = self._complex_content(_derivation(complex_content), _mixed(declared) or _mixed(complex_content))
        else:
            attributes = _sorted(self._attributes(declared))
            read = ElementType(mixed=_mixed(declared), content=self._content(declared), attributes=attributes)
        return replace(read, name=name, abstract=node.get("abstract", "false").strip() in ("true", "1"))

    def _simple_content(self, derivation: Declaration) -> ElementType:
        base = self._base(derivation)
        simple = base.simple
        if _is(derivation, "restriction"):
            inline = _within(derivation, "simpleType")
            simple = self._simple.read(inline) if inline else simple or ANY_SIMPLE
            simple = self._simple.restrict(simple, derivation, "")
        return ElementType(simple=simple, attributes=self._inherited(base, derivation))

    def _complex_content(self, derivation: Declaration, mixed: bool) -> ElementType:
        base, content = self._base(derivation), self._content(derivation)
        attributes = self._inherited(base, derivation)
        if _is(derivation, "restriction"):
            return ElementType(mixed=mixed, content=content, attributes=attributes)
        both = tuple(model for model in (base.content, content) if model)
        if len(both) == 2:
            content = Model(group=Group.SEQUENCE, particles=both, minimum=1, maximum=1)
        else:
            content = both[0] if both else None
        return ElementType(simple=base.simple, mixed=mixed or base.mixed, content=content, attributes=attributes)

    def _base(self, derivation: Declaration) -> ElementType:
        return self._of_name(derivation.node.get("base", ""), derivation)

    def _content(self, holder: Declaration) -> Model | None:
        """Read the one group that a type or derivation holds."""
        for group in ("sequence", "choice", "all", "group"):
            if (found := _within(holder, group)) is not None:
                model = self._particle(found)
                return model if isinstance(model, Model) and model.particles else None
        return None

    def _particle(self, used: Declaration) -> Particle:
        minimum, maximum = occurrence(used)
        match etree.QName(used.node).localname:
            case "element":
                return Element(self, used)
            case "any":
                return Wildcard(minimum=minimum, maximum=maximum)
            case "group":
                return self._group(used, minimum, maximum)
            case kind:
                nodes = (Declaration(node=node, document=used.document) for node in used.node.iterchildren())
                allowed = (each for each in nodes if not _is(each, "annotation") and each.node.get("maxOccurs") != "0")
                particles = tuple(map(self._particle, allowed))
                return Model(group=Group(kind), particles=particles, minimum=minimum, maximum=maximum)

    def _group(self, used: Declaration, minimum: int, maximum: int | None) -> Model:
        reference = used.document.qname(used.node, used.node.get("ref", ""))
        model = self._content(self._files.find(Kind.GROUP, *reference, used))
        if model is None:
            return Model(group=Group.SEQUENCE, particles=(), minimum=minimum, maximum=maximum)
        return replace(model, minimum=minimum, maximum=maximum)

    def _inherited(self, base: ElementType, derivation: Declaration) -> tuple[Attribute, ...]:
        inherited: Attributes = {(each.namespace, each.name): each for each in base.attributes}
        return _sorted(inherited | self._attributes(derivation))

    def _attributes(self, holder: Declaration) -> Attributes:
        found: Attributes = {}
        for node in holder.node.iterchildren(f"{{{XSD}}}attribute", f"{{{XSD}}}attributeGroup"):
            used = Declaration(node=node, document=holder.document)
            if _is(used, "attribute"):
                found |= self._attribute(used)
            else:
                reference = used.document.qname(node, node.get("ref", ""))
                found |= self._attributes(self._files.find(Kind.ATTRIBUTE_GROUP, *reference, used))
        return found

    def _attribute(self, used: Declaration) -> Attributes:
        declared = self.declared(Kind.ATTRIBUTE, used)
        node, name = declared.node, declared.node.get("name", "")
        namespace = declared.document.namespace if _qualified(declared) else ""
        if used.node.get("use") == "prohibited":
            return {(namespace, name): None}
        attribute = Attribute(
            name=name,
            namespace=namespace,
            required=used.node.get("use") == "required",
            type=self._attribute_type(declared),
            default=used.node.get("default", node.get("default")),
            fixed=used.node.get("fixed", node.get("fixed")),
            annotation=documentation(used.node) or self.annotation(declared),
        )
        return {(namespace, name): attribute}

    def _attribute_type(self, declared: Declaration) -> SimpleType:
        if reference := declared.node.get("type"):
            return self._simple.named(reference, declared)
        inline = _within(declared, "simpleType")
        return self._simple.read(inline) if inline else ANY_SIMPLE


def occurrence(used: Declaration) -> tuple[int, int | None]:
    """Give minOccurs and maxOccurs, None for unbounded."""
    minimum, maximum = used.node.get("minOccurs", "1").strip(), used.node.get("maxOccurs", "1").strip()
    if not minimum.isdecimal() or not (maximum.isdecimal() or maximum == "unbounded"):
        used.document.refuse(used.node, f'minOccurs "{minimum}", maxOccurs "{maximum}": not numbers')
    return int(minimum), None if maximum == "unbounded" else int(maximum)


def documentation(node: etree._Element) -> str:
    """Give the annotation of a node: the German text where there is one, else the first."""
    texts = node.findall(f"{{{XSD}}}annotation/{{{XSD}}}documentation")
    german = [text for text in texts if text.get(f"{{{XML}}}lang", "").lower().split("-")[0] == "de"]
    return " ".join("".join((german or texts)[0].itertext()).split()) if texts else ""


def _qualified(declared: Declaration) -> bool:
    node, root = declared.node, declared.document.root
    if node.getparent() is root:
        return True
    kind = etree.QName(node).localname
    form = node.get("form") or root.get(f"{kind}FormDefault", "unqualified")
    return bool(form.strip() == "qualified")


def _plain(simple: SimpleType) -> ElementType:
    return ElementType(name=simple.name, simple=simple)


def _sorted(attributes: Attributes) -> tuple[Attribute, ...]:
    return tuple(attribute for attribute in attributes.values() if attribute)


def _is(declaration: Declaration, name: str) -> bool:
    return bool(declaration.node.tag == f"{{{XSD}}}{name}")


def _within(declaration: Declaration, name: str) -> Declaration | None:
    node = declaration.node.find(f"{{{XSD}}}{name}")
    return None if node is None else Declaration(node=node, document=declaration.document)


def _derivation(content: Declaration) -> Declaration:
    """Give the extension or restriction in a simpleContent or complexContent."""
    found = _within(content, "extension") or _within(content, "restriction")
    if found is None or not found.node.get("base"):
        content.document.refuse(content.node, "neither an extension nor a restriction with a base")
    return found


def _mixed(declaration: Declaration) -> bool:
    return declaration.node.get("mixed", "false").strip() in ("true", "1")
