"""Under which names pairs are delivered, and what happens when one of them is taken."""

from __future__ import annotations

import pytest

from sync import delivery
from sync.findings import Code
from tests import samples
from tests.installation import FROM_ERP, Installation, codes, only
from tests.integration.test_recovery import stopped_before

#: And into the CRM.
ERP = f"""{FROM_ERP}mappings = crm-*
[route erp-to-crm]
from = erp-export
to = crm-import
mappings = pdm-*
"""


def test_delivered_files_are_named_by_the_routes_template(here: Installation) -> None:
    here.configure(crm_to_pdm="name = {number}_{revision}")
    here.put("crm", "export.xml", samples.inquiry("ANF-2026-0815", index="B"))
    here.put("crm", "export.pdf", samples.pdf())

    here.run()

    assert here.names("outbox/pdm") == ["ANF-2026-0815_B.pdf", "ANF-2026-0815_B.xml"]


@pytest.mark.parametrize(
    ("template", "delivered"),
    [
        ("{kind}-{number}", "document-ANF-2026-0001"),
        ("{stem}_{revision}", "ANF-1_B"),
        ("{stem}_{transfer}", "ANF-1_{transfer}"),
    ],
)
def test_each_placeholder_of_the_template_is_filled(here: Installation, template: str, delivered: str) -> None:
    here.configure(crm_to_pdm=f"name = {template}")
    here.drop_inquiry(index="B")

    here.run()

    name = delivered.format(transfer=here.transfers()[0].id)
    assert here.names("outbox/pdm") == [f"{name}.pdf", f"{name}.xml"]


def test_a_separator_in_a_number_becomes_an_underscore_in_the_name(here: Installation) -> None:
    here.configure(crm_to_pdm="name = {number}")
    here.drop_inquiry(number="ANF/2026/1")

    here.run()

    assert here.names("outbox/pdm") == ["ANF_2026_1.pdf", "ANF_2026_1.xml"]


def test_several_pdfs_are_numbered_where_the_route_has_a_template(here: Installation) -> None:
    here.configure(pdm_to_crm="name = {number}")
    here.put("pdm", "TA.xml", samples.quotation(pdfs=("blatt.pdf", "mass.pdf")))
    here.put("pdm", "blatt.pdf", samples.pdf("Datenblatt"))
    here.put("pdm", "mass.pdf", samples.pdf("Massblatt"))

    here.run()

    assert here.names("outbox/crm") == ["TA-4711.xml", "TA-4711_1.pdf", "TA-4711_2.pdf"]
    assert (here.root / "outbox/crm/TA-4711_1.pdf").read_bytes() == samples.pdf("Datenblatt")


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


def test_an_importer_that_never_takes_files_away_is_said_to_need_unique_names_after_the_deadline(
    here: Installation,
) -> None:
    said = []
    for deadline, index in (("1d", "A"), ("1d", "B"), ("1ms", "C")):
        here.configure(crm_export=f"deadline = {deadline}")
        here.drop_inquiry(index=index)
        said.append(" ".join(here.command("run").stderr.split()))

    here.configure(crm_to_pdm="name = {stem}_{transfer}")
    here.drop_inquiry(index="D")
    here.run()

    assert ["name = {stem}_{transfer}" in text for text in said] == [False, False, True]
    assert len(here.names("outbox/pdm")) == 4


def test_a_name_that_another_folders_pair_published_before_a_crash_is_ours_and_waits(here: Installation) -> None:
    here.configure(more=ERP)
    (here.root / "inbox/erp").mkdir()
    here.drop_inquiry()
    with stopped_before(delivery, "record"):
        here.run("crm-to-pdm")
    here.put("erp", "ANF-1.xml", samples.inquiry("ANF-2026-0002"))
    here.put("erp", "ANF-1.pdf", samples.pdf("ANF-2026-0001"))

    waits = here.run("erp-to-pdm")
    here.run("crm-to-pdm")
    here.take()
    goes = here.run("erp-to-pdm")

    assert (only(waits).state, only(waits).reason) == ("deferred", "name")
    assert only(goes).state == "delivered"
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]


def test_a_pdf_that_another_folders_pair_has_published_is_not_taken_for_our_own(here: Installation) -> None:
    here.configure(more=ERP)
    (here.root / "inbox/erp").mkdir()
    here.put("pdm", "TA-1.xml", samples.quotation("4711", pdfs=("a.pdf",)))
    here.put("pdm", "a.pdf", samples.pdf())
    with stopped_before(delivery, "record"):
        here.run("pdm-to-crm")
    here.put("erp", "TA-2.xml", samples.quotation("4712", pdfs=("a.pdf",)))
    here.put("erp", "a.pdf", samples.pdf())

    waits = here.run("erp-to-crm")
    here.run("pdm-to-crm")
    here.take("outbox/crm")
    here.run("erp-to-crm")

    assert only(waits).state == "deferred"
    assert here.names("outbox/crm") == ["TA-2.xml", "a.pdf"]
