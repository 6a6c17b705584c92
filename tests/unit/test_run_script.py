"""`./run` and the environment it makes, with a Python that only notes what it is asked to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

#: Stands in for the system's Python and for the one in the environment that it makes.
PYTHON = """\
#!/bin/sh
printf '%s\\n' "$*" >>"{log}"
case "$*" in
    -V) echo Python 3.11.9 ;;
    '-m venv '*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *'pip install'*) sleep 0.2; [ ! -e "{log}.offline" ] ;;
    *firstrun*) pwd ;;
    *) {answer} ;;
esac
"""
TOOLS = ("sh", "dirname", "readlink", "cat", "cp", "cksum", "mkdir", "rm", "id", "flock", "sleep", "env")


class Clone:
    """A clone in a folder with a space in its path, on a machine with a few tools and this Python."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = folder / "a clone"
        (self.root / ".ci").mkdir(parents=True)
        for name in ("run", ".ci/environment.sh", "setup.cfg", "pyproject.toml"):
            shutil.copy(root / name, self.root / name)
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.log = folder / "log"
        self.python(":")

    def python(self, answer: str) -> None:
        """Let `python3 -c …` answer so."""
        python = self.bin / "python3"
        python.write_text(PYTHON.format(log=self.log, answer=answer))
        python.chmod(0o755)

    def run(self, *arguments: str, by: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [by or self.root / "run", *arguments]
        return subprocess.run(
            command, cwd="/", env={"PATH": str(self.bin)}, capture_output=True, text=True, check=False, timeout=60
        )

    def installations(self) -> int:
        return self.log.read_text().count("pip install")


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Clone:
    return Clone(root, tmp_path)


def test_it_makes_the_environment_once_and_runs_beside_its_config_ini(clone: Clone) -> None:
    first, second = clone.run(), clone.run("--dry-run")

    assert (first.returncode, second.returncode) == (0, 0)
    assert (first.stdout, second.stdout) == (f"{clone.root}\n", f"{clone.root}\n")
    assert second.stderr == ""
    assert clone.installations() == 1
    assert clone.log.read_text().endswith("-m sync.firstrun --dry-run\n")


@pytest.mark.parametrize("change", ["echo '# new' >>setup.cfg", "rm .venv/bin/python", "rm .venv/stamp"])
def test_a_stale_or_broken_environment_is_made_anew(clone: Clone, change: str) -> None:
    clone.run()
    subprocess.run(change, shell=True, cwd=clone.root, check=True)

    again = clone.run()

    assert again.returncode == 0
    assert clone.installations() == 2


def test_it_finds_its_folder_through_links_to_it(clone: Clone) -> None:
    links = clone.bin / "links"
    links.mkdir()
    (links / "first").symlink_to(clone.root / "run")
    (links / "second").symlink_to("first")

    answer = clone.run(by=links / "second")

    assert (answer.returncode, answer.stdout) == (0, f"{clone.root}\n")


def test_an_environment_that_was_moved_is_made_anew(clone: Clone) -> None:
    clone.run()
    clone.root = clone.root.rename(clone.root.with_name("moved"))

    again = clone.run()

    assert again.returncode == 0
    assert clone.installations() == 2


def test_an_installation_that_failed_is_said_and_done_again_next_time(clone: Clone) -> None:
    offline = clone.log.with_name("log.offline")
    offline.touch()
    failed = clone.run()
    offline.unlink()

    again = clone.run()

    assert failed.returncode == 75
    assert "is the package index reachable?" in failed.stderr
    assert again.returncode == 0


@pytest.mark.skipif(shutil.which("flock") is None, reason="flock is not installed")
def test_two_at_once_make_one_environment(clone: Clone) -> None:
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(clone.run().returncode)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [0, 0]
    assert clone.installations() == 1


def test_a_python_that_is_too_old_is_said(clone: Clone) -> None:
    clone.python("exit 1")

    answer = clone.run()

    assert answer.returncode == 78
    assert answer.stderr == "pairsync: needs Python 3.11 or newer; here is Python 3.11.9\n"


def test_where_the_venv_module_is_missing_the_line_to_type_is_said(clone: Clone) -> None:
    clone.python('case "$2" in *ensurepip*) exit 1 ;; *print*) echo python3.11-venv ;; esac')

    answer = clone.run()

    assert answer.returncode == 78
    assert "type:  sudo apt-get install python3.11-venv\n" in answer.stderr


def test_what_went_wrong_in_the_run_is_its_exit_code(clone: Clone) -> None:
    clone.run()
    python = clone.root / ".venv" / "bin" / "python"
    python.write_text(python.read_text().replace("pwd", "exit 75"))

    assert clone.run().returncode == 75


@pytest.mark.parametrize(("code", "ends_with"), [(0, 0), (3, 0), (1, 1), (11, 11), (75, 75), (78, 78)])
def test_only_rejected_pairs_are_no_failure_of_a_run(tmp_path: Path, code: int, ends_with: int) -> None:
    script = f"import sync.cli; sync.cli.main = lambda _: exit({code})\nfrom sync.firstrun import run; exit(run([]))"
    path = os.pathsep.join(sys.path)

    answer = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": path}, check=False)

    assert answer.returncode == ends_with
