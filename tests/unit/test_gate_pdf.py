"""What the gate for PDFs finds, row by row of the design's paragraph, and what it leaves alone."""

import io
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from sync.findings import Code, Policy, Severity
from sync.gates.pdf import PdfFacts, PdfPolicy
from tests import pdfs
from tests.pdfs import PACKED, codes

pytest_plugins = ("tests.pdf_gate",)  # the fixtures gate and check

ROOT = Path(__file__).parents[2]
LINK = b"/Type /Annot /Subtype /Link /Rect [0 0 9 9]"


def zipped(content: bytes = b"MZ", method: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("setup.exe", content)
    return target.getvalue()


# --- good ones


@pytest.mark.parametrize(
    ("data", "pages"),
    [
        (pdfs.document(pages=7), 7),
        (pdfs.written(3), 3),
        (pdfs.written(3, compress=True), 3),
        (pdfs.updated(pdfs.written(2)), 2),
        (pdfs.updated(pdfs.updated(pdfs.written(2))), 2),
        (pdfs.compressed(PACKED), 1),
        (pdfs.document(end=b"\r\n%%EOF\r\n \r\n"), 1),
        (pdfs.document(end=b"\n%%EOF"), 1),
    ],
    ids=["table", "library", "another", "updated", "updated twice", "object streams", "line feeds", "no line feed"],
)
def test_a_good_pdf_has_no_findings(check, data, pages):
    facts = check(data)

    assert (facts.findings, facts.pages) == ((), pages)


def test_the_pages_are_counted_through_a_nested_tree(check):
    data = pdfs.document(
        tree=b"<< /Type /Pages /Count 3 /Kids [1000 0 R 10 0 R] >>",
        extra={
            1000: b"<< /Type /Pages /Count 2 /Kids 1003 0 R >>",
            1001: b"<< /Type /Page >>",
            1002: b"<< /Type /Page >>",
            1003: b"[1001 0 R 1002 0 R]",
        },
    )

    assert check(data) == PdfFacts(pages=3, date="2026-11-02T11:00:00+01:00")


def test_links_bookmarks_and_buttons_that_stay_in_the_document_are_no_findings(check):
    data = pdfs.document(
        catalog=b"/OpenAction [10 0 R /Fit] /Outlines 1000 0 R /AcroForm << /Fields [] >> /PageLabels << >>",
        page=b"/Annots [<< %s /A << /S /URI /URI (https://a.example) >> >> << %s /Dest [10 0 R /Fit] >>]"
        % (LINK, LINK),
        extra={
            1000: b"<< /First 1001 0 R /Last 1002 0 R /Count 2 >>",
            1001: b"<< /Title (A) /Parent 1000 0 R /Next 1002 0 R /A << /S /GoTo /D [10 0 R /Fit] >> >>",
            1002: b"<< /Title (B) /Parent 1000 0 R /Prev 1001 0 R /A << /S /Named /N /NextPage >> >>",
        },
    )

    assert check(data).findings == ()


def test_content_streams_are_never_decoded(check):
    data = pdfs.document(page=b"/Contents 1000 0 R", extra={1000: pdfs.stream(pdfs.bomb(400), b"/Filter /FlateDecode")})

    assert check(data).findings == ()


def test_objects_that_are_referred_to_and_do_not_exist_cost_nothing(check):
    references = b" ".join(b"%d 0 R" % number for number in range(2000, 12_000))
    started = time.perf_counter()

    facts = check(pdfs.document(page=b"/Annots [%s]" % references))

    assert facts.findings == ()
    assert time.perf_counter() - started < 30


def test_the_sample_pdfs_are_good(gate):
    samples = [path for path in sorted((ROOT / "examples").rglob("*.pdf")) if path.read_bytes().startswith(b"%PDF")]
    assert samples

    assert [path.name for path in samples if gate.check(path, PdfPolicy(), file="x").findings] == []


# --- the date


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (b"D:20260131235958+01'00'", "2026-01-31T23:59:58+01:00"),
        (b"D:20260131235958-08'30", "2026-01-31T23:59:58-08:30"),
        (b"D:20260131235958+02", "2026-01-31T23:59:58+02:00"),
        (b"D:20260131235958Z", "2026-01-31T23:59:58Z"),
        (b"D:20260131235958Z00'00'", "2026-01-31T23:59:58Z"),
        (b"D:20260131235958", "2026-01-31T23:59:58"),
        (b"20260131", "2026-01-31T00:00:00"),
        (b"D:2026", "2026-01-01T00:00:00"),
        (b"D:20260231", ""),
        (b"D:00000000000000", ""),
        (b"D:20260131235958+99'00'", ""),
        (b"31.01.2026", ""),
        (b"", ""),
    ],
)
def test_the_creation_date_is_told_as_xs_date_time_or_not_at_all(check, date, expected):
    facts = check(pdfs.document(date=date))

    assert (facts.date, facts.findings) == (expected, ())


def test_a_document_without_any_information_has_no_date(check):
    assert check(pdfs.compressed(PACKED)).date == ""


# --- what is no PDF, or not all of one


@pytest.mark.parametrize("data", [b"", b"\0" * 4096, b" \r\n\t"])
def test_an_empty_file_is_called_empty(check, data):
    assert codes(check(data)) == [Code.PDF_EMPTY]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<!DOCTYPE html><html><body>Sitzung abgelaufen</body></html>", "HTML"),
        (b"<?xml version='1.0'?><Unterlage/>", "XML"),
        (zipped(), "ZIP"),
        (zipped(b"[Content_Types].xml"), "Microsoft Office or OpenDocument"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "Microsoft Office"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"II*\x00", "TIFF"),
        (b"%!PS-Adobe-3.0", "PostScript"),
        (b"%FDF-1.2", "FDF"),
        (b"404 not found", "text"),
        (b"\x01\x02", ""),
        (b"x" * 2000 + pdfs.document(), "text"),
    ],
)
def test_what_is_no_pdf_is_told_by_what_it_looks_like(check, data, name):
    (finding,) = check(data).findings

    assert (finding.code, finding.severity) == (Code.PDF_NOT_PDF, Severity.REJECT)
    assert finding.details == {"looks_like": name}


def test_a_header_that_is_not_at_the_start_is_a_warning(check):
    facts = check(b"\r\n \xef\xbb\xbf" + pdfs.document())

    (finding,) = facts.findings
    assert (finding.code, finding.severity) == (Code.PDF_HEADER_OFFSET, Severity.WARN)
    assert (finding.details, facts.pages) == ({"offset": "6"}, 1)


def test_a_header_may_stand_within_the_first_1024_bytes(check):
    assert codes(check(b"x" * 1024 + pdfs.document())) == [Code.PDF_HEADER_OFFSET]
    assert codes(check(b"x" * 1025 + pdfs.document())) == [Code.PDF_NOT_PDF]


def test_bytes_after_the_end_are_a_warning(check):
    (finding,) = check(pdfs.document() + b"<html>" + b"x" * 5000 + b"</html>\n").findings

    assert (finding.code, finding.severity, finding.details) == (Code.PDF_TRAILING, Severity.WARN, {"bytes": "5014"})


def test_zeros_after_the_end_are_bytes_after_the_end(check):
    assert codes(check(pdfs.document() + b"\0" * 512)) == [Code.PDF_TRAILING]


def test_a_missing_end_is_called_cut_off_and_nothing_else(check):
    assert codes(check(pdfs.document(end=b""))) == [Code.PDF_CUT_OFF]
    assert codes(check(pdfs.written(3)[:900])) == [Code.PDF_CUT_OFF]


def test_an_update_that_was_cut_off_is_not_taken_for_the_document_before_it(check):
    before = pdfs.written(2)
    after = pdfs.updated(before)

    lengths = range(len(before) + 12, len(after.rstrip()), 7)

    assert [kept for kept in lengths if codes(check(after[:kept])) != [Code.PDF_CUT_OFF]] == []


def test_a_cut_off_pdf_is_read_all_the_same_where_a_route_lets_it_pass(check):
    data = pdfs.updated(pdfs.document(catalog=b"/OpenAction << /S /Launch >>"))[:-10]

    facts = check(data, decisions={Code.PDF_CUT_OFF: Policy.WARN})

    assert (codes(facts), facts.pages) == ([Code.PDF_CUT_OFF, Code.PDF_LAUNCH], 1)


# --- pages


@pytest.mark.parametrize(
    "declared", [b"/Count 2", b"/Count 0", b"/Count -1", b"", b"/Count (1)", b"/Count 999999999999"]
)
def test_a_page_count_that_disagrees_with_the_tree_is_refused(check, declared):
    (finding,) = check(pdfs.document(tree=b"<< /Type /Pages %s /Kids [10 0 R] >>" % declared)).findings

    assert (finding.code, finding.severity) == (Code.PDF_PAGE_COUNT, Severity.REJECT)
    assert finding.details["counted"] == "1"


@pytest.mark.parametrize(
    "tree",
    [
        b"<< /Type /Pages /Count 0 /Kids [] >>",
        b"<< /Type /Pages /Count 1 /Kids [77 0 R] >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R null 5 (x)] >>".replace(b"3 0 R", b"1 0 R"),
        b"<< /Type /Pages >>",
        b"null",
        b"[10 0 R]",
    ],
)
def test_a_document_without_a_page_is_refused(check, tree):
    assert codes(check(pdfs.document(tree=tree))) == [Code.PDF_NO_PAGE]


def test_more_pages_than_a_route_takes_are_refused(check):
    facts = check(pdfs.document(pages=4), max_pages=3)

    assert codes(facts) == [Code.PDF_TOO_MANY_PAGES]
    assert facts.findings[0].details == {"pages": "4", "limit": "3"}


def test_a_few_objects_that_make_an_endless_tree_end_soon(check):
    extra = {1000 + n: b"<< /Type /Pages /Kids [%d 0 R %d 0 R] >>" % (1001 + n, 1001 + n) for n in range(50)}
    data = pdfs.document(tree=b"<< /Type /Pages /Count 1 /Kids [1000 0 R] >>", extra=extra | {1050: b"<< >>"})

    assert Code.PDF_PAGE_COUNT in codes(check(data))


def test_more_bytes_than_a_route_takes_are_not_read(check):
    facts = check(pdfs.document(), max_bytes=100)

    assert codes(facts) == [Code.TOO_LARGE]
    assert facts.findings[0].details["limit"] == "100"


# --- circles

CIRCLES = {
    "page tree": pdfs.document(tree=b"<< /Type /Pages /Count 1 /Kids [10 0 R 2 0 R] >>"),
    "page tree, deeper": pdfs.document(
        tree=b"<< /Type /Pages /Count 1 /Kids [1000 0 R] >>", extra={1000: b"<< /Kids 1001 0 R >>", 1001: b"[2 0 R]"}
    ),
    "actions": pdfs.document(
        catalog=b"/OpenAction 1000 0 R",
        extra={1000: b"<< /S /Named /Next 1001 0 R >>", 1001: b"<< /S /Named /Next [1000 0 R] >>"},
    ),
    "bookmarks": pdfs.document(
        catalog=b"/Outlines 1000 0 R",
        extra={1000: b"<< /First 1001 0 R >>", 1001: b"<< /Next 1002 0 R >>", 1002: b"<< /Next 1001 0 R >>"},
    ),
    "form fields": pdfs.document(
        catalog=b"/AcroForm << /Fields [1000 0 R] >>", extra={1000: b"<< /T (a) /Kids [1000 0 R] >>"}
    ),
    "names": pdfs.document(catalog=b"/Names << /EmbeddedFiles 1000 0 R >>", extra={1000: b"<< /Kids [1000 0 R] >>"}),
    "a stream's length": pdfs.document(
        catalog=b"/X 1000 0 R", extra={1000: b"<< /Length 1000 0 R >>\nstream\nabc\nendstream"}
    ),
}


@pytest.mark.parametrize("data", CIRCLES.values(), ids=CIRCLES.keys())
def test_what_goes_round_in_a_circle_is_refused(check, data):
    assert Code.PDF_CYCLE in codes(check(data))


def test_cross_reference_tables_that_go_round_in_a_circle_are_refused(check):
    plain = pdfs.table(PACKED, trailer=b"/Root 1 0 R")
    data = pdfs.table(PACKED, trailer=b"/Root 1 0 R /Prev %d" % plain.index(b"xref"))

    assert codes(check(data)) == [Code.PDF_CYCLE]


def test_objects_that_stand_for_each_other_end(check):
    data = pdfs.document(catalog=b"/X 1000 0 R", extra={1000: b"1001 0 R", 1001: b"1000 0 R"})

    assert codes(check(data)) == [Code.PDF_UNREADABLE]


# --- encryption

ALGORITHMS = ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_password_that_is_needed_to_open_is_refused(check, algorithm):
    facts = check(pdfs.encrypted(algorithm, user="geheim", owner="geheimer"))

    assert codes(facts) == [Code.PDF_PASSWORD]
    assert facts.findings[0].severity is Severity.REJECT


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_owner_password_alone_is_a_warning_and_the_pdf_is_read(check, algorithm):
    facts = check(pdfs.encrypted(algorithm, user="", owner="geheim"))

    assert (codes(facts), facts.pages) == ([Code.PDF_OWNER_PASSWORD], 2)
    assert facts.date == "2000-01-01T00:00:00Z"
    assert facts.findings[0].severity is Severity.WARN


# --- files that are something else too


def tarred() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        member = tarfile.TarInfo("a.pdf")
        member.size = len(pdfs.document())
        archive.addfile(member, io.BytesIO(pdfs.document()))
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (pdfs.document() + zipped(), "ZIP"),
        (pdfs.document() + zipped(pdfs.document()), "ZIP"),
        (pdfs.document() + zipped(pdfs.document(), zipfile.ZIP_DEFLATED), "ZIP"),
        (zipped(pdfs.document()), "ZIP"),
        (zipped() + pdfs.document(), "ZIP"),
        (pdfs.document() + b"Rar!\x1a\x07\x01\0....", "RAR"),
        (pdfs.document() + b"\r\n7z\xbc\xaf\x27\x1c....", "7-Zip"),
        (tarred(), "tar"),
        (b"MZ" + b"\0" * 126 + pdfs.document(), "Windows program"),
        (b"#!/bin/sh\nexit\n" + pdfs.document(), "script"),
    ],
)
def test_a_file_that_is_an_archive_or_a_program_too_is_refused(check, data, name):
    found = {finding.code: finding for finding in check(data).findings}

    assert found[Code.PDF_ARCHIVE].severity is Severity.REJECT
    assert found[Code.PDF_ARCHIVE].details == {"format": name}


def test_an_archive_whose_comment_holds_the_end_of_the_pdf_is_refused(check):
    archive = bytearray(zipped())
    tail = b"\nendstream\nendobj\n" + pdfs.document()[len(pdfs.HEADER) :]
    archive[-2:] = len(tail).to_bytes(2, "little")

    facts = check(pdfs.HEADER + b"9 0 obj\n<< /Length %d >>\nstream\n" % len(archive) + archive + tail)

    assert Code.PDF_ARCHIVE in codes(facts)


def test_an_attachment_that_is_an_archive_does_not_make_the_pdf_one(check):
    facts = check(pdfs.with_attachment("daten.zip", zipped()))

    assert zipfile.is_zipfile(io.BytesIO(pdfs.with_attachment("daten.zip", zipped())))
    assert codes(facts) == [Code.PDF_EMBEDDED_FILES]
