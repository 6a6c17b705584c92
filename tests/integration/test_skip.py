"""Documents of which a mapping says that they are not carried: filed in processed/, said, and nobody waits for PDFs."""

from __future__ import annotations

import json

from sync.model import TransferState
from tests import samples
from tests.commands import Command
from tests.installation import Installation, only, states, waits

SKIPS = """\
mapping crm-complaint-stays
source ../schemas/crm/export.xsd Document
when   DocumentType = 'RFQ' and Subject = 'intern'
{more}skip   "internal inquiries stay in the CRM"
"""


def skipping(here: Installation, more: str = "") -> None:
    """Give the installation a mapping that skips inquiries with the subject "intern"."""
    mappings = here.own_mappings()
    (mappings / "crm-complaint-stays").mkdir()
    (mappings / "crm-complaint-stays" / "mapping.map").write_text(SKIPS.format(more=more), "utf-8")
    shipped = mappings / "crm-inquiry-to-pdm-document" / "mapping.map"
    text = shipped.read_text("utf-8")
    shipped.write_text(
        text.replace("when   DocumentType = 'RFQ'", "when   DocumentType = 'RFQ' and not(Subject = 'intern')")
    )


def drop(here: Installation, *, pdf: bool, stem: str = "ANF-1") -> None:
    xml = samples.inquiry("ANF-2026-0001", Subject="intern")
    here.put("crm", f"{stem}.xml", xml)
    if pdf:
        here.put("crm", f"{stem}.pdf", samples.pdf("ANF-2026-0001"))


def test_what_is_not_carried_is_filed_in_processed_and_said(here: Installation) -> None:
    skipping(here)
    drop(here, pdf=True)

    report = here.run()

    assert only(report).state == TransferState.SKIPPED
    assert only(report).reason == "internal inquiries stay in the CRM"
    assert here.names("outbox/pdm") == []
    assert [name.rpartition("/")[2] for name in here.names("inbox/crm/processed")] == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.inbox("crm") == []


def test_nobody_waits_for_the_pdf_of_what_is_not_carried(here: Installation) -> None:
    skipping(here)
    drop(here, pdf=False)

    report = here.run()

    assert states(report) == {"ANF-1": TransferState.SKIPPED}
    assert waits(report) == {}


def test_pdfs_that_are_named_by_what_is_not_carried_go_along_if_they_are_there(here: Installation) -> None:
    skipping(here, more="pdf <- Remark\n")
    xml = samples.inquiry("ANF-2026-0001", Subject="intern", Remark="plan.pdf")
    here.put("crm", "with.xml", xml)
    here.put("crm", "plan.pdf", samples.pdf("plan"))
    here.put("crm", "without.xml", xml.replace(b"plan.pdf", b"gone.pdf"))

    here.run()

    filed = [name.rpartition("/")[2] for name in here.names("inbox/crm/processed")]
    assert filed == ["plan.pdf", "with.xml", "without.xml"]


def test_list_show_and_run_give_the_reason_for_people_and_programs(here: Installation, pairsync: Command) -> None:
    skipping(here, more="object document\n  number <- DocumentNo\n")
    drop(here, pdf=True)

    ran = pairsync("run")
    listed = pairsync("list", "--state", "skipped")
    shown = pairsync("show", here.sources()[0].id)
    line = json.loads(pairsync("list", "--json").out)

    for output in (ran.err, listed.out, shown.out):
        assert "internal inquiries stay in the CRM" in output
    assert "document/ANF-2026-0001" in listed.out
    assert (line["state"], line["reason"]) == ("skipped", "internal inquiries stay in the CRM")
