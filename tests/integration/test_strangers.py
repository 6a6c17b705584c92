"""Names, links, devices and sizes that strangers leave behind: no hang, nothing lost, the rest goes on."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.findings import Code
from tests import samples
from tests.installation import Installation, codes, only, states, waits


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


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


#: What is no file but has a pair's name, and how it comes about.
NO_FILES: dict[str, Callable[[Path], object]] = {
    "a link": lambda path: path.symlink_to("/etc/passwd"),
    "a link into nothing": lambda path: path.symlink_to("nowhere.xml"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "a socket": _socket,
    "a device": pytest.param(
        lambda path: os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5)),  # /dev/zero never ends
        marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a device"),
    ),
}


@pytest.mark.parametrize("name", ["ANF-1.xml", "ANF-1.pdf"])
@pytest.mark.parametrize("make", NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_file_stays_is_told_once_and_hinders_nobody(
    here: Installation, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], name: str
) -> None:
    here.drop_inquiry()
    here.drop_inquiry("ANF-2", "ANF-2026-0002")
    monkeypatch.chdir(here.root / "inbox/crm")  # the path of a socket must be short
    Path(name).unlink()
    make(Path(name))

    first, second = here.run(), here.run()

    assert (states(first), first.exit_code) == ({"ANF-2": "delivered"}, 0)
    assert waits(first) == waits(second) == {"ANF-1": f"refused {name}"}
    assert first.waiting["crm-export"][0].id == second.waiting["crm-export"][0].id
    assert second.outcomes == []
    assert {"ANF-1.xml", "ANF-1.pdf"} <= {*os.listdir()}
    assert here.hidden() == []


@pytest.mark.parametrize("name", ["ANF-1.xml", "ANF-1.pdf"])
@pytest.mark.parametrize("wrong", [Code.HARD_LINK, Code.TOO_LARGE])
def test_a_hard_link_or_a_sparse_terabyte_takes_its_other_half_to_error(
    here: Installation, wrong: Code, name: str
) -> None:
    here.drop_inquiry()
    here.drop_inquiry("ANF-2", "ANF-2026-0002")
    if wrong is Code.HARD_LINK:
        os.link(here.root / "inbox/crm" / name, here.root / "elsewhere")
    else:
        os.truncate(here.root / "inbox/crm" / name, 1 << 40)

    report = here.run()

    assert states(report) == {"ANF-1": "rejected", "ANF-2": "delivered"}
    assert {outcome.pair: codes(outcome) for outcome in report.outcomes}["ANF-1"] == [wrong]
    assert {"ANF-1.xml", "ANF-1.pdf", "ANF-1.error.html"} < {*here.names("inbox/crm/error")}
    assert here.inbox("crm") == here.hidden() == []


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".xml", ".pdf"])
def test_a_name_that_is_not_utf8_hinders_no_good_pair_even_where_it_has_to_become_quiet(
    here: Installation, suffix: str
) -> None:
    here.configure(quiet="300ms")
    strange = os.fsencode(here.root / "inbox/crm") + b"/ANF-\xe4" + suffix.encode()
    Path(os.fsdecode(strange)).write_bytes(samples.pdf())
    here.drop_inquiry()

    report = here.run("crm-to-pdm")

    assert states(report) == {"ANF-\\xe4": "rejected", "ANF-1": "delivered"}
    assert f"ANF-%E4{suffix}" in here.names("inbox/crm/error")
    assert Path(next(outcome.sheet for outcome in report.outcomes if outcome.sheet)).is_file()
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert here.inbox("crm") == here.hidden() == []


@pytest.mark.parametrize("done", ["{stem}.ok", "{name}.done"])
def test_a_pair_whose_name_is_not_utf8_goes_to_error_with_its_done_file(here: Installation, done: str) -> None:
    here.configure(crm_export=f"done-file = {done}")
    names = ["ANF-\udce4.xml", "ANF-\udce4.pdf"]
    for name in [*names, done.replace("{stem}", "ANF-\udce4").replace("{name}", names[0])]:
        here.put("crm", name, samples.pdf())

    report = here.run("crm-to-pdm")

    assert [codes(outcome) for outcome in report.outcomes] == [[Code.NAME_NOT_UTF8]] * 2
    assert here.inbox("crm") == here.hidden() == []


#: Stems that leave just room for an extension, in the bytes of their file system.
LONG = {"ASCII": b"a" * 251, "umlauts": "ü".encode() * 125, "not UTF-8": b"\xe4" * 251}


@pytest.mark.parametrize("stem", LONG.values(), ids=LONG)
def test_a_pair_with_the_longest_name_can_be_rejected_twice_and_has_a_sheet_each_time(
    here: Installation, stem: bytes
) -> None:
    contents = [samples.inquiry(StatusCode=f"falsch {number}") for number in (1, 2)]
    rejected = []
    for content in contents:
        here.put("crm", os.fsdecode(stem + b".xml"), content)
        here.put("crm", os.fsdecode(stem + b".pdf"), samples.pdf())
        rejected += here.run().outcomes

    kept = [path.read_bytes() for path in (here.root / "inbox/crm/error").glob("*.xml")]
    sheets = [Path(outcome.sheet) for outcome in rejected]

    assert {outcome.state for outcome in rejected} == {"rejected"}
    assert sorted(kept) == sorted(contents)
    assert len({*sheets}) == len(sheets)
    assert all(sheet.is_file() for sheet in sheets)
    assert here.inbox("crm") == here.hidden() == []


@pytest.mark.parametrize("stem", [LONG["ASCII"], LONG["umlauts"]], ids=["ASCII", "umlauts"])
def test_a_pair_with_the_longest_name_is_delivered_and_archived_twice(here: Installation, stem: bytes) -> None:
    delivered = []
    for index in "AB":
        here.drop_inquiry(stem.decode(), index=index)
        here.run()
        delivered += here.take()

    assert delivered == [f"{stem.decode()}.pdf", f"{stem.decode()}.xml"] * 2
    assert len(here.names("inbox/crm/processed")) == 4
    assert here.hidden() == []


@pytest.mark.parametrize("stem", ["-rf", "con", "nul.2026", "a\u202exml", "zwei\nZeilen", "Lift 2:1", "was?"])
def test_a_name_that_could_do_harm_is_created_in_no_import_folder(here: Installation, stem: str) -> None:
    here.drop_inquiry(stem)
    here.drop_inquiry("ANF-2", "ANF-2026-0002")

    report = here.run()

    assert sorted(outcome.state for outcome in report.outcomes) == ["delivered", "rejected"]
    assert {code for outcome in report.outcomes for code in codes(outcome)} == {Code.NAME_UNSAFE}
    assert {f"{stem}.xml", f"{stem}.pdf", f"{stem}.error.html"} < {*here.names("inbox/crm/error")}
    assert here.names("outbox/pdm") == ["ANF-2.pdf", "ANF-2.xml"]


def test_a_name_that_may_not_be_created_is_rejected_and_said(here: Installation) -> None:
    here.configure(crm_to_pdm="name = {stem}_{number}")
    here.drop_inquiry("a" * 251)
    here.drop_inquiry("ANF-2", "ANF-2026-0002")

    report = here.run()

    assert states(report) == {"a" * 251: "rejected", "ANF-2": "delivered"}
    assert {code for outcome in report.outcomes for code in codes(outcome)} == {Code.NAME_UNSAFE}
    assert here.names("outbox/pdm") == ["ANF-2_ANF-2026-0002.pdf", "ANF-2_ANF-2026-0002.xml"]
