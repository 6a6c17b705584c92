"""Killed before any of its file system calls, a run loses nothing, doubles nothing and leaves nothing behind."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.faults import workload
from tests.installation import REPOSITORY, Installation

#: Calls that change something, and those that a change hangs on.
CALLS = (
    "openat",
    "mkdir",
    "mkdirat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "syncfs",
    "ftruncate",
    "fchmod",
    "fchown",
    "newfstatat",
    "getdents64",
    "close",
    "fcntl",
    "flock",
    "read",
    "pread64",
)
#: Those of them that are many and change nothing: of each one point is enough, unless all are tried.
CHANGELESS = ("read", "close", "newfstatat", "openat", "fcntl")
SAMPLE = 64
SHARES = 8  #: tests that the points are dealt to, for as many processes
SEED = 20261123

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def run(here: Installation, *strace: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line under strace; it reads compiled modules and writes none, so its calls are the same again."""
    # Not with --seccomp-bpf: it needs -f, and then the calls of the worker for PDFs are counted, and killed, too.
    return subprocess.run(
        ["strace", "-qq", *strace, sys.executable, "-m", "sync", "run"],
        cwd=here.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=120,
        check=False,
    )


def points(past: Path, folder: Path) -> list[tuple[str, int]]:
    """Give every call of an undisturbed run that comes after its start: (name, how many times before and with it)."""
    Installation(folder / "first").command("run")  # now every module is compiled
    here = workload.copy(past, folder)
    workload.drop(here)
    log = folder / "trace"
    run(here, "-o", str(log), "-e", f"trace={','.join(CALLS)}")
    counted: Counter[str] = Counter()
    found = []
    started = False
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"(\w+)\(", line)
        if match is None:
            continue
        counted[match[1]] += 1
        # What comes before touches nothing of ours: the interpreter reads its modules.
        started = started or "config.ini" in line
        if started:
            found.append((match[1], counted[match[1]]))
    return found


@pytest.fixture(scope="module")
def all_points(past: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int]]:
    return points(past, tmp_path_factory.mktemp("count"))


def chosen(found: list[tuple[str, int]], share: int, of: int, full: bool) -> list[tuple[str, int]]:
    """Choose this test's share of the points: all, or a fixed-seed sample with every call's name in it."""
    return (found if full else sample(found))[share::of]


def sample(found: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Take points name by name in turns, so that the many writes of the ledger leave room for the few renames."""
    picker = random.Random(SEED)
    by_name = {name: [point for point in found if point[0] == name] for name in sorted({name for name, _ in found})}
    queues = [picker.sample(theirs, 1 if name in CHANGELESS else len(theirs)) for name, theirs in by_name.items()]
    turns = [point for turn in zip_longest(*queues) for point in turn if point is not None]
    return sorted(turns[:SAMPLE])


@pytest.mark.parametrize("share", range(SHARES))
def test_a_run_killed_anywhere_is_finished_by_the_next(
    past: Path, in_memory: Path, all_points: list[tuple[str, int]], share: int, full: bool
) -> None:
    broken, survived = [], 0
    points = chosen(all_points, share, SHARES, full)
    for number, (call, when) in enumerate(points):
        here = workload.copy(past, in_memory / str(number))
        originals = workload.drop(here)
        importer = workload.Importer(here)

        killed = run(here, "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={when}")
        importer.take()
        finished = here.typed("run")
        importer.take()

        found = workload.complaints(here, importer, originals)
        survived += killed.returncode == 3
        if killed.returncode not in (-signal.SIGKILL, 3):
            found.append(f"the killed run ended with {killed.returncode}")
        if finished.returncode not in (0, 3):
            found.append(f"the next run ended with {finished.returncode}: {finished.stderr[-500:]}")
        broken += [f"killed before {call} {when}: {complaint}" for complaint in found]
        shutil.rmtree(here.root)
    assert broken == []
    assert survived <= len(points) // 5  # the last calls may not come in every run
