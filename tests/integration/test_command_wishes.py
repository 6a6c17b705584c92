"""`pairsync retry`, `resend`, `pause` and `resume`."""

from __future__ import annotations

import sqlalchemy as sa

from sync import system
from tests import samples
from tests.commands import Command, mixed, project
from tests.installation import Installation


def _mend(here: Installation, name: str, content: bytes) -> None:
    (here.root / "inbox" / "crm" / "error" / name).write_bytes(content)


def test_a_retry_that_is_asked_for_twice_is_done_once(here: Installation, pairsync: Command) -> None:
    here.put("crm", "P-1.xml", samples.project(Stage="proposse"))
    pairsync("run")
    (rejected,) = pairsync("list", "--json").objects

    first = pairsync("retry", rejected["source"])
    second = pairsync("retry", rejected["source"])
    pairsync("run")

    assert (first.code, second.code) == (0, 0)
    assert "the next run does it" in first.err
    assert "asked for already" in second.err
    (facts,) = pairsync("show", rejected["source"], "--json").objects
    assert [event["what"] for event in facts["history"]].count("retry") == 1
    assert [wish["done"] is not None for wish in facts["wishes"]] == [True]


def test_a_file_that_was_corrected_in_the_error_folder_goes_with_the_retry(
    here: Installation, pairsync: Command
) -> None:
    here.put("crm", "P-1.xml", samples.project(Stage="proposse"))
    pairsync("run")
    _mend(here, "P-1.xml", samples.project())

    pairsync("retry", "--all")
    rehearsed = pairsync("run", "--dry-run")
    real = pairsync("run")

    assert "1 pair would be delivered" in rehearsed.err
    assert real.code == 0
    assert here.names("outbox/pdm") == ["P-1.xml"]
    assert here.names("inbox/crm/error") == []


def test_all_that_was_rejected_can_be_tried_again_at_once(here: Installation, pairsync: Command) -> None:
    for name in ("P-1.xml", "P-2.xml"):
        here.put("crm", name, samples.project(Stage="proposse"))
    pairsync("run")

    asked = pairsync("retry", "--all", "--json")

    assert asked.code == 0
    assert [one["accepted"] for one in asked.objects] == [True, True]


def test_of_all_that_was_rejected_what_is_gone_is_left_out_without_many_questions(
    here: Installation, pairsync: Command
) -> None:
    for number in range(20):
        here.put("crm", f"P-{number:02}.xml", samples.project(f"P-2026-{number:03}", Stage="proposse"))
    pairsync("run")
    (here.root / "inbox" / "crm" / "error" / "P-07.xml").unlink()
    asked: list[str] = []
    sa.event.listen(sa.Engine, "before_cursor_execute", listener := lambda *facts: asked.append(facts[2]))

    answer = pairsync("retry", "--all", "--json")
    sa.event.remove(sa.Engine, "before_cursor_execute", listener)

    assert len(answer.objects) == 19
    assert "P-07" not in answer.out
    # A look whether it was asked for and the wish itself for each, and a few for all of them.
    assert len(asked) < 19 * 2 + 15


def test_what_cannot_be_tried_again_is_refused_with_what_can_be_done(here: Installation, pairsync: Command) -> None:
    mixed(here)
    pairsync("run")
    by_state = {one["state"]: one["source"] for one in pairsync("list", "--json").objects}
    (here.root / "inbox" / "crm" / "error" / "ANF-9.pdf").unlink()

    delivered, waiting, lost = (pairsync("retry", by_state[state]) for state in ("delivered", "waiting", "rejected"))

    assert [answer.code for answer in (delivered, waiting, lost)] == [1, 1, 1]
    assert "pairsync resend delivers it again" in delivered.err
    assert "every run looks at it" in waiting.err
    assert "ANF-9.pdf is not in error any more" in lost.err


def test_retry_wants_ids_or_all(pairsync: Command) -> None:
    assert pairsync("retry").code == pairsync("retry", "x", "--all").code == 2


def test_a_delivered_pair_is_sent_again_from_the_archive(here: Installation, pairsync: Command) -> None:
    project(here)
    pairsync("run")
    (here.root / "outbox" / "pdm" / "P-1.xml").unlink()
    (listed,) = pairsync("list", "--json").objects

    asked = pairsync("resend", listed["source"])
    pairsync("run")
    pairsync("run")

    assert asked.code == 0
    assert here.names("outbox/pdm") == ["P-1.xml"]
    (facts,) = pairsync("show", listed["source"], "--json").objects
    assert [event["what"] for event in facts["history"]].count("delivered") == 2


def test_something_older_is_sent_again_only_by_force(here: Installation, pairsync: Command) -> None:
    here.put("crm", "old.xml", samples.project(ModifiedOn="2026-11-01T08:15:00Z"))
    pairsync("run")
    here.put("crm", "new.xml", samples.project(ModifiedOn="2026-11-02T08:15:00Z", Name="another"))
    pairsync("run")
    (old,) = [one["transfer"] for one in pairsync("list", "--json").objects if one["pair"] == "old"]
    (here.root / "outbox" / "pdm" / "old.xml").unlink()

    refused, forced = pairsync("resend", old), pairsync("resend", old, "--force")
    pairsync("run")

    assert (refused.code, forced.code) == (1, 0)
    assert "--force sends the older one all the same" in refused.err
    assert "old.xml" in here.names("outbox/pdm")


def test_what_was_rejected_is_not_resent_but_tried_again(here: Installation, pairsync: Command) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry())
    here.put("crm", "ANF-1.pdf", b"<html>log in</html>")
    pairsync("run")
    (rejected,) = pairsync("list", "--json").objects

    answer = pairsync("resend", rejected["transfer"])

    assert answer.code == 1
    assert f"pairsync retry {rejected['source']}" in answer.err


def test_nothing_goes_along_a_paused_route_until_it_is_resumed(here: Installation, pairsync: Command) -> None:
    project(here)

    paused, again = pairsync("pause", "crm-to-pdm"), pairsync("pause", "crm-to-pdm")
    pairsync("run")
    during = here.names("outbox/pdm"), pairsync("status").out
    resumed, not_paused = pairsync("resume", "crm-to-pdm"), pairsync("resume", "crm-to-pdm")
    pairsync("run")

    assert [answer.code for answer in (paused, again, resumed, not_paused)] == [0, 0, 0, 0]
    assert "is paused already, since" in again.err
    assert during[0] == []
    assert "Route crm-to-pdm is paused since" in during[1]
    assert "goes on with the next run" in resumed.err
    assert "is not paused" in not_paused.err
    assert here.names("outbox/pdm") == ["P-1.xml"]


def test_a_route_that_config_ini_pauses_is_not_resumed_by_a_command(here: Installation, pairsync: Command) -> None:
    here.configure(crm_to_pdm="paused = yes")

    answer = pairsync("resume", "crm-to-pdm")

    assert answer.code == 1
    assert "paused = yes" in answer.err
    assert "Route crm-to-pdm is paused by config.ini" in (pairsync("run") and pairsync("status").out)


def test_wishes_wait_for_no_lock(here: Installation, pairsync: Command) -> None:
    here.put("crm", "P-1.xml", samples.project(Stage="proposse"))
    pairsync("run")

    with system.lock(here.root / "inbox" / "crm" / ".pairsync" / "lock"):
        answers = [pairsync("retry", "--all"), pairsync("pause", "crm-to-pdm")]

    assert [answer.code for answer in answers] == [0, 0]
