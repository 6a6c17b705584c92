"""PDF objects that are nothing but references, and actions that stand where pypdf does not see them."""

import pytest

from sync.findings import Code, Policy, Severity
from sync.reports.words import words
from tests import pdfs
from tests.pdfs import PACKED, codes

pytest_plugins = ("tests.pdf_gate",)  # the fixtures gate and check

LAUNCH = b"<< /S /Launch /F (x.exe) >>"
PAGE = b"<< /Type /Page /Parent 2 0 R >>"


def chain(length: int, last: bytes) -> dict[int, bytes]:
    """Give objects from 1000 that lead to *last*, each a reference to the next."""
    links = {1000 + number: b"%d 0 R" % (1001 + number) for number in range(length)}
    return links | {1000 + length: last}


RING = {1000: b"1001 0 R", 1001: b"1002 0 R", 1002: b"1000 0 R"}
REFERENCES = {
    "an action": pdfs.document(catalog=b"/OpenAction 1000 0 R", extra=chain(1, LAUNCH)),
    "the kind of an action": pdfs.document(catalog=b"/OpenAction << /S 1000 0 R >>", extra=chain(2, b"/Launch")),
    "a page": pdfs.document(tree=b"<< /Type /Pages /Count 1 /Kids [1000 0 R] >>", extra=chain(1, PAGE)),
    "a long chain": pdfs.document(catalog=b"/OpenAction 1000 0 R", extra=chain(5_000, LAUNCH)),
    "a ring": pdfs.document(catalog=b"/OpenAction 1000 0 R", extra=RING),
    "a ring of pages": pdfs.document(tree=b"<< /Type /Pages /Count 1 /Kids 1000 0 R >>", extra=RING),
    "a ring for the count": pdfs.document(tree=b"<< /Type /Pages /Count 1000 0 R /Kids [10 0 R] >>", extra=RING),
    "the tree itself": pdfs.document(tree=b"2 0 R"),
    "the catalog itself": pdfs.document(extra={pdfs.CATALOG: b"1 0 R"}),
    "the information itself": pdfs.document(extra={pdfs.INFO: b"3 0 R"}),
    "in an object stream": pdfs.compressed(
        PACKED | {1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 1000 0 R >>"} | chain(1, LAUNCH)
    ),
}


@pytest.mark.parametrize("data", REFERENCES.values(), ids=REFERENCES.keys())
def test_an_object_that_is_only_a_reference_is_refused_and_soon(check, data):
    facts = check(data)

    assert {*codes(facts)} - {Code.PDF_LAUNCH} == {Code.PDF_UNREADABLE}
    assert "nur ein Verweis" in words("de").what(facts.findings[0])


@pytest.mark.parametrize("name", ["an action", "a long chain", "in an object stream"])
def test_what_starts_a_program_is_found_though_a_route_lets_the_unreadable_pass(check, name):
    facts = check(REFERENCES[name], decisions={Code.PDF_UNREADABLE: Policy.WARN})

    found = [(finding.code, finding.severity) for finding in facts.findings]
    assert found == [(Code.PDF_UNREADABLE, Severity.WARN), (Code.PDF_LAUNCH, Severity.REJECT)]


# --- behind a mistake, where pypdf stops and other readers go on ---------------------------------------------------

#: pypdf takes the first of two definitions and the part of a dictionary before a mistake, and says so.
TWICE = b"/OpenAction << /S /Named /N /NextPage >> /OpenAction 1000 0 R"


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (LAUNCH, Code.PDF_LAUNCH),
        (b"<< /S/L#61unch /F (x.exe) >>", Code.PDF_LAUNCH),
        (b"<< /S /ImportData /F (x.fdf) >>", Code.PDF_IMPORT_DATA),
    ],
)
def test_an_action_that_only_other_readers_see_is_found_in_the_bytes(check, action, expected):
    data = pdfs.document(catalog=TWICE, extra={1000: action})

    assert expected in codes(check(data))


def test_an_action_that_only_other_readers_see_is_found_in_an_object_stream(check):
    catalog = b"<< /Type /Catalog /Pages 2 0 R " + TWICE + b" >>"
    data = pdfs.compressed(PACKED | {1: catalog, 1000: LAUNCH})

    assert b"Launch" not in data
    assert Code.PDF_LAUNCH in codes(check(data))


def test_what_no_reader_runs_in_a_sound_pdf_is_not_taken_for_an_action(check):
    data = pdfs.document(extra={1000: pdfs.stream(b"/S /Launch"), 1001: LAUNCH})

    assert codes(check(data)) == []
