"""A share that is not mounted leaves an empty folder in its place; nothing is taken from it or put into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync import delivery
from sync.model import SourceState
from tests import samples
from tests.installation import Installation, only, states
from tests.integration.test_recovery import stopped_before


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path)
    installation.drop_inquiry()
    return installation


@contextmanager
def _not_mounted(here: Installation, folder: str) -> Iterator[None]:
    share, point = here.root / "share", here.root / folder
    point.rename(share)
    point.mkdir()
    yield
    assert list(point.iterdir()) == []
    point.rmdir()
    share.rename(point)


def test_what_was_committed_for_a_share_is_published_once_it_is_mounted_again(here: Installation) -> None:
    with stopped_before(delivery, "publish"):
        here.run()

    with _not_mounted(here, "outbox/pdm"):
        waits = here.run()
    goes = here.run()

    assert waits.exit_code == 75
    assert "is the share mounted" in waits.failed["pdm-import"]
    assert only(goes).state == "delivered"
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]


def test_nothing_is_delivered_into_an_empty_mount_point(here: Installation) -> None:
    here.run()
    here.take()
    here.drop_inquiry("ANF-2", "ANF-2026-0002")

    with _not_mounted(here, "outbox/pdm"):
        waits = here.run()
        dry, checked = here.command("run", "--dry-run"), here.command("check")
    goes = here.run()

    assert (waits.exit_code, states(waits)) == (75, {})
    assert dry.returncode == 75
    assert (checked.returncode, "mount the share" in checked.stdout) == (1, True)
    assert states(goes) == {"ANF-2": "delivered"}


def test_what_is_deferred_is_not_released_while_the_export_share_is_not_mounted(here: Installation) -> None:
    here.run()
    here.drop_inquiry("ANF-1", "ANF-2026-0001", index="B")
    here.run()

    with _not_mounted(here, "inbox/crm"):
        waits = here.run()

    assert waits.exit_code == 75
    assert "is the share mounted" in waits.failed["crm-export"]
    assert {source.state for source in here.sources()} == {SourceState.FINISHED, SourceState.CLAIMED}


def test_a_folder_that_was_cleared_on_purpose_goes_on_with_the_advice_of_the_message(here: Installation) -> None:
    here.run()
    here.take()
    (here.root / "outbox/pdm").rename(here.root / "old")
    (here.root / "outbox/pdm").mkdir()
    here.put("crm", "P.xml", samples.project())

    said = here.run().failed["pdm-import"]
    Path(said.rpartition("mkdir -p ")[2]).mkdir(parents=True)

    assert states(here.run()) == {"P": "delivered"}
