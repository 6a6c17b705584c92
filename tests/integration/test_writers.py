"""Writers who are not done yet, or not careful: what looks cut off waits, what they still write is waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from sync import claiming, staging
from sync.engine import embedded
from sync.findings import Code
from sync.model import DeferReason, Source
from sync.preparation import Job
from sync.round import Round
from tests import samples
from tests.installation import Installation, codes, only, states, waits

_XML, _PDF = samples.inquiry("ANF-2026-0001"), samples.pdf()
#: What looks cut off, and what is said of it when it stays like that.
CUT_OFF = {
    "an XML without its end tag": ("ANF-1.xml", _XML[:-20], Code.XML_CUT_OFF),
    "an XML that ends in the middle of a tag": ("ANF-1.xml", _XML[:-3], Code.XML_CUT_OFF),
    "an XML of which the rest is allocated": ("ANF-1.xml", _XML[:-20] + bytes(500), Code.XML_CUT_OFF),
    "an XML that is allocated": ("ANF-1.xml", bytes(500), Code.XML_EMPTY),
    "an XML that is empty": ("ANF-1.xml", b"", Code.XML_EMPTY),
    "a PDF without its end": ("ANF-1.pdf", _PDF[:-10], Code.PDF_CUT_OFF),
    "a PDF of which the rest is allocated": ("ANF-1.pdf", _PDF[:-10] + bytes(500), Code.PDF_CUT_OFF),
    "a PDF that is empty": ("ANF-1.pdf", b"", Code.PDF_EMPTY),
}


def _old_enough(patch: pytest.MonkeyPatch) -> None:
    """Let a minute pass."""
    patch.setattr("sync.scanning.now", lambda: time.time() + 61)


@pytest.mark.parametrize(("name", "content", "code"), CUT_OFF.values(), ids=CUT_OFF)
def test_what_looks_cut_off_waits_for_a_minute_and_is_wrong_then(
    here: Installation, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, code: Code
) -> None:
    here.drop_inquiry()
    here.put("crm", name, content)
    here.drop_inquiry("ANF-2", "ANF-2026-0002")

    young = here.run()
    _old_enough(monkeypatch)
    old = here.run()

    assert (states(young), young.exit_code) == ({"ANF-2": "delivered"}, 0)
    assert waits(young)["ANF-1"].split()[0] == "incomplete"
    assert codes(only(old)) == [code]
    assert {"ANF-1.pdf", "ANF-1.xml", "ANF-1.error.html"} < {*here.names("inbox/crm/error")}
    assert here.hidden() == []


def test_what_looked_cut_off_and_became_whole_is_delivered(here: Installation) -> None:
    whole = here.drop_inquiry()
    here.put("crm", "ANF-1.xml", whole[:-20])
    here.run()

    here.put("crm", "ANF-1.xml", whole)

    assert states(here.run()) == {"ANF-1": "delivered"}


def test_what_grew_between_two_looks_waits_until_it_is_quiet(here: Installation) -> None:
    here.configure(quiet="100ms")
    here.drop_inquiry()
    whole = samples.pdf(pages=3)

    def grow(_: float) -> None:
        here.put("crm", "ANF-1.pdf", whole)

    growing = embedded.run(here.settings, ["crm-to-pdm"], sleep=grow)
    quiet = here.run("crm-to-pdm")

    assert (growing.outcomes, waits(growing)) == ([], {"ANF-1": "changing"})
    assert only(quiet).state == "delivered"
    assert (here.root / "outbox/pdm/ANF-1.pdf").read_bytes() == whole


@pytest.mark.parametrize(("replaced", "reason"), [(True, "changed"), (False, "vanished")])
def test_a_file_that_is_another_or_gone_when_it_is_claimed_releases_its_pair(
    here: Installation, replaced: bool, reason: str
) -> None:
    here.drop_inquiry()
    here.drop_inquiry("ANF-2", "ANF-2026-0002")
    pdf, finish, new = here.root / "inbox/crm/ANF-1.pdf", claiming.finish_claim, samples.pdf("neu", pages=2)

    def finish_too_late(round_: Round, claiming: Sequence[Source]) -> list[Source]:
        pdf.unlink()
        if replaced:
            pdf.write_bytes(new)
        return finish(round_, claiming)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claiming, "finish_claim", finish_too_late)
        late = here.run()
    left = here.inbox("crm")
    pdf.write_bytes(new)
    again = here.run()

    released = next(outcome for outcome in late.outcomes if outcome.pair == "ANF-1")
    assert (states(late), released.reason) == ({"ANF-1": "released", "ANF-2": "delivered"}, reason)
    assert left == (["ANF-1.pdf", "ANF-1.xml"] if replaced else ["ANF-1.xml"])
    assert states(again) == {"ANF-1": "delivered"}
    assert (here.root / "outbox/pdm/ANF-1.pdf").read_bytes() == new
    assert here.hidden() == []


def test_what_a_writer_keeps_changing_is_deferred_and_delivered_whole_by_a_later_run(here: Installation) -> None:
    here.configure(quiet="10m", crm_export="done-file = {stem}.ok")
    here.drop_inquiry()
    here.put("crm", "ANF-1.ok", b"")
    here.drop_inquiry("ANF-2", "ANF-2026-0002")
    here.put("crm", "ANF-2.ok", b"")
    appended = []

    with (here.root / "inbox/crm/ANF-1.pdf").open("ab", buffering=0) as writer, pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "stage", _staging_while(lambda: appended.append(writer.write(b"% more\n"))))
        kept_writing = here.run()
    published = here.names("outbox/pdm")
    later = here.run()

    (deferred,) = [outcome for outcome in kept_writing.outcomes if outcome.pair == "ANF-1"][-1:]
    assert (deferred.state, deferred.reason) == ("deferred", DeferReason.WRITER)
    assert published == ["ANF-2.pdf", "ANF-2.xml"]
    assert len(appended) >= 3
    assert states(later) == {"ANF-1": "delivered"}
    assert (here.root / "outbox/pdm/ANF-1.pdf").read_bytes() == samples.pdf("ANF-2026-0001") + b"% more\n" * len(
        appended
    )
    assert here.hidden() == []


def _staging_while(write: Callable[[], object]) -> Callable[[Round, Sequence[Job]], list[Job]]:
    """Give a step that stages while somebody writes to an original."""
    stage = staging.stage

    def staging_meanwhile(round_: Round, jobs: Sequence[Job]) -> list[Job]:
        staged = stage(round_, jobs)
        if any(job.source.stem == "ANF-1" for job in jobs):
            write()
        return staged

    return staging_meanwhile


def test_a_writer_who_still_holds_the_file_open_is_waited_for_and_nothing_is_lost(here: Installation) -> None:
    here.drop_inquiry()
    pdf = here.root / "inbox/crm/ANF-1.pdf"
    whole = samples.pdf("am Ende ganz", pages=3)
    pdf.write_bytes(whole[:300])
    writing = threading.Event()
    claimed = claiming.finish_claim

    def claim_and_wait(*arguments: object) -> object:
        answer = claimed(*arguments)  # type: ignore[arg-type]
        writing.set()
        time.sleep(0.2)
        return answer

    def write() -> None:
        with pdf.open("r+b") as file:
            writing.wait(10)
            file.write(whole)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claiming, "finish_claim", claim_and_wait)
        patch.setattr("sync.scanning.YOUNG", 0.0)
        writer = threading.Thread(target=write)
        writer.start()
        here.run()
        writer.join()
    here.run()

    assert (here.root / "outbox/pdm/ANF-1.pdf").read_bytes() == whole
    assert here.hidden() == []


def test_a_file_exported_again_under_the_name_just_claimed_is_a_source_of_its_own(here: Installation) -> None:
    here.drop_inquiry()
    claimed = claiming.finish_claim

    def claim_then_export_again(*arguments: object) -> object:
        answer = claimed(*arguments)  # type: ignore[arg-type]
        here.put("crm", "ANF-1.xml", samples.inquiry("ANF-2026-0002"))
        here.put("crm", "ANF-1.pdf", samples.pdf("zweite"))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claiming, "finish_claim", claim_then_export_again)
        first = here.run()
    here.take()
    second = here.run()

    assert states(first) == states(second) == {"ANF-1": "delivered"}
    assert (here.root / "outbox/pdm/ANF-1.pdf").read_bytes() == samples.pdf("zweite")


def test_a_writer_who_never_stops_keeps_no_run_from_ending(here: Installation) -> None:
    here.drop_inquiry()
    appended = []

    def append_a_few_times() -> None:
        if len(appended) < 20:
            appended.append(writer.write(b"% more\n"))

    with (here.root / "inbox/crm/ANF-1.pdf").open("ab", buffering=0) as writer, pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "stage", _staging_while(append_a_few_times))
        here.run()

    assert len(appended) == 3
