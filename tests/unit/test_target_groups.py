"""Content models of every kind: what is written follows them, and what cannot follow them is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.findings import Code
from tests.targets import choice, holder, leaf, produced, sequence, target, wrong
from tests.workshop import akte, convert, mapping

MANY = 'maxOccurs="unbounded"'
NONE = 'minOccurs="0"'


# --- order ------------------------------------------------------------------------------------------------------------


def test_an_element_of_two_alternatives_comes_after_what_stands_before_it(tmp_path: Path) -> None:
    schema = target(choice(sequence(leaf("Name"), leaf("Address")), sequence(leaf("Company"), leaf("Address"))))
    rules = "Address <- Art\nif Datum\n  Name <- Art\nelse\n  Company <- Art\n"

    assert produced(tmp_path / "1", schema, rules) == "<Company>Anfrage</Company><Address>Anfrage</Address>"
    assert produced(tmp_path / "2", schema, rules, akte("<Datum>1</Datum>")) == (
        "<Name>Anfrage</Name><Address>Anfrage</Address>"
    )


def test_the_alternative_that_is_whole_gives_the_order(tmp_path: Path) -> None:
    a, b = leaf("A"), leaf("B")
    schema = target(choice(sequence(a, b, leaf("X")), sequence(b, a, leaf("Y"))))

    assert produced(tmp_path / "1", schema, 'Y = "y"\nA = "a"\nB = "b"\n') == "<B>b</B><A>a</A><Y>y</Y>"
    assert produced(tmp_path / "2", schema, 'X = "x"\nB = "b"\nA = "a"\n') == "<A>a</A><B>b</B><X>x</X>"


def test_groups_and_attribute_groups_stand_in_their_place(tmp_path: Path) -> None:
    more = (
        f'<xs:group name="G">{sequence(leaf("G1"), leaf("G2", NONE))}</xs:group>'
        '<xs:attributeGroup name="AG"><xs:attribute name="x" type="xs:string" use="required"/></xs:attributeGroup>'
    )
    schema = target(sequence(leaf("A"), '<xs:group ref="G"/>', leaf("Z")), more, '<xs:attributeGroup ref="AG"/>')

    made = produced(tmp_path, schema, 'Z = "z"\nG2 = "2"\n@x = "x"\nG1 = "1"\nA = "a"\n')

    assert made == '<Document x="x"><A>a</A><G1>1</G1><G2>2</G2><Z>z</Z>'


def test_a_restriction_allows_only_what_it_keeps(tmp_path: Path) -> None:
    more = (
        f'<xs:complexType name="Base">{sequence(leaf("A"), leaf("B", NONE), leaf("C", NONE))}</xs:complexType>'
        '<xs:complexType name="Less"><xs:complexContent><xs:restriction base="Base">'
        + sequence(leaf("A"), leaf("C"))
        + "</xs:restriction></xs:complexContent></xs:complexType>"
    )
    schema = target(sequence('<xs:element name="Inner" type="Less"/>'), more)

    assert produced(tmp_path / "1", schema, 'Inner/C = "c"\nInner/A = "a"\n') == "<Inner><A>a</A><C>c</C></Inner>"
    assert wrong(tmp_path / "2", schema, 'Inner/A = "a"\nInner/B = "b"\n') == [(2, "Inner has no element B", "")]


def test_xs_all_takes_any_order_and_needs_its_own(tmp_path: Path) -> None:
    schema = target(f"<xs:all>{leaf('A')}{leaf('B')}{leaf('C', NONE)}</xs:all>")

    assert produced(tmp_path / "1", schema, 'B = "b"\nA = "a"\n') == "<A>a</A><B>b</B>"
    assert [one[1] for one in wrong(tmp_path / "2", schema, 'C = "b"\nA = "a"\n')] == [
        "nothing writes B, which Document must have"
    ]


def test_a_group_that_may_be_absent_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    schema = target(sequence(leaf("Number"), sequence(leaf("A"), leaf("B"), more=NONE)))

    assert wrong(tmp_path / "1", schema, "Number <- Art\n") == []
    assert [one[1] for one in wrong(tmp_path / "2", schema, "Number <- Art\nA <- Art\n")] == [
        "nothing writes B, which Document must have"
    ]


def test_two_of_a_choice_are_refused_where_both_are_written_in_any_case(tmp_path: Path) -> None:
    schema = target(choice(leaf("A"), leaf("B")))

    assert [one[1] for one in wrong(tmp_path / "1", schema, "A <- Art\nB <- Nummer\n")] == [
        "B and A in line 6 exclude each other"
    ]
    assert wrong(tmp_path / "2", schema, "A <-? Datum\nB <-? Index\n") == []
    assert wrong(tmp_path / "3", target(choice(leaf("A"), leaf("B"), more=MANY)), "A <- Art\nB <- Nummer\n") == []


# --- what repeats as a whole ------------------------------------------------------------------------------------------

PAIRS = sequence(leaf("Key"), leaf("Value"), leaf("Unit", NONE), more=MANY)


def test_each_dot_repeats_a_group_in_its_order(tmp_path: Path) -> None:
    schema = target(sequence(leaf("First"), PAIRS, leaf("Last")))
    rules = 'each . <- Position\n  Value <- Text\n  Key <- @nr\nLast = "l"\nFirst = "f"\n'

    assert produced(tmp_path, schema, rules) == (
        "<First>f</First><Key>a</Key><Value>x</Value><Key>b</Key><Value>y</Value><Last>l</Last>"
    )


def test_each_dot_repeats_a_group_below_a_wrapper(tmp_path: Path) -> None:
    schema = target(sequence(holder("Table", PAIRS, NONE)))
    rules = "each Table/. <-? Position\n  Key <- @nr\n  Value <- Text\n  Unit <-? Teil[1]/@nr\n"
    made = mapping(tmp_path / "2", rules, target=schema)

    assert produced(tmp_path / "1", schema, rules) == (
        "<Table><Key>a</Key><Value>x</Value><Unit>p</Unit><Key>b</Key><Value>y</Value></Table>"
    )
    assert len(convert(made, akte()).tree.getroot()) == 0


def test_a_choice_that_repeats_follows_the_order_of_the_source(tmp_path: Path) -> None:
    schema = target(choice(leaf("A"), leaf("B"), more=MANY))
    rules = "each . <- Position\n  if @nr = 'b'\n    A <- Text\n  else\n    B <- Text\n"

    assert produced(tmp_path, schema, rules) == "<B>x</B><A>y</A>"


def test_several_each_of_a_choice_that_repeats_follow_the_schema(tmp_path: Path) -> None:
    schema = target(choice(leaf("A"), leaf("B"), more=MANY))
    rules = "each B <- Position\n  . <- Text\neach A <- Position\n  . <- @nr\n"

    assert produced(tmp_path, schema, rules) == "<A>a</A><A>b</A><B>x</B><B>y</B>"


def test_each_over_one_element_of_a_group_needs_nothing_else_of_it(tmp_path: Path) -> None:
    optional = target(sequence(leaf("A"), leaf("B", NONE), more=MANY))
    needed = target(sequence(leaf("A"), leaf("B"), leaf("C"), more=MANY))

    assert produced(tmp_path / "1", optional, "each A <- Position\n  . <- Text\n") == "<A>x</A><A>y</A>"
    assert wrong(tmp_path / "2", needed, "each A <- Position\n  . <- Text\nB <- Art\nC <- Art\n") == [
        (1, "A repeats together with B, C", "write each . <- Position, and below it A and B, C")
    ]


def test_one_repetition_needs_no_block(tmp_path: Path) -> None:
    assert produced(tmp_path, target(PAIRS), "Value <- Art\nKey <- Nummer\n") == "<Key>N-1</Key><Value>Anfrage</Value>"


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        ("each . <- Position\n  Key <- @nr\n", "nothing writes Value, which Document must have"),
        ("each . <- Position\n  Key <- @nr\n  Value <- Text\nKey <- Art\n", "Key repeats with the block in line 6"),
        ("each . <- Position\n  Key <- @nr\n  Value <- Text\n  @x <- @nr\n", "each . repeats elements"),
        ("each . <- Position\n  Key <- @nr\n  Other <- Text\n", "no group of Document that holds all of this repeats"),
        ("each . <- Position\n  Kye <- @nr\n", "Document has no element Kye"),
    ],
)
def test_a_block_that_is_no_repetition_is_refused(tmp_path: Path, rules: str, what: str) -> None:
    schema = target(sequence(PAIRS, leaf("Other", NONE)), attributes='<xs:attribute name="x" type="xs:string"/>')

    found = wrong(tmp_path, schema, rules)

    assert [one[1].startswith(what) for one in found] == [True]


# --- one name at several places ---------------------------------------------------------------------------------------


def test_an_element_at_two_places_is_written_where_it_must_stand(tmp_path: Path) -> None:
    first = target(sequence(leaf("A"), leaf("B"), leaf("A", NONE)))
    second = target(sequence(leaf("A", NONE), leaf("B"), leaf("A")))

    assert produced(tmp_path / "1", first, 'B = "b"\nA = "a"\n') == "<A>a</A><B>b</B>"
    assert produced(tmp_path / "2", second, 'B = "b"\nA = "a"\n') == "<B>b</B><A>a</A>"


def test_an_element_that_must_stand_at_two_places_is_refused(tmp_path: Path) -> None:
    schema = target(sequence(leaf("A"), leaf("B"), leaf("A")))

    assert wrong(tmp_path, schema, 'A = "a"\nB = "b"\n') == [
        (-2, "Document must have A at 2 places: a mapping can write one", "write a stylesheet.xslt instead of rules")
    ]


def test_a_first_one_and_then_a_group_that_has_it_too(tmp_path: Path) -> None:
    schema = target(sequence(leaf("A"), sequence(leaf("B"), leaf("A"), more=f"{NONE} {MANY}")))
    rules = 'each . <- Position\n  A <- Text\n  B <- @nr\nA = "first"\n'

    assert produced(tmp_path, schema, rules) == "<A>first</A><B>a</B><A>x</A><B>b</B><A>y</A>"


# --- wildcards, mixed text, recursion, values -------------------------------------------------------------------------


def test_a_wildcard_is_named_where_a_rule_would_write_into_it(tmp_path: Path) -> None:
    schema = target(sequence(leaf("A"), f'<xs:any {NONE} processContents="lax"/>'), attributes="<xs:anyAttribute/>")

    assert produced(tmp_path / "1", schema, "A <- Art\n") == "<A>Anfrage</A>"
    assert [one[2] for one in wrong(tmp_path / "2", schema, "A <- Art\nForeign <- Art\n@zzz <- Art\n")] == [
        "its schema allows elements of others there (xs:any): a mapping cannot write those",
        "its schema allows attributes of others (xs:anyAttribute): a mapping cannot write those",
    ]


def test_a_wildcard_that_must_be_filled_is_named(tmp_path: Path) -> None:
    schema = target(sequence(leaf("A"), '<xs:any namespace="##other"/>'))

    ((_, what, near),) = wrong(tmp_path, schema, "A <- Art\n")

    assert what == "nothing writes xs:any, which Document must have: a mapping cannot write what any schema may fill"
    assert near == "write a stylesheet.xslt"


def test_mixed_text_is_written_where_nothing_else_is(tmp_path: Path) -> None:
    mixed = f'<xs:complexType name="Mixed" mixed="true">{sequence(leaf("b", NONE))}</xs:complexType>'
    schema = target(sequence('<xs:element name="Text" type="Mixed"/>'), mixed)

    assert produced(tmp_path / "1", schema, "Text <- Art\n") == "<Text>Anfrage</Text>"
    assert wrong(tmp_path / "2", schema, "Text <- Art\nText/b <- Art\n") == [
        (1, "Text is mixed text: its text or elements below it are written, not both", "remove one of them")
    ]


def test_a_recursive_type_is_written_as_deep_as_it_is_named(tmp_path: Path) -> None:
    inner = f'<xs:element name="Part" type="Part" {NONE} {MANY}/>'
    part = f'<xs:complexType name="Part">{sequence(leaf("Name"), inner)}</xs:complexType>'
    schema = target(sequence('<xs:element name="Part" type="Part"/>'), part)
    rules = 'Part/Name <- Nummer\nPart/Part/Part/Name <- Art\nPart/Part/Name = "middle"\n'

    assert produced(tmp_path, schema, rules) == (
        "<Part><Name>N-1</Name><Part><Name>middle</Name><Part><Name>Anfrage</Name></Part></Part></Part>"
    )


def test_lists_and_unions_are_leaves(tmp_path: Path) -> None:
    more = (
        '<xs:simpleType name="Numbers"><xs:list itemType="xs:int"/></xs:simpleType>'
        '<xs:simpleType name="Either"><xs:union memberTypes="xs:int xs:date"/></xs:simpleType>'
    )
    schema = target(sequence(leaf("L", kind="Numbers"), leaf("U", kind="Either")), more)

    made = produced(tmp_path, schema, 'L = "1 2 3"\nU = "2026-01-02"\n')

    assert made == "<L>1 2 3</L><U>2026-01-02</U>"


def test_an_attribute_that_can_have_one_value_only_is_written_by_itself(tmp_path: Path) -> None:
    attributes = (
        '<xs:attribute name="version" type="xs:string" use="required" fixed="1.0"/>'
        '<xs:attribute name="other" type="xs:string" fixed="x"/>'
        '<xs:attribute name="more" type="xs:string" default="y"/>'
    )
    schema = target(sequence(leaf("A")), attributes=attributes)

    assert produced(tmp_path / "1", schema, "A <- Art\n") == '<Document version="1.0"><A>Anfrage</A>'
    assert produced(tmp_path / "2", schema, 'A <- Art\n@version = "1.0"\n') == '<Document version="1.0"><A>Anfrage</A>'
    assert wrong(tmp_path / "3", schema, 'A <- Art\n@version = "1.1"\n') == [
        (2, 'the schema fixes this value to "1.0"', 'write "1.0"')
    ]


def test_a_constant_that_no_enumeration_has_is_refused(tmp_path: Path) -> None:
    kind = (
        '<xs:simpleType name="Kind"><xs:restriction base="xs:token"><xs:enumeration value="inquiry"/>'
        '<xs:enumeration value="order"/></xs:restriction></xs:simpleType>'
    )
    schema = target(sequence(leaf("A", kind="Kind")), kind)

    assert produced(tmp_path / "1", schema, 'A = " order "\n') == "<A> order </A>"
    assert wrong(tmp_path / "2", schema, 'A = "ordr"\n') == [
        (1, '"ordr" is not one of the values of the schema', "did you mean order?")
    ]


def test_an_element_with_a_value_needs_a_rule_for_it(tmp_path: Path) -> None:
    amount = (
        f'<xs:element name="Amount" {NONE}><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal">'
        '<xs:attribute name="unit" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>'
    )
    schema = target(sequence(leaf("A"), amount))

    assert [one[1] for one in wrong(tmp_path, schema, "A <- Art\nAmount/@unit <- Art\n")] == [
        "nothing writes a value, which Amount must have"
    ]


def test_what_only_the_document_shows_to_be_invalid_never_leaves(tmp_path: Path) -> None:
    schema = target(choice(leaf("A"), leaf("B")))
    made = mapping(tmp_path, "A <-? Datum\nB <-? Index\n", target=schema)

    both = convert(made, akte("<Datum>1</Datum>", index="<Index>2</Index>"))
    neither = convert(made, akte())

    assert [(one.tree, one.findings[0].code) for one in (both, neither)] == [(None, Code.TARGET_INVALID)] * 2
