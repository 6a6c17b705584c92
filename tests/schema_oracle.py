"""Holding the lazy schema model against the xmlschema package: every global element and every named type."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import xmlschema
from xmlschema.validators import (
    XsdAnyAttribute,
    XsdAnyElement,
    XsdAttribute,
    XsdComplexType,
    XsdElement,
    XsdGroup,
    XsdType,
)

from sync.mapping.schema import Attribute, Element, Model, Particle, Schema, SimpleType, Wildcard
from sync.mapping.schema.types import BUILTINS
from tests.schemas import write

XSD = "http://www.w3.org/2001/XMLSchema"
INTEGERS = [name for name, base in BUILTINS.items() if base.fraction_digits == 0]  #: the oracle takes it for granted
PLURALS = ("IDREFS", "NMTOKENS", "ENTITIES")
#: namespaces that a wildcard is asked for: of no schema, of none, of well-known ones
PROBES = ("", "urn:probe", "urn:t", "urn:a", "urn:b", XSD, "http://www.w3.org/XML/1998/namespace")


class Oracle:
    """The model and the oracle, both of a made schema that imports what is to be compared."""

    def __init__(self, folder: Path, files: dict[Path, str], inside: Path) -> None:
        """Load the schemas in *files*, each of the namespace beside it, with all that they import from *inside*."""
        files = {file.resolve(): namespace for file, namespace in files.items()}
        self.oracle = xmlschema.XMLSchema(str(_made(folder, files, "")), allow="local")
        every = [name for name in self.oracle.maps.elements if namespace_of(name) in set(files.values())]
        refs = "".join(
            f'<xs:element xmlns:n="{namespace_of(name)}" ref="n:{local(name)}"/>'
            if namespace_of(name)
            else f'<xs:element ref="{name}"/>'
            for name in every
            if local(name) not in (ANYTHING, EVERY)
        )
        self.model = model = Schema.load(_made(folder, files, refs), [folder, inside])
        self.anything = model.root(ANYTHING)
        self.elements = model.root(EVERY).children()

    def compare(self) -> int:
        """Compare every named type and every global element; gives how many."""
        for element in self.elements:
            compare_global(element, self.oracle.maps.elements[element.tag])
        for element, known in (types := list(self._types())):
            assert element.type_namespace == known.target_namespace
            compare_type(element, known)
            compare_derived(element, known, self.oracle)
        return len(self.elements) + len(types)

    def _types(self) -> Iterator[tuple[Element, XsdType]]:
        """Give every named type of the schemas: an element that has it, and the oracle's."""
        for name, known in sorted(self.oracle.maps.types.items()):
            if known.target_namespace != XSD:
                yield self.anything.as_type(known.local_name, namespace_of(name)), known


ANYTHING, EVERY = "made-for-the-oracle", "every-made-for-the-oracle"


def _made(folder: Path, files: dict[Path, str], refs: str) -> Path:
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="{file}"/>'
        if namespace
        else f'<xs:include schemaLocation="{file}"/>'
        for file, namespace in files.items()
    )
    every = (
        f'<xs:element name="{EVERY}"><xs:complexType><xs:sequence>{refs}</xs:sequence></xs:complexType></xs:element>'
    )
    head = "" if "" in files.values() else 'targetNamespace="urn:made-for-the-oracle"'
    return write(folder, f"{ANYTHING}.xsd", f'{imports}<xs:element name="{ANYTHING}"/>{every}', head)


def compare_global(element: Element, oracle: XsdElement) -> None:
    """Compare a global declaration, as one that refers to it gives it."""
    compare_declaration(element, oracle)
    if not element.type_name:
        compare_type(element, oracle.type)
    compare_substitutes(element, oracle)


def compare_element(element: Element, oracle: XsdElement) -> None:
    """Compare an element of a content model and, where it is declared there with a type of its own, that."""
    compare_declaration(element, oracle)
    assert (element.minimum, element.maximum) == (oracle.min_occurs, oracle.max_occurs)
    if not element.type_name and oracle.ref is None:
        compare_type(element, oracle.type)


def compare_declaration(element: Element, oracle: XsdElement) -> None:
    facts = (element.tag, element.nillable, element.default, element.fixed, element.needs_substitute)
    assert facts == (oracle.name, oracle.nillable, oracle.default, oracle.fixed, oracle.abstract), oracle
    assert (element.type_name, element.type_namespace) == named(oracle.type), oracle


def compare_type(element: Element, oracle: XsdType) -> None:
    """Compare what a type allows, to the next named one."""
    assert (element.type_name, element.needs_type) == (named(oracle)[0], bool(getattr(oracle, "abstract", False)))
    assert element.mixed == (oracle.is_complex() and oracle.mixed), oracle
    compare_simple(element.simple, oracle if oracle.is_simple() else oracle.simple_type)
    if isinstance(oracle, XsdComplexType):
        ours, theirs = ({each.tag: each for each in element.attributes}, dict(oracle.attributes))
        wildcard = theirs.pop(None, None)
        compare_wildcards(element.any_attribute, wildcard if wildcard is not None and admits_any(wildcard) else None)
        allowed = {name: each for name, each in theirs.items() if each.use != "prohibited"}
        assert set(ours) == set(allowed), oracle
        for name, each in ours.items():
            compare_attribute(each, allowed[name])
        if not oracle.has_simple_content():
            compare_models(element.content, oracle.content)


def compare_attribute(ours: Attribute, theirs: XsdAttribute) -> None:
    facts = (ours.required, ours.default, ours.fixed)
    default = None if theirs.elem.get("fixed") else theirs.default  # the oracle keeps what the use replaces
    assert facts == (theirs.use == "required", default, theirs.fixed), theirs
    compare_named_simple(ours.type, theirs.type)


# --- simple types -----------------------------------------------------------------------------------------------------


def compare_simple(ours: SimpleType | None, theirs: XsdType | None) -> None:
    assert (ours is None) == (theirs is None), theirs
    if ours is None or theirs is None or is_lost(theirs):
        return
    assert ours.name in ("", theirs.local_name)
    assert ours.enumeration == enumeration(theirs, ours), theirs
    assert (ours.item is None, not ours.members) == (not is_list(theirs), not is_union(theirs)), theirs
    if ours.item:
        compare_named_simple(ours.item, list_of(theirs).item_type)
    if ours.members:
        for one, other in zip(ours.members, members_of(theirs), strict=True):
            compare_named_simple(one, other)
    assert (ours.min_length, ours.max_length) == lengths_of(theirs), theirs
    assert not ours.patterns or ours.patterns[-1] == "|".join(last_patterns(theirs)), theirs
    if not ours.item and not ours.members:
        assert ours.builtin == builtin(theirs), theirs
        assert limits(ours) == limits_of(theirs, whole=ours.builtin in INTEGERS), theirs
    if theirs.white_space:
        assert ours.white_space == theirs.white_space, theirs


def compare_named_simple(ours: SimpleType, theirs: XsdType) -> None:
    assert ours.name == named(theirs)[0], theirs
    compare_simple(ours, theirs)


def lengths_of(oracle: XsdType) -> tuple[int | None, int | None]:
    found: dict[str, int] = {"minLength": 1} if builtin(oracle) in PLURALS else {}  # the oracle takes it for granted
    for each in reversed(list(chain_of(oracle))):
        for facet in ("length", "minLength", "maxLength"):
            if (known := (each.facets or {}).get(f"{{{XSD}}}{facet}")) is not None:
                found |= (
                    {"minLength": known.value, "maxLength": known.value} if facet == "length" else {facet: known.value}
                )
    return found.get("minLength"), found.get("maxLength")


def chain_of(oracle: XsdType | None) -> Iterator[XsdType]:
    """Give a simple type and all that it restricts, complex types of simple content passed over."""
    while oracle is not None and oracle.name != f"{{{XSD}}}anyType":
        if oracle.is_simple():
            yield oracle
        oracle = oracle.base_type


BORDERS = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")


def limits(simple: SimpleType) -> tuple[object, ...]:
    borders = (simple.min_inclusive, simple.max_inclusive, simple.min_exclusive, simple.max_exclusive)
    return (*map(border, borders), simple.total_digits, simple.fraction_digits)


def limits_of(oracle: XsdType, *, whole: bool) -> tuple[object, ...]:
    found: dict[str, object] = {"fractionDigits": 0} if whole else {}
    for each in reversed(list(chain_of(oracle))):
        for facet in (*BORDERS, "totalDigits", "fractionDigits"):
            if (known := (each.facets or {}).get(f"{{{XSD}}}{facet}")) is not None:
                if facet in BORDERS:  # an exclusive border takes the place of an inclusive one, and the other way round
                    found = {name: value for name, value in found.items() if name[:3] != facet[:3]}
                found[facet] = known.value
    return (*(border(found.get(each)) for each in BORDERS), found.get("totalDigits"), found.get("fractionDigits"))


def border(value: object) -> object:
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return value if value is None else str(value)


def enumeration(oracle: XsdType, ours: SimpleType) -> tuple[str, ...]:
    if is_union(oracle) and oracle.enumeration is None:
        members = [enumeration(each, one) for each, one in zip(members_of(oracle), ours.members, strict=True)]
        return tuple(dict.fromkeys(value for values in members for value in values)) if all(members) else ()
    facet = oracle.get_facet(f"{{{XSD}}}enumeration")
    return tuple(ours.normalize(each.get("value", "")) for each in facet) if facet is not None else ()


def last_patterns(oracle: XsdType) -> list[str]:
    return list(oracle.patterns.regexps) if oracle.patterns is not None else []


def is_list(oracle: XsdType) -> bool:
    return oracle.is_list()


def is_union(oracle: XsdType) -> bool:
    return oracle.is_union()


def list_of(oracle: XsdType) -> XsdType:
    while not hasattr(oracle, "item_type"):
        oracle = oracle.base_type
    return oracle


def members_of(oracle: XsdType) -> list[XsdType]:
    """Give the members of a union in the standard's order; the oracle has the inline ones first."""
    while not hasattr(oracle, "member_types"):
        oracle = oracle.base_type
    return sorted(oracle.member_types, key=lambda member: member.local_name is None)


def is_lost(oracle: XsdType) -> bool:
    """Tell whether it is a simple type that stands inline in a restriction of mixed content: the oracle forgets it."""
    return oracle.base_type is not None and oracle.base_type.is_complex() and bool(oracle.base_type.mixed)


def builtin(oracle: XsdType) -> str:
    while oracle.target_namespace != XSD and oracle.base_type is not None:
        oracle = oracle.base_type
    return oracle.local_name or ""


# --- content models ---------------------------------------------------------------------------------------------------


def compare_models(ours: Model | None, theirs: XsdGroup) -> None:
    """Compare the trees of groups, those left out that say nothing, then their elements one by one."""
    mine, other = shape(ours), oracle_shape(theirs)
    assert mine == other, theirs
    for one, another in zip(leaves(ours), oracle_leaves(theirs), strict=True):
        if isinstance(one, Element):
            compare_element(one, another)
        else:
            assert one.process.value == another.process_contents, another
            compare_wildcards(one, another)


Shape: TypeAlias = tuple[Any, ...]  #: a group with its particles, or a name; then how often


def shape(particle: Particle | None) -> Shape | None:
    if particle is None:
        return None
    if not isinstance(particle, Model):
        name = particle.tag if isinstance(particle, Element) else "*"
        return name, particle.minimum, particle.maximum
    return simplified(
        particle.group.value, [shape(each) for each in particle.particles], particle.minimum, particle.maximum
    )


def oracle_shape(particle: XsdElement | XsdAnyElement | XsdGroup) -> Shape | None:
    if particle.max_occurs == 0:
        return None
    if not isinstance(particle, XsdGroup):
        name = particle.name if isinstance(particle, XsdElement) else "*"
        return name, particle.min_occurs, particle.max_occurs
    return simplified(
        particle.model, [oracle_shape(each) for each in particle], particle.min_occurs, particle.max_occurs
    )


def simplified(group: str, particles: list[Shape | None], minimum: int, maximum: int | None) -> Shape | None:
    found = [each for each in particles if each is not None]
    once = (minimum, maximum) == (1, 1)
    if group != "all":
        found = [inner for each in found for inner in (each[1] if (each[0], *each[2:]) == (group, 1, 1) else [each])]
    if len(found) == 1 and once:
        return found[0]
    if len(found) == 1 and found[0][-2:] == (1, 1):
        return (*found[0][:-2], minimum, maximum)
    return (group, found, minimum, maximum) if found else None


def leaves(particle: Particle | None) -> Iterator[Element | Wildcard]:
    if isinstance(particle, Model):
        for each in particle.particles:
            yield from leaves(each)
    elif particle is not None:
        yield particle


def oracle_leaves(particle: XsdElement | XsdAnyElement | XsdGroup) -> Iterator[XsdElement | XsdAnyElement]:
    if particle.max_occurs == 0:
        return
    if isinstance(particle, XsdGroup):
        for each in particle:
            yield from oracle_leaves(each)
    else:
        yield particle


def compare_wildcards(ours: Wildcard | None, theirs: XsdAnyElement | XsdAnyAttribute | None) -> None:
    assert (ours is None) == (theirs is None), theirs
    if ours is None or theirs is None:
        return
    assert [ours.admits(each) for each in PROBES] == [theirs.is_namespace_allowed(each) for each in PROBES], theirs


def admits_any(wildcard: XsdAnyAttribute) -> bool:
    """Tell whether it is one: a restriction of anyType without one has, for the oracle, one that admits nothing."""
    return bool(wildcard.namespace or wildcard.not_namespace)


# --- what may stand for what ------------------------------------------------------------------------------------------


def compare_substitutes(element: Element, oracle: XsdElement) -> None:
    """Compare the members of a substitution group, unless something is blocked: the oracle looks at that later."""
    if blocks(oracle) or blocks(oracle.type):
        return
    members = [each for each in oracle.iter_substitutes() if not blocks(each.type)]
    assert {each.tag for each in element.substitutes} == {each.name for each in members if not each.abstract}, oracle


def compare_derived(element: Element, oracle: XsdType, schema: xmlschema.XMLSchema) -> None:
    if blocks(oracle) or (oracle.is_simple() and oracle.is_union()):
        return
    ours = {f"{{{each.namespace}}}{each.name}" if each.namespace else each.name for each in element.derived_types()}
    assert ours == {name for name, each in _derivable(schema) if each is not oracle and each.is_derived(oracle)}, oracle


@cache
def _derivable(schema: xmlschema.XMLSchema) -> list[tuple[str, XsdType]]:
    """Give the types that `xsi:type` may name."""
    own = ((name, each) for name, each in schema.maps.types.items() if each.target_namespace != XSD)
    return [(name, each) for name, each in own if not getattr(each, "abstract", False)]


def blocks(oracle: XsdType | XsdElement) -> bool:
    return bool(getattr(oracle, "block", ""))


def named(oracle: XsdType) -> tuple[str, str]:
    return (oracle.local_name or "", oracle.target_namespace if oracle.local_name else "")


def namespace_of(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def local(name: str) -> str:
    return name.rpartition("}")[2]
