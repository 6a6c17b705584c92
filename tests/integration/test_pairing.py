"""What belongs together, what is waited for, and what is ambiguous, through the whole pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.engine import embedded
from sync.findings import Code
from sync.pipeline import Swept
from sync.round import Round
from tests import samples
from tests.installation import Installation, only


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
    text = (here.root / "config.ini").read_text()
    (here.root / "config.ini").write_text(text.replace("quiet = 0s", "quiet = 500ms", 1))
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


@pytest.mark.parametrize("name", ["Thumbs.db", "~$ANF-1.xml", "ANF-1.xml.part", "._ANF-1.xml", "x.error.html"])
def test_what_nobody_meant_is_left_alone(here: Installation, name: str) -> None:
    here.put("crm", name, samples.inquiry())

    report = here.run()

    assert report.outcomes == []
    assert report.waiting == {"crm-export": (), "pdm-export": ()}
    assert here.inbox("crm") == [name]
