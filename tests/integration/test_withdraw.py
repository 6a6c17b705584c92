"""Objects that a document withdraws: the importer is told, once, even where nothing else has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.model import Action
from tests import samples
from tests.installation import Installation, only

WHEN = "withdraw when StatusCode = 'withdrawn'"


@pytest.fixture
def withdrawing(here: Installation) -> Installation:
    """Give an installation in which a remark withdraws an inquiry, and only $action says so."""
    shipped: Path = here.own_mappings() / "crm-inquiry-to-pdm-document" / "mapping.map"
    text = shipped.read_text("utf-8").replace(WHEN, "withdraw when Remark = 'storniert'")
    text = text.replace("Benennung               <- Subject  ", 'Benennung               = "{$action}" ')
    shipped.write_text(text, "utf-8")
    return here


def export(here: Installation, remark: str | None) -> tuple[str, Action | None]:
    """Export the inquiry, run, take it from the import folder and give what became of it."""
    here.put("crm", "ANF-1.xml", samples.inquiry("ANF-2026-0001", Remark=remark))
    here.put("crm", "ANF-1.pdf", samples.pdf("ANF-2026-0001"))
    outcome = only(here.run())
    here.take()
    (transfer,) = (one for one in here.transfers() if one.source_id == outcome.source_id)
    return outcome.state, transfer.action


def test_a_withdrawal_is_delivered_once_though_nothing_else_has_changed(withdrawing: Installation) -> None:
    remarks = (None, "storniert", "storniert", None)

    found = [export(withdrawing, remark) for remark in remarks]

    assert found == [
        ("delivered", Action.CREATE),
        ("delivered", Action.WITHDRAW),
        ("duplicate", Action.WITHDRAW),
        ("delivered", Action.UPDATE),
    ]
