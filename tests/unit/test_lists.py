"""`split`: each record of a list is read and converted as if it were alone, and `/` is the whole document."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from sync.findings import Code
from sync.mapping.convert import Conversion, Request
from sync.mapping.store import Mapping
from sync.model import Action, Asked, Variables
from tests.workshop import NUMBER, document, problems, text
from tests.workshop_lists import HEAD, LIST, items, liste, mapping


def records(made: Mapping, tree: etree._ElementTree, **variables: object) -> list[Conversion]:
    """Convert all records of a list."""
    given = Variables(**variables)  # type: ignore[arg-type]
    return made.convert_records([Request(item=item, variables=given) for item in items(made, tree)], file="l.xml")


def test_each_record_is_converted_with_the_header_of_its_list(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "@id <- /Liste/@lauf\nTitle <-? Titel[1]\nDate <- /Liste/Kopf/@datum\n")
    tree = liste(
        ["<Nummer>1</Nummer><Titel>a</Titel>", "<Nummer>2</Nummer>"],
        header='<Kopf datum="2026-11-23"/>',
        attributes=' lauf="7"',
    )

    found = [text(one) for one in records(made, tree)]

    assert found == [
        '<Document id="7"><Number>1</Number><Title>a</Title><Date>2026-11-23</Date></Document>',
        '<Document id="7"><Number>2</Number><Date>2026-11-23</Date></Document>',
    ]


def test_each_record_has_variables_of_its_own(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- $action\neach File <-? $documents\n  Name <- name\n")
    one, other = items(made, liste(["<Nummer>1</Nummer>", "<Nummer>2</Nummer>"]))
    created = Variables(action=Action.CREATE, documents=(document("a.pdf"),))

    found = made.convert_records(
        [Request(item=other, variables=Variables(action=Action.REVISE)), Request(item=one, variables=created)]
    )

    assert [text(one) for one in found] == [
        "<Document><Number>2</Number><Title>revise</Title></Document>",
        "<Document><Number>1</Number><Title>create</Title><File><Name>a.pdf</Name></File></Document>",
    ]


def test_a_rule_that_reads_other_records_sees_all_of_them(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <-? /Liste/Akte[@id = current()/Siehe]/Nummer => join ','\n")
    tree = liste(["<Nummer>1</Nummer><Siehe>x</Siehe>", '<Akte id="x"><Nummer>2</Nummer></Akte>'])
    first, _ = items(made, tree)

    (found,) = made.convert_records([Request(item=first, variables=Variables())])

    assert text(found) == "<Document><Number>1</Number><Title>2</Title></Document>"


def test_what_is_wrong_in_a_record_stops_no_other_and_says_where_it_stands(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- Titel[1]\nNote <- /Liste/Notiz\n")
    tree = liste(["<Nummer>1</Nummer><Titel>a</Titel>", "<Nummer>2</Nummer>"], note="<Notiz>n</Notiz>")

    right, wrong = records(made, tree)

    assert right.findings == ()
    assert [(one.code, one.path, one.line) for one in wrong.findings] == [(Code.MISSING, "/Liste/Akte[2]/Titel", 4)]


def test_what_the_target_refuses_is_shown_where_it_stands_in_the_list(tmp_path: Path) -> None:
    made = mapping(tmp_path, "Number <- Titel[1]\n")
    tree = liste(f"<Nummer>{number}</Nummer>\n<Titel>{title}</Titel>" for number, title in
                 ((1, "short"), (2, "longer than ten"), (3, "longer than ten")))  # fmt: skip

    findings = [conversion.findings for conversion in records(made, tree)]

    assert [[(one.line, one.source_path) for one in found] for found in findings] == [
        [],
        [(6, "/Liste/Akte[2]/Titel")],
        [(8, "/Liste/Akte[3]/Titel")],
    ]


def test_each_record_without_a_pdf_is_named(tmp_path: Path) -> None:
    made = mapping(tmp_path, "Number <- Nummer\nTitle <- $pdf_name\n")
    tree = liste(["<Nummer>1</Nummer>", "<Nummer>2</Nummer>"])

    found = [(one.line, one.path) for each in records(made, tree) for one in each.findings]

    assert found == [(3, "/Liste/Akte[1]"), (4, "/Liste/Akte[2]")]


def test_what_the_header_lacks_is_wrong_in_each_record(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Note <- /Liste/Notiz\n")

    found = records(made, liste(["<Nummer>1</Nummer>", "<Nummer>2</Nummer>"]))

    assert [[one.path for one in each.findings] for each in found] == [["/Liste/Notiz"]] * 2


def test_a_mapping_says_of_each_record_what_it_is_about(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER, head=HEAD + "when Preis > 1\nwithdraw when Titel = 'x'\npdf <-? Datei\n")
    tree = liste(["<Nummer>1</Nummer><Preis>1</Preis>", "<Nummer>2</Nummer><Titel>x</Titel><Datei>p.pdf</Datei>"])
    one, other = items(made, tree)

    facts, _ = made.read_object(tree, other)

    assert facts is not None
    assert facts.number == "2"
    assert (made.applies(tree, one), made.withdraws(tree, one), made.pdf_names(tree, one)) == (False, False, ())
    assert (made.withdraws(tree, other), made.pdf_names(tree, other)) == (True, ("p.pdf",))


def test_an_object_that_cannot_be_read_says_where_in_the_list_it_stands(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER, head=HEAD.replace("number   <- Nummer", "number   <- Titel[1]"))
    tree = liste(["<Nummer>1</Nummer>"] * 3)

    facts, (finding,) = made.read_object(tree, items(made, tree)[1], file="l.xml")

    assert facts is None
    assert finding.path == "/Liste/Akte[2]/Titel"


def test_what_is_volatile_in_the_header_does_not_count(tmp_path: Path) -> None:
    rules = NUMBER + "@id <- /Liste/@lauf\n"
    made = mapping(tmp_path / "1", rules, head=HEAD + "volatile /Liste/@lauf\n")
    counting = mapping(tmp_path / "2", rules)
    lists = [liste(["<Nummer>1</Nummer>"], attributes=f' lauf="{run}"') for run in (1, 2)]

    says = [{records(one, tree)[0].says for tree in lists} for one in (made, counting)]

    assert list(map(len, says)) == [1, 2]


def test_a_name_that_xml_cannot_hold_rejects_its_record_only(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- $pair\n")
    one, other = items(made, liste(["<Nummer>1</Nummer>", "<Nummer>2</Nummer>"]))

    wrong, right = made.convert_records(
        [Request(item=one, variables=Variables(pair="a\0")), Request(item=other, variables=Variables(pair="a"))]
    )

    assert [finding.code for finding in wrong.findings] == [Code.NAME_UNSAFE]
    assert right.findings == ()


def test_what_records_ask_of_other_systems_is_known_before(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- Titel[1] => number-of project pdm\n")
    tree = liste(["<Nummer>1</Nummer><Titel>a</Titel>", "<Nummer>2</Nummer><Titel>b</Titel>"])

    asked = made.records_ask([Request(item=item, variables=Variables()) for item in items(made, tree)])

    assert asked == {Asked("project", "a", "pdm"), Asked("project", "b", "pdm")}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("split Liste/Akten", "Liste has no element Akten"),
        ("split Akte/Nummer", "Akte is not the root"),
        ("split Liste", "split names the root and the record in it"),
        ("split /Liste/Akte", "split takes a path from the root, without /"),
        ("split Liste/Akte[1]", "split takes elements, without predicates"),
        ("split Liste/Akte\npdf required", "a record of a list has no stem of its own: its PDFs are named in it"),
    ],
)
def test_a_wrong_split_is_said_when_the_mapping_is_loaded(tmp_path: Path, line: str, what: str) -> None:
    head = HEAD.replace("split Liste/Akte", line)

    found = problems(tmp_path, NUMBER, head=head, source=LIST.replace("{constraint}", ""))

    assert what in [problem.what for problem in found]


def test_a_stylesheet_converts_whole_documents_only(tmp_path: Path) -> None:
    source = LIST.replace("{constraint}", "")

    found = problems(tmp_path, "", head=HEAD, source=source, files={"stylesheet.xslt": "<a/>"})

    assert "stylesheet.xslt converts whole documents, no records" in [problem.what for problem in found]
