"""Mappings that do not fit their schemas: each mistake is named with its place, and all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from sync.mapping.store import MappingStore
from sync.model import ObjectFacts, Variables
from tests.workshop import HEAD, NUMBER, SCHEMA, TARGET, load, problems, said, write

# --- what is wrong with a rule ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("Titel <- Nummer\n" + NUMBER, (6, 1, "Document has no element Titel", "did you mean Title?")),
        (NUMBER + "Title <- Numer\n", (7, 10, "Akte has no element Numer", "did you mean Nummer?")),
        (NUMBER + "Title <- Kunde/Nam\n", (7, 16, "Kunde has no element Nam", "did you mean Name?")),
        (NUMBER + "Title <- lauf\n", (7, 10, "Akte has no element lauf", "did you mean @lauf?")),
        (NUMBER + "Title <- @Nummer\n", (7, 10, "Akte has no attribute Nummer", "did you mean Nummer?")),
        (NUMBER + "id <- @lauf\n", (7, 1, "Document has no element id", "did you mean @id?")),
        (NUMBER + "@Title <- @lauf\n", (7, 1, "Document has no attribute Title", "did you mean Title?")),
        (NUMBER + "Title <- /Kunde/Name\n", (7, 11, "Kunde is not the root", "did you mean /Akte/Kunde?")),
        (NUMBER + "Title <- Titel[@sprach='de']\n", (7, 16, "Titel has no attribute sprach", "did you mean @sprache?")),
        (
            NUMBER + "Title <- Kunde\n",
            (7, 10, "Kunde has elements below it and no text of its own", "name one of Nummer, Name"),
        ),
        (
            NUMBER + "Title <- Titel\n",
            (
                7,
                10,
                "Titel can occur several times where one value is needed",
                'write [1] behind Titel, each, or => join ", "',
            ),
        ),
        (
            NUMBER + "Customer <- Nummer\n",
            (7, 1, "Customer has elements below it", "write one of them: Number, Name, Country"),
        ),
        (
            NUMBER + 'Note <- Nummer\nNote = "x"\n',
            (8, 1, "a rule for Note stands already in line 7", "use else for a second source"),
        ),
        (
            NUMBER + "each Note <- Position\n  . <- Text\n",
            (7, 1, "Note occurs once, Position several times", "write [1] behind it"),
        ),
        (
            NUMBER + "each Lines/Line <- @lauf\n  Text <- .\n",
            (7, 20, "@lauf occurs once", "each goes over elements or $documents"),
        ),
        (
            NUMBER + "each @id <- Position\n  . <- Text\n",
            (7, 6, "each repeats an element", "name the element that is repeated"),
        ),
        (NUMBER + "each File <- $documents\n  Name <- nam\n", (8, 11, "a document has no nam", "did you mean name?")),
        ("Title <- Nummer\n", (3, 8, "nothing writes Number, which Document must have", "add a rule for Number")),
        (
            NUMBER + "each File <- Datei\n  Of <- .\n",
            (7, 1, "nothing writes Name, which File must have", "add a rule for Name"),
        ),
        (
            NUMBER + 'Customer/Country = "DE"\n',
            (7, 1, "never written: only constants stand below the optional Customer", "add: required Customer"),
        ),
        (
            NUMBER + "each Lines/Line <- Position\n  Text <- Text\nLines/Line/@no <- @lauf\n",
            (9, 7, "Line is repeated by each in line 7", "write this in its block"),
        ),
        (
            NUMBER + "Lines/Line/Text <- Index\neach Lines/Line <- Position\n  Text <- Text\n",
            (8, 1, "Line is written already, in line 7", ""),
        ),
        (NUMBER + "required Title\n", (7, 1, "Title has a value of its own", "write a rule: Title <- …")),
        (NUMBER + 'ignore Bemerkung "internal"\n', (7, 8, "Akte has no element Bemerkung", "")),
    ],
)
def test_a_wrong_rule_is_named_with_its_place(tmp_path: Path, rules: str, expected: tuple[int, int, str, str]) -> None:
    (problem,) = problems(tmp_path, rules)

    assert said(problem) == expected
    assert problem.file.endswith("a-to-b/mapping.map")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("when Arrt = 'Anfrage'", "Akte has no element Arrt"),
        ("when contains(Kunde, 'x')", "Kunde has elements below it and no text of its own"),
        ("pdf <- Dateien", "Akte has no element Dateien"),
        ("volatile @lauff", "Akte has no attribute lauff"),
        ("withdraw when Arte = 'Rest'", "Akte has no element Arte"),
        ("withdraw when $pair = 'x'", "withdraw sees the document only: $pair has no value there"),
        ("withdraw Art = 'Rest'", "expected when after withdraw"),
        ("link nowhere", "config.ini has no link nowhere"),
    ],
)
def test_a_wrong_head_is_named_too(tmp_path: Path, line: str, expected: str) -> None:
    (problem,) = problems(tmp_path, f"{line}\n{NUMBER}")

    assert (problem.what, problem.line, problem.where) == (expected, 6, line)


@pytest.mark.parametrize(
    ("rules", "construct"),
    [
        ("needs project <- Datum\n", "needs"),
    ],
)
def test_what_is_not_built_yet_is_refused_by_its_name(tmp_path: Path, rules: str, construct: str) -> None:
    (problem,) = problems(tmp_path, NUMBER + rules)

    assert construct in problem.what
    assert "not built" in problem.what


def test_two_namespaces_with_one_name_need_a_prefix(tmp_path: Path) -> None:
    def other(name: str) -> str:
        return SCHEMA + f'targetNamespace="urn:{name}"><xs:element name="Nummer" type="xs:string"/></xs:schema>'

    source = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:s" xmlns:a="urn:a"
                 xmlns:b="urn:b">
      <xs:import namespace="urn:a" schemaLocation="a.xsd"/><xs:import namespace="urn:b" schemaLocation="b.xsd"/>
      <xs:element name="Akte"><xs:complexType><xs:sequence><xs:element ref="a:Nummer"/><xs:element ref="b:Nummer"/>
      </xs:sequence></xs:complexType></xs:element></xs:schema>"""
    files = {"a.xsd": other("a"), "b.xsd": other("b")}
    head = HEAD.replace("number <- Nummer", "number <- {}")
    write(tmp_path / "1", "Number <- b:Nummer\n", source=source, files=files, head=head.replace("{}", "Nummer"))
    write(tmp_path / "2", "Number <- b:Nummer\n", source=source, files=files, head=head.replace("{}", "c:Nummer"))
    write(tmp_path / "3", "Number <- b:Nummer\n", source=source, files=files, head=head.replace("{}", "a:Nummer"))

    (ambiguous,) = MappingStore.load(tmp_path / "1", {}).problems
    (unknown,) = MappingStore.load(tmp_path / "2", {}).problems
    assert said(ambiguous)[2:] == ("2 namespaces have Nummer at this place", "write a:Nummer or b:Nummer")
    assert unknown.what == "the schema declares no prefix c"
    tree = etree.ElementTree(
        etree.fromstring(
            '<s:Akte xmlns:s="urn:s"><Nummer xmlns="urn:a">1</Nummer><Nummer xmlns="urn:b">2</Nummer></s:Akte>'
        )
    )
    made = load(tmp_path / "3")
    assert made.read_object(tree)[0] == ObjectFacts(kind="document", number="1")
    assert made.convert(tree, Variables()).tree.findtext("{urn:t}Number") == "2"


# --- together ---------------------------------------------------------------------------------------------------------


def test_mistakes_of_grammar_names_and_head_are_told_together(tmp_path: Path) -> None:
    head = HEAD.replace("  number <- Nummer", "  number <- Numer")
    rules = "link nowhere\nTitle <- Datum => datte\neach Lines/Line <- Position\n  Text <- Txt\n"
    rules += "Number <-\nNotiz <- Nummer\n"

    found = problems(tmp_path, rules, head=head)

    assert [(one.line, one.what) for one in found] == [
        (5, "Akte has no element Numer"),
        (6, "config.ini has no link nowhere"),
        (7, "unknown function: datte"),
        (9, "Position has no element Txt"),
        (10, "expected a path of the source"),
        (11, "Document has no element Notiz"),
    ]


def test_a_line_that_cannot_be_read_leaves_nothing_missing(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "Number <- => trim\n")

    assert (problem.line, problem.what) == (6, "expected a path of the source")


def test_a_mapping_that_names_no_source_is_told_so_and_nothing_else(tmp_path: Path) -> None:
    head = HEAD.replace("source source.xsd Akte\n", "")

    (problem,) = problems(tmp_path, NUMBER + "Title <- Nowhere\n", head=head)

    assert problem.what == "the source statement is missing"


def test_a_wrong_stylesheet_hides_no_mistake_of_the_mapping(tmp_path: Path) -> None:
    head = HEAD.replace("  number <- Nummer", "  number <- Numer")

    found = problems(tmp_path, "", head=head, files={"stylesheet.xslt": "<x"})

    assert [Path(one.file).name for one in found] == ["mapping.map", "stylesheet.xslt"]


# --- schemas ----------------------------------------------------------------------------------------------------------


def test_what_is_wrong_with_a_schema_is_named_with_the_line_that_names_it(tmp_path: Path) -> None:
    target = TARGET.replace('name="Note" type="xs:string"', 'name="Note" type="Unknown"')

    source, libxml2 = problems(tmp_path, NUMBER, source="<xs:schema", target=target)

    assert [(one.line, one.column, one.where) for one in (source, libxml2)] == [
        (2, 8, "source source.xsd Akte"),
        (3, 8, "target target.xsd Document"),
    ]
    assert source.what.startswith("source.xsd:1:11: not well-formed")
    assert libxml2.what.startswith("target.xsd:28: ")
    assert "Unknown" in libxml2.what


def test_a_schema_that_is_not_there_is_suggested(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, NUMBER, head=HEAD.replace("source.xsd", "sorce.xsd"))

    assert said(problem) == (2, 8, "sorce.xsd: there is no such file", "did you mean source.xsd?")


def test_a_schema_is_never_fetched(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, NUMBER, head=HEAD.replace("source.xsd", "https://crm.example/source.xsd"))

    assert said(problem)[2:] == (
        "https://crm.example/source.xsd is an address, and nothing is fetched",
        "put a copy beside the mapping and name it here",
    )


def test_the_schema_of_a_mapping_is_checked_where_the_other_one_fails(tmp_path: Path) -> None:
    found = problems(tmp_path, NUMBER, head=HEAD.replace("Nummer", "Numer"), target="<a/>")

    assert [(one.line, one.what) for one in found] == [
        (3, "target.xsd:1: not an XML schema: its root is a"),
        (5, "Akte has no element Numer"),
    ]


# --- the link ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule", ["Note <-? $link", 'Note = "see {$link}"', "each Lines/Line <- Position\n  Text <- $link"]
)
def test_a_link_that_no_statement_names_is_refused(tmp_path: Path, rule: str) -> None:
    (problem,) = problems(tmp_path, f"{NUMBER}{rule}\n")

    assert problem.what == "$link has no value: the mapping has no link statement"
    assert problem.suggestion.startswith("add the line: link NAME")
