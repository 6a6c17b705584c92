"""What belongs together, what is waited for, and what is ambiguous, through the whole pipeline."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sync.engine import embedded
from sync.findings import Code
from sync.pipeline import Swept
from sync.round import Round
from tests import samples
from tests.installation import Installation, codes, only, states, waits


def test_a_half_waits_and_is_remembered_since_it_was_first_seen(here: Installation) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry())
    (first,) = here.run().waiting["crm-export"]

    (second,) = here.run().waiting["crm-export"]
    here.put("crm", "ANF-1.pdf", samples.pdf())
    report = here.run()

    assert first.reason == "pdf-missing ANF-1.pdf"
    assert second.first_seen == first.first_seen
    assert only(report).state == "delivered"
    assert only(report).source_id == first.id


def test_a_pdf_alone_waits_for_its_xml(here: Installation) -> None:
    here.put("crm", "ANF-1.pdf", samples.pdf())

    (waiting,) = here.run().waiting["crm-export"]

    assert waiting.reason == "xml-missing"
    assert here.inbox("crm") == ["ANF-1.pdf"]


def test_umlauts_in_names_pair_however_they_are_composed(here: Installation) -> None:
    here.put("crm", "Anfrage F\u00f6rderband.XML", samples.inquiry())
    here.put("crm", "anfrage Fo\u0308rderband.Pdf", samples.pdf())

    here.run()

    assert here.names("outbox/pdm") == ["Anfrage F\u00f6rderband.pdf", "Anfrage F\u00f6rderband.xml"]


def test_a_done_file_is_waited_for_and_one_is_written_last(here: Installation) -> None:
    here.configure(crm_export="done-file = {stem}.ok", pdm_import="done-file = {name}.done")
    here.drop_inquiry()
    before = here.run()

    here.put("crm", "ANF-1.ok", b"")
    after = here.run()

    assert before.outcomes == []
    assert only(after).state == "delivered"
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "ANF-1.xml.done"]
    assert [Path(name).name for name in here.names("inbox/crm/processed")] == ["ANF-1.ok", "ANF-1.pdf", "ANF-1.xml"]


def test_a_file_is_carried_once_it_was_seen_twice_unchanged_a_quiet_period_apart(here: Installation) -> None:
    here.configure(quiet="500ms")
    here.drop_inquiry()
    passes = []
    sweep = embedded.sweep

    def recorded(round_: Round) -> Swept:
        swept = sweep(round_)
        passes.append((round_.export.name, swept.quiet_at is not None))
        return swept

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "sweep", recorded)
        report = here.run("crm-to-pdm")

    assert passes == [("crm-export", True), ("crm-export", False)]
    assert only(report).state == "delivered"


def test_two_xmls_with_one_key_are_ambiguous_and_go_to_error_with_their_pdf(here: Installation) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry())
    here.put("crm", "anf-1.XML", samples.inquiry())
    here.put("crm", "ANF-1.pdf", samples.pdf())

    report = here.run()

    assert only(report).findings[0].code is Code.AMBIGUOUS
    assert {"ANF-1.xml", "anf-1.XML", "ANF-1.pdf"} < {*here.names("inbox/crm/error")}
    assert here.names("outbox/pdm") == []


def test_a_pdf_that_another_source_took_is_reported_with_which(here: Installation) -> None:
    here.put("pdm", "TA-1.xml", samples.quotation("TA-1", pdfs=("blatt.pdf",)))
    here.put("pdm", "blatt.pdf", samples.pdf())
    taker = only(here.run()).source_id
    here.put("pdm", "TA-2.xml", samples.quotation("TA-2", pdfs=("blatt.pdf",)))

    (waiting,) = here.run().waiting["pdm-export"]

    assert waiting.reason == f"pdf-taken blatt.pdf {taker}"


#: What Explorer, Finder, Office, scanners, browsers, copy programs and we ourselves leave behind.
LEFTOVERS = [
    *("Thumbs.db", "THUMBS.DB", "desktop.ini", "Desktop.ini", ".DS_Store", "._ANF-1.xml", ".~lock.ANF-1.xml#"),
    *(
        "~$ANF-1.xml",
        "~$ANF-1.pdf",
        "ANF-1.xml.part",
        "ANF-1.pdf.partial",
        "ANF-1.PDF.CRDOWNLOAD",
        "ANF-1.xml.filepart",
    ),
    *("scan0001.tmp", "x.error.html", "x.error.json", "x.note.html", ".ANF-1.xml.swp"),
]


@pytest.mark.parametrize("name", LEFTOVERS)
def test_what_nobody_meant_is_left_alone(here: Installation, name: str) -> None:
    here.put("crm", name, samples.inquiry())

    report = here.run()

    assert report.outcomes == []
    assert report.waiting == {"crm-export": (), "pdm-export": ()}
    assert here.inbox("crm") == [name]


@pytest.mark.parametrize("done", [False, True])
def test_two_pdfs_of_one_stem_are_ambiguous_and_go_to_error_with_their_xml(here: Installation, done: bool) -> None:
    if done:
        here.configure(crm_export="done-file = {stem}.ok")
        here.put("crm", "ANF-1.ok", b"")
    here.drop_inquiry()
    here.put("crm", "anf-1.PDF", samples.pdf("noch eine"))

    report = here.run()

    assert codes(only(report)) == [Code.AMBIGUOUS]
    assert only(report).findings[0].details == {"names": "ANF-1.pdf, anf-1.PDF"}
    assert {"ANF-1.pdf", "ANF-1.xml", "anf-1.PDF"} < {*here.names("inbox/crm/error")}
    assert here.inbox("crm") == here.names("outbox/pdm") == []


def test_a_pdf_that_is_named_and_there_twice_is_ambiguous(here: Installation) -> None:
    here.put("pdm", "TA-1.xml", samples.quotation("TA-1", pdfs=("blatt.pdf", "mass.pdf")))
    for name in ("blatt.pdf", "Blatt.PDF", "mass.pdf"):
        here.put("pdm", name, samples.pdf(name))
    here.put("pdm", "TA-2.xml", samples.quotation("TA-2", pdfs=("mass.pdf",)))

    report = here.run()

    assert states(report) == {"TA-1": "rejected", "TA-2": "delivered"}
    assert codes(report.outcomes[0]) == [Code.AMBIGUOUS]
    assert {"TA-1.xml", "blatt.pdf", "Blatt.PDF"} < {*here.names("inbox/pdm/error")}
    assert here.inbox("pdm") == []


def test_of_two_xmls_that_name_one_pdf_the_first_takes_it_and_the_other_waits(here: Installation) -> None:
    for number in (1, 2):
        here.put("pdm", f"TA-{number}.xml", samples.quotation(f"TA-{number}", pdfs=("blatt.pdf",)))
    here.put("pdm", "blatt.pdf", samples.pdf())

    report = here.run()

    assert states(report) == {"TA-1": "delivered"}
    assert waits(report, "pdm-export") == {"TA-2": "pdf-taken blatt.pdf"}
    assert here.inbox("pdm") == ["TA-2.xml"]


def test_a_wrong_xml_leaves_a_pdf_of_its_stem_to_the_source_that_took_it_by_name(here: Installation) -> None:
    here.put("pdm", "TA-1.xml", samples.quotation("TA-1", pdfs=("TA-2.pdf",)))
    here.put("pdm", "TA-2.pdf", samples.pdf())
    wrong = here.put("pdm", "TA-2.xml", samples.quotation("TA-2", Freigabestand="falsch"))
    os.utime(wrong)  # so it comes second

    report = here.run()

    assert states(report) == {"TA-1": "delivered", "TA-2": "rejected"}
    assert here.names("outbox/crm") == ["TA-1.xml", "TA-2.pdf"]
    assert here.inbox("pdm") == here.hidden() == []


# --- a PDF that may come, and one that must -------------------------------------------------------------------------


@pytest.fixture
def optional(here: Installation) -> Installation:
    """An installation whose projects may have a PDF."""
    _let_projects_have_a_pdf(here)
    return here


def _let_projects_have_a_pdf(here: Installation, **more: str) -> None:
    rules = here.own_mappings(**more) / "crm-project-to-pdm-project/mapping.map"
    rules.write_text(rules.read_text("utf-8").replace("pdf    none", "pdf    optional"), "utf-8")


def test_an_optional_pdf_is_waited_for_and_then_the_xml_goes_alone(
    optional: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    optional.put("crm", "P.xml", samples.project())

    before = [optional.run(), optional.run()]
    monkeypatch.setattr("sync.scanning.now", lambda: time.time() + 60)
    after = optional.run()

    assert [waits(report) for report in before] == [{"P": "pdf-missing P.pdf"}] * 2
    assert only(after).state == "delivered"
    assert optional.names("outbox/pdm") == ["P.xml"]


def test_an_optional_pdf_is_not_waited_for_until_a_clock_that_was_set_back_is_there_again(
    optional: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    optional.put("crm", "P.xml", samples.project())

    for ahead in (86_400, 0):
        monkeypatch.setattr("sync.scanning.now", lambda ahead=ahead: time.time() + ahead)
        optional.run()
    monkeypatch.setattr("sync.scanning.now", lambda: time.time() + 61)

    assert only(optional.run()).state == "delivered"


def test_an_optional_pdf_that_comes_in_time_goes_along(optional: Installation) -> None:
    optional.put("crm", "P.xml", samples.project())
    optional.run()

    optional.put("crm", "P.pdf", samples.pdf())

    assert only(optional.run()).state == "delivered"
    assert optional.names("outbox/pdm") == ["P.pdf", "P.xml"]


def test_a_done_file_says_that_no_optional_pdf_will_come(here: Installation) -> None:
    _let_projects_have_a_pdf(here, crm_export="done-file = {name}.done")
    here.put("crm", "P.xml", samples.project())
    here.put("crm", "P.xml.done", b"")

    report = here.run()

    assert only(report).state == "delivered"
    assert here.names("outbox/pdm") == ["P.xml"]
    assert here.inbox("crm") == []


def test_a_route_may_ask_for_a_pdf_that_the_mapping_does_not_need(here: Installation) -> None:
    here.configure(crm_to_pdm="pdf = required")
    here.put("crm", "P.xml", samples.project())

    alone = here.run()
    here.put("crm", "P.pdf", samples.pdf())
    pair = here.run()

    assert (waits(alone), alone.exit_code) == ({"P": "pdf-missing P.pdf"}, 0)
    assert only(pair).state == "delivered"
    assert here.names("outbox/pdm") == ["P.pdf", "P.xml"]
