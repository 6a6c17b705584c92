"""`pairsync check` and `init`."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from sync import system
from tests.commands import Answer, Command, tree
from tests.installation import REPOSITORY, Installation


def _wrong(answer: Answer) -> list[tuple[str, str]]:
    return [(one["subject"], one["what"]) for one in answer.objects if one.get("grade") == "wrong"]


def test_a_check_of_a_good_installation_finds_nothing_and_leaves_nothing(here: Installation, pairsync: Command) -> None:
    before = list(tree(here.root))

    answer = pairsync("check", "--json")

    assert (answer.code, _wrong(answer)) == (0, [])
    assert list(tree(here.root)) == before


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


@pytest.mark.parametrize(
    ("kind", "why"), [("link", "is a link that leads nowhere"), ("file", "is not a folder")], ids=["link", "file"]
)
def test_a_check_finds_that_ledger_and_log_have_no_folder(
    here: Installation, pairsync: Command, kind: str, why: str
) -> None:
    var = here.root / "var"
    var.symlink_to("nowhere") if kind == "link" else var.touch()

    answer, ran = pairsync("check", "--json"), pairsync("run")

    assert answer.code == 1
    assert _wrong(answer) == [("ledger", f"{var} {why}"), ("log", f"{var} {why}")]
    assert all(one["suggestion"] for one in answer.objects if one["grade"] == "wrong")
    assert ran.code == 75
    assert f"the ledger's folder {var}: it is not a folder" in ran.err


@pytest.mark.parametrize("closed", ["inbox", "outbox/pdm", "var", "m"])
def test_a_folder_that_may_not_be_entered_is_named_by_check_and_run(
    here: Installation, pairsync: Command, closed: str
) -> None:
    (here.root / "m").mkdir()
    here.configure(mappings="m")
    pairsync("run")
    (here.root / closed).chmod(0)

    answers = [here.command(*command, ordinary=True) for command in (("check",), ("run",))]
    (here.root / closed).chmod(0o755)

    for answer in answers:
        assert answer.returncode in (1, 75, 78)
        assert str(here.root / closed) in "".join((answer.stdout + answer.stderr).split())


@pytest.mark.parametrize("name", ["x" * 300, "closed/new", "closed"])
def test_where_no_installation_can_be_made_the_folder_is_named(here: Installation, name: str) -> None:
    (here.root / "closed").mkdir(mode=0o500)

    answer = here.command("init", name, ordinary=True)

    assert answer.returncode == 2
    assert f"{name}" in answer.stderr
    assert "internal error" not in answer.stderr


@pytest.mark.parametrize(("key", "value"), [("every", "5m"), ("cron", "0 2 * * *")])
def test_a_check_says_that_nothing_reads_a_schedule_yet(
    here: Installation, pairsync: Command, key: str, value: str
) -> None:
    here.configure(crm_to_pdm=f"{key} = {value}")

    answer = pairsync("check", "--json")

    assert answer.code == 0
    notes = [(one["subject"], one["what"]) for one in answer.objects if one["grade"] == "note"]
    assert notes == [("route crm-to-pdm", f"{key} has no effect yet: the service comes with a later version")]


def test_a_new_installation_says_what_to_type_from_here(
    here: Installation, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = pairsync("init", "a new one")
    _, _, hint = made.err.strip().rpartition("then: pairsync ")
    monkeypatch.setenv("PAIRSYNC_CONFIG", "elsewhere.ini")

    answer = pairsync(*shlex.split(hint), "--json")

    assert answer.objects[0]["grade"] == "ok"


def test_a_new_installation_is_ready_but_for_its_mappings(here: Installation, pairsync: Command) -> None:
    made = pairsync("init", "new")

    checked = pairsync("--config", "new/config.ini", "check", "--json")

    assert made.code == 0
    assert made.out.splitlines()[0] == "new/config.ini"
    assert [subject for subject, _ in _wrong(checked)] == ["mappings"]
    assert pairsync("init", "new").code == 2


def test_a_new_installation_is_made_as_the_readme_says(here: Installation, pairsync: Command) -> None:
    assert "Remove the `#` before each `[link …]` and its `url`" in (REPOSITORY / "README.md").read_text(
        encoding="utf-8"
    )
    pairsync("init", "new")
    shutil.copytree(REPOSITORY / "mappings", here.root / "new/mappings", dirs_exist_ok=True)
    config = here.root / "new/config.ini"
    text = config.read_text(encoding="utf-8")
    mappings = "".join(file.read_text(encoding="utf-8") for file in (REPOSITORY / "mappings").glob("*/mapping.map"))
    needed = re.findall(r"^link +(\S+)", mappings, re.MULTILINE)

    before = pairsync("--config", str(config), "check")
    config.write_text(text.replace("#[link", "[link").replace("#url = ", "url = "), encoding="utf-8")
    after = pairsync("--config", str(config), "check")

    assert needed
    assert [link for link in needed if f"add [link {link}] to config.ini" not in before.out] == []
    assert (before.code, after.code) == (78, 0)
