"""What is wrong goes to error/ with a sheet that says why, and stops nobody."""

from __future__ import annotations

import functools
import gzip
import shutil
import time
from pathlib import Path

import pytest

from sync.engine import embedded
from sync.findings import Code, Severity
from sync.gates.pdf import PdfGate
from tests import odd_pdf_worker, pdfs, samples
from tests.installation import Installation, codes, only, states


def test_a_wrong_pair_goes_to_error_with_a_sheet_and_stops_nobody(here: Installation) -> None:
    here.drop_inquiry("ANF-1", "ANF-2026-0001")
    wrong = here.drop_inquiry("ANF-2", "ANF-2026-0002", StatusCode="freigegeben")

    report = here.run()

    assert states(report) == {"ANF-1": "delivered", "ANF-2": "rejected"}
    assert report.exit_code == 3
    assert here.names("inbox/crm/error") == ["ANF-2.error.html", "ANF-2.error.json", "ANF-2.pdf", "ANF-2.xml"]
    assert (here.root / "inbox/crm/error/ANF-2.xml").read_bytes() == wrong
    assert here.hidden() == []


def test_a_pdf_that_is_html_rejects_its_pair(here: Installation) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry())
    here.put("crm", "ANF-1.pdf", b"<!DOCTYPE html><html><body>404</body></html>")

    report = here.run()

    assert codes(only(report)) == [Code.PDF_NOT_PDF]
    assert here.names("outbox/pdm") == here.hidden() == []


def test_nothing_in_error_is_overwritten_by_a_second_pair_of_that_name(here: Installation) -> None:
    first = here.drop_inquiry(StatusCode="falsch")
    here.run()
    second = here.drop_inquiry(StatusCode="auch falsch")
    here.run()

    originals = [path.read_bytes() for path in (here.root / "inbox/crm/error").glob("*.xml")]

    assert sorted(originals) == sorted([first, second])


_XML, _PDF = samples.inquiry(), samples.pdf()
_ROOT = b"<Document "

#: XMLs that no parser, or no mapping, may see, and what is said of them.
WRONG_XMLS = {
    "bomb": (_XML.replace(_ROOT, b'<!DOCTYPE a [<!ENTITY b "bb">]>' + _ROOT), Code.XML_DOCTYPE),
    "file": (_XML.replace(_ROOT, b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + _ROOT), Code.XML_DOCTYPE),
    "packed": (gzip.compress(_XML), Code.XML_COMPRESSED),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 200)), Code.XML_NOT_XML),
    "page": (b"<html><body>404</body></html>", Code.XML_NOT_XML),
    "nul": (_XML.replace(b"Anfrage", b"An\0rage"), Code.XML_NUL),
    "odd": (_XML.replace(b"UTF-8", b"UTF-7"), Code.XML_ENCODING_UNSUPPORTED),
    "latin": (_XML.decode().encode("cp1252"), Code.XML_ENCODING_WRONG),
    "new": (_XML.replace(b"'1.0'", b"'1.1'"), Code.XML_VERSION),
    "crossed": (_XML.replace(b"</Subject>", b"</Object>"), Code.XML_NOT_WELL_FORMED),
    "deep": (_XML.replace(b"</Document>", b"<a>" * 300 + b"</a>" * 300 + b"</Document>"), Code.XML_LIMIT),
    "foreign": (b"<Lieferschein/>", Code.MAPPING_NONE),
    "invalid": (samples.inquiry(ReceivedOn="gestern"), Code.SCHEMA_TYPE),
    "other": (samples.inquiry(DocumentType="TECHNICAL_QUOTATION"), Code.MAPPING_NONE),
}


def test_each_wrong_xml_is_rejected_for_its_own_reason_and_the_good_one_goes(here: Installation) -> None:
    for stem, (content, _) in WRONG_XMLS.items():
        here.put("crm", f"{stem}.xml", content)
        here.put("crm", f"{stem}.pdf", _PDF)
    here.drop_inquiry()

    report = here.run()

    found = {outcome.pair: codes(outcome)[:1] for outcome in report.outcomes if outcome.state == "rejected"}
    assert found == {stem: [code] for stem, (_, code) in WRONG_XMLS.items()}
    assert all(Path(outcome.sheet).is_file() for outcome in report.outcomes if outcome.state == "rejected")
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert (report.exit_code, here.inbox("crm"), here.hidden()) == (3, [], [])


#: PDFs that are rejected whatever a route says, or unless it does.
WRONG_PDFS = {
    "none": (b"Das ist ein Text.", Code.PDF_NOT_PDF),
    "pageless": (pdfs.document(pages=0), Code.PDF_NO_PAGE),
    "locked": (pdfs.encrypted("AES-256", user="geheim", owner="geheim"), Code.PDF_PASSWORD),
    "launching": (pdfs.document(catalog=b"/OpenAction << /S /Launch /F (calc.exe) >>"), Code.PDF_LAUNCH),
    "endless": (pdfs.document(pages=4), Code.PDF_TOO_MANY_PAGES),
}


def test_each_wrong_pdf_rejects_its_pair_for_its_own_reason_and_the_good_one_goes(here: Installation) -> None:
    here.configure(crm_to_pdm="max-pages = 3")
    for number, (stem, (content, _)) in enumerate(WRONG_PDFS.items(), start=1):
        here.drop_inquiry(stem, f"ANF-2026-010{number}")
        here.put("crm", f"{stem}.pdf", content)
    here.drop_inquiry()

    report = here.run()

    found = {outcome.pair: codes(outcome)[:1] for outcome in report.outcomes if outcome.state == "rejected"}
    assert found == {stem: [code] for stem, (_, code) in WRONG_PDFS.items()}
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert (report.exit_code, here.inbox("crm"), here.hidden()) == (3, [], [])


@pytest.mark.parametrize(
    ("content", "code"),
    [(odd_pdf_worker.DEADLY, Code.WORKER_DIED), (odd_pdf_worker.ENDLESS, Code.PDF_CPU)],
    ids=["kills its worker", "takes all CPU time"],
)
def test_a_pdf_that_its_worker_does_not_survive_is_rejected_and_stops_nobody(
    here: Installation, monkeypatch: pytest.MonkeyPatch, content: bytes, code: Code
) -> None:
    monkeypatch.setattr("sync.gates.pdf._MODULE", "tests.odd_pdf_worker")
    monkeypatch.setattr(embedded, "PdfGate", functools.partial(PdfGate, cpu=1.0))
    here.drop_inquiry()
    here.put("crm", "ANF-1.pdf", _PDF + content)
    here.drop_inquiry("ANF-2", "ANF-2026-0002")

    report = here.run()

    assert states(report) == {"ANF-1": "rejected", "ANF-2": "delivered"}
    assert {found for outcome in report.outcomes for found in codes(outcome)} == {code}
    assert here.hidden() == []


@pytest.mark.parametrize(
    ("policy", "state", "found"),
    [
        ("reject", "rejected", [(Code.PDF_JAVASCRIPT, Severity.REJECT)]),
        ("warn", "delivered", [(Code.PDF_JAVASCRIPT, Severity.WARN)]),
        ("allow", "delivered", []),
    ],
)
def test_a_route_decides_what_a_finding_in_a_pdf_means(
    here: Installation, policy: str, state: str, found: list[tuple[Code, Severity]]
) -> None:
    here.configure(crm_to_pdm=f"pdf.javascript = {policy}")
    here.drop_inquiry()
    here.put("crm", "ANF-1.pdf", pdfs.document(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert) >>"))

    report = here.run()

    assert only(report).state == state
    assert [(one.code, one.severity) for one in only(report).findings] == found


#: How the export folder is set to refuse something and to let it through, and what is said of it.
SETTINGS = {
    "a bare doctype": ("", "doctype = strip", _XML.replace(_ROOT, b"<!DOCTYPE Document>" + _ROOT), Code.XML_DOCTYPE),
    "an encoding": ("", "encoding = Windows-1252", _XML.decode().encode("cp1252"), Code.XML_ENCODING_WRONG),
    "tags": ("max-tags = 10", "", _XML, Code.XML_TOO_MANY_TAGS),
    "a large XML": ("max-xml = 500", "", _XML, Code.TOO_LARGE),
    "a large PDF": ("max-pdf = 500", "", _XML, Code.TOO_LARGE),
}


@pytest.mark.parametrize(("refusing", "letting", "xml", "code"), SETTINGS.values(), ids=SETTINGS)
def test_a_setting_of_the_export_folder_decides_what_is_let_through(
    here: Installation, refusing: str, letting: str, xml: bytes, code: Code
) -> None:
    found = []
    for setting in (refusing, letting):
        here.configure(crm_export=setting)
        here.put("crm", "ANF-1.xml", xml)
        here.put("crm", "ANF-1.pdf", _PDF)
        found.append(codes(only(here.run())))

    assert found == [[code], []]
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]


def test_the_sheet_about_a_wrong_encoding_says_the_byte_the_line_and_what_it_probably_is(here: Installation) -> None:
    here.configure(general="language = en")
    here.put("crm", "ANF-1.xml", _XML.decode().encode("cp1252"))
    here.put("crm", "ANF-1.pdf", _PDF)

    sheet = Path(only(here.run()).sheet).read_text("utf-8")

    assert all(word in sheet for word in ("UTF-8", "F6", "Windows-1252"))


def test_a_document_for_which_two_mappings_are_is_rejected_with_both_names(here: Installation) -> None:
    mappings = here.own_mappings()
    shutil.copytree(mappings / "crm-project-to-pdm-project", mappings / "second")
    rules = mappings / "second/mapping.map"
    rules.write_text(rules.read_text("utf-8").replace("mapping crm-project-to-pdm-project", "mapping second"), "utf-8")
    here.put("crm", "P.xml", samples.project())
    here.drop_inquiry()

    report = here.run()

    wrong = next(outcome for outcome in report.outcomes if outcome.pair == "P")
    assert states(report) == {"P": "rejected", "ANF-1": "delivered"}
    assert codes(wrong) == [Code.MAPPING_SEVERAL]
    assert wrong.findings[0].details == {"names": "crm-project-to-pdm-project, second"}
    assert here.names("inbox/crm/error") == ["P.error.html", "P.error.json", "P.xml"]


def test_the_purge_takes_no_file_of_another_pair_that_got_the_same_name_in_error(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.configure(general="keep = 30")
    here.put("crm", "P.xml", samples.project(Stage="falsch"))
    first = only(here.run())
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + 31 * 86_400)
    (here.root / "inbox/crm/error/P.xml").rename(here.root / "inbox/crm/P.xml")

    second = only(here.run())

    purged = {source.id: source.purged for source in here.sources()}
    assert purged == {first.source_id: True, second.source_id: False}
    assert here.names("inbox/crm/error") == ["P.error.html", "P.error.json", "P.xml"]
