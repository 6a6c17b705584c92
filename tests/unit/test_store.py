"""Loading mappings: what is right is there, what is wrong is named with its place, and neither hides the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.errors import PairRejected
from sync.findings import Code
from sync.mapping.store import MappingStore
from sync.model import ObjectFacts, PdfNeed
from tests.workshop import HEAD, NUMBER, SOURCE, TARGET, akte, mapping, problems, said, write

SKIPS = 'mapping {name}\nsource source.xsd Akte\nskip "stays here"\n'

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
    assert empty.suggestion == "write it, or take its folder away"
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
    (folder / "mapping.map").write_bytes("mapping a-to-b\n# für".encode("cp1252"))

    (problem,) = MappingStore.load(tmp_path, {}).problems

    assert (problem.line, problem.column) == (2, 4)
    assert problem.what == "not UTF-8: the byte FC"


def test_a_character_that_xml_cannot_hold_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, NUMBER + 'Title = "a\x02b"\n')

    assert (problem.line, problem.what) == (7, "the character U+0002, which XML lacks")


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


def test_what_a_later_version_builds_is_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path, NUMBER)
    (tmp_path / "a-to-b" / "fields.csv").write_text("name,type\n")

    found = list(MappingStore.load(tmp_path, {}).problems)

    assert [problem.what for problem in found] == ["fields.csv is not built in this version of pairsync"]


def test_a_mapping_that_skips_needs_no_target_and_no_object(tmp_path: Path) -> None:
    made = mapping(tmp_path, "when Art = 'Rest'\n", head=SKIPS)

    assert made.skip == "stays here"
    assert made.applies(akte(kind="Rest"))
    assert not made.applies(akte())
    assert made.read_object(akte()) == (None, [])


def test_a_mapping_that_skips_may_say_what_it_is_about(tmp_path: Path) -> None:
    made = mapping(tmp_path, "object document\n  number <- Nummer\n", head=SKIPS)

    facts, _ = made.read_object(akte())

    assert facts == ObjectFacts(kind="document", number="N-1")


def test_a_mapping_that_skips_has_no_stylesheet(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "", head=SKIPS, files={"stylesheet.xslt": "<a/>"})

    assert problem.what == "a mapping that skips converts nothing, and there is stylesheet.xslt"


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
    [
        *[("a/..", "unsafe"), ("in/", "empty"), ("a&#9;b.pdf", "unsafe"), ("plan.dwg", "not-pdf"), (" ", "empty")],
        *[("x" * 252 + ".pdf", "unsafe"), ("~$plan.pdf", "unsafe"), ("a.pdf.part", "unsafe")],
    ],
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
