"""Under which names pairs are delivered, and what happens when one of them is taken."""

from __future__ import annotations

from sync.findings import Code
from tests import samples
from tests.installation import Installation, codes, only


def test_delivered_files_are_named_by_the_routes_template(here: Installation) -> None:
    here.configure(crm_to_pdm="name = {number}_{revision}")
    here.put("crm", "export.xml", samples.inquiry("ANF-2026-0815", index="B"))
    here.put("crm", "export.pdf", samples.pdf())

    here.run()

    assert here.names("outbox/pdm") == ["ANF-2026-0815_B.pdf", "ANF-2026-0815_B.xml"]


def test_the_same_name_again_before_the_importer_took_the_first_is_deferred(here: Installation) -> None:
    here.drop_inquiry(index="A")
    here.run()
    here.drop_inquiry(index="B")

    waits = here.run()
    still = here.run()
    taken = here.take()
    goes = here.run()

    assert only(waits).state == "deferred"
    assert still.outcomes == []
    assert taken == ["ANF-1.pdf", "ANF-1.xml"]
    assert only(goes).state == "delivered"
    assert here.hidden() == []


def test_a_strangers_file_under_our_name_is_a_conflict_and_is_not_overwritten(here: Installation) -> None:
    (here.root / "outbox/pdm/anf-1.XML").write_bytes(b"a stranger's")
    here.drop_inquiry()

    report = here.run()

    assert codes(only(report)) == [Code.CONFLICT]
    assert here.names("outbox/pdm") == ["anf-1.XML"]
    assert (here.root / "outbox/pdm/anf-1.XML").read_bytes() == b"a stranger's"
