"""A ledger that is lost or put back from a backup loses no pair in flight."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync import delivery, preparation
from sync.findings import Code
from sync.folders.base import Move, Published
from sync.folders.local_import import LocalImportFolder
from sync.model import Flag
from tests import samples
from tests.installation import Installation, only
from tests.integration.test_recovery import Stop, stopped_before


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path)
    installation.drop_inquiry()
    return installation


def test_a_lost_ledger_loses_no_pair_in_flight(here: Installation) -> None:
    with stopped_before(delivery, "commit"):
        here.run()
    shutil.rmtree(here.root / "var")

    report = here.run()

    (transfer,) = here.transfers()
    assert only(report).state == "delivered"
    assert transfer.flags == {Flag.POSSIBLE_DUPLICATE}
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


def test_a_ledger_lost_in_the_middle_of_a_claim_puts_the_half_back(here: Installation) -> None:
    with stopped_before(preparation, "read"):
        here.run()
    (work,) = (here.root / "inbox/crm/.pairsync/work").iterdir()
    (work / "ANF-1.pdf").rename(here.root / "inbox/crm/ANF-1.pdf")
    shutil.rmtree(here.root / "var")

    here.run()
    here.run()

    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


def test_a_ledger_lost_before_anything_was_moved_leaves_no_residue(here: Installation) -> None:
    with stopped_before(preparation, "read"):
        here.run()
    (work,) = (here.root / "inbox/crm/.pairsync/work").iterdir()
    for name in ("ANF-1.xml", "ANF-1.pdf"):
        (work / name).rename(here.root / "inbox/crm" / name)
    shutil.rmtree(here.root / "var")

    here.run()

    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert [transfer.flags for transfer in here.transfers()] == [frozenset()]
    assert here.hidden() == []


def test_a_ledger_lost_with_half_of_a_pair_published_ends_with_a_whole_pair(here: Installation) -> None:
    publish = LocalImportFolder.publish

    def stop_before_the_xml(folder: LocalImportFolder, moves: list[Move]) -> Published:
        if any(move.name.endswith(".xml") for move in moves):
            raise Stop
        return publish(folder, moves)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalImportFolder, "publish", stop_before_the_xml)
        with pytest.raises(Stop):
            here.run()
    half = here.names("outbox/pdm")
    shutil.rmtree(here.root / "var")

    report = here.run()

    (transfer,) = here.transfers()
    assert half == ["ANF-1.pdf"]
    assert only(report).state == "delivered"
    assert transfer.flags == {Flag.POSSIBLE_DUPLICATE}
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


def test_a_strangers_file_of_other_content_is_a_conflict_though_the_ledger_was_lost(here: Installation) -> None:
    with stopped_before(delivery, "publish"):
        here.run()
    (here.root / "outbox/pdm/ANF-1.pdf").write_bytes(b"a stranger's")
    shutil.rmtree(here.root / "var")

    report = here.run()

    assert [finding.code for finding in only(report).findings] == [Code.CONFLICT]
    assert (here.root / "outbox/pdm/ANF-1.pdf").read_bytes() == b"a stranger's"


def test_an_older_ledger_from_a_backup_loses_no_pair_in_flight(here: Installation, tmp_path: Path) -> None:
    here.put("crm", "P.xml", samples.project())
    (here.root / "inbox/crm/ANF-1.pdf").rename(tmp_path / "kept.pdf")
    here.run()
    shutil.copytree(here.root / "var", tmp_path / "backup")
    (tmp_path / "kept.pdf").rename(here.root / "inbox/crm/ANF-1.pdf")
    with stopped_before(delivery, "publish"):
        here.run()
    shutil.rmtree(here.root / "var")
    shutil.copytree(tmp_path / "backup", here.root / "var")

    here.run()

    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "P.xml"]
    assert here.hidden() == []


def test_of_two_pairs_that_a_lost_ledger_left_with_one_published_pdf_the_second_waits(here: Installation) -> None:
    here.put("pdm", "TA-1.xml", samples.quotation("4711", pdfs=("a.pdf",)))
    here.put("pdm", "a.pdf", samples.pdf())
    with stopped_before(delivery, "record"):
        here.run("pdm-to-crm")
    other = here.root / "inbox/pdm/.pairsync/work/zzzzzzzzzzzz"
    other.mkdir()
    (other / "TA-2.xml").write_bytes(samples.quotation("4712", pdfs=("a.pdf",)))
    (other / "a.pdf").write_bytes(samples.pdf())
    shutil.rmtree(here.root / "var")

    first = here.run("pdm-to-crm")
    here.take("outbox/crm")
    here.run("pdm-to-crm")

    assert {outcome.pair: outcome.state for outcome in first.outcomes} == {"TA-1": "delivered", "TA-2": "deferred"}
    assert here.names("outbox/crm") == ["TA-2.xml", "a.pdf"]
