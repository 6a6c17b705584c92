"""Several routes from one folder go their own ways: one that is paused or cannot be reached holds up no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync import delivery, preparation
from sync.findings import Code
from sync.ledger.wishes import What
from sync.model import TransferState
from tests import samples
from tests.installation import TO_ERP, Installation, codes, only
from tests.integration.test_recovery import stopped_before


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path)
    installation.configure(more=TO_ERP)
    (tmp_path / "outbox/erp").mkdir()
    return installation


def _states(here: Installation) -> dict[str, str]:
    return {transfer.route: transfer.state for transfer in here.transfers()}


def test_one_folder_feeds_two_routes(here: Installation) -> None:
    here.drop_inquiry()

    here.run()

    assert here.names("outbox/pdm") == here.names("outbox/erp") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


def test_what_one_route_carries_the_other_gets_once_it_is_resumed(here: Installation) -> None:
    here.drop_inquiry()

    here.run("crm-to-pdm")
    meanwhile = _states(here), here.names("outbox/erp"), here.names("inbox/crm/processed")
    here.run()

    assert meanwhile == ({"crm-to-pdm": "delivered", "crm-to-erp": "claimed"}, [], [])
    assert here.names("outbox/erp") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


def test_a_pair_that_only_a_paused_route_carries_waits_for_it(here: Installation) -> None:
    here.configure(more=TO_ERP, crm_to_pdm="mappings = crm-project*")
    here.drop_inquiry()

    report = here.run("crm-to-pdm")

    assert report.outcomes == []
    assert [source.reason for source in report.waiting["crm-export"]] == ["paused crm-to-erp"]
    assert here.inbox("crm") == ["ANF-1.pdf", "ANF-1.xml"]


def test_a_dead_import_folder_does_not_hold_up_the_other_route(here: Installation) -> None:
    (here.root / "outbox/erp").rmdir()
    here.drop_inquiry()

    dead = here.run()
    (here.root / "outbox/erp").mkdir()
    alive = here.run()

    assert (dead.exit_code, alive.exit_code) == (75, 0)
    assert _states(here) == {"crm-to-pdm": "delivered", "crm-to-erp": "delivered"}
    assert here.names("outbox/pdm") == here.names("outbox/erp") == ["ANF-1.pdf", "ANF-1.xml"]


@pytest.mark.parametrize("module_step", [(preparation, "read"), (delivery, "commit"), (delivery, "publish")])
def test_a_crash_then_a_dead_import_folder_loses_nothing(here: Installation, module_step: tuple[object, str]) -> None:
    here.drop_inquiry()
    with stopped_before(*module_step):
        here.run()
    (here.root / "outbox/pdm").rename(here.root / "elsewhere")

    dead = here.run()
    (here.root / "elsewhere").rename(here.root / "outbox/pdm")
    here.run()

    assert dead.exit_code == 75
    assert here.names("outbox/pdm") == here.names("outbox/erp") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.hidden() == []


# --- what a retry, or a mapping that changed, must not let through --------------------------------------------------


def test_a_retry_of_an_ambiguous_pair_is_ambiguous_again(here: Installation) -> None:
    here.put("crm", "A.xml", samples.project("P-2026-001"))
    here.put("crm", "a.XML", samples.project("P-2026-002"))
    rejected = only(here.run())

    here.ask(What.RETRY, rejected.source_id)
    report = here.run()

    assert [finding.code for finding in only(report).findings] == [Code.AMBIGUOUS]
    assert {"A.xml", "a.XML"} <= {*here.names("inbox/crm/error")}
    assert here.names("outbox/pdm") == []


def test_force_holds_for_a_pair_that_was_rejected_as_a_whole(here: Installation) -> None:
    here.configure()
    here.drop_inquiry(index="A", StatusCode="falsch")
    rejected = only(here.run())
    (here.root / "inbox/crm/error/ANF-1.xml").write_bytes(samples.inquiry("ANF-2026-0001", index="A"))
    here.put("crm", "neu.xml", samples.inquiry("ANF-2026-0001", index="B"))
    here.put("crm", "neu.pdf", samples.pdf())
    here.run()

    here.ask(What.RETRY, rejected.source_id, forced=True)
    report = here.run()

    assert only(report).state == "delivered"
    assert {source.wanted for source in here.sources()} == {""}


def test_a_broken_mapping_rejects_nothing_not_even_what_is_claimed(here: Installation) -> None:
    mappings = here.own_mappings()
    here.drop_inquiry()
    with stopped_before(preparation, "read"):
        here.run()
    rules = mappings / "crm-inquiry-to-pdm-document/mapping.map"
    good = rules.read_text(encoding="utf-8")
    rules.write_text(good.replace("trim", "trimm"), encoding="utf-8")
    here.put("crm", "ANF-2.xml", samples.inquiry("ANF-2026-0002"))
    here.put("crm", "ANF-2.pdf", samples.pdf())

    broken = here.run()
    rules.write_text(good, encoding="utf-8")
    mended = here.run()

    assert broken.exit_code == 78
    assert broken.outcomes == []
    assert [source.reason for source in broken.waiting["crm-export"]] == ["mapping-wrong"]
    assert sorted(outcome.pair for outcome in mended.outcomes if outcome.state == "delivered") == ["ANF-1", "ANF-2"]


@pytest.fixture
def homeless(here: Installation) -> Installation:
    """An installation in which a pair was deferred on a route that is called otherwise by now."""
    here.configure()
    for index in "AB":
        here.drop_inquiry(index=index)
        here.run()
    text = (here.root / "config.ini").read_text("utf-8")
    (here.root / "config.ini").write_text(text.replace("[route crm-to-pdm]", "[route sales]"), "utf-8")
    return here


def test_what_is_on_its_way_along_a_route_that_is_gone_is_said_and_rejected_by_the_next_run(
    homeless: Installation,
) -> None:
    status = " ".join(homeless.typed("status").stdout.split())
    report = homeless.run()

    assert "1 pair on the way along route crm-to-pdm, which config.ini has no more" in status
    assert codes(only(report)) == [Code.ROUTE_GONE]
    assert "crm-to-pdm" in Path(only(report).sheet).read_text("utf-8")
    assert "has no more" not in " ".join(homeless.typed("status").stdout.split())
    assert homeless.hidden() == []


def test_what_was_rejected_because_its_route_was_gone_goes_along_another_with_a_retry(homeless: Installation) -> None:
    source = only(homeless.run()).source_id
    homeless.take()

    homeless.typed("retry", source)
    report = homeless.run()

    assert (only(report).state, only(report).route) == ("delivered", "sales")
    assert homeless.names("inbox/crm/error") == homeless.hidden() == []


def test_a_resend_that_is_rejected_gets_a_sheet_beside_its_originals(here: Installation) -> None:
    here.configure()
    here.drop_inquiry()
    here.run()
    (transfer,) = here.transfers()
    for name in here.names("outbox/pdm"):
        (here.root / "outbox/pdm" / name).unlink()
    here.configure(crm_export="max-pdf = 100")

    here.ask(What.RESEND, transfer.id)
    report = here.run()
    sheet = Path(only(report).sheet).read_text("utf-8")
    here.configure()
    here.ask(What.RESEND, transfer.id)
    again = here.run()

    assert only(report).state == TransferState.REJECTED
    assert Path(only(report).sheet).parent.parent.name == "processed"
    assert f"pairsync resend {transfer.id}" in sheet
    assert "pairsync retry" not in sheet
    assert only(again).state == "delivered"
    assert [Path(name).name for name in here.names("inbox/crm/processed")] == ["ANF-1.pdf", "ANF-1.xml"]
