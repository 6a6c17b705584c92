"""What is wrong goes to error/ with a sheet that says why, and stops nobody."""

from __future__ import annotations

from sync.findings import Code
from tests import samples
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
