"""Where the originals are, and what is said when somebody else moves or removes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync import delivery, system
from sync.model import TransferState
from tests import samples
from tests.installation import Installation, only, states


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def _drop(here: Installation, stem: str = "ANF-1", **fields: str) -> None:
    here.put("crm", f"{stem}.xml", samples.inquiry("ANF-2026-0001", **fields))
    here.put("crm", f"{stem}.pdf", samples.pdf())


def _drag_back(here: Installation, *names: str) -> None:
    for name in names:
        (here.root / "inbox/crm/error" / name).rename(here.root / "inbox/crm" / name)


@contextmanager
def _before(module: object, step: str, happens: object) -> Iterator[None]:
    """Let something happen the moment a run comes to a step."""
    original = getattr(module, step)

    def first(*arguments: object) -> object:
        happens()  # type: ignore[operator]
        return original(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, step, first)
        yield


def _remove_claimed(here: Installation, name: str) -> None:
    for path in (here.root / "inbox/crm/.pairsync/work").rglob(name):
        path.unlink()


# --- the work folder ------------------------------------------------------------------------------------------------


def test_an_original_removed_from_the_work_folder_after_commit_is_said_to_be_gone(here: Installation) -> None:
    _drop(here)

    with _before(delivery, "publish", lambda: _remove_claimed(here, "ANF-1.pdf")):
        report = here.run()
    shown = here.command("show", here.sources()[0].id).stdout

    assert [(one.state, one.reason) for one in report.outcomes] == [("delivered", ""), ("vanished", "ANF-1.pdf")]
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert "vanished: ANF-1.pdf: neither in the work folder nor in the archive" in " ".join(shown.split())
    assert here.hidden() == []


def test_an_original_removed_from_the_work_folder_before_commit_is_not_delivered_and_its_half_put_back(
    here: Installation,
) -> None:
    _drop(here)

    with _before(delivery, "commit", lambda: _remove_claimed(here, "ANF-1.pdf")):
        first = here.run()
    second = here.run()

    assert first.exit_code == 75
    assert states(second) == {"ANF-1": "released"}
    assert here.names("outbox/pdm") == here.hidden() == []
    assert here.inbox("crm") == ["ANF-1.xml"]


def test_a_release_ends_the_transfers_that_were_open(here: Installation) -> None:
    _drop(here)
    here.run()
    _drop(here, index="B")
    here.run()
    _remove_claimed(here, "ANF-1.pdf")

    released = here.run()
    for name in here.names("outbox/pdm"):
        (here.root / "outbox/pdm" / name).unlink()
    _drop(here, index="B")
    again = here.run()

    assert states(released) == {"ANF-1": "released"}
    assert states(again) == {"ANF-1": "delivered"}
    assert [one.state for one in here.transfers() if not one.state.final] == []


# --- the archive ----------------------------------------------------------------------------------------------------


def test_what_is_exported_again_on_one_day_keeps_all_its_originals(here: Installation) -> None:
    contents = {samples.project("P-2026-001", Name=f"Band {number}") for number in range(3)}

    for content in sorted(contents):
        here.put("crm", "P.xml", content)
        here.run()
        (here.root / "outbox/pdm/P.xml").unlink()

    assert {path.read_bytes() for path in (here.root / "inbox/crm/processed").rglob("*.xml")} == contents
    assert all(source.archived for source in here.sources())


def test_a_name_taken_half_way_leaves_the_ledger_knowing_where_each_original_lies(here: Installation) -> None:
    _drop(here)
    rename = system.rename_noreplace

    def taken_half_way(source: int, old: str, target: int, new: str) -> None:
        if old == new == "ANF-1.pdf" and (day := next((here.root / "inbox/crm/processed").glob("*"), None)):
            (day / "ANF-1.pdf").write_bytes(b"somebody else's")
        rename(source, old, target, new)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system, "rename_noreplace", taken_half_way)
        here.run()

    (source,) = here.sources()
    day = here.root / "inbox/crm" / source.archive
    assert {part.archive_name for part in source.parts} == {"ANF-1.xml", f"ANF-1~{source.id}.pdf"}
    assert [(day / part.archive_name).stat().st_size for part in source.parts] == [part.size for part in source.parts]


# --- error/ and its sheets ------------------------------------------------------------------------------------------


def test_the_sheet_goes_when_the_corrected_pair_is_dragged_back(here: Installation) -> None:
    _drop(here, StatusCode="falsch")
    here.run()

    _drag_back(here, "ANF-1.xml", "ANF-1.pdf")
    (here.root / "inbox/crm/ANF-1.xml").write_bytes(samples.inquiry("ANF-2026-0001"))
    report = here.run()

    assert only(report).state == "delivered"
    assert here.names("inbox/crm/error") == []
    assert [source.sheet for source in here.sources()] == ["", ""]


def test_the_sheet_stays_where_a_copy_was_corrected_and_the_wrong_pair_still_lies_beside_it(here: Installation) -> None:
    _drop(here, StatusCode="falsch")
    here.run()
    before = here.names("inbox/crm/error")

    _drop(here)
    report = here.run()

    assert only(report).state == "delivered"
    assert here.names("inbox/crm/error") == before == ["ANF-1.error.html", "ANF-1.error.json", "ANF-1.pdf", "ANF-1.xml"]


def test_a_pair_dragged_back_and_wrong_again_has_one_sheet_the_new_one(here: Installation) -> None:
    _drop(here, StatusCode="falsch")
    here.run()

    _drag_back(here, "ANF-1.xml", "ANF-1.pdf")
    (here.root / "inbox/crm/ANF-1.xml").write_bytes(samples.inquiry("ANF-2026-0001", StatusCode="verkehrt"))
    here.run()

    assert here.names("inbox/crm/error") == ["ANF-1.error.html", "ANF-1.error.json", "ANF-1.pdf", "ANF-1.xml"]
    assert "verkehrt" in (here.root / "inbox/crm/error/ANF-1.error.html").read_text()


def test_a_pair_of_the_same_name_rejected_twice_has_two_sheets(here: Installation) -> None:
    told = []
    for wrong in ("falsch", "verkehrt"):
        _drop(here, StatusCode=wrong)
        told.append(Path(only(here.run()).sheet))

    assert sorted(told) == sorted((here.root / "inbox/crm/error").glob("*.error.html"))
    assert ["falsch" in told[0].read_text(), "verkehrt" in told[1].read_text()] == [True, True]


def test_names_that_differ_in_their_suffix_only_have_sheets_of_their_own(here: Installation) -> None:
    told = []
    for name in ("P.XML", "P.xml"):
        here.put("crm", name, samples.project(Stage="falsch"))
        told.append(Path(only(here.run()).sheet))

    assert told[0] != told[1]
    assert all(sheet.exists() for sheet in told)


# --- a wish of a person ---------------------------------------------------------------------------------------------


def test_what_a_person_forced_is_not_overtaken_while_its_name_is_taken(here: Installation) -> None:
    _drop(here, "alt", index="A")
    here.run()
    (older,) = here.transfers()
    _drop(here, "neu", index="B")
    here.run()
    assert here.command("resend", older.id, "--force").returncode == 0
    waits = here.run()

    _drop(here, "alt", index="C")
    here.run()
    for name in here.names("outbox/pdm"):
        (here.root / "outbox/pdm" / name).unlink()
    goes = here.run()

    assert states(waits) == {"alt": "deferred"}
    assert (older.id, TransferState.SUPERSEDED) not in [(one.id, one.state) for one in here.transfers()]
    assert "alt" in states(goes)
