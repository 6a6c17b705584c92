"""The commands, as a person or a program calls them, on a real installation."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync import system
from sync.cli import main
from sync.engine import embedded
from tests import samples
from tests.installation import REPOSITORY, Installation

INVALID = samples.inquiry("ANF-2026-0009", StatusCode="aproved")


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Answer]


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@pytest.fixture
def pairsync(here: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give the command line, called in this process from the installation's folder."""
    monkeypatch.chdir(here.root)
    monkeypatch.delenv("PAIRSYNC_CONFIG", raising=False)

    def call(*arguments: str) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(arguments)
        said = capsys.readouterr()
        return Answer(int(end.value.code or 0), said.out, said.err)

    return call


def _mixed(here: Installation) -> None:
    """Drop a good pair, an invalid one and a half."""
    here.put("crm", "Anfrage Förderband.xml", samples.inquiry("ANF-2026-0001"))
    here.put("crm", "Anfrage Förderband.pdf", samples.pdf())
    here.put("crm", "ANF-9.xml", INVALID)
    here.put("crm", "ANF-9.pdf", samples.pdf())
    here.put("crm", "ANF-5.xml", samples.inquiry("ANF-2026-0005"))


def _project(here: Installation, **fields: str) -> None:
    here.put("crm", "P-1.xml", samples.project(**fields))


def _tree(root: Path) -> dict[str, object]:
    """Take down every folder, and every file with its content and time."""
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes()) if path.is_file() else "folder"
        for path in sorted(root.rglob("*"))
    }


def _quiet(here: Installation, period: str) -> None:
    """Let the CRM's export folder have this quiet period."""
    config = here.root / "config.ini"
    config.write_text(config.read_text().replace("quiet = 0s", f"quiet = {period}", 1))


# --- run --------------------------------------------------------------------------------------------------------------


def test_a_run_ends_with_what_went_where_what_was_rejected_and_what_is_waited_for(
    here: Installation, pairsync: Command
) -> None:
    _mixed(here)

    answer = pairsync("run")

    assert answer.code == 3
    assert answer.out == ""
    assert "crm-to-pdm: 1 pair delivered into outbox/pdm" in answer.err
    assert "Anfrage Förderband  Anfrage Förderband.xml, Anfrage Förderband.pdf" in answer.err
    assert "error sheet: inbox/crm/error/ANF-9.error.html" in answer.err
    assert "“aproved”. There is no such value. Did you mean approved?" in " ".join(answer.err.split())
    assert "The PDF ANF-5.pdf is still missing. Since " in answer.err
    assert answer.err.endswith("Done: 1 delivered, 1 rejected, 1 waiting\n")


def test_a_run_with_nothing_to_do_says_so(pairsync: Command) -> None:
    answer = pairsync("run")

    assert (answer.code, answer.out, answer.err) == (0, "", "Done: nothing to do\n")


def test_a_program_gets_an_object_for_everything_and_the_sum_last(here: Installation, pairsync: Command) -> None:
    _mixed(here)

    answer = pairsync("run", "--json")

    assert {one["schema"] for one in answer.objects} == {1}
    found = [(one["type"], one.get("pair"), one.get("state")) for one in answer.objects]
    assert sorted(found[:-1]) == [
        ("outcome", "ANF-9", "rejected"),
        ("outcome", "Anfrage Förderband", "delivered"),
        ("unfinished", "ANF-5", "waiting"),
    ]
    assert answer.objects[-1]["outcomes"] == {"delivered": 1, "rejected": 1}
    assert (answer.objects[-1]["code"], answer.code) == (3, 3)


def test_what_waits_for_too_long_is_marked(here: Installation, pairsync: Command) -> None:
    here.configure(crm_export="deadline = 1ms")
    here.put("crm", "ANF-5.xml", samples.inquiry("ANF-2026-0005"))
    pairsync("run")

    answer = pairsync("run")

    assert "ANF-5  (crm-export)  OVERDUE" in answer.err
    assert "1 waiting (1 overdue)" in answer.err
    assert [one["pair"] for one in pairsync("list", "--state", "overdue", "--json").objects] == ["ANF-5"]


def test_only_the_route_that_is_named_is_run(here: Installation, pairsync: Command) -> None:
    _project(here)
    here.put("pdm", "TA.xml", samples.quotation(pdfs=("a.pdf",)))
    here.put("pdm", "a.pdf", samples.pdf())

    pairsync("run", "--route", "crm-to-pdm")

    assert here.names("outbox/pdm") == ["P-1.xml"]
    assert here.names("outbox/crm") == []


def test_a_route_that_is_not_there_is_a_usage_error_with_a_suggestion(pairsync: Command) -> None:
    answer = pairsync("run", "--route", "crm-to-pdn")

    assert answer.code == 2
    assert "did you mean crm-to-pdm?" in answer.err


def test_each_outcome_is_a_line_of_the_log_without_what_stands_in_the_document(
    here: Installation, pairsync: Command
) -> None:
    _mixed(here)

    pairsync("run")

    log = (here.root / "var" / "pairsync.log").read_text(encoding="utf-8")
    lines = {line["event"]: line for line in map(json.loads, log.splitlines())}
    assert [*lines] == ["run.started", "pair.rejected", "pair.delivered", "run.finished"]
    delivered, rejected = lines["pair.delivered"], lines["pair.rejected"]
    assert (delivered["pair"], delivered["route"]) == ("Anfrage Förderband", "crm-to-pdm")
    assert (rejected["level"], rejected["codes"]) == ("warning", ["schema.enumeration"])
    assert "aproved" not in log


def test_a_log_that_cannot_be_written_is_said_once_and_stops_nothing(here: Installation, pairsync: Command) -> None:
    here.configure(general="log = outbox")
    _project(here)

    answer = pairsync("run")

    assert answer.code == 0
    assert answer.err.count("cannot be written") == 1
    assert here.names("outbox/pdm") == ["P-1.xml"]


# --- dry run ----------------------------------------------------------------------------------------------------------


def test_a_dry_run_before_anything_was_carried_changes_nothing(here: Installation, pairsync: Command) -> None:
    _mixed(here)
    before = _tree(here.root)

    answer = pairsync("run", "--dry-run")

    assert answer.code == 3
    assert "1 pair would be delivered into outbox/pdm" in answer.err
    assert "1 pair would be rejected" in answer.err
    assert answer.err.endswith("Dry run, nothing was changed: 1 delivered, 1 rejected, 1 waiting\n")
    assert _tree(here.root) == before


def test_a_dry_run_says_what_the_run_after_it_does(here: Installation, pairsync: Command) -> None:
    here.put("crm", "old.xml", samples.project(ModifiedOn="2026-11-03T08:15:00Z"))
    here.put("crm", "ANF-9.xml", INVALID)
    here.put("crm", "ANF-9.pdf", samples.pdf())
    pairsync("run")
    pairsync("retry", "--all")
    _mixed_again(here)
    before = _tree(here.root)

    rehearsed = pairsync("run", "--dry-run", "--json")
    untouched = _tree(here.root) == before
    real = pairsync("run", "--json")

    assert untouched
    assert _became(rehearsed) == _became(real)
    assert {state for _, state, _ in _became(real)} == {"delivered", "rejected", "duplicate", "superseded", "waiting"}


def _mixed_again(here: Installation) -> None:
    here.put("crm", "same.xml", samples.project(ModifiedOn="2026-11-03T08:15:00Z", exportId="E-2"))
    here.put("crm", "new.xml", samples.project("P-2026-002"))
    here.put("crm", "older.xml", samples.project("P-2026-002", ModifiedOn="2026-11-01T08:15:00Z"))
    here.put("crm", "late.xml", samples.project(ModifiedOn="2026-10-01T08:15:00Z"))
    here.put("crm", "ANF-5.xml", samples.inquiry("ANF-2026-0005"))
    for revision in "ABC":
        here.put("pdm", f"TA-{revision}.xml", samples.quotation("TA-1", revision, pdfs=(f"{revision}.pdf",)))
        here.put("pdm", f"{revision}.pdf", samples.pdf(revision))


def _became(answer: Answer) -> list[tuple[str, str, str]]:
    """Give pair, state and reason of all that became of something; ids are new in every run."""
    told = [one for one in answer.objects if one["type"] in ("outcome", "unfinished")]
    return sorted((one["pair"], one["state"], ",".join(one.get("names", ()))) for one in told)


def test_a_dry_run_says_when_another_one_works_on_the_folder(here: Installation, pairsync: Command) -> None:
    _project(here)
    pairsync("run")

    with system.lock(here.root / "inbox" / "crm" / ".pairsync" / "lock"):
        answer = pairsync("run", "--dry-run")

    assert answer.code == 11
    assert "crm-export: another pairsync works on this folder" in answer.err


def test_a_dry_run_sees_what_a_crash_left_and_leaves_it(here: Installation, pairsync: Command) -> None:
    _project(here)
    pairsync("run")
    work = here.root / "inbox" / "crm" / ".pairsync" / "work" / "0123456789ab"
    work.mkdir()
    (work / "P-2.xml").write_bytes(samples.project("P-2026-002"))
    before = _tree(here.root)

    answer = pairsync("run", "--dry-run")

    assert "P-2  P-2.xml" in answer.err
    assert _tree(here.root) == before


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_all_that_is_wrong_in_config_ini_is_said_at_once(here: Installation, pairsync: Command) -> None:
    here.configure(crm_to_pdm="every = 5x", crm_export="sistem = crm")

    answer = pairsync("status", "--json")

    assert answer.code == 78
    assert [line.split(": ")[0] for line in answer.err.splitlines()] == ["pairsync"] * 2
    assert [(one["type"], one["line"] > 0) for one in answer.objects] == [("problem", True)] * 2


def test_a_config_that_is_not_there_is_said(pairsync: Command) -> None:
    answer = pairsync("--config", "elsewhere.ini", "run")

    assert answer.code == 78
    assert answer.err.startswith("pairsync: elsewhere.ini: cannot be read: No such file or directory")


def test_the_environment_may_name_the_config(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIRSYNC_CONFIG", str(here.root / "config.ini"))
    monkeypatch.chdir("/")

    assert pairsync("status").code == 0


def test_a_folder_that_is_gone_is_to_be_tried_again(here: Installation, pairsync: Command) -> None:
    _project(here)
    (here.root / "outbox" / "pdm").rmdir()

    answer = pairsync("run")
    told = pairsync("status")

    assert answer.code == 75
    assert "folder pdm-import" in answer.err
    assert "No such file or directory" in " ".join(answer.err.split())
    assert "P-1" in answer.err
    assert "Folder pdm-import has not worked since" in told.out


def test_a_second_run_on_the_same_folder_ends_with_11(here: Installation, pairsync: Command) -> None:
    pairsync("run")

    with system.lock(here.root / "inbox" / "crm" / ".pairsync" / "lock"):
        answer = pairsync("run")

    assert answer.code == 11


def test_a_mistake_of_ours_is_one_line_and_the_log_has_the_traceback(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("what nobody thought of")

    monkeypatch.setattr(embedded, "run", broken)

    answer = pairsync("run", "--json")

    log = here.root / "var" / "pairsync.log"
    assert answer.code == 70
    assert (
        answer.err
        == f"pairsync: internal error: ZeroDivisionError: what nobody thought of; the log has the details: {log}\n"
    )
    assert [(one["type"], one["code"]) for one in answer.objects] == [("error", 70)]
    last = json.loads(log.read_text().splitlines()[-1])
    assert 'raise ZeroDivisionError("what nobody thought of")' in last["traceback"]


def test_an_interrupted_run_ends_with_130_and_the_next_one_goes_on(here: Installation, pairsync: Command) -> None:
    _quiet(here, "30s")
    _project(here)
    command = [sys.executable, "-m", "sync", "run"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, cwd=here.root, env=environment, stderr=subprocess.PIPE, text=True) as process:
        _until(lambda: (here.root / "inbox" / "crm" / "processed").exists())
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    here.configure()

    again = pairsync("run")

    assert process.returncode == 130
    assert said.strip() == "pairsync: interrupted; the next run finishes what was under way"
    assert again.code == 0


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_whoever_has_read_enough_breaks_nothing(here: Installation, pairsync: Command) -> None:
    _mixed(here)
    pairsync("run")
    reader, writer = os.pipe()
    os.close(reader)

    command = [sys.executable, "-m", "sync", "list"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    answer = subprocess.run(
        command, cwd=here.root, env=environment, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)

    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_terminal_that_lacks_a_letter_ends_no_command(here: Installation, pairsync: Command) -> None:
    _mixed(here)
    pairsync("run")

    answer = here.command("list", PYTHONIOENCODING="iso8859-7")

    assert answer.returncode == 0
    assert r"Anfrage F\xf6rderband" in answer.stdout


# --- on a terminal ----------------------------------------------------------------------------------------------------


def _on_a_terminal(here: Installation, *arguments: str) -> str:
    """Run a command on a terminal of 80 columns; give all that it wrote there."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(here.root)
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "80", "TERM": "xterm"}
        os.execve(sys.executable, [sys.executable, "-m", "sync", *arguments], environment)
    written = b""
    try:
        while piece := os.read(terminal, 1 << 16):
            written += piece
    except OSError:  # the other side is closed
        pass
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    return written.decode()


def test_on_a_terminal_whatever_takes_over_a_second_has_a_progress_bar(here: Installation) -> None:
    _quiet(here, "1500ms")
    _project(here)

    shown = _on_a_terminal(here, "run")

    assert "0 of 1" in shown
    assert "files still change" in shown
    assert "1 pair delivered" in shown


def test_on_a_terminal_a_table_fits_and_an_id_is_never_broken(here: Installation, pairsync: Command) -> None:
    here.put("crm", f"{'Angebot_Förderanlage-' * 4}.xml", samples.project())
    pairsync("run")
    (listed,) = pairsync("list", "--json").objects

    lines = _on_a_terminal(here, "list").splitlines()

    assert max(map(len, lines)) <= 80
    assert lines[1].startswith(listed["transfer"] + "  ")


# --- list and show ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "pairs"),
    [
        ((), {"Anfrage Förderband", "ANF-9", "ANF-5"}),
        (("--state", "rejected"), {"ANF-9"}),
        (("--state", "waiting", "--state", "delivered"), {"Anfrage Förderband", "ANF-5"}),
        (("--state", "finished"), {"Anfrage Förderband"}),
        (("--state", "overdue"), set()),
        (("--route", "crm-to-pdm"), {"Anfrage Förderband"}),
        (("--route", "pdm-to-crm"), set()),
        (("--object", "ANF-2026-0001"), {"Anfrage Förderband"}),
        (("--object", "document/anf-2026-0001"), {"Anfrage Förderband"}),
        (("--object", "project/ANF-2026-0001"), set()),
        (("--since", "1h"), {"Anfrage Förderband", "ANF-9", "ANF-5"}),
        (("--since", "2199-01-01"), set()),
        (("--until", "2026-01-01 12:00"), set()),
    ],
)
def test_a_list_holds_what_is_asked_for(
    here: Installation, pairsync: Command, options: tuple[str, ...], pairs: set[str]
) -> None:
    _mixed(here)
    pairsync("run")

    answer = pairsync("list", "--json", *options)

    assert answer.code == 0
    assert {one["pair"] for one in answer.objects} == pairs


def test_a_list_that_is_too_long_says_how_much_is_left_out(here: Installation, pairsync: Command) -> None:
    _mixed(here)
    pairsync("run")

    answer = pairsync("list", "--limit", "1")

    assert len(answer.out.splitlines()) == 2
    assert "2 more: --limit 0 lists all" in answer.err


@pytest.mark.parametrize("command", ["list", "status"])
def test_before_the_first_run_there_is_nothing_to_see_and_nothing_is_made(
    here: Installation, pairsync: Command, command: str
) -> None:
    answer = pairsync(command)

    assert (answer.code, answer.out) == (0, "")
    assert "nothing was carried yet" in answer.err
    assert not (here.root / "var").exists()


def test_a_source_is_shown_with_its_history_its_hashes_and_where_its_files_are(
    here: Installation, pairsync: Command
) -> None:
    _mixed(here)
    pairsync("run")
    (listed,) = pairsync("list", "--state", "delivered", "--json").objects

    answer = pairsync("show", listed["transfer"])
    (facts,) = pairsync("show", listed["source"][2:9], "--json").objects

    for part in facts["files"]:
        assert part["sha256"] in answer.out
        assert part["path"] in answer.out
        assert Path(part["path"]).is_file()
    assert str(here.root / "outbox" / "pdm" / "Anfrage Förderband.xml") in answer.out
    assert "document/ANF-2026-0001" in answer.out
    happened = [event["what"] for event in facts["history"]]
    assert happened == ["claim", "claimed", "committed", "delivered", "archived"]


def test_what_was_found_is_shown_in_words(here: Installation, pairsync: Command) -> None:
    _mixed(here)
    pairsync("run")
    (listed,) = pairsync("list", "--state", "rejected", "--json").objects

    answer = pairsync("show", listed["source"])

    assert "“aproved”. There is no such value." in answer.out
    assert str(here.root / "inbox" / "crm" / "error" / "ANF-9.error.html") in answer.out


def test_an_id_that_means_nothing_or_several_is_said(here: Installation, pairsync: Command) -> None:
    _mixed(here)
    pairsync("run")
    first, second, _ = (one["source"] for one in pairsync("list", "--json").objects)

    # What all ids have in common is the century in which they were made.
    nothing, several = pairsync("show", "iou"), pairsync("show", first[0])

    assert (nothing.code, several.code) == (1, 1)
    assert "there is no source or transfer iou" in nothing.err
    assert first in several.err
    assert second in several.err


def test_a_corrected_file_and_the_one_it_corrects_know_of_each_other(here: Installation, pairsync: Command) -> None:
    here.put("crm", "P-1.xml", samples.project(Stage="proposse"))
    pairsync("run")
    (here.root / "inbox" / "crm" / "error" / "P-1.xml").rename(here.root / "inbox" / "crm" / "P-1.xml")
    _project(here)
    pairsync("run")
    after, before = (one["source"] for one in pairsync("list", "--json").objects)

    corrected, wrong = pairsync("show", after, "--json").objects[0], pairsync("show", before, "--json").objects[0]

    assert corrected["corrects"] == before
    assert wrong["corrected_by"] == [after]
    assert "(not there any more)" in pairsync("show", before).out or wrong["files"]


# --- retry, resend, pause, resume -------------------------------------------------------------------------------------


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


def test_what_cannot_be_tried_again_is_refused_with_what_can_be_done(here: Installation, pairsync: Command) -> None:
    _mixed(here)
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
    _project(here)
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
    _project(here)

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


# --- check, init, mapping, db -----------------------------------------------------------------------------------------


def _wrong(answer: Answer) -> list[tuple[str, str]]:
    return [(one["subject"], one["what"]) for one in answer.objects if one.get("grade") == "wrong"]


def test_a_check_of_a_good_installation_finds_nothing_and_leaves_nothing(here: Installation, pairsync: Command) -> None:
    before = list(_tree(here.root))

    answer = pairsync("check", "--json")

    assert (answer.code, _wrong(answer)) == (0, [])
    assert list(_tree(here.root)) == before


def test_a_check_finds_folders_that_are_missing(here: Installation, pairsync: Command) -> None:
    (here.root / "outbox" / "pdm").rmdir()

    answer = pairsync("check", "--json")

    assert answer.code == 1
    assert _wrong(answer) == [("folder pdm-import", f"{here.root}/outbox/pdm is not there")]


def test_a_check_finds_rights_that_are_missing(here: Installation) -> None:
    (here.root / "inbox" / "crm").chmod(0o500)

    answer = here.command("check", "--json", ordinary=True)

    wrong = [json.loads(line) for line in answer.stdout.splitlines() if '"wrong"' in line]
    assert [finding["subject"] for finding in wrong] == ["folder crm-export"]
    assert answer.returncode == 1


@pytest.mark.skipif(
    not os.access("/dev/shm", os.W_OK) or Path("/dev/shm").stat().st_dev == Path("/tmp").stat().st_dev,
    reason="there is no second file system",
)
def test_a_check_finds_a_stage_on_another_file_system(here: Installation, pairsync: Command) -> None:
    here.configure(pdm_import=f"stage = /dev/shm/pairsync-{os.getpid()}")

    answer = pairsync("check", "--json")

    assert answer.code == 1
    ((subject, what),) = _wrong(answer)
    assert subject == "folder pdm-import"
    assert "is on another file system than" in what
    assert not Path(f"/dev/shm/pairsync-{os.getpid()}").exists()


def test_a_check_finds_a_group_that_is_not_there(here: Installation, pairsync: Command) -> None:
    here.configure(pdm_import="group = no-such-group")

    answer = pairsync("check")

    assert answer.code == 1
    assert "wrong  folder pdm-import: there is no group no-such-group on this machine" in answer.out


def test_a_check_says_what_is_weaker_on_a_share_and_refuses_a_ledger_there(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Everything:
        def __contains__(self, kind: object) -> bool:
            return True

    monkeypatch.setattr(system, "_NETWORK", Everything())

    answer = pairsync("check", "--json")

    assert [subject for subject, _ in _wrong(answer)] == ["ledger"]
    notes = [one["subject"] for one in answer.objects if one["grade"] == "note"]
    assert notes == ["folder crm-export", "folder pdm-export", "folder pdm-import", "folder crm-import"]


def test_a_check_says_where_a_rename_may_replace(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "has_rename_noreplace", lambda *_: False)

    answer = pairsync("check")

    assert answer.code == 0
    assert answer.out.count("has no rename that never replaces") == 4


def test_a_check_finds_mappings_that_cannot_be_loaded(here: Installation, pairsync: Command) -> None:
    broken = here.root / "m" / "broken"
    broken.mkdir(parents=True)
    (broken / "mapping.map").write_text("mapping broken\nsorce x.xsd X\n", encoding="utf-8")
    here.configure(mappings="m")

    answer = pairsync("check", "--json")

    assert answer.code == 78
    assert any(subject == "mapping" and "mapping.map:2" in what for subject, what in _wrong(answer))


def test_a_check_finds_patterns_that_match_no_mapping(here: Installation, pairsync: Command) -> None:
    here.configure(crm_to_pdm="mappings = crm-*, erp-*")

    answer = pairsync("check", "--json")

    assert answer.code == 1
    assert _wrong(answer) == [("route crm-to-pdm", "no mapping that can be loaded is called erp-*")]


def test_a_new_installation_is_ready_but_for_its_mappings(here: Installation, pairsync: Command) -> None:
    made = pairsync("init", "new")

    checked = pairsync("--config", "new/config.ini", "check", "--json")

    assert made.code == 0
    assert made.out.splitlines()[0] == "new/config.ini"
    assert [subject for subject, _ in _wrong(checked)] == ["mappings"]
    assert pairsync("init", "new").code == 2


def test_the_mappings_are_listed_with_what_they_carry(here: Installation, pairsync: Command) -> None:
    answer = pairsync("mapping", "list", "--json")

    assert answer.code == 0
    (project,) = [one for one in answer.objects if one["name"] == "crm-project-to-pdm-project"]
    assert (project["source"], project["target"], project["object"], project["pdf"]) == (
        "Project",
        "Projekt",
        "project",
        "none",
    )


def test_a_mapping_prints_its_stylesheet(here: Installation, pairsync: Command) -> None:
    answer = pairsync("mapping", "xslt", "crm-project-to-pdm-project")

    assert answer.code == 0
    assert answer.out.startswith("<xsl:stylesheet")


def test_golden_cases_that_differ_are_printed_field_by_field(here: Installation, pairsync: Command) -> None:
    mappings = here.root / "m"
    subprocess.run(["cp", "-r", str(REPOSITORY / "mappings"), str(mappings)], check=True)
    case = next((mappings / "crm-project-to-pdm-project" / "tests").glob("*/expected.xml"))
    text = case.read_text(encoding="iso-8859-1")
    case.write_text(text.replace("<Projektnummer>", "<Projektnummer>X"), encoding="iso-8859-1")
    here.configure(mappings="m")

    one, all_ = pairsync("mapping", "test", "crm-inquiry-to-pdm-document"), pairsync("mapping", "test")
    told = pairsync("mapping", "test", "crm-project-to-pdm-project", "--json")

    assert one.code == 0
    ((difference,),) = (case["differences"] for case in told.objects if not case["passed"])
    assert difference["expected"] == f"X{difference['got']}"
    assert all_.code == 1
    assert f"crm-project-to-pdm-project: {case.parent.name} differs" in all_.out
    assert "/Projekt/Projektnummer" in all_.out


def test_a_mapping_that_is_not_there_is_a_usage_error(pairsync: Command) -> None:
    answer = pairsync("mapping", "test", "crm-project-to-pdm-projekt")

    assert answer.code == 2
    assert "did you mean crm-project-to-pdm-project?" in answer.err


def test_the_version_of_the_ledger_is_told_and_an_older_one_refused(here: Installation, pairsync: Command) -> None:
    before = pairsync("db", "current")
    pairsync("db", "upgrade")
    now = pairsync("db", "current", "--json")
    _set_version(here, "0000")
    older = pairsync("db", "current"), pairsync("run"), pairsync("run", "--dry-run")

    assert "is not there yet" in before.out
    assert now.objects == [
        {
            "schema": 1,
            "type": "ledger",
            "path": str(here.root / "var/ledger.sqlite"),
            "version": "0001",
            "needed": "0001",
        }
    ]
    assert [answer.code for answer in older] == [1, 78, 78]
    assert "pairsync db upgrade" in older[1].err
    assert "ledger.sqlite: the ledger has version 0000" in older[2].err


def _set_version(here: Installation, version: str) -> None:
    import sqlite3

    connection = sqlite3.connect(here.root / "var" / "ledger.sqlite")
    connection.execute("UPDATE alembic_version SET version_num = ?", [version])
    connection.commit()
    connection.close()
