"""Loading mappings: what is right is there, what is wrong is named with its place, and neither hides the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from sync.errors import PairRejected, Problem
from sync.findings import Code
from sync.mapping.store import MappingStore
from sync.model import ObjectFacts, PdfNeed, Variables
from tests.workshop import HEAD, SCHEMA, SOURCE, TARGET, akte, load, mapping, write

NUMBER = "Number <- Nummer\n"


def problems(root: Path, rules: str, **more: str) -> list[Problem]:
    write(root, rules, **more)  # type: ignore[arg-type]
    return list(MappingStore.load(root, {}).problems)


def said(problem: Problem) -> tuple[int | None, int | None, str, str]:
    return problem.line, problem.column, problem.what, problem.suggestion


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
                'write [1] behind what repeats, each, or => join ", "',
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
        ("link nowhere", "config.ini has no link nowhere"),
    ],
)
def test_a_wrong_head_is_named_too(tmp_path: Path, line: str, expected: str) -> None:
    (problem,) = problems(tmp_path, f"{line}\n{NUMBER}")

    assert (problem.what, problem.line, problem.where) == (expected, 6, line)


@pytest.mark.parametrize(
    ("rules", "construct"),
    [
        ("Title <-nil Datum\n", "<-nil"),
        ("if Datum\n  Title <- Datum\n", "if"),
        ("withdraw when Art = 'Rest'\n", "withdraw"),
        ("split Position\n", "split"),
        ("needs project <- Datum\n", "needs"),
        ("Title <- Datum => number-of project crm\n", "number-of"),
        ("Lines/Line[@type='Sub']/Text <- Datum\n", "xsi:type"),
        ("t:Title <- Datum\n", "a prefix"),
    ],
)
def test_what_is_not_built_yet_is_refused_by_its_name(tmp_path: Path, rules: str, construct: str) -> None:
    (problem,) = problems(tmp_path, NUMBER + rules)

    assert construct in problem.what
    assert "not built" in problem.what


def test_an_abstract_element_and_mixed_text_are_refused_by_name(tmp_path: Path) -> None:
    abstract = '<xs:element name="Head" type="xs:string" abstract="true"/>'
    target = TARGET.replace("</xs:schema>", abstract + "</xs:schema>").replace(
        '<xs:element name="Note" type="xs:string" minOccurs="0"/>', '<xs:element ref="Head" minOccurs="0"/>'
    )
    source = SOURCE.replace(
        '<xs:complexType><xs:sequence>\n      <xs:element name="Nummer"',
        '<xs:complexType mixed="true"><xs:sequence>\n      <xs:element name="Nummer"',
    )

    found = [
        one.what
        for one in problems(tmp_path, NUMBER + "Head <- Nummer\nTitle <- Kunde\n", target=target, source=source)
    ]

    assert found == [
        "Head is abstract: substitution groups are not built yet",
        "Kunde is mixed text: reading it is not built yet",
    ]


def test_a_list_in_a_sequence_that_repeats_as_a_whole_is_refused(tmp_path: Path) -> None:
    target = (
        SCHEMA
        + """targetNamespace="urn:t"><xs:element name="Document"><xs:complexType>
      <xs:sequence maxOccurs="unbounded"><xs:element name="A" type="xs:string"/><xs:element name="B" type="xs:string"/>
      </xs:sequence></xs:complexType></xs:element></xs:schema>"""
    )

    (problem,) = problems(tmp_path, "each A <- Position\n  . <- Text\nB <- Nummer\n", target=target)

    assert problem.what == "A stands in a sequence that repeats as a whole: not built yet"


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


# --- all of them ------------------------------------------------------------------------------------------------------


def test_all_problems_of_all_mappings_are_named_and_the_right_ones_are_there(tmp_path: Path) -> None:
    write(tmp_path, NUMBER + "Title <- Numer\nNotiz <- Nummer\n", name="wrong")
    write(tmp_path, NUMBER, name="right")
    write(tmp_path, "Number <- Nummer => upperr\n", name="unreadable")

    store = MappingStore.load(tmp_path, {})

    assert list(store.mappings) == ["right"]
    assert [(Path(one.file).parent.name, one.line) for one in store.problems] == [
        ("unreadable", 6),
        ("wrong", 7),
        ("wrong", 8),
    ]


def test_a_mapping_lies_in_a_folder_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, NUMBER, name="a-to-b")
    (tmp_path / "a-to-b").rename(tmp_path / "b-to-a")

    (problem,) = MappingStore.load(tmp_path, {}).problems

    assert problem.what == "the mapping is called a-to-b and its folder b-to-a"


def test_a_folder_without_a_mapping_and_a_missing_root_are_problems(tmp_path: Path) -> None:
    (tmp_path / "mappings" / "empty").mkdir(parents=True)

    (empty,) = MappingStore.load(tmp_path / "mappings", {}).problems
    (missing,) = MappingStore.load(tmp_path / "nowhere", {}).problems

    assert empty.what == "cannot be read: No such file or directory"
    assert missing.what == "the folder of the mappings cannot be read: No such file or directory"


def test_a_schema_lies_in_the_mapping_or_in_the_shared_folder(tmp_path: Path) -> None:
    root = tmp_path / "mappings"
    write(root, NUMBER, name="inside")
    write(root, NUMBER, name="outside", head=HEAD.replace("source.xsd", "../../secret.xsd"))
    write(root, NUMBER, name="neighbour", head=HEAD.replace("source.xsd", "../inside/source.xsd"))
    write(root, NUMBER, name="shared", head=HEAD.replace("source.xsd", "../schemas/a/source.xsd"))
    (tmp_path / "secret.xsd").write_text(SOURCE, "utf-8")
    (root / "schemas" / "a").mkdir(parents=True)
    (root / "schemas" / "a" / "source.xsd").write_text(SOURCE, "utf-8")

    store = MappingStore.load(root, {})

    assert list(store.mappings) == ["inside", "shared"]
    assert len(store.problems) == 2
    assert all("outside" in one.what for one in store.problems)


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("source.xsd", "<xs:schema", "not well-formed"),
        ("target.xsd", "<a/>", "not an XML schema"),
        ("mapping.map", "mapping a-to-b\nsource missing.xsd Akte\ntarget target.xsd Document\n", "no such file"),
    ],
)
def test_a_schema_that_cannot_be_read_is_never_an_empty_mapping(
    tmp_path: Path, file: str, content: str, expected: str
) -> None:
    folder = write(tmp_path, NUMBER)
    (folder / file).write_text(content, "utf-8")

    store = MappingStore.load(tmp_path, {})

    assert not store.mappings
    assert any(expected in one.what for one in store.problems)


def test_a_mapping_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    folder = write(tmp_path, NUMBER)
    (folder / "mapping.map").write_bytes("mapping a-to-b # für".encode("cp1252"))

    (problem,) = MappingStore.load(tmp_path, {}).problems

    assert problem.what == "not UTF-8: the byte FC stands at 18"


def test_a_character_that_xml_cannot_hold_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, NUMBER + 'Title = "a\x02b"\n')

    assert (problem.line, problem.what) == (7, "the character U+0002, which XML lacks")


def test_a_schema_that_only_libxml2_refuses_is_a_problem_at_once(tmp_path: Path) -> None:
    target = TARGET.replace('name="Note" type="xs:string"', 'name="Note" type="Unknown"')

    (problem,) = problems(tmp_path, NUMBER, target=target)

    assert "Unknown" in problem.what
    assert problem.file.endswith("target.xsd")


def test_an_unknown_root_is_suggested(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, NUMBER, head=HEAD.replace("Akte", "Akten"))

    assert said(problem) == (2, 8, "source.xsd has no root element Akten", "did you mean Akte?")


def test_what_is_about_nothing_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, NUMBER, head=HEAD.partition("object")[0])

    assert problem.what == "the object block is missing"


def test_the_digest_changes_with_the_mapping_and_with_its_schemas(tmp_path: Path) -> None:
    first = mapping(tmp_path / "1", NUMBER).digest

    assert mapping(tmp_path / "2", NUMBER).digest == first
    assert mapping(tmp_path / "3", NUMBER + 'Note = "x"\n').digest != first
    assert mapping(tmp_path / "4", NUMBER, target=TARGET.replace('value="10"', 'value="11"')).digest != first


def test_candidates_are_found_by_root_and_name(tmp_path: Path) -> None:
    write(tmp_path, "when Art = 'Anfrage'\n" + NUMBER, name="inquiry")
    write(tmp_path, "when Art = 'Auftrag'\n" + NUMBER, name="order")
    store = MappingStore.load(tmp_path, {})

    found = store.for_root("{urn:s}Akte", None)

    assert [one.name for one in found] == ["inquiry", "order"]
    assert [one.name for one in found if one.applies(akte(kind="Auftrag"))] == ["order"]
    assert [one.name for one in store.for_root("{urn:s}Akte", ["order"])] == ["order"]
    assert store.for_root("Akte", None) == []


@pytest.mark.parametrize("word", ["skip", "fields.csv"])
def test_what_a_later_version_builds_is_refused_by_name(tmp_path: Path, word: str) -> None:
    if word == "skip":
        found = problems(tmp_path, "", head='mapping a-to-b\nsource source.xsd Akte\nskip "stays here"\n')
    else:
        write(tmp_path, NUMBER)
        (tmp_path / "a-to-b" / word).write_text("name,type\n")
        found = list(MappingStore.load(tmp_path, {}).problems)

    assert [problem.what for problem in found] == [f"{word} is not built in this version of pairsync"]


# --- what a mapping says of a document --------------------------------------------------------------------------------


def test_the_object_is_read_with_functions_and_its_revision_compares(tmp_path: Path) -> None:
    head = HEAD + (
        '  revision <- Index else "-" => upper order letters\n  title <- Titel[1] => cut 3\n'
        '  changed <-? Datum\n  customer <-? Kunde/Nummer\n  status = "x"\n'
    )
    made = mapping(tmp_path, NUMBER, head=head)

    first, none = made.read_object(akte("<Datum>2026-03-01T10:00:00.5+02:00</Datum>"))
    later, _ = made.read_object(akte(index="<Index>aa</Index>"))

    assert none == []
    assert first == ObjectFacts(
        kind="document", number="N-1", revision="-", revision_key=first.revision_key,
        changed="2026-03-01T08:00:00.500Z", title="Ers", status="x",
    )  # fmt: skip
    assert later.revision == "AA"
    assert later.revision_key > first.revision_key


def test_what_the_object_block_cannot_read_is_all_named(tmp_path: Path) -> None:
    head = HEAD.replace("Nummer\n", "Kunde/Nummer\n") + "  revision <- Index order letters\n  changed <- Datum\n"
    made = mapping(tmp_path, NUMBER, head=head)

    facts, findings = made.read_object(akte("<Datum>gestern</Datum>", index="<Index>12</Index>\n"), file="x.xml")

    assert facts is None
    assert [(one.code, one.field, one.value, one.line, one.rule) for one in findings] == [
        (Code.MISSING, "Nummer", None, 1, "mapping.map:5"),
        (Code.REVISION_UNKNOWN, "Index", "12", 3, "mapping.map:6"),
        (Code.NOT_A_DATE, "Datum", "gestern", 6, "mapping.map:7"),
    ]
    assert {one.file for one in findings} == {"x.xml"}


def test_named_pdfs_lose_their_folders(tmp_path: Path) -> None:
    made = mapping(tmp_path, "pdf <- Datei\n" + NUMBER)
    names = [r"\\server\share\Plan ä.pdf", "documents/in/b.PDF", "c.pdf", "c.pdf"]

    found = made.pdf_names(akte("".join(f"<Datei>{name}</Datei>" for name in names)))

    assert found == ("Plan ä.pdf", "b.PDF", "c.pdf")
    assert (made.pdf, made.name) == (PdfNeed.NAMED, "a-to-b")


@pytest.mark.parametrize(
    ("name", "why"),
    [("a/..", "unsafe"), ("in/", "empty"), ("a&#9;b.pdf", "unsafe"), ("plan.dwg", "not-pdf"), (" ", "empty")],
)
def test_a_pdf_that_cannot_be_one_is_refused(tmp_path: Path, name: str, why: str) -> None:
    made = mapping(tmp_path, "pdf <- Datei\n" + NUMBER)

    with pytest.raises(PairRejected) as caught:
        made.pdf_names(akte(f"<Datei>good.pdf</Datei>\n<Datei>{name}</Datei>"), file="x.xml")

    (finding,) = caught.value.findings
    assert (finding.code, finding.details["why"], finding.line) == (Code.PDF_NAME, why, 6)
    assert (finding.path, finding.rule) == ("/Akte/Datei[2]", "mapping.map:6")


def test_a_document_must_name_a_pdf_or_may(tmp_path: Path) -> None:
    must = mapping(tmp_path / "must", "pdf <- Datei\n" + NUMBER)
    may = mapping(tmp_path / "may", "pdf <-? Datei\n" + NUMBER)

    assert may.pdf_names(akte("<Datei/>")) == ()
    with pytest.raises(PairRejected) as caught:
        must.pdf_names(akte())
    assert [one.code for one in caught.value.findings] == [Code.PDF_NONE_NAMED]


def test_a_link_is_filled_with_escaped_facts(tmp_path: Path) -> None:
    write(tmp_path, "link pdm\n" + NUMBER)
    store = MappingStore.load(tmp_path, {"pdm": "https://pdm.example/{kind}/{number}?r={revision}&c={customer}"})
    facts = ObjectFacts(kind="document", number="A/4 7&ä", revision="B", customer="")

    link = store.link_for(store.mappings["a-to-b"], facts)

    assert link == "https://pdm.example/document/A%2F4%207%26%C3%A4?r=B&c="
