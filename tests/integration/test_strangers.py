"""Names, links, devices and sizes that strangers leave behind: no hang, nothing lost, the rest goes on."""

from __future__ import annotations

import os

from sync.findings import Code
from tests import samples
from tests.installation import Installation, only, states


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
    here.drop_inquiry()

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
    here.drop_inquiry()

    report = here.run()

    assert states(report) == {"Anfrage \\xe4": "rejected", "ANF-1": "delivered"}
    assert "Anfrage %E4.xml" in here.names("inbox/crm/error")
