"""Pairs through the whole pipeline, as people and exporters drop them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from lxml import etree

from sync.engine import embedded
from sync.findings import Code
from sync.model import TransferState
from sync.pipeline import Swept
from sync.round import Round
from tests import samples
from tests.installation import Installation, only, states


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def _inquiry(here: Installation, stem: str = "ANF-1", number: str = "ANF-2026-0001", **fields: str) -> bytes:
    xml = samples.inquiry(number, **fields)
    here.put("crm", f"{stem}.xml", xml)
    here.put("crm", f"{stem}.pdf", samples.pdf(number))
    return xml


def _take(here: Installation, folder: str) -> list[str]:
    """Play the importer: take everything from an import folder."""
    taken = sorted(path.name for path in (here.root / folder).iterdir() if path.is_file())
    for name in taken:
        (here.root / folder / name).unlink()
    return taken


# --- the way of a good pair -----------------------------------------------------------------------------------------


def test_good_pairs_of_each_transfer_arrive_and_their_originals_are_kept(here: Installation) -> None:
    inquiry = _inquiry(here)
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
    _inquiry(here)
    here.run()

    report = here.run()

    assert report.outcomes == []
    assert report.exit_code == 0


def test_umlauts_in_names_pair_however_they_are_composed(here: Installation) -> None:
    here.put("crm", "Anfrage F\u00f6rderband.XML", samples.inquiry())
    here.put("crm", "anfrage Fo\u0308rderband.Pdf", samples.pdf())

    here.run()

    assert here.names("outbox/pdm") == ["Anfrage F\u00f6rderband.pdf", "Anfrage F\u00f6rderband.xml"]


def test_delivered_files_are_named_by_the_routes_template(here: Installation) -> None:
    here.configure(crm_to_pdm="name = {number}_{revision}")
    here.put("crm", "export.xml", samples.inquiry("ANF-2026-0815", index="B"))
    here.put("crm", "export.pdf", samples.pdf())

    here.run()

    assert here.names("outbox/pdm") == ["ANF-2026-0815_B.pdf", "ANF-2026-0815_B.xml"]


def test_a_done_file_is_waited_for_and_one_is_written_last(here: Installation) -> None:
    here.configure(crm_export="done-file = {stem}.ok", pdm_import="done-file = {name}.done")
    _inquiry(here)
    before = here.run()

    here.put("crm", "ANF-1.ok", b"")
    after = here.run()

    assert before.outcomes == []
    assert only(after).state == "delivered"
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "ANF-1.xml.done"]
    assert [Path(name).name for name in here.names("inbox/crm/processed")] == ["ANF-1.ok", "ANF-1.pdf", "ANF-1.xml"]


def test_delivered_files_get_the_folders_mode(here: Installation) -> None:
    here.configure(pdm_import="mode = 0640")
    _inquiry(here)

    here.run()

    assert {(here.root / "outbox/pdm" / name).stat().st_mode & 0o777 for name in ("ANF-1.xml", "ANF-1.pdf")} == {0o640}


# --- halves, writers, ambiguity -------------------------------------------------------------------------------------


def test_a_half_waits_and_is_remembered_since_it_was_first_seen(here: Installation) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry())
    (first,) = here.run().waiting["crm-export"]

    (second,) = here.run().waiting["crm-export"]
    here.put("crm", "ANF-1.pdf", samples.pdf())
    report = here.run()

    assert first.reason == "pdf-missing ANF-1.pdf"
    assert second.first_seen == first.first_seen
    assert only(report).state == "delivered"
    assert only(report).source_id == first.id


def test_a_pdf_alone_waits_for_its_xml(here: Installation) -> None:
    here.put("crm", "ANF-1.pdf", samples.pdf())

    (waiting,) = here.run().waiting["crm-export"]

    assert waiting.reason == "xml-missing"
    assert here.inbox("crm") == ["ANF-1.pdf"]


def test_a_file_is_carried_once_it_was_seen_twice_unchanged_a_quiet_period_apart(here: Installation) -> None:
    text = (here.root / "config.ini").read_text()
    (here.root / "config.ini").write_text(text.replace("quiet = 0s", "quiet = 500ms", 1))
    _inquiry(here)
    passes = []
    sweep = embedded.sweep

    def recorded(round_: Round) -> Swept:
        swept = sweep(round_)
        passes.append((round_.export.name, swept.quiet_at is not None))
        return swept

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "sweep", recorded)
        report = here.run("crm-to-pdm")

    assert passes == [("crm-export", True), ("crm-export", False)]
    assert only(report).state == "delivered"


def test_two_xmls_with_one_key_are_ambiguous_and_go_to_error_with_their_pdf(here: Installation) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry())
    here.put("crm", "anf-1.XML", samples.inquiry())
    here.put("crm", "ANF-1.pdf", samples.pdf())

    report = here.run()

    assert only(report).findings[0].code is Code.AMBIGUOUS
    assert {"ANF-1.xml", "anf-1.XML", "ANF-1.pdf"} < {*here.names("inbox/crm/error")}
    assert here.names("outbox/pdm") == []


def test_a_pdf_that_another_source_took_is_reported_with_which(here: Installation) -> None:
    here.put("pdm", "TA-1.xml", samples.quotation("TA-1", pdfs=("blatt.pdf",)))
    here.put("pdm", "blatt.pdf", samples.pdf())
    taker = only(here.run()).source_id
    here.put("pdm", "TA-2.xml", samples.quotation("TA-2", pdfs=("blatt.pdf",)))

    (waiting,) = here.run().waiting["pdm-export"]

    assert waiting.reason == f"pdf-taken blatt.pdf {taker}"


@pytest.mark.parametrize("name", ["Thumbs.db", "~$ANF-1.xml", "ANF-1.xml.part", "._ANF-1.xml", "x.error.html"])
def test_what_nobody_meant_is_left_alone(here: Installation, name: str) -> None:
    here.put("crm", name, samples.inquiry())

    report = here.run()

    assert report.outcomes == []
    assert report.waiting == {"crm-export": (), "pdm-export": ()}
    assert here.inbox("crm") == [name]


# --- rejections -----------------------------------------------------------------------------------------------------


def test_a_wrong_pair_goes_to_error_with_a_sheet_and_stops_nobody(here: Installation) -> None:
    _inquiry(here, "ANF-1", "ANF-2026-0001")
    wrong = _inquiry(here, "ANF-2", "ANF-2026-0002", StatusCode="freigegeben")

    report = here.run()

    assert states(report) == {"ANF-1": "delivered", "ANF-2": "rejected"}
    assert report.exit_code == 3
    assert here.names("inbox/crm/error") == ["ANF-2.error.html", "ANF-2.error.json", "ANF-2.pdf", "ANF-2.xml"]
    assert (here.root / "inbox/crm/error/ANF-2.xml").read_bytes() == wrong
    assert here.hidden() == []


def test_a_pdf_that_is_html_rejects_its_pair(here: Installation) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry())
    here.put("crm", "ANF-1.pdf", b"<!DOCTYPE html><html><body>404</body></html>")

    report = here.run()

    assert [finding.code for finding in only(report).findings] == [Code.PDF_NOT_PDF]
    assert here.names("outbox/pdm") == here.hidden() == []


def test_nothing_in_error_is_overwritten_by_a_second_pair_of_that_name(here: Installation) -> None:
    first = _inquiry(here, StatusCode="falsch")
    here.run()
    second = _inquiry(here, StatusCode="auch falsch")
    here.run()

    originals = [path.read_bytes() for path in (here.root / "inbox/crm/error").glob("*.xml")]

    assert sorted(originals) == sorted([first, second])


def test_a_hard_link_and_a_file_over_the_cap_go_to_error(here: Installation) -> None:
    here.configure(crm_export="max-pdf = 1 kB")
    here.put("crm", "gross.xml", samples.inquiry())
    here.put("crm", "gross.pdf", samples.pdf() + b"%" * 2000)
    linked = here.put("crm", "linked.xml", samples.project())
    os.link(linked, here.root / "elsewhere")

    report = here.run()

    assert {outcome.pair: outcome.findings[0].code for outcome in report.outcomes} == {
        "gross": Code.TOO_LARGE,
        "linked": Code.HARD_LINK,
    }


def test_a_required_pdf_that_is_a_link_is_refused_and_never_followed(here: Installation) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry())
    (here.root / "inbox/crm/ANF-1.pdf").symlink_to("/etc/passwd")

    report = here.run()

    assert report.outcomes == []
    assert [source.reason for source in report.waiting["crm-export"]] == ["refused ANF-1.pdf"]
    assert here.sources()[0].state == "waiting"


def test_a_sparse_file_of_a_terabyte_is_refused_unread(here: Installation) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry())
    with (here.root / "inbox/crm/ANF-1.pdf").open("wb") as file:
        file.truncate(1 << 40)

    report = here.run()

    assert only(report).findings[0].code is Code.TOO_LARGE


def test_links_devices_pipes_and_folders_are_refused_without_a_hang_and_stay(here: Installation) -> None:
    inbox = here.root / "inbox/crm"
    (inbox / "link.xml").symlink_to("/etc/passwd")
    os.mkfifo(inbox / "pipe.xml")
    (inbox / "folder.xml").mkdir()
    _inquiry(here)

    report = here.run()

    assert states(report) == {"ANF-1": "delivered"}
    assert {source.stem: source.reason.split()[0] for source in report.waiting["crm-export"]} == {
        "folder": "refused",
        "link": "refused",
        "pipe": "refused",
    }
    assert sorted(os.listdir(inbox)) == [".pairsync", "error", "folder.xml", "link.xml", "pipe.xml", "processed"]


def test_a_name_that_is_not_utf8_goes_to_error_under_an_escaped_name(here: Installation) -> None:
    with open(os.fsencode(here.root / "inbox/crm") + b"/Anfrage \xe4.xml", "wb") as file:
        file.write(samples.inquiry())
    _inquiry(here)

    report = here.run()

    assert states(report) == {"Anfrage \\xe4": "rejected", "ANF-1": "delivered"}
    assert "Anfrage %E4.xml" in here.names("inbox/crm/error")


# --- versions -------------------------------------------------------------------------------------------------------


def test_an_older_revision_after_a_newer_is_superseded(here: Installation) -> None:
    _inquiry(here, "neu", index="B")
    here.run()
    _take(here, "outbox/pdm")
    _inquiry(here, "alt", index="A")

    report = here.run()

    assert only(report).state == "superseded"
    assert here.names("outbox/pdm") == []
    assert [Path(name).name for name in here.names("inbox/crm/processed")].count("alt.xml") == 1


def test_revisions_in_one_batch_are_delivered_in_order(here: Installation) -> None:
    for stem, index in (("a", "C"), ("b", "B"), ("c", "A"), ("d", "D")):
        _inquiry(here, stem, index=index)

    report = here.run()

    assert [outcome.pair for outcome in report.outcomes if outcome.state == "delivered"] == ["c", "b", "a", "d"]
    assert here.hidden() == []


def test_the_same_again_is_a_duplicate_even_with_another_export_number(here: Installation) -> None:
    here.put("crm", "P.xml", samples.project(exportId="E-1"))
    here.run()
    _take(here, "outbox/pdm")
    here.put("crm", "P.xml", samples.project(exportId="E-2"))

    report = here.run()

    assert only(report).state == "duplicate"
    assert report.exit_code == 0
    assert here.names("outbox/pdm") == here.hidden() == []


def test_a_status_set_and_set_back_is_three_deliveries(here: Installation) -> None:
    delivered = []
    for hour, stage in enumerate(("propose", "quoted", "propose")):
        here.put("crm", "P.xml", samples.project(Stage=stage, ModifiedOn=f"2026-03-31T0{hour}:00:00Z"))
        delivered.append(only(here.run()).state)
        _take(here, "outbox/pdm")

    assert delivered == ["delivered"] * 3


def test_the_same_name_again_before_the_importer_took_the_first_is_deferred(here: Installation) -> None:
    _inquiry(here, index="A")
    here.run()
    _inquiry(here, index="B")

    waits = here.run()
    still = here.run()
    taken = _take(here, "outbox/pdm")
    goes = here.run()

    assert only(waits).state == "deferred"
    assert still.outcomes == []
    assert taken == ["ANF-1.pdf", "ANF-1.xml"]
    assert only(goes).state == "delivered"
    assert here.hidden() == []


def test_what_was_deferred_is_superseded_when_something_newer_comes(here: Installation) -> None:
    for index in "ABC":
        _inquiry(here, index=index)
        here.run()
    _take(here, "outbox/pdm")

    report = here.run()

    found = {transfer.facts.revision: transfer.state for transfer in here.transfers() if transfer.facts}
    assert only(report).state == "delivered"
    assert found == {
        "A": TransferState.DELIVERED,
        "B": TransferState.SUPERSEDED,
        "C": TransferState.DELIVERED,
    }
    assert here.hidden() == []


def test_a_strangers_file_under_our_name_is_a_conflict_and_is_not_overwritten(here: Installation) -> None:
    (here.root / "outbox/pdm/anf-1.XML").write_bytes(b"a stranger's")
    _inquiry(here)

    report = here.run()

    assert [finding.code for finding in only(report).findings] == [Code.CONFLICT]
    assert here.names("outbox/pdm") == ["anf-1.XML"]
    assert (here.root / "outbox/pdm/anf-1.XML").read_bytes() == b"a stranger's"


# --- folders that fail ----------------------------------------------------------------------------------------------


def test_a_missing_import_folder_is_transient_and_nothing_is_moved(here: Installation) -> None:
    _inquiry(here)
    here.put("pdm", "TA.xml", samples.quotation(pdfs=("a.pdf",)))
    here.put("pdm", "a.pdf", samples.pdf())
    (here.root / "outbox/pdm").rmdir()

    report = here.run()
    (here.root / "outbox/pdm").mkdir()
    healed = here.run()

    assert report.exit_code == 75
    assert "pdm-import" in report.failed
    assert states(report) == {"TA": "delivered"}
    assert states(healed) == {"ANF-1": "delivered"}
    assert healed.exit_code == 0


def test_a_locked_import_folder_is_transient_and_nothing_is_moved(here: Installation) -> None:
    _inquiry(here)
    (here.root / "outbox/pdm").chmod(0o500)

    locked = here.command("run", ordinary=True)
    left = here.inbox("crm")
    (here.root / "outbox/pdm").chmod(0o755)
    open_again = here.command("run", ordinary=True)

    assert locked.returncode == 75
    assert "pdm-import" in locked.stderr
    assert left == ["ANF-1.pdf", "ANF-1.xml"]
    assert open_again.returncode == 0
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]


def test_a_file_that_may_not_be_read_waits_and_the_others_go(here: Installation) -> None:
    _inquiry(here)
    locked = here.put("crm", "P.xml", samples.project())
    locked.chmod(0)

    first = here.command("run", ordinary=True)
    locked.chmod(0o644)
    second = here.command("run", ordinary=True)

    assert (first.returncode, second.returncode) == (75, 0)
    assert "P.xml: Permission denied" in first.stderr
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "P.xml"]


def test_a_missing_export_folder_does_not_stop_the_other_route(here: Installation) -> None:
    (here.root / "inbox/crm").rmdir()
    here.put("pdm", "TA.xml", samples.quotation(pdfs=("a.pdf",)))
    here.put("pdm", "a.pdf", samples.pdf())

    report = here.run()

    assert report.exit_code == 75
    assert states(report) == {"TA": "delivered"}


# --- once more ------------------------------------------------------------------------------------------------------


def test_a_corrected_file_dragged_back_is_delivered_and_linked_to_the_rejected_one(here: Installation) -> None:
    _inquiry(here, StatusCode="falsch")
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
