"""What goes to error/ with a wrong XML, and what becomes of it when it is corrected and dragged back."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest

from sync.engine import embedded
from tests import samples
from tests.installation import Installation, only, states, waits

PDFS = ("blatt.pdf", "mass.pdf")


def _drop(here: Installation, stem: str = "TA-1", pdfs: Iterable[str] = PDFS, **fields: str) -> None:
    here.put("pdm", f"{stem}.xml", samples.quotation(stem, pdfs=pdfs, **fields))


def _put_pdfs(here: Installation, *names: str) -> None:
    for name in names or PDFS:
        here.put("pdm", name, samples.pdf(name))


def _drag_back(here: Installation, *names: str) -> None:
    for name in names:
        (here.root / "inbox/pdm/error" / name).rename(here.root / "inbox/pdm" / name)


def _correct(here: Installation) -> None:
    here.put("pdm", "TA-1.xml", samples.quotation("TA-1", pdfs=PDFS))


def test_the_pdfs_that_a_wrong_xml_names_go_with_it_and_come_back_with_it(here: Installation) -> None:
    _drop(here, Freigabestand="falsch")
    _put_pdfs(here)
    rejected = only(here.run())
    lay, left = here.names("inbox/pdm/error"), here.inbox("pdm")

    _drag_back(here, "TA-1.xml", "TA-1.error.html", "TA-1.error.json", *PDFS)
    _correct(here)
    corrected = only(here.run())

    assert lay == ["TA-1.error.html", "TA-1.error.json", "TA-1.xml", *PDFS]
    assert left == []
    assert (rejected.state, corrected.state) == ("rejected", "delivered")
    assert here.names("outbox/crm") == ["TA-1.xml", *PDFS]
    assert here.names("inbox/pdm/error") == here.hidden() == []


def test_named_pdfs_are_not_waited_for_by_an_xml_that_is_wrong_anyway(here: Installation) -> None:
    _drop(here, Freigabestand="falsch")
    _put_pdfs(here, "blatt.pdf")
    first = only(here.run())
    _put_pdfs(here, "mass.pdf")
    waiting = waits(here.run(), "pdm-export")

    _drag_back(here, "TA-1.xml", "blatt.pdf")
    _correct(here)

    assert first.state == "rejected"
    assert waiting == {"mass": "xml-missing"}
    assert only(here.run()).state == "delivered"
    assert here.names("inbox/pdm/error") == []


def test_what_is_dragged_back_without_its_pdfs_waits_and_says_where_they_are(here: Installation) -> None:
    _drop(here, Freigabestand="falsch")
    _put_pdfs(here)
    source = only(here.run()).source_id

    _drag_back(here, "TA-1.xml")
    _correct(here)
    waiting = waits(here.run(), "pdm-export")
    kept = here.names("inbox/pdm/error")
    _drag_back(here, *PDFS)

    assert waiting == {"TA-1": f"pdf-taken blatt.pdf {source}"}
    assert kept == ["TA-1.error.html", "TA-1.error.json", *PDFS]
    assert only(here.run()).state == "delivered"
    assert here.names("inbox/pdm/error") == []


@pytest.mark.parametrize("wrong", ["TA-0", "TA-2"], ids=["comes first", "comes second"])
def test_a_pdf_that_a_good_xml_names_too_is_the_good_ones(here: Installation, wrong: str) -> None:
    _put_pdfs(here)
    for stem in sorted(("TA-1", wrong)):
        _drop(here, stem, **({"Freigabestand": "falsch"} if stem == wrong else {}))

    report = here.run()

    assert states(report) == {wrong: "rejected", "TA-1": "delivered"}
    assert here.names("outbox/crm") == ["TA-1.xml", *PDFS]
    assert [name for name in here.names("inbox/pdm/error") if name.endswith(".pdf")] == []


@pytest.mark.parametrize("name", ["../geheim.pdf", r"\\server\freigabe\geheim.pdf", "/etc/geheim.pdf"])
def test_what_a_wrong_xml_names_is_taken_by_its_last_part_from_the_folder_only(here: Installation, name: str) -> None:
    outside = here.root / "inbox/geheim.pdf"
    outside.write_bytes(samples.pdf("geheim"))
    _drop(here, pdfs=(name,), Freigabestand="falsch")

    report = here.run()

    assert only(report).state == "rejected"
    assert outside.exists()
    assert [one for one in here.names("inbox/pdm/error") if one.endswith(".pdf")] == []


def test_a_name_that_no_pdf_can_have_keeps_a_wrong_xml_from_nothing(here: Installation) -> None:
    _put_pdfs(here, "blatt.pdf")
    _drop(here, pdfs=("blatt.pdf", "~$mass.pdf"), Freigabestand="falsch")

    assert only(here.run()).state == "rejected"
    assert here.inbox("pdm") == ["blatt.pdf"]


def test_what_is_not_well_formed_names_nothing_and_its_pdfs_wait(here: Installation) -> None:
    _put_pdfs(here)
    here.put("pdm", "TA-1.xml", samples.quotation("TA-1", pdfs=PDFS).replace(b"</Benennung>", b"</Benenung>"))

    report = here.run()

    assert only(report).state == "rejected"
    assert here.inbox("pdm") == [*PDFS]


def test_a_wrong_xml_waits_for_a_named_pdf_that_still_changes(here: Installation) -> None:
    text = (here.root / "config.ini").read_text("utf-8")
    (here.root / "config.ini").write_text(text.replace("url = inbox/pdm\nquiet = 0s", "url = inbox/pdm\nquiet = 200ms"))
    _drop(here, Freigabestand="falsch")
    _put_pdfs(here)

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        here.put("pdm", "mass.pdf", samples.pdf("a writer is not done yet"))

    report = embedded.run(here.settings, sleep=sleep)

    assert report.outcomes == []
    assert waits(report, "pdm-export")["TA-1"] == "changing"


def test_a_retry_takes_the_named_pdfs_along(here: Installation) -> None:
    _drop(here, Freigabestand="falsch")
    _put_pdfs(here)
    source = only(here.run()).source_id
    here.put("pdm/error", "TA-1.xml", samples.quotation("TA-1", pdfs=PDFS))

    here.typed("retry", source)

    assert only(here.run()).state == "delivered"
    assert here.names("outbox/crm") == ["TA-1.xml", *PDFS]
    assert here.names("inbox/pdm/error") == here.hidden() == []
