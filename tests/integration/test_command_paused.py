"""What a run says and does where routes are paused."""

from __future__ import annotations

import pytest

from sync import delivery
from sync.ledger import wishes
from sync.ledger.database import Ledger, sqlite_url
from tests import samples
from tests.commands import Command, project
from tests.installation import TO_ERP, Installation
from tests.integration.test_recovery import stopped_before


@pytest.fixture
def two_routes(here: Installation) -> Installation:
    """Let two routes lead from the CRM's export folder."""
    (here.root / "outbox/erp").mkdir()
    here.configure(more=TO_ERP)
    return here


def _waiting(here: Installation) -> list[tuple[str, str]]:
    return [(source.stem, source.reason) for source in here.sources() if source.state == "waiting"]


def test_a_run_says_that_all_routes_of_a_folder_are_paused_and_what_lies_there(
    here: Installation, pairsync: Command
) -> None:
    project(here)
    pairsync("pause", "crm-to-pdm")

    answer = pairsync("run")

    assert answer.code == 0
    assert "P-1  (crm-export)" in answer.err
    assert "Route crm-to-pdm is paused since 20" in answer.err
    assert "pairsync resume crm-to-pdm lets it go on" in " ".join(answer.err.split())
    assert answer.err.endswith("Done: 1 waiting\n")
    assert here.inbox("crm") == ["P-1.xml"]
    assert here.names("outbox/pdm") == []


def test_a_route_that_config_ini_pauses_is_said_to_be_so(here: Installation, pairsync: Command) -> None:
    here.configure(crm_to_pdm="paused = yes")
    project(here)

    answer = pairsync("run")

    assert "Route crm-to-pdm is paused by config.ini" in answer.err
    assert _waiting(here) == [("P-1", "paused crm-to-pdm")]


def test_one_of_two_routes_that_is_paused_is_said_and_the_other_goes(
    two_routes: Installation, pairsync: Command
) -> None:
    project(two_routes)
    pairsync("pause", "crm-to-erp")

    answer = pairsync("run")

    assert "crm-to-pdm: 1 pair delivered" in answer.err
    assert "Route crm-to-erp is paused since" in answer.err
    assert two_routes.names("outbox/pdm") == ["P-1.xml"]
    assert two_routes.names("outbox/erp") == []


def test_only_what_is_asked_for_is_looked_at_and_said_to_be_paused(here: Installation, pairsync: Command) -> None:
    project(here)
    pairsync("pause", "crm-to-pdm")

    other, same = pairsync("run", "--route", "pdm-to-crm"), pairsync("run", "--route", "crm-to-pdm")

    assert other.err == "Done: nothing to do\n"
    assert "Route crm-to-pdm is paused since" in same.err
    assert same.err.endswith("Done: 1 waiting\n")


def test_a_program_gets_an_object_for_each_paused_route(two_routes: Installation, pairsync: Command) -> None:
    two_routes.configure(more=TO_ERP, crm_to_pdm="paused = yes")
    pairsync("pause", "crm-to-erp")

    answer = pairsync("run", "--json")

    told = {one["route"]: (one["paused"], one["since"] is None) for one in answer.objects if one["type"] == "pause"}
    assert told == {"crm-to-erp": (True, False), "crm-to-pdm": (True, True)}


def test_nothing_is_claimed_from_a_paused_folder_not_even_what_is_wrong(here: Installation, pairsync: Command) -> None:
    here.put("crm", "odd.xml", b"<odd>")
    here.put("crm", "P-1.xml", samples.project())
    pairsync("pause", "crm-to-pdm")

    rehearsed, real = pairsync("run", "--dry-run"), pairsync("run")

    assert (rehearsed.code, real.code) == (0, 0)
    assert here.inbox("crm") == ["P-1.xml", "odd.xml"]
    assert here.names("inbox/crm/error") == []


def test_what_a_crash_left_on_a_paused_route_is_published_when_it_goes_on(two_routes: Installation) -> None:
    project(two_routes)
    with stopped_before(delivery, "publish"):
        two_routes.run()
    _pause(two_routes, "crm-to-erp")

    two_routes.run()
    meanwhile = two_routes.names("outbox/pdm"), two_routes.names("outbox/erp")
    _resume(two_routes, "crm-to-erp")
    two_routes.run()

    assert meanwhile == (["P-1.xml"], [])
    assert two_routes.names("outbox/erp") == ["P-1.xml"]
    assert two_routes.hidden() == []


def test_a_paused_route_whose_folders_are_gone_troubles_nobody(two_routes: Installation, pairsync: Command) -> None:
    (two_routes.root / "outbox/erp").rmdir()
    pairsync("pause", "crm-to-erp")
    pairsync("pause", "pdm-to-crm")
    (two_routes.root / "inbox/pdm").rename(two_routes.root / "elsewhere")
    project(two_routes)

    answer = pairsync("run")

    assert answer.code == 0
    assert two_routes.names("outbox/pdm") == ["P-1.xml"]


def _pause(here: Installation, route: str) -> None:
    ledger = Ledger.open(sqlite_url(here.settings.general.ledger))
    with ledger.begin() as tx:
        wishes.pause(tx, route)
    ledger.close()


def _resume(here: Installation, route: str) -> None:
    ledger = Ledger.open(sqlite_url(here.settings.general.ledger))
    with ledger.begin() as tx:
        wishes.resume(tx, route)
    ledger.close()
