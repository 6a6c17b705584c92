"""On a disk that is full at any moment nothing is lost: the next run with room again finishes everything."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults import workload

#: Kibibytes that are left when the run starts.
LEVELS = (0, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 160, 200, 256, 300, 360, 420, 500, 640, 800, 1000, 1100, 1200, 1400)
SAMPLE = 5
_SIZE = 64 << 20

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount the small file systems")


@contextmanager
def small_disk(path: Path) -> Iterator[None]:
    """Mount a file system of a known size at *path*."""
    path.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", path], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


def fill(path: Path, left: int) -> Path:
    """Fill the file system at *path* until so many kibibytes are left."""
    facts = os.statvfs(path)
    filler = path / "filler"
    filler.write_bytes(bytes(max(0, facts.f_bavail * facts.f_frsize - left * 1024)))
    return filler


@pytest.mark.parametrize("where", ["outbox/pdm", "inbox/crm", "var", "."])
def test_a_full_disk_loses_nothing(past: Path, in_memory: Path, where: str, full: bool) -> None:
    levels = LEVELS if full else sorted(random.Random(where).sample(LEVELS, SAMPLE))
    broken = []
    for level in levels:
        root = in_memory / str(level)
        with small_disk(root / where):
            here = workload.copy(past, root)
            originals = workload.drop(here)
            importer = workload.Importer(here)
            filler = fill(root / where, level)

            tight = [here.typed("run").returncode]
            importer.take()
            tight.append(here.typed("run").returncode)
            importer.take()
            filler.unlink()
            roomy = here.typed("run")
            importer.take()

            found = workload.complaints(here, importer, originals)
            if not {*tight} <= {0, 3, 75} or roomy.returncode not in (0, 3):
                found.append(f"exit codes {tight}, then {roomy.returncode}: {roomy.stderr[-500:]}")
            broken += [f"{level} KiB left in {where}: {complaint}" for complaint in found]
    assert broken == []
