"""Made targets: schemas of every construct, each with rules that write a whole document of it, for Hypothesis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.targets import choice, holder, leaf, sequence
from tests.workshop import SCHEMA

#: A value of each type that leaves get.
VALUES = {
    "xs:string": "a text",
    "xs:date": "2026-01-02",
    "xs:int": "7",
    "xs:decimal": "1.5",
    "xs:boolean": "true",
    "Enum": "two",
    "Numbers": "1 2 3",
    "Either": "2026-01-02",
    "Code": "AB-1",
}
TYPES = """<xs:simpleType name="Enum"><xs:restriction base="xs:token"><xs:enumeration value="one"/>
  <xs:enumeration value="two"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Numbers"><xs:list itemType="xs:int"/></xs:simpleType>
<xs:simpleType name="Either"><xs:union memberTypes="xs:int xs:date"/></xs:simpleType>
<xs:simpleType name="Code"><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{2}-[0-9]"/></xs:restriction>
</xs:simpleType>"""
OFTEN = ("", 'minOccurs="0"', 'maxOccurs="unbounded"', 'minOccurs="0" maxOccurs="unbounded"', 'maxOccurs="3"')
DEEPEST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A schema with the root element Document, and rules that write it from a document of the workshop."""

    schema: str
    rules: tuple[str, ...]  #: statements of the top level with their blocks, in any order


class Part(NamedTuple):
    """A piece of a content model, and the statements that write it."""

    xsd: str
    rules: list[str]


@st.composite
def made_schemas(draw: Callable[..., Any]) -> Made:
    """Make a schema and a full mapping for it."""
    maker = _Maker(draw)
    root = maker.sequence_of("", 0)
    form = draw(st.sampled_from(["qualified", "unqualified"]))
    schema = SCHEMA.replace('elementFormDefault="qualified"', f'elementFormDefault="{form}"')
    document = f'<xs:element name="Document"><xs:complexType>{root.xsd}</xs:complexType></xs:element>'
    head = f'{schema}targetNamespace="urn:t" xmlns="urn:t">'
    whole = f"{head}{TYPES}{document}{''.join(maker.globals)}</xs:schema>"
    return Made(schema=whole, rules=tuple(maker.mixed(root.rules)))


@dataclass(slots=True)
class _Maker:
    """Makes parts; every name is given out once, so that no content model is ambiguous."""

    draw: Callable[..., Any]
    count: int = 0
    globals: list[str] = field(default_factory=list)

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def one_of(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def mixed(self, rules: Sequence[str]) -> list[str]:
        return list(self.draw(st.permutations(rules)))

    # --- particles ------------------------------------------------------------------------------------------------

    def particle(self, path: str, depth: int, *, repeats: bool = True) -> Part:
        kinds: list[Callable[[str, int, bool], Part]] = [self.leaf, self.leaf]
        if depth < DEEPEST:
            kinds += [self.holder, self.group, self.choice, self.named_group, self.member, self.typed]
        return self.one_of(*kinds)(path, depth, repeats)  # type: ignore[no-any-return]

    def leaf(self, path: str, _depth: int, _repeats: bool) -> Part:
        name, kind, occurs = self.name("Leaf"), self.one_of(*VALUES), self.one_of(*OFTEN)
        nillable = self.one_of(True, False, False)
        xsd = leaf(name, occurs + (' nillable="true"' if nillable else ""), kind)
        if 'minOccurs="0"' in occurs and self.one_of(True, False):
            return Part(xsd, [])
        value = f'= "{VALUES[kind]}"' if kind != "xs:string" else self.one_of("<- /Akte/Nummer", '= "c"')
        if "maxOccurs" in occurs and self.one_of(True, False):
            return Part(xsd, [f"each {path}{name} <- /Akte/Position\n  . {value}\n"])
        if nillable and self.one_of(True, False):
            value = "<-nil /Akte/Index"
        return Part(xsd, [f"{path}{name} {value}\n"])

    def holder(self, path: str, depth: int, _repeats: bool) -> Part:
        name, occurs = self.name("Holder"), self.one_of(*OFTEN)
        return self.held(f"{path}{name}", depth, occurs, lambda xsd: holder(name, xsd, occurs))

    def held(self, step: str, depth: int, occurs: str, declare: Callable[[str], str]) -> Part:
        """Make what stands below an element, once or for each position."""
        if "maxOccurs" in occurs and self.one_of(True, False):
            inner = self.holder_type("", depth + 1)
            body = inner.rules or [""]
            return (
                Part(declare(inner.xsd), [self.block(f"each {step} <- /Akte/Position", body)] if any(body) else [])
                if (any(body) or 'minOccurs="0"' in occurs)
                else Part(declare(inner.xsd), [f"required {step}\n"])
            )
        inner = self.holder_type(f"{step}/", depth + 1)
        return Part(declare(inner.xsd), [*inner.rules, f"required {step}\n"])

    def group(self, path: str, depth: int, repeats: bool) -> Part:
        occurs = self.one_of(*OFTEN) if repeats else self.one_of(*OFTEN[:2])
        return self.repeated(path, depth, occurs, lambda parts: sequence(*parts, more=occurs))

    def named_group(self, path: str, depth: int, repeats: bool) -> Part:
        name, occurs = self.name("Group"), self.one_of(*OFTEN) if repeats else ""

        def declare(parts: Sequence[str]) -> str:
            self.globals.append(f'<xs:group name="{name}">{sequence(*parts)}</xs:group>')
            return f'<xs:group ref="{name}" {occurs}/>'

        return self.repeated(path, depth, occurs, declare)

    def repeated(self, path: str, depth: int, occurs: str, declare: Callable[[Sequence[str]], str]) -> Part:
        """Make a group, written once or, with `each .`, for each position."""
        over_each = "maxOccurs" in occurs and self.one_of(True, False)
        first = self.required_leaf("" if over_each else path)
        parts = [first, *self.parts("" if over_each else path, depth + 1, repeats=not over_each)]
        xsd, rules = declare([part.xsd for part in parts]), [rule for part in parts for rule in part.rules]
        if over_each:
            return Part(xsd, [self.block(f"each {path}. <- /Akte/Position", rules)])
        return Part(xsd, [] if 'minOccurs="0"' in occurs and self.one_of(True, False) else rules)

    def choice(self, path: str, depth: int, repeats: bool) -> Part:
        """Make a choice: one alternative, or two by a condition; some end in the same element."""
        occurs = self.one_of(*OFTEN) if repeats else ""
        over_each = "maxOccurs" in occurs and self.one_of(True, False)
        inside = "" if over_each else path
        shared = self.required_leaf(inside) if not occurs and self.one_of(True, False) else Part("", [])
        made = [self.alternative(inside, depth, shared, repeats=repeats and not over_each) for _ in range(3)]
        taken = self.draw(st.permutations(made))
        rules = taken[0].rules
        if self.one_of(True, False):
            test = self.one_of("Anfrage", "Rest")
            rules = [self.block(f"if /Akte/Art = '{test}'", rules) + self.block("else", taken[1].rules)]
        rules = [*rules, *shared.rules]
        xsd = choice(*(part.xsd for part in made), more=occurs)
        return Part(xsd, [self.block(f"each {path}. <- /Akte/Position", rules)] if over_each else rules)

    def alternative(self, path: str, depth: int, shared: Part, *, repeats: bool) -> Part:
        first = self.required_leaf(path)
        if not shared.xsd and self.one_of(True, False):
            return first
        more = self.parts(path, depth + 2, repeats=repeats)
        xsd = sequence(first.xsd, *(part.xsd for part in more), shared.xsd)
        return Part(xsd, [*first.rules, *(rule for part in more for rule in part.rules)])

    def member(self, path: str, _depth: int, _repeats: bool) -> Part:
        """Make a substitution group, and write one or several of its members."""
        head, occurs = self.name("Head"), self.one_of(*OFTEN)
        members = [self.name("Member") for _ in range(3)]
        self.globals.append(f'<xs:element name="{head}" type="xs:string" abstract="true"/>')
        heads = (head, head, members[1])
        self.globals += [
            f'<xs:element name="{member}" type="xs:string" substitutionGroup="{above}"/>'
            for member, above in zip(members, heads, strict=True)
        ]
        written = self.draw(st.permutations(members))[: 2 if "maxOccurs" in occurs else 1]
        return Part(f'<xs:element ref="{head}" {occurs}/>', [f"{path}{one} <- /Akte/Nummer\n" for one in written])

    def typed(self, path: str, depth: int, _repeats: bool) -> Part:
        """Make an element whose type is abstract, and write it with a type that is derived from it."""
        name, base, derived = self.name("Typed"), self.name("Base"), self.name("Derived")
        occurs = self.one_of("", 'minOccurs="0"')
        step = f"{path}{name}[@type='{derived}']"
        below = self.sequence_of(f"{step}/", depth + 1)
        kept, dropped = self.required_leaf(f"{step}/"), leaf(self.name("Dropped"), 'minOccurs="0"')
        restricts = self.one_of(True, False)
        own = sequence(kept.xsd) if restricts else below.xsd
        self.globals += [
            f'<xs:complexType name="{base}" abstract="true">{sequence(kept.xsd, dropped)}</xs:complexType>',
            f'<xs:complexType name="{derived}"><xs:complexContent>'
            f'<xs:{"restriction" if restricts else "extension"} base="{base}">{own}'
            f"</xs:{'restriction' if restricts else 'extension'}></xs:complexContent></xs:complexType>",
        ]
        rules = [*kept.rules, *([] if restricts else below.rules), f"required {step}\n"]
        return Part(f'<xs:element name="{name}" type="{base}" {occurs}/>', rules)

    # --- what they are made of ------------------------------------------------------------------------------------

    def required_leaf(self, path: str) -> Part:
        name = self.name("Must")
        return Part(leaf(name), [f"{path}{name} <- /Akte/Nummer\n"])

    def parts(self, path: str, depth: int, *, repeats: bool = True) -> list[Part]:
        return [self.particle(path, depth, repeats=repeats) for _ in range(self.one_of(2, 1, 3, 0) if depth else 4)]

    def sequence_of(self, path: str, depth: int) -> Part:
        parts = self.parts(path, depth)
        return Part(sequence(*(part.xsd for part in parts)), [rule for part in parts for rule in part.rules])

    def holder_type(self, path: str, depth: int) -> Part:
        """Make the content and attributes of an element."""
        content = self.everything(path) if self.one_of(True, False, False, False) else self.sequence_of(path, depth)
        attributes = [self.attribute(path) for _ in range(self.one_of(0, 1, 2))]
        xsd = content.xsd + "".join(part.xsd for part in attributes)
        return Part(xsd, [*content.rules, *(rule for part in attributes for rule in part.rules)])

    def everything(self, path: str) -> Part:
        leaves = [self.required_leaf(path) for _ in range(self.one_of(1, 2, 3))]
        return Part(f"<xs:all>{''.join(part.xsd for part in leaves)}</xs:all>", [part.rules[0] for part in leaves])

    def attribute(self, path: str) -> Part:
        name, kind = self.name("at"), self.one_of(*VALUES)
        how = self.one_of("required", "optional", "unwritten", "fixed")
        if how == "fixed":
            return Part(f'<xs:attribute name="{name}" type="xs:string" use="required" fixed="f"/>', [])
        use = "required" if how == "required" else "optional"
        rules = [] if how == "unwritten" else [f'{path}@{name} = "{VALUES[kind]}"\n']
        return Part(f'<xs:attribute name="{name}" type="{kind}" use="{use}"/>', rules)

    def block(self, start: str, rules: Sequence[str]) -> str:
        inner = "".join(self.mixed(rules)).splitlines()
        return "".join([f"{start}\n", *(f"  {line}\n" for line in inner)])
