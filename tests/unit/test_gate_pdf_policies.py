"""What becomes of each finding about a PDF: the design's defaults, and what a route makes of it instead."""

import pytest

from sync.findings import Code, Policy, Severity
from sync.gates.pdf import PdfPolicy
from tests import pdfs
from tests.pdfs import HEADER

pytest_plugins = ("tests.pdf_gate",)  # the fixtures gate and check

WARNED = {
    *("pdf.header-offset", "pdf.owner-password", "pdf.javascript", "pdf.submit-form", "pdf.form", "pdf.goto-remote"),
    *("pdf.goto-embedded", "pdf.rendition", "pdf.rich-media", "pdf.embedded-files", "pdf.xfa"),
    *("pdf.archival", "pdf.additional-actions", "pdf.rebuilt", "pdf.trailing"),
}


def acting(action: bytes) -> bytes:
    """Give a document that does something when it is opened."""
    return pdfs.document(catalog=b"/OpenAction << /S /%s >>" % action)


SEEN = {
    Code.PDF_NOT_PDF: b"hello",
    Code.PDF_EMPTY: b" ",
    Code.PDF_CUT_OFF: pdfs.document(end=b"\n"),
    Code.PDF_UNREADABLE: HEADER + b"nothing\n%%EOF\n",
    Code.PDF_NO_PAGE: pdfs.document(tree=b"<< /Type /Pages /Count 0 /Kids [] >>"),
    Code.PDF_TOO_MANY_PAGES: pdfs.document(pages=6),
    Code.PDF_PAGE_COUNT: pdfs.document(tree=b"<< /Type /Pages /Count 2 /Kids [10 0 R] >>"),
    Code.PDF_CYCLE: pdfs.document(tree=b"<< /Type /Pages /Count 1 /Kids [10 0 R 2 0 R] >>"),
    Code.PDF_ARCHIVE: pdfs.document() + b"PK\x03\x04",
    Code.PDF_PASSWORD: pdfs.encrypted("AES-256", user="u", owner="o"),
    Code.PDF_OWNER_PASSWORD: pdfs.encrypted("AES-256", user="", owner="o"),
    Code.PDF_LAUNCH: acting(b"Launch"),
    Code.PDF_IMPORT_DATA: acting(b"ImportData"),
    Code.PDF_HEADER_OFFSET: b"x\n" + pdfs.document(),
    Code.PDF_JAVASCRIPT: acting(b"JavaScript"),
    Code.PDF_SUBMIT_FORM: acting(b"SubmitForm"),
    Code.PDF_FORM: pdfs.document(catalog=b"/AcroForm << /Fields [10 0 R] >>"),
    Code.PDF_GOTO_REMOTE: acting(b"GoToR"),
    Code.PDF_GOTO_EMBEDDED: acting(b"GoToE"),
    Code.PDF_RENDITION: acting(b"Rendition"),
    Code.PDF_RICH_MEDIA: acting(b"RichMediaExecute"),
    Code.PDF_EMBEDDED_FILES: pdfs.with_attachment("a.xml", b"<a/>"),
    Code.PDF_ARCHIVAL: pdfs.document(
        catalog=b"/Metadata 1000 0 R", extra={1000: pdfs.stream(b"<x pdfaid:part='3' pdfaid:conformance='B'/>")}
    ),
    Code.PDF_XFA: pdfs.document(catalog=b"/AcroForm << /Fields [] /XFA 1000 0 R >>"),
    Code.PDF_ADDITIONAL_ACTIONS: pdfs.document(page=b"/AA << /C << /S /Named >> >>"),
    Code.PDF_REBUILT: pdfs.table(pdfs.PACKED, trailer=b"/Root 1 0 R", start=1),
    Code.PDF_TRAILING: pdfs.document() + b"more",
}


def test_every_finding_about_a_pdf_has_the_default_of_the_design():
    found = {code for code in Code if code.startswith("pdf.")}

    warned = {str(code) for code in found if PdfPolicy().decide(code) is Policy.WARN}

    assert warned == WARNED
    assert {PdfPolicy().decide(code) for code in found} == {Policy.WARN, Policy.REJECT}
    assert found - SEEN.keys() == {Code.PDF_CPU, Code.PDF_MEMORY}  # of these no policy is asked


@pytest.mark.parametrize("code", SEEN)
def test_a_route_rejects_warns_or_allows_as_it_says(check, code):
    def severities(**policy: object) -> list[Severity]:
        return [one.severity for one in check(SEEN[code], max_pages=5, **policy).findings if one.code is code]

    default = Severity.WARN if code in WARNED else Severity.REJECT

    assert severities() == [default]
    assert severities(decisions={code: Policy.REJECT}) == [Severity.REJECT]
    assert severities(decisions={code: Policy.WARN}) == [Severity.WARN]
    assert severities(decisions={code: Policy.ALLOW}) == []
