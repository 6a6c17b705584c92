"""The shipped transfers: golden cases with every branch, and the samples that a new user sees first."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from sync.config import load
from sync.findings import Code
from sync.gates import xml
from sync.gates.pdf import PdfGate, PdfPolicy
from sync.mapping import cases, golden
from sync.mapping.convert import Conversion
from sync.mapping.store import Mapping, MappingStore
from sync.mapping.validation.documents import validate
from sync.model import Document, PdfNeed, Variables
from tests import samples
from tests.papers.__main__ import PDFS

ROOT = Path(__file__).resolve().parent.parent.parent
MAPPINGS = ROOT / "mappings"
EXAMPLES = ROOT / "examples"
LINKS = {name: link.url for name, link in load(ROOT / "config.ini").links.items()}

SHIPPED = sorted(file.parent.name for file in MAPPINGS.glob("*/mapping.map"))
#: The mappings of the transfers from the CRM to the PDM, and back.
TRANSFERS = {
    "crm-customer-to-pdm-customer",
    "crm-customer-list-to-pdm-customer",
    "crm-project-to-pdm-project",
    "crm-inquiry-to-pdm-document",
    "crm-order-to-pdm-document",
    "crm-internal-order-to-pdm-document",
    "crm-complaint-to-pdm-document",
    "crm-spare-parts-to-pdm-document",
    "pdm-complaint-progress-to-crm-complaint",
    "pdm-product-configuration-to-crm-article",
    "pdm-project-status-to-crm-project",
    "pdm-technical-quotation-to-crm-document",
}
WRONG = {
    "crm/ANF-2026-0829.xml": [Code.MISSING],
    "crm/ANF-2026-0831.xml": [Code.PDF_NOT_PDF],
    "crm/ETL-2026-0072.xml": [Code.SCHEMA_TYPE],
    "crm/KUNDE_105020.xml": [Code.NOT_IN_TABLE],
    "crm/REK-2026-0025.xml": [Code.TARGET_INVALID],
    "pdm/TANG_TA-4720_A.xml": [Code.SCHEMA_ENUMERATION],
    "pdm/KONF_47.1100.044_A.xml": [Code.NOT_A_NUMBER],
    "pdm/PSTAND_P-2026-042_2026-08-28.xml": [Code.NOT_IN_TABLE],
    "pdm/RSTAND_REK-2026-0023_2026-11-10.xml": [Code.SCHEMA_PATTERN],
}
#: Samples that are not for the other system at all.
STAYS = {"pdm/WZG_WZG-2026-1187_B.xml": "workshop drawings stay in the PDM"}
MUELLER, PF_800, HT_800 = "104711", "Palettenförderer PF 800, Halle 3", "Hubtisch HT 800 für Palettenförderer PF 800"
TITLE_OF_COMPLAINT = "Fördergurt läuft seitlich ab, Lager der Umlenkrolle heiß"
HALF = "crm/ANF-2026-0830.xml"
SAMPLES = sorted(str(path.relative_to(EXAMPLES)) for path in EXAMPLES.glob("*/*.xml"))
#: Of whose records each has its own outcome.
LIST = "crm/Kundenliste_Inland_2026-11-18.xml"
GOOD = [name for name in SAMPLES if name not in {*WRONG, *STAYS, HALF, LIST}]


@pytest.fixture(scope="module")
def store() -> MappingStore:
    return MappingStore.load(MAPPINGS, LINKS)


@pytest.fixture(scope="module")
def gate() -> Iterator[PdfGate]:
    with PdfGate() as gate:
        yield gate


def test_all_shipped_mappings_load(store: MappingStore) -> None:
    assert store.problems == ()
    assert sorted(store.mappings) == SHIPPED
    assert set(SHIPPED) >= TRANSFERS


@pytest.mark.parametrize("name", SHIPPED)
def test_the_golden_cases_of_a_shipped_mapping_pass(store: MappingStore, name: str) -> None:
    results = golden.run_cases(store.mappings[name], MAPPINGS / name)

    expected = [file for result in results for file in cases.expected(MAPPINGS / name / "tests" / result.name).values()]
    assert (len(expected) > 20) if store.mappings[name].skip is None else (len(results) > 4)
    assert {result.name: result.differences for result in results if not result.passed} == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            samples.project(Name=" Halle 3 ", Stage="won", ModifiedOn="2026-07-01T22:30:00Z"),
            ("project", "P-2026-001", "", "2026-07-01T22:30:00.000Z", "Halle 3", "won", "104711"),
        ),
        (
            samples.project(AccountNo=None, AccountName=None, ProspectName="Großbäckerei Köhler KG"),
            ("project", "P-2026-001", "", "2026-11-03T08:15:00.000Z", "Palettenförderer Halle 3", "propose", ""),
        ),
        (
            samples.inquiry(index=None, Subject=" Anfrage Süd ", StatusCode="blocked"),
            ("document", "ANF-2026-0815", "-", "2026-11-03T08:15:00.000Z", "Anfrage Süd", "in Prüfung", "104711"),
        ),
        (
            samples.quotation(revision="B", Aenderungsdatum="01.07.2026 00:30:15", Benennung=" Förderer "),
            ("document", "TA-4711", "B", "2026-06-30T22:30:15.000Z", "Förderer", "approved", "104711"),
        ),
        (
            samples.quotation(revision="", Aenderungsdatum=None, Kundennummer=None, Freigabestand="ersetzt"),
            ("document", "TA-4711", "-", "", "Palettenförderer PF 800", "superseded", ""),
        ),
        (
            (EXAMPLES / "pdm/KONF_47.1100.042_B.xml").read_bytes(),
            ("article", "47.1100.042", "B", "2026-11-17T12:44:00.000Z", PF_800, "active", MUELLER),
        ),
        (
            (EXAMPLES / "pdm/KONF_47.1100.043.xml").read_bytes(),
            ("article", "47.1100.043", "-", "2026-05-29T13:58:00.000Z", HT_800, "active", MUELLER),
        ),
        (
            (EXAMPLES / "pdm/PSTAND_P-2026-042_2026-07-10.xml").read_bytes(),
            ("project", "P-2026-042", "", "2026-07-10T13:05:00.000Z", "Palettenförderer Halle 3", "Montage", MUELLER),
        ),
        (
            (EXAMPLES / "pdm/RSTAND_REK-2026-0023_2026-11-17.xml").read_bytes(),
            ("complaint", "REK-2026-0023", "", "2026-11-17T12:50:00.000Z", TITLE_OF_COMPLAINT, "in_progress", MUELLER),
        ),
        (
            (EXAMPLES / "pdm/WZG_WZG-2026-1187_B.xml").read_bytes(),
            ("document", "WZG-2026-1187", "B", "2026-11-16T15:18:00.000Z", "Umlenkrolle Ø 133, ballig", "", ""),
        ),
    ],
)
def test_the_ledger_is_told_what_a_document_is_about(
    store: MappingStore, source: bytes, expected: tuple[str, ...]
) -> None:
    mapping, tree = _read(store, source)
    assert validate(tree, mapping.source, file="source.xml") == []

    facts, findings = mapping.read_object(tree)

    assert findings == []
    assert facts is not None
    told = (facts.kind, facts.number, facts.revision, facts.changed, facts.title, facts.status, facts.customer)
    assert told == expected


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (samples.inquiry(index=None), samples.inquiry(index="A")),
        (samples.inquiry(index="Z"), samples.inquiry(index="AA")),
        (samples.quotation(revision="-"), samples.quotation(revision="A")),
        (samples.quotation(revision="B"), samples.quotation(revision="AA")),
    ],
)
def test_a_revision_comes_after_the_one_before_it(store: MappingStore, older: bytes, newer: bytes) -> None:
    keys = []
    for source in (older, newer):
        mapping, tree = _read(store, source)
        facts, _ = mapping.read_object(tree)
        keys.append(facts.revision_key if facts else "")

    assert keys[0] < keys[1]


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (samples.project(), samples.project(exportId="E-000999", exportedAt="2026-11-04T02:00:00Z")),
        (samples.inquiry(), samples.inquiry(exportId="E-000999", exportedAt="2026-11-04T02:00:00Z")),
        (samples.quotation(), samples.quotation(exportId="99", exportiertAm="13.11.2026 02:00")),
    ],
)
def test_a_nightly_export_that_changes_nothing_says_the_same(store: MappingStore, first: bytes, again: bytes) -> None:
    says = [_says(store, source) for source in (first, again)]

    assert says[0] == says[1]


@pytest.mark.parametrize(
    ("first", "changed"),
    [
        (samples.project(), samples.project(Stage="won")),
        (samples.inquiry(), samples.inquiry(DueOn=None)),
        (samples.quotation(), samples.quotation(Nettopreis="184.500,01")),
    ],
)
def test_a_change_says_something_new(store: MappingStore, first: bytes, changed: bytes) -> None:
    says = [_says(store, source) for source in (first, changed)]

    assert says[0] != says[1]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_sample_becomes_a_valid_document_of_the_other_system(
    store: MappingStore, gate: PdfGate, name: str
) -> None:
    mapping, codes, conversion = _carry(store, gate, EXAMPLES / name)

    assert codes == []
    assert conversion is not None
    assert mapping.target is not None
    assert validate(conversion.tree, mapping.target, file="target.xml") == []


@pytest.mark.parametrize(("name", "why"), STAYS.items())
def test_a_sample_that_is_not_for_the_other_system_is_skipped(store: MappingStore, name: str, why: str) -> None:
    mapping, tree = _read(store, (EXAMPLES / name).read_bytes())

    assert validate(tree, mapping.source, file="source.xml") == []
    assert mapping.skip == why


@pytest.mark.parametrize(("name", "expected"), WRONG.items())
def test_a_sample_that_is_wrong_on_purpose_is_found_out(
    store: MappingStore, gate: PdfGate, name: str, expected: list[Code]
) -> None:
    _, codes, conversion = _carry(store, gate, EXAMPLES / name)

    assert codes == expected
    assert conversion is None


def test_half_a_pair_is_a_good_document_whose_pdf_is_not_there(store: MappingStore) -> None:
    source = EXAMPLES / HALF

    mapping, tree = _read(store, source.read_bytes())

    assert validate(tree, mapping.source, file="source.xml") == []
    assert mapping.pdf is PdfNeed.REQUIRED
    assert not source.with_suffix(".pdf").exists()


def test_each_transfer_has_a_good_sample(store: MappingStore) -> None:
    names = {_read(store, (EXAMPLES / name).read_bytes())[0].name for name in (*GOOD, LIST)}

    assert names >= TRANSFERS


def test_the_pdfs_of_the_samples_are_drawn_again_to_the_same_bytes() -> None:
    drawn = {name: draw() for name, draw in PDFS.items()}

    assert [name for name, content in drawn.items() if (EXAMPLES / name).read_bytes() != content] == []
    assert {f"{path.parent.name}/{path.name}" for path in EXAMPLES.glob("*/*.pdf")} - set(drawn) == {
        "crm/ANF-2026-0831.pdf"
    }


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (samples.inquiry(), "crm-inquiry-to-pdm-document"),
        (samples.project(), "crm-project-to-pdm-project"),
        (samples.quotation(), "pdm-technical-quotation-to-crm-document"),
    ],
)
def test_what_the_tests_drop_is_good(
    store: MappingStore, gate: PdfGate, tmp_path: Path, source: bytes, name: str
) -> None:
    (tmp_path / "a.xml").write_bytes(source)
    (tmp_path / "a.pdf").write_bytes(samples.pdf(pages=3))

    mapping, codes, conversion = _carry(store, gate, tmp_path / "a.xml")

    assert (mapping.name, codes) == (name, [])
    assert conversion is not None


def test_the_mapping_of_the_tutorial_does_what_the_tutorial_says(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "tutorial" / "first-mapping.md").read_text()
    folder = tmp_path / "pdm-data-sheet-to-crm-document"
    shutil.copytree(MAPPINGS / "schemas", tmp_path / "schemas")
    for case in ("released", "blocked"):
        (folder / "tests" / case).mkdir(parents=True)
    source, expected = _blocks(text, "xml")
    (folder / "mapping.map").write_text("\n".join(_blocks(text, "map")))
    (folder / "tests/released/source.xml").write_text(source)
    (folder / "tests/released/facts.ini").write_text(_blocks(text, "ini")[0])
    (folder / "tests/released/expected.xml").write_text(expected)
    (folder / "tests/blocked/source.xml").write_text(source.replace(">freigegeben<", ">gesperrt<"))
    (folder / "tests/blocked/facts.ini").write_text(_blocks(text, "ini")[0])
    (folder / "tests/blocked/expected.findings").write_text(_blocks(text, "text")[0])

    store = MappingStore.load(tmp_path, {})
    results = golden.run_cases(store.mappings[folder.name], folder)

    assert store.problems == ()
    assert [(result.name, result.differences) for result in results] == [("blocked", ()), ("released", ())]


def _carry(store: MappingStore, gate: PdfGate, source: Path) -> tuple[Mapping, list[Code], Conversion | None]:
    """Take a pair from its folder as far as its conversion; it ends at the first step that finds something."""
    mapping, tree = _read(store, source.read_bytes())
    if findings := validate(tree, mapping.source, file="source.xml"):
        return mapping, [finding.code for finding in findings], None
    pdfs = {
        PdfNeed.NONE: [],
        PdfNeed.REQUIRED: [source.with_suffix(".pdf")],
        PdfNeed.OPTIONAL: [pdf for pdf in [source.with_suffix(".pdf")] if pdf.exists()],
        PdfNeed.NAMED: [source.with_name(name) for name in mapping.pdf_names(tree)],
    }[mapping.pdf]
    looks = [gate.check(pdf, PdfPolicy(), file=pdf.name) for pdf in pdfs]
    if codes := [finding.code for look in looks for finding in look.findings]:
        return mapping, codes, None
    documents = tuple(_document(pdf, look.pages) for pdf, look in zip(pdfs, looks, strict=True))
    facts, findings = mapping.read_object(tree)
    link = store.link_for(mapping, facts) if facts else ""
    conversion = mapping.convert(tree, Variables(link=link, documents=documents))
    codes = [finding.code for finding in conversion.findings or findings]
    return mapping, codes, None if codes else conversion


def _says(store: MappingStore, source: bytes) -> str:
    mapping, tree = _read(store, source)
    assert validate(tree, mapping.source, file="source.xml") == []
    pdf = Document(name="a.pdf", source_name="a.pdf", sha256="0" * 64, size=622, pages=1)
    conversion = mapping.convert(tree, Variables(link="https://pdm.example/", documents=(pdf,)))
    assert conversion.findings == ()
    return conversion.says


def _read(store: MappingStore, content: bytes) -> tuple[Mapping, etree._ElementTree]:
    prolog = xml.inspect(content, xml.XmlLimits(), file="source.xml")
    tree = xml.parse(prolog)
    assert tree is not None
    (mapping,) = (one for one in store.for_root(prolog.root) if one.applies(tree))
    return mapping, tree


def _document(pdf: Path, pages: int) -> Document:
    content = pdf.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Document(name=pdf.name, source_name=pdf.name, sha256=digest, size=len(content), pages=pages)


def _blocks(text: str, language: str) -> list[str]:
    """Give the fenced blocks of a page that are written in *language*."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
