"""The way of a good pair through the whole pipeline, as people and exporters drop it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from lxml import etree

from sync import claiming, pipeline
from sync.model import Source
from sync.round import Round
from tests import samples
from tests.installation import Installation, only, states


def test_good_pairs_of_each_transfer_arrive_and_their_originals_are_kept(here: Installation) -> None:
    inquiry = here.drop_inquiry()
    here.put("crm", "P-2026-001.xml", samples.project())
    here.put("pdm", "TA-4711.xml", samples.quotation(pdfs=("blatt.pdf", "mass.pdf")))
    here.put("pdm", "blatt.pdf", samples.pdf("Datenblatt"))
    here.put("pdm", "mass.pdf", samples.pdf("Maßblatt", pages=2))

    report = here.run()

    assert states(report) == {"ANF-1": "delivered", "P-2026-001": "delivered", "TA-4711": "delivered"}
    assert report.exit_code == 0
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "P-2026-001.xml"]
    assert here.names("outbox/crm") == ["TA-4711.xml", "blatt.pdf", "mass.pdf"]
    assert (here.root / "outbox/pdm/ANF-1.pdf").read_bytes() == samples.pdf("ANF-2026-0001")
    (kept,) = (here.root / "inbox/crm/processed").rglob("ANF-1.xml")
    assert kept.read_bytes() == inquiry
    assert here.inbox("crm") == here.inbox("pdm") == here.hidden() == []


def test_what_is_delivered_names_its_pdfs_with_their_hashes(here: Installation) -> None:
    content = samples.pdf("Datenblatt")
    here.put("pdm", "TA.xml", samples.quotation(pdfs=(r"\\server\austausch\blatt.pdf",)))
    here.put("pdm", "Blatt.PDF", content)

    here.run()

    delivered = etree.parse(here.root / "outbox/crm/TA.xml")
    (digest,) = delivered.xpath("//*[local-name()='Sha256']/text()")
    (name,) = delivered.xpath("//*[local-name()='File']/*[local-name()='Name']/text()")
    assert digest == hashlib.sha256(content).hexdigest()
    assert (here.root / "outbox/crm" / name).read_bytes() == content


def test_a_second_run_has_nothing_to_do(here: Installation) -> None:
    here.drop_inquiry()
    here.run()

    report = here.run()

    assert report.outcomes == []
    assert report.exit_code == 0


def test_delivered_files_get_the_folders_mode(here: Installation) -> None:
    here.configure(pdm_import="mode = 0640")
    here.drop_inquiry()

    here.run()

    assert {(here.root / "outbox/pdm" / name).stat().st_mode & 0o777 for name in ("ANF-1.xml", "ANF-1.pdf")} == {0o640}


def test_a_corrected_file_dragged_back_is_delivered_and_linked_to_the_rejected_one(here: Installation) -> None:
    here.drop_inquiry(StatusCode="falsch")
    wrong = only(here.run()).source_id
    error = here.root / "inbox/crm/error"
    for name in ("ANF-1.pdf", "ANF-1.error.html"):
        (error / name).rename(here.root / "inbox/crm" / name)
    (error / "ANF-1.xml").unlink()
    here.put("crm", "ANF-1.xml", samples.inquiry("ANF-2026-0001"))

    report = here.run()

    corrected = next(source for source in here.sources() if source.id == only(report).source_id)
    assert only(report).state == "delivered"
    assert corrected.origin == wrong
    assert here.inbox("crm") == ["ANF-1.error.html"]


@pytest.mark.parametrize(
    ("heavy", "batch", "batches"),
    [(1 << 20, 64, [5]), (2 * len(samples.project()), 64, [2, 2, 1]), (1, 64, [1] * 5), (1 << 20, 3, [3, 2])],
    ids=["light", "heavy", "each too heavy", "many"],
)
def test_a_batch_is_full_when_it_has_many_pairs_or_heavy_ones(
    here: Installation, monkeypatch: pytest.MonkeyPatch, heavy: int, batch: int, batches: list[int]
) -> None:
    monkeypatch.setattr(pipeline, "_HEAVY", heavy)
    here.configure(crm_to_pdm=f"batch = {batch}")
    for number in range(1, 6):
        here.put("crm", f"P-{number}.xml", samples.project(f"P-2026-00{number}"))
    claim, claimed = claiming.claim, []

    def counting(round_: Round, sources: Sequence[Source]) -> list[Source]:
        claimed.append(len(sources))
        return claim(round_, sources)

    monkeypatch.setattr(claiming, "claim", counting)
    report = here.run()

    assert claimed == batches
    assert [outcome.state for outcome in report.outcomes] == ["delivered"] * 5
    assert len(here.names("outbox/pdm")) == 5
