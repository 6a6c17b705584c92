"""Error sheets: what an engineer reads, and that nothing in a file can make it say or do anything else."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from lxml import html

from sync import names
from sync.config import Folder, load
from sync.errors import PairRejected
from sync.findings import Code, Finding, Severity
from sync.folders.base import ExportFolder
from sync.folders.local_export import LocalExportFolder
from sync.gates import xml
from sync.ledger import sources, transfers
from sync.ledger.database import Ledger, sqlite_url
from sync.mapping.schema import Schema
from sync.mapping.validation import validate
from sync.model import ObjectFacts, Part, Role, Source, SourceState, Transfer, TransferState
from sync.reports import page, sheets

CONFIG = """
[folder pdm-export]
system = pdm
url = inbox
[folder crm-import]
system = crm
url = outbox
[route pdm-to-crm]
from = pdm-export
to = crm-import
"""
UNTERLAGE = """<?xml version="1.0" encoding="{encoding}"?>
<Unterlage>
  <Nummer>TA-4720</Nummer>
  <Benennung>Förderer für Ä & Söhne</Benennung>
  <Freigabestand>Freigegben</Freigabestand>
  <Datei name="a.pdf"/>
</Unterlage>
""".replace(" & ", " &amp; ")
MISSPELT = Finding(
    code=Code.SCHEMA_ENUMERATION,
    file="TA-4720.xml",
    line=5,
    field="Freigabestand",
    path="/Unterlage/Freigabestand",
    value="Freigegben",
    allowed=("in Arbeit", "in Prüfung", "freigegeben"),
)
NASTY = "<script>alert(1)</script>\"'&\u202e\u200b\x07\x00"


@dataclass(frozen=True, kw_only=True)
class Office:
    """A real export folder and a real ledger, and what is written about a source in them."""

    export: Folder
    folder: ExportFolder
    ledger: Ledger
    language: str = "de"

    def write(
        self,
        findings: Sequence[Finding],
        *,
        content: bytes = UNTERLAGE.format(encoding="UTF-8").encode(),
        place: str = "work/{id}",
        transfers_: Sequence[Transfer] = (),
        name: str = "TA-4720.xml",
        sha256: str | None = None,
        pdf: str = "",
    ) -> Sheets:
        """Reject a source whose XML lies at *place*; give what its sheets say."""
        digest = hashlib.sha256(content).hexdigest() if sha256 is None else sha256
        parts = [_part(Role.XML, name, digest), *([_part(Role.PDF, pdf, "")] if pdf else [])]
        source = _source(parts, findings)
        path = self.folder.path(place.format(id=source.id), name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        with self.ledger.begin() as tx:
            sources.save(tx, [source])
            transfers.save(tx, [replace(one, id=f"{source.id}-{number}", source_id=source.id)
                                for number, one in enumerate(transfers_, start=1)])  # fmt: skip
        return Sheets(source, sheets.render(self, source))


class Sheets:
    """What `render` gave, read as a browser and a program would."""

    def __init__(self, source: Source, rendered: Sequence[tuple[str, bytes]]) -> None:
        (self.html_name, html_bytes), (self.json_name, json_bytes) = rendered
        self.source = source
        self.html = html_bytes.decode("utf-8")
        self.tree = html.document_fromstring(html_bytes, parser=html.HTMLParser(encoding="utf-8"))
        self.json = json.loads(json_bytes)

    @property
    def text(self) -> str:
        return " ".join(self.tree.find("body").text_content().split())

    @property
    def listed(self) -> list[str]:
        """The allowed values, in their order."""
        return [item.text_content() for one in self.tree.find_class("allowed") for item in one.iter("li")]

    def excerpt(self, number: int = 0) -> list[tuple[str, str]]:
        """The numbered lines of the excerpt of one finding."""
        table = self.tree.findall(".//table")[number]
        return [tuple(cell.text_content() for cell in row.findall("td")) for row in table.iter("tr")]

    @property
    def marked(self) -> list[str]:
        return [mark.text_content() for mark in self.tree.iter("mark")]


def _part(role: Role, name: str, sha256: str) -> Part:
    archive_name = names.printable(name)
    return Part(role=role, name=name, identity="1:2:3", size=1, sha256=sha256, archive_name=archive_name)


def _source(parts: Sequence[Part], findings: Sequence[Finding]) -> Source:
    return Source(
        id=sources.new_id(),
        folder="pdm-export",
        key="ta-4720",
        stem=names.split(parts[0].name).stem,
        state=SourceState.REJECTED,
        parts=tuple(parts),
        first_seen=1.0,
        claimed_at=1_795_456_834.0,
        archive="error",
        sheet=sheets.stem(parts[0].archive_name),
        findings=tuple(findings),
    )


def _transfer(findings: Sequence[Finding], state: TransferState = TransferState.REJECTED, route: str = "pdm-to-crm"):
    return Transfer(
        id="",
        source_id="",
        route=route,
        target="crm-import",
        mapping="pdm-technical-quotation-to-crm-document",
        mapping_digest="0",
        state=state,
        facts=ObjectFacts(kind="document", number="TA-4720", revision="A", title="Förderer"),
        findings=tuple(findings),
    )


def _office(path: Path, config: str = CONFIG) -> Office:
    (path / "config.ini").write_text(config)
    source = load(path / "config.ini").folders["pdm-export"]
    folder = LocalExportFolder(
        source.name, source.path, hidden=source.work, processed=source.processed, error=source.error
    )
    return Office(export=source, folder=folder, ledger=Ledger.open(sqlite_url(path / "ledger.sqlite")))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return _office(tmp_path)


# --- what it says -----------------------------------------------------------------------------------------------------


def test_a_sheet_says_field_value_line_and_the_allowed_values(office):
    sheet = office.write([MISSPELT])

    assert "Im Feld Freigabestand steht „Freigegben“." in sheet.text
    assert "Zeile 5" in sheet.text
    assert "/Unterlage/Freigabestand" in sheet.text
    assert sorted(sheet.listed) == sorted(MISSPELT.allowed)


def test_the_value_that_was_probably_meant_is_asked_for_and_comes_first(office):
    sheet = office.write([MISSPELT])

    assert "Meinten Sie „freigegeben“?" in sheet.text
    assert [item.text_content() for item in sheet.tree.find_class("near")] == ["freigegeben"]
    assert sheet.listed == ["freigegeben", "in Arbeit", "in Prüfung"]


def test_more_than_fifteen_allowed_values_stand_in_columns(office):
    many = replace(MISSPELT, allowed=tuple(f"value {number}" for number in range(16)))

    assert office.write([many]).tree.find_class("many")
    assert not office.write([MISSPELT]).tree.find_class("many")


def test_a_format_of_dates_is_shown_by_a_day_that_is_written_so(office):
    wrong = Finding(code=Code.NOT_A_DATE, file="TA-4720.xml", field="Datum", value="31.2.", allowed=("dd.MM.yyyy",))

    assert office.write([wrong]).listed == ["31.12.2026 (dd.MM.yyyy)"]


def test_a_field_that_must_be_there_is_not_listed_once_more(office):
    missing = Finding(code=Code.SCHEMA_MISSING, field="Ersteller", path="/Unterlage/Ersteller", allowed=("Ersteller",))

    assert not office.write([missing]).tree.find_class("allowed")


def test_a_sheet_says_how_to_go_on(office):
    sheet = office.write([MISSPELT])

    assert str(office.export.path) in sheet.text
    assert f"pairsync retry {sheet.source.id}" in sheet.text


def test_an_english_sheet_is_english(office):
    sheet = replace(office, language="en").write([MISSPELT])

    assert "TA-4720 was rejected" in sheet.text
    assert "The field Freigabestand says “Freigegben”." in sheet.text
    assert sheet.tree.get("lang") == "en"


def test_the_rejected_transfers_findings_are_told_with_their_rule(office):
    missing = Finding(code=Code.MISSING, file="TA-4720.xml", field="Projekt", path="/Unterlage/Projekt",
                      rule="mapping.map:23")  # fmt: skip

    sheet = office.write([], transfers_=[_transfer([missing])])

    assert "Das Feld Projekt fehlt oder ist leer." in sheet.text
    assert "pdm-technical-quotation-to-crm-document/mapping.map:23" in sheet.text
    assert sheet.json["routes"] == ["pdm-to-crm"]
    assert sheet.json["findings"][0]["mapping"] == "pdm-technical-quotation-to-crm-document"


def test_a_route_on_which_all_went_well_is_told_too(office):
    delivered = _transfer([], state=TransferState.DELIVERED, route="pdm-to-erp")

    sheet = office.write([], transfers_=[_transfer([MISSPELT]), delivered])

    assert "Auf dem Übertragungsweg pdm-to-erp: zugestellt." in sheet.text
    assert sheet.json["routes"] == ["pdm-to-crm"]


def test_what_two_routes_complain_of_is_said_once(office):
    sheet = office.write([], transfers_=[_transfer([MISSPELT]), _transfer([MISSPELT], route="pdm-to-erp")])

    assert len(sheet.json["findings"]) == 1
    assert "Ein Fehler ist zu beheben." in sheet.text


def test_a_warning_is_not_counted_among_the_errors(office):
    script = Finding(code=Code.PDF_JAVASCRIPT, severity=Severity.WARN, file="TA-4720.pdf")

    sheet = office.write([MISSPELT, script], pdf="TA-4720.pdf")

    assert "Ein Fehler ist zu beheben." in sheet.text
    assert "Außerdem aufgefallen" in sheet.text


def test_findings_in_several_files_stand_under_their_file(office):
    not_pdf = Finding(code=Code.PDF_NOT_PDF, file="TA-4720.pdf", details={"looks_like": "HTML"})

    sheet = office.write([not_pdf, MISSPELT], pdf="TA-4720.pdf")

    assert [title.text_content() for title in sheet.tree.iter("h2")][:2] == ["TA-4720.xml", "TA-4720.pdf"]
    assert sheet.text.index("1. Im Feld") < sheet.text.index("2. Die Datei TA-4720.pdf")


def test_more_findings_than_a_person_reads_are_counted_and_all_in_the_json(office):
    sheet = office.write([replace(MISSPELT, value=f"wrong {number}") for number in range(page.MOST + 7)])

    assert len(sheet.tree.find_class("finding")) == page.MOST
    assert "7 weitere Befunde stehen in TA-4720.error.json." in sheet.text
    assert len(sheet.json["findings"]) == page.MOST + 7


def test_many_findings_have_an_overview_whose_lines_lead_to_them(office):
    sheet = office.write([replace(MISSPELT, value=f"wrong {number}") for number in range(5)])

    targets = [link.get("href") for link in sheet.tree.find_class("overview")[0].iter("a")]
    assert targets == ["#1", "#2", "#3", "#4", "#5"]
    assert {finding.get("id") for finding in sheet.tree.find_class("finding")} == {"1", "2", "3", "4", "5"}


# --- the excerpt ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "ISO-8859-15", "Windows-1252"])
def test_the_excerpt_shows_the_wrong_line_in_the_files_encoding(office, encoding):
    content = UNTERLAGE.format(encoding=encoding).encode(encoding)

    sheet = office.write([MISSPELT], content=content)

    assert sheet.excerpt() == [
        ("4", "<Benennung>Förderer für Ä &amp; Söhne</Benennung>"),
        ("5", "<Freigabestand>Freigegben</Freigabestand>"),
        ("6", '<Datei name="a.pdf"/>'),
    ]
    assert sheet.marked == ["Freigegben"]


def test_what_the_folder_says_of_the_encoding_holds_for_the_excerpt_too(tmp_path):
    office = _office(tmp_path, CONFIG.replace("url = inbox", "url = inbox\nencoding = ISO-8859-1"))
    content = UNTERLAGE.format(encoding="UTF-8").encode("iso-8859-1")

    sheet = office.write([MISSPELT], content=content)

    assert sheet.excerpt()[0] == ("4", "<Benennung>Förderer für Ä &amp; Söhne</Benennung>")


def test_in_a_document_of_one_line_the_place_is_found_all_the_same(office):
    records = "".join(f"<Datei><Name>datei-{number}.pdf</Name></Datei>" for number in range(500))
    content = f"<Unterlage><Ä>ö</Ä>{records}</Unterlage>".encode()
    wrong = Finding(code=Code.PDF_NAME, file="TA-4720.xml", line=1, path="/Unterlage/Datei[321]/Name", value="x")

    sheet = office.write([wrong], content=content)

    assert sheet.marked == ["datei-320.pdf"]
    (number, line), = sheet.excerpt()  # fmt: skip
    assert number == "1"
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) <= 100
    column = sheet.json["findings"][0]["column"]
    assert content.decode()[column - 1 :].startswith("datei-320.pdf")


def test_an_attribute_is_marked_on_the_line_where_it_stands(office):
    content = b"<Unterlage>\n<Datei\n  name='a.pdf'\n  art='X'/>\n</Unterlage>"
    wrong = Finding(code=Code.SCHEMA_ENUMERATION, file="TA-4720.xml", line=4, path="/Unterlage/Datei/@name", value="a")

    sheet = office.write([wrong], content=content)

    assert sheet.marked == ["name='a.pdf'"]
    assert sheet.json["findings"][0]["line"] == 3


def test_where_something_is_missing_the_element_around_it_is_marked(office):
    missing = Finding(code=Code.SCHEMA_MISSING, file="TA-4720.xml", line=7, field="B", path="/Unterlage/A/B")

    sheet = office.write([missing])

    assert sheet.marked == ["<Unterlage>"]


def test_an_element_that_does_not_belong_there_is_marked_not_its_content(office):
    strange = replace(MISSPELT, code=Code.SCHEMA_UNEXPECTED, allowed=())

    assert office.write([strange]).marked == ["<Freigabestand>"]


def test_an_empty_element_is_marked_whole(office):
    empty = Finding(code=Code.SCHEMA_EMPTY, file="TA-4720.xml", path="/A/B[2]")

    assert office.write([empty], content=b"<A><B>1</B><B></B><B/></A>").marked == ["<B></B>"]


def test_what_does_not_fit_in_the_target_is_shown_where_it_came_from(office):
    wrong = Finding(code=Code.TARGET_INVALID, file="TA-4720.xml", field="Nummer", path="/Document/DocumentNo",
                    value="TA-4720", details={"element": "DocumentNo", "parser": "x"})  # fmt: skip

    assert office.write([wrong]).marked == ["TA-4720"]


def test_of_several_fields_of_that_name_none_is_shown_as_the_culprit(office):
    wrong = Finding(code=Code.TARGET_INVALID, file="TA-4720.xml", field="B", path="/Document/DocumentNo")

    assert office.write([wrong], content=b"<A><B>1</B><B>2</B></A>").marked == []


@pytest.mark.parametrize(
    ("content", "marked"),
    [
        (b"<A>\n<B>x</C>\n</A>", "</C>"),
        ("<A>\n<B>Ä & Ö</B>\n</A>".encode(), "&"),
        (b"<A>\n<B>Maschinenbau &nbsp; S</B></A>", "&nbsp;"),
        (b"<?xml version='1.0' encoding='UTF-8'?><A>\n<B>F\xf6rderer</B></A>", "\\xf6"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?><A>\n<B>F\xc3\xb6rderer</B></A>", "Ã¶"),
        (b"<A>\n<B>cut o", "<B>cut o"),
    ],
)
def test_what_the_gate_refuses_is_marked_where_it_is(office, content, marked):
    with pytest.raises(PairRejected) as rejected:
        xml.parse(xml.inspect(content, xml.XmlLimits(), file="TA-4720.xml"))

    sheet = office.write(rejected.value.findings, content=content)

    assert sheet.marked == [marked]
    assert sheet.json["findings"][0]["line"] == 2


def test_tabs_stay_tabs_and_common_indentation_goes(office):
    content = b"<A>\n\t\t\t<B>1</B>\n\t\t\t<C>\t2</C>\n\t\t\t\t<D/>\n</A>"
    wrong = Finding(code=Code.SCHEMA_PATTERN, file="TA-4720.xml", line=3, path="/A/C", value="\t2")

    sheet = office.write([wrong], content=content)

    assert sheet.excerpt() == [("2", "<B>1</B>"), ("3", "<C>\t2</C>"), ("4", "\t<D/>")]


def test_carriage_returns_do_not_shift_the_lines(office):
    content = b"<A>\r\n<!-- one\rtwo -->\r\n<B>x</B>\r\n</A>"
    wrong = Finding(code=Code.SCHEMA_PATTERN, file="TA-4720.xml", line=3, path="/A/B", value="x")

    sheet = office.write([wrong], content=content)

    assert sheet.excerpt()[1] == ("3", "<B>x</B>")


def test_the_excerpt_is_found_in_the_archive_when_a_crash_came_after_the_move(office):
    sheet = office.write([MISSPELT], place="error")

    assert sheet.marked == ["Freigegben"]


def test_without_the_original_the_sheet_has_no_excerpt_and_all_the_rest(office):
    sheet = office.write([MISSPELT], place="processed/elsewhere")

    assert sheet.tree.findall(".//table") == []
    assert "Zeile 5" in sheet.text


def test_another_file_in_its_place_is_never_shown(office):
    sheet = office.write([MISSPELT], place="error", sha256="0" * 64)

    assert sheet.tree.findall(".//table") == []


@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_in_its_place_does_not_stop_anything(office, put):
    source = _source([_part(Role.XML, "TA-4720.xml", "")], [MISSPELT])
    office.folder.path("error", "").mkdir(parents=True)
    put(office.folder.path("error", "TA-4720.xml"))

    rendered = Sheets(source, sheets.render(office, source))

    assert rendered.tree.findall(".//table") == []


def test_a_real_schemas_findings_are_all_placed(office, root):
    folder = root / "mappings" / "schemas"
    schema = Schema.load(folder / "pdm" / "export.xsd", inside=[folder])
    example = (root / "examples" / "pdm" / "TANG_TA-4711_A.xml").read_text("iso-8859-1")
    content = example.replace("freigegeben<", "Freigegben<").replace("12.11.2026<", "12.13.2026<").encode("iso-8859-1")
    tree = xml.parse(xml.inspect(content, xml.XmlLimits(), file="TA-4720.xml"))

    sheet = office.write(validate(tree, schema, file="TA-4720.xml"), content=content)

    assert sheet.marked == ["Freigegben", "12.13.2026"]


# --- nothing in a file acts -------------------------------------------------------------------------------------------


def test_whatever_a_file_holds_stays_text(office):
    content = (
        UNTERLAGE.format(encoding="UTF-8").replace("Freigegben", "<![CDATA[<img src=x onerror=alert(1)>]]>").encode()
    )
    nasty = replace(
        MISSPELT,
        file=names.escape(NASTY),
        field=NASTY,
        value=NASTY,
        allowed=(NASTY, "</style><script>"),
        rule=NASTY,
        details={"parser": NASTY},
    )
    sheet = office.write([nasty, MISSPELT, replace(nasty, code=Code.SCHEMA_OTHER)], content=content,
                         pdf='"><script>.pdf')  # fmt: skip

    assert list(sheet.tree.iter("script", "img", "iframe", "object", "link", "form")) == []
    assert [name for element in sheet.tree.iter() for name in element.attrib if name.startswith("on")] == []
    assert sheet.text.count("<script>alert(1)</script>") >= 3


def test_what_cannot_be_seen_is_shown(office):
    sheet = office.write([replace(MISSPELT, value="  a\u202eb\u200bc\u00a0\x07 ")])

    assert not set("\u202e\u200b\u00a0\x07") & set(sheet.html)
    assert "„␣␣aU+202EbU+200Bc⍽U+0007␣“" in sheet.text


def test_a_title_shows_what_cannot_be_seen_too(office):
    sheet = office.write([MISSPELT], name="TA\u200b-4720.xml")

    assert sheet.tree.find(".//title").text == "Fehlerblatt: TA\\u200b-4720"


def test_a_value_without_end_is_cut(office):
    endless = replace(MISSPELT, value="x" * 1_000_000, details={"parser": "y" * 1_000_000})

    sheet = office.write([endless, replace(endless, code=Code.SCHEMA_OTHER)])

    assert len(sheet.html) < 50_000


def test_a_link_leads_nowhere_but_to_a_file_beside_the_sheet(office):
    sheet = office.write([MISSPELT], pdf="javascript:alert(1).pdf")

    targets = {link.get("href") for link in sheet.tree.iter("a")}
    assert targets == {"TA-4720.xml", "javascript%3Aalert%281%29.pdf"}


def test_a_sheet_loads_nothing_and_runs_nothing(office):
    sheet = office.write([MISSPELT])

    policy = sheet.tree.find(".//meta[@http-equiv]").get("content")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert sheet.html.startswith("<!DOCTYPE html>")
    assert "url(" not in sheet.html
    assert "http:" not in sheet.html.replace("http-equiv", "")
    assert "https:" not in sheet.html


# --- names ------------------------------------------------------------------------------------------------------------


def test_a_name_that_is_not_utf8_is_told_escaped_and_as_it_lies_there(office):
    name = os.fsdecode(b"M\xfcller.xml")
    finding = Finding(code=Code.NAME_NOT_UTF8, file=names.escape(name))

    sheet = office.write([finding], name=name)

    assert sheet.html_name == "M%FCller.error.html"
    assert "M\\xfcller wurde zurückgewiesen" in sheet.text
    assert "liegt hier als M%FCller.xml" in sheet.text
    assert {link.get("href") for link in sheet.tree.iter("a")} == {"M%25FCller.xml"}


@pytest.mark.parametrize(
    ("archive_name", "stem"),
    [
        ("ANF-2026-0815.xml", "ANF-2026-0815"),
        ("Anfrage 1.2.XML", "Anfrage 1.2"),
        ("M%FCller.pdf", "M%FCller.pdf"),
        ("ANF~01ab.xml", "ANF~01ab"),
    ],
)
def test_a_sheet_is_named_after_the_first_file(archive_name, stem):
    assert sheets.stem(archive_name) == stem


def test_the_sheets_of_two_names_that_are_too_long_do_not_get_in_each_others_way():
    one, other = (sheets.stem("ä" * 123 + f"{ending}.xml") for ending in ("-1", "-2"))

    assert one != other
    assert all(
        len(f"{stem}{suffix}".encode()) <= names.LONGEST for stem in (one, other) for suffix in names.SHEET_SUFFIXES
    )


# --- for programs -----------------------------------------------------------------------------------------------------


def test_the_json_gives_the_findings_back_as_they_were(office):
    sheet = office.write([MISSPELT], pdf="TA-4720.pdf")

    facts = {key: value for key, value in sheet.json["findings"][0].items() if key not in ("text", "do", "nearest")}
    assert Finding.from_json(facts) == replace(MISSPELT, column=18)


def test_the_json_says_what_the_reference_says(office, root):
    sheet = office.write([], transfers_=[_transfer([MISSPELT])], pdf="TA-4720.pdf")
    reference = (root / "docs" / "reference" / "error-sheets.md").read_text(encoding="utf-8")

    assert sheet.json["schema"] == sheets.SCHEMA
    assert sheet.json["source"] == sheet.source.id
    assert [part["role"] for part in sheet.json["parts"]] == ["xml", "pdf"]
    assert sheet.json["claimed_at"] == "2026-11-23T18:00:34Z"
    written = {*sheet.json, *sheet.json["parts"][0], *sheet.json["findings"][0]}
    assert [key for key in written if f"`{key}`" not in reference] == []


@pytest.mark.parametrize(("language", "text"), [("de", "Im Feld Freigabestand"), ("en", "The field Freigabestand")])
def test_the_json_has_the_texts_in_the_sheets_language(office, language, text):
    sheet = replace(office, language=language).write([MISSPELT])

    assert sheet.json["language"] == language
    assert sheet.json["findings"][0]["text"].startswith(text)
    assert sheet.json["findings"][0]["nearest"] == "freigegeben"
