"""Reading what a schema says of its elements' types, each named one once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from lxml import etree

from sync.mapping.schema.content import (
    Attribute,
    Element,
    ElementType,
    Group,
    Model,
    Particle,
    Process,
    Wildcard,
)
from sync.mapping.schema.derivations import Derivations
from sync.mapping.schema.files import XSD, Declaration, Kind, SchemaFiles
from sync.mapping.schema.nodes import derivation, documentation, is_a, is_qualified, is_true, occurrence, within, words
from sync.mapping.schema.types import ANY_SIMPLE, SimpleType, SimpleTypes

_ANYTHING = Wildcard(minimum=0, maximum=None, process=Process.LAX)
ANY_TYPE = ElementType(
    name="anyType",
    namespace=XSD,
    mixed=True,
    content=Model(group=Group.SEQUENCE, particles=(_ANYTHING,), minimum=1, maximum=1),
    any_attribute=Wildcard(process=Process.LAX),
)

Name: TypeAlias = tuple[str, str]  # namespace and name


@dataclass(kw_only=True, slots=True)
class _Attributes:
    """What a type, a derivation or an attribute group says of attributes."""

    uses: dict[Name, Attribute] = field(default_factory=dict)
    prohibited: set[Name] = field(default_factory=set)
    wildcard: Wildcard | None = None


class Types:
    """Reads the types of a schema when they are asked for."""

    def __init__(self, files: SchemaFiles) -> None:
        self._files = files
        self._simple = SimpleTypes(files)
        self._derivations = Derivations(files)
        self._named: dict[Name, ElementType] = {}

    # --- what elements ask --------------------------------------------------------------------------------------------

    def declared_element(self, used: Declaration) -> Declaration:
        """Give the element declaration itself, be it here or behind a `ref`."""
        return self._declared(Kind.ELEMENT, used)

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
            return self.named(document.qname(node, reference), declared)
        for child in node.iterchildren(f"{{{XSD}}}simpleType", f"{{{XSD}}}complexType"):
            return self._read(Declaration(node=child, document=document))
        if head := self._derivations.head(declared):
            with self._files.entered(Kind.ELEMENT, (document.namespace, node.get("name", "")), declared):
                return self.of_element(head)
        return ANY_TYPE

    def named(self, name: Name, used: Declaration) -> ElementType:
        """Give the type of this name."""
        if name == (XSD, "anyType"):
            return ANY_TYPE
        if (known := self._named.get(name)) is None:
            known = self._named[name] = replace(self._new(name, used), namespace=name[0])
        return known

    def substitutes(self, head: Declaration) -> list[Declaration]:
        """Give the declarations that may stand for *head*."""
        return self._derivations.substitutes(head)

    def derived(self, base: ElementType, blocked: frozenset[str]) -> list[Name]:
        """Name the types of the schema that `xsi:type` may name in the place of *base*."""
        found = self._derivations.below((base.namespace, base.name)) if base.name else []
        return [each for each in found if self.may_stand(each, base, blocked) and not self._is_abstract(each)]

    def may_stand(self, name: Name, base: ElementType, blocked: frozenset[str]) -> bool:
        """Tell whether `xsi:type` may name a type in the place of *base*, abstract or not."""
        methods = self._derivations.methods(name, (base.namespace, base.name)) if base.name else None
        return methods is not None and not methods & (blocked | base.blocked)

    def _is_abstract(self, name: Name) -> bool:
        return is_true(self._files.components[(Kind.TYPE, *name)], "abstract")

    # --- types --------------------------------------------------------------------------------------------------------

    def _new(self, name: Name, used: Declaration) -> ElementType:
        if name[0] == XSD:
            return _plain(self._simple.named(name, used))
        with self._files.entered(Kind.TYPE, name, used):
            return self._read(self._files.find(Kind.TYPE, *name, used))

    def _read(self, declared: Declaration) -> ElementType:
        name = declared.node.get("name", "")
        if is_a(declared, "simpleType"):
            return replace(_plain(self._simple.read(declared)), name=name)
        if (simple := within(declared, "simpleContent")) is not None:
            read = self._simple_content(derivation(simple))
        elif (content := within(declared, "complexContent")) is not None:
            said = content if "mixed" in content.node.attrib else declared
            read = self._complex_content(derivation(content), is_true(said, "mixed"))
        else:
            own = self._attributes(declared)
            read = ElementType(
                mixed=is_true(declared, "mixed"),
                content=self._content(declared),
                attributes=tuple(own.uses.values()),
                any_attribute=own.wildcard,
            )
        blocked = words(declared, "block") & {"extension", "restriction"}
        return replace(read, name=name, abstract=is_true(declared, "abstract"), blocked=blocked)

    def _simple_content(self, derived: Declaration) -> ElementType:
        base = self._base(derived)
        simple = base.simple
        if is_a(derived, "restriction"):
            inline = within(derived, "simpleType")
            simple = self._simple.read(inline) if inline else simple or ANY_SIMPLE
            simple = self._simple.restrict(simple, derived, "")
        return replace(self._with_attributes(base, derived), simple=simple)

    def _complex_content(self, derived: Declaration, mixed: bool) -> ElementType:
        base, content = self._base(derived), self._content(derived)
        read = self._with_attributes(base, derived)
        if is_a(derived, "restriction"):
            return replace(read, mixed=mixed, content=content)
        both = tuple(model for model in (base.content, content) if model)
        if len(both) == 2:
            content = Model(group=Group.SEQUENCE, particles=both, minimum=1, maximum=1)
        else:
            content = both[0] if both else None
        return replace(read, simple=base.simple, mixed=mixed or base.mixed, content=content)

    def _base(self, derived: Declaration) -> ElementType:
        return self.named(derived.document.qname(derived.node, derived.node.get("base", "")), derived)

    # --- content models -----------------------------------------------------------------------------------------------

    def _content(self, holder: Declaration) -> Model | None:
        """Read the one group that a type or derivation holds."""
        for group in ("sequence", "choice", "all", "group"):
            if (found := within(holder, group)) is not None and occurrence(found)[1] != 0:
                model = self._particle(found)
                return model if isinstance(model, Model) and model.particles else None
        return None

    def _particle(self, used: Declaration) -> Particle:
        minimum, maximum = occurrence(used)
        match etree.QName(used.node).localname:
            case "element":
                return Element(self, used)
            case "any":
                return _wildcard(used, minimum, maximum)
            case "group":
                return self._group(used, minimum, maximum)
            case kind if kind in set(Group):
                nodes = (Declaration(node=node, document=used.document) for node in used.node.iterchildren())
                allowed = (each for each in nodes if not is_a(each, "annotation") and occurrence(each)[1] != 0)
                particles = tuple(map(self._particle, allowed))
                if not particles and kind == Group.CHOICE and minimum > 0:
                    used.document.refuse(used.node, "xs:choice has nothing to choose from: no document is valid")
                return Model(group=Group(kind), particles=particles, minimum=minimum, maximum=maximum)
            case other:
                return used.document.refuse(used.node, f"xs:{other} may not stand here")

    def _group(self, used: Declaration, minimum: int, maximum: int | None) -> Model:
        name = used.document.qname(used.node, used.node.get("ref", ""))
        with self._files.entered(Kind.GROUP, name, used):
            model = self._content(self._files.find(Kind.GROUP, *name, used))
        if model is None:
            return Model(group=Group.SEQUENCE, particles=(), minimum=minimum, maximum=maximum)
        return replace(model, minimum=minimum, maximum=maximum)

    # --- attributes ---------------------------------------------------------------------------------------------------

    def _with_attributes(self, base: ElementType, derived: Declaration) -> ElementType:
        """Give a type that has the attributes of its base and its own."""
        own = self._attributes(derived)
        inherited = {(each.namespace, each.name): each for each in base.attributes}
        wildcard = own.wildcard
        if is_a(derived, "restriction"):
            inherited = {name: each for name, each in inherited.items() if name not in own.prohibited}
        elif base.any_attribute:
            wildcard = _union(base.any_attribute, wildcard) if wildcard else base.any_attribute
        return ElementType(attributes=tuple((inherited | own.uses).values()), any_attribute=wildcard)

    def _attributes(self, holder: Declaration) -> _Attributes:
        found, wildcards = _Attributes(), list[Wildcard]()
        for node in holder.node.iterchildren(f"{{{XSD}}}attribute", f"{{{XSD}}}attributeGroup"):
            used = Declaration(node=node, document=holder.document)
            if is_a(used, "attribute"):
                self._add_attribute(used, found)
            else:
                group = self._attribute_group(used)
                found.uses |= group.uses  # what a group prohibits is without meaning outside of it
                wildcards += [group.wildcard] if group.wildcard else []
        if (own := within(holder, "anyAttribute")) is not None:
            wildcards.insert(0, _wildcard(own))
        found.wildcard = _intersection(wildcards)
        return found

    def _attribute_group(self, used: Declaration) -> _Attributes:
        name = used.document.qname(used.node, used.node.get("ref", ""))
        with self._files.entered(Kind.ATTRIBUTE_GROUP, name, used):
            return self._attributes(self._files.find(Kind.ATTRIBUTE_GROUP, *name, used))

    def _add_attribute(self, used: Declaration, found: _Attributes) -> None:
        declared = self._declared(Kind.ATTRIBUTE, used)
        node, name = declared.node, declared.node.get("name", "")
        namespace = declared.document.namespace if is_qualified(declared) else ""
        use = used.node.get("use", "optional").strip()
        if use == "prohibited":
            found.prohibited.add((namespace, name))
            return
        says = used.node if {"default", "fixed"} & set(used.node.attrib) else node
        found.uses[namespace, name] = Attribute(
            name=name,
            namespace=namespace,
            required=use == "required",
            type=self._attribute_type(declared),
            default=says.get("default"),
            fixed=says.get("fixed"),
            annotation=documentation(used.node) or self.annotation(declared),
        )

    def _attribute_type(self, declared: Declaration) -> SimpleType:
        if reference := declared.node.get("type"):
            return self._simple.named(declared.document.qname(declared.node, reference), declared)
        inline = within(declared, "simpleType")
        return self._simple.read(inline) if inline else ANY_SIMPLE

    def _declared(self, kind: Kind, used: Declaration) -> Declaration:
        if (reference := used.node.get("ref")) is None:
            if not used.node.get("name"):
                used.document.refuse(used.node, f"xs:{kind} has neither a name nor a ref")
            return used
        return self._files.find(kind, *used.document.qname(used.node, reference), used)


def _plain(simple: SimpleType) -> ElementType:
    return ElementType(name=simple.name, simple=simple)


# --- wildcards --------------------------------------------------------------------------------------------------------


def _wildcard(used: Declaration, minimum: int = 1, maximum: int | None = 1) -> Wildcard:
    process = used.node.get("processContents", "strict").strip()
    if process not in set(Process):
        used.document.refuse(used.node, f'processContents "{process}" is none of {", ".join(Process)}')
    named, target = used.node.get("namespace", "##any").split(), used.document.namespace
    special = {"##targetNamespace": target, "##local": ""}
    if "##any" in named:
        namespaces, barred = None, frozenset[str]()
    elif "##other" in named:
        namespaces, barred = None, frozenset({target, ""})
    else:
        namespaces, barred = frozenset(special.get(each, each) for each in named), frozenset()
    return Wildcard(
        minimum=minimum, maximum=maximum, process=Process(process), namespaces=namespaces, barred=barred
    )  # fmt: skip


def _intersection(wildcards: Iterable[Wildcard]) -> Wildcard | None:
    """Give what all of them admit, as the first one processes it."""
    found: Wildcard | None = None
    for each in wildcards:
        if found is None:
            found = each
        elif found.namespaces is None and each.namespaces is None:
            found = replace(found, barred=found.barred | each.barred)
        else:
            named = (found.namespaces or frozenset()) | (each.namespaces or frozenset())
            both = frozenset(name for name in named if found.admits(name) and each.admits(name))
            found = replace(found, namespaces=both, barred=frozenset())
    return found


def _union(base: Wildcard, own: Wildcard) -> Wildcard:
    """Give what either admits, as the extension processes it."""
    if base.namespaces is not None and own.namespaces is not None:
        return replace(own, namespaces=base.namespaces | own.namespaces)
    barred = frozenset(name for name in base.barred | own.barred if not base.admits(name) and not own.admits(name))
    return replace(own, namespaces=None, barred=barred)
