"""Where the gate for PDFs finds what can act, and what a route makes of it."""

import pytest

from sync.findings import Code, Policy, Severity
from tests import pdfs
from tests.pdfs import PACKED

pytest_plugins = ("tests.pdf_gate",)  # the fixtures gate and check

LINK = b"/Type /Annot /Subtype /Link /Rect [0 0 9 9]"
SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
PLACES = {
    "opening": lambda action: pdfs.document(catalog=b"/OpenAction " + action),
    "a link": lambda action: pdfs.document(page=b"/Annots [<< %s /A %s >>]" % (LINK, action)),
    "a link of the last page": lambda action: pdfs.document(
        tree=b"<< /Type /Pages /Count 2 /Kids [10 0 R 1000 0 R] >>",
        extra={1000: b"<< /Type /Page /Annots 1001 0 R >>", 1001: b"[1002 0 R]", 1002: b"<< /A %s >>" % action},
    ),
    "a later action": lambda action: pdfs.document(
        catalog=b"/OpenAction << /S /URI /URI (x) /Next [<< /S /GoTo /Next %s >>] >>" % action
    ),
    "a bookmark": lambda action: pdfs.document(
        catalog=b"/Outlines 1000 0 R",
        extra={1000: b"<< /First 1001 0 R >>", 1001: b"<< /Next 1002 0 R >>", 1002: b"<< /A %s >>" % action},
    ),
    "a form field": lambda action: pdfs.document(
        catalog=b"/AcroForm << /Fields [1000 0 R] >>",
        extra={1000: b"<< /Kids [1001 0 R] >>", 1001: b"<< /A %s >>" % action},
    ),
    "a page that opens": lambda action: pdfs.document(page=b"/AA << /O %s >>" % action),
    "an object stream": lambda action: pdfs.compressed(
        PACKED | {1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 11 0 R >>", 11: action}
    ),
    "a reference to a reference": lambda action: pdfs.document(
        catalog=b"/OpenAction 1000 0 R", extra={1000: b"<< /S 1001 0 R >>", 1001: action.split(b"/S ")[1].split()[0]}
    ),
    "presentation steps": lambda action: pdfs.document(page=b"/PresSteps << /NA %s >>" % action),
}
ACTIONS = {
    b"<< /S /Launch /F (calc.exe) >>": (Code.PDF_LAUNCH, Severity.REJECT),
    b"<< /S /ImportData /F (x.fdf) >>": (Code.PDF_IMPORT_DATA, Severity.REJECT),
    b"<< /S /JavaScript >>": (Code.PDF_JAVASCRIPT, Severity.WARN),
    b"<< /S /SubmitForm /F (https://a.example) >>": (Code.PDF_SUBMIT_FORM, Severity.WARN),
    b"<< /S /GoToR /F (other.pdf) /D [0 /Fit] >>": (Code.PDF_GOTO_REMOTE, Severity.WARN),
    b"<< /S /GoToE /T << /R /C >> >>": (Code.PDF_GOTO_EMBEDDED, Severity.WARN),
    b"<< /S /Rendition /OP 0 >>": (Code.PDF_RENDITION, Severity.WARN),
    b"<< /S /RichMediaExecute >>": (Code.PDF_RICH_MEDIA, Severity.WARN),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize(("action", "expected"), ACTIONS.items(), ids=[code for code, _ in ACTIONS.values()])
def test_an_action_is_found_wherever_it_stands(check, place, action, expected):
    facts = check(place(action))

    assert expected in [(finding.code, finding.severity) for finding in facts.findings]
    assert facts.pages


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pdfs.document(catalog=b"/Names << /JavaScript << /Names [(a) %s] >> >>" % SCRIPT), Code.PDF_JAVASCRIPT),
        (pdfs.document(catalog=b"/OpenAction << /S /J#61vaScript >>"), Code.PDF_JAVASCRIPT),
        (pdfs.document(page=b"/Annots [<< /3DD << /OnInstantiate 7 0 R >> >>]"), Code.PDF_JAVASCRIPT),
        (pdfs.document(catalog=b"/AcroForm << /Fields [1000 0 R] >>", extra={1000: b"<< /FT /Tx >>"}), Code.PDF_FORM),
        (pdfs.document(catalog=b"/AcroForm << /Fields [] /XFA 1000 0 R >>"), Code.PDF_XFA),
        (pdfs.document(page=b"/AA << /C << /S /Named >> >>"), Code.PDF_ADDITIONAL_ACTIONS),
        (pdfs.document(page=b"/Annots [<< /Subtype /RichMedia >>]"), Code.PDF_RICH_MEDIA),
        (pdfs.document(page=b"/Annots [<< /Subtype /Movie >>]"), Code.PDF_RENDITION),
        (pdfs.document(page=b"/Annots [<< /Subtype /FileAttachment /FS << /EF << >> >> >>]"), Code.PDF_EMBEDDED_FILES),
        (pdfs.document(catalog=b"/AF [<< /Type /Filespec /EF << /F 1000 0 R >> >>]"), Code.PDF_EMBEDDED_FILES),
        (pdfs.with_attachment("factur-x.xml", b"<Invoice/>"), Code.PDF_EMBEDDED_FILES),
    ],
)
def test_what_is_only_worth_knowing_is_a_warning(check, data, code):
    facts = check(data)

    assert [(finding.code, finding.severity) for finding in facts.findings] == [(code, Severity.WARN)]


def test_a_route_decides_what_it_makes_of_a_finding(check):
    data = pdfs.document(catalog=b"/OpenAction " + SCRIPT)

    assert check(data).findings[0].severity is Severity.WARN
    assert check(data, decisions={Code.PDF_JAVASCRIPT: Policy.REJECT}).findings[0].severity is Severity.REJECT
    assert check(data, decisions={Code.PDF_JAVASCRIPT: Policy.ALLOW}).findings == ()


@pytest.mark.parametrize(
    ("metadata", "claim"),
    [
        (b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>", "PDF/A-2u"),
        (b"<rdf:Description pdfaid:part='3' pdfaid:conformance=\"B\"/>", "PDF/A-3b"),
        (b"<pdfaid:part>4</pdfaid:part>", "PDF/A-4"),
        (b"<dc:title>pdfaid</dc:title>", None),
    ],
)
def test_what_a_pdf_claims_to_be_is_reported_and_not_checked(check, metadata, claim):
    facts = check(pdfs.document(catalog=b"/Metadata 1000 0 R", extra={1000: pdfs.stream(metadata)}))

    assert [finding.details.get("claim") for finding in facts.findings] == ([claim] if claim else [])
    assert all(finding.severity is Severity.WARN for finding in facts.findings)
