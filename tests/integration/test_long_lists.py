"""Long lists stay inside the memory: what a record needs is given back when it is done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import samples
from tests.installation import REPOSITORY, Installation

SHORT, LONG, WHOLE = 500, 4_000, 100_000
MEGABYTES = 1 << 20
A_RECORD = 8_000  #: bytes that a record may add at the most; measured: 4,500, the tree of the XML included
ROOM = {"crm_export": "max-xml = 100 MB\nmax-tags = 3000000"}


#: Runs the command and writes the most memory that it took, in kilobytes. What the kernel says to the parent would do
#: for no child of pytest: it begins with the parent's own.
PROGRAM = """
import atexit, re, pathlib
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: pathlib.Path("memory").write_text(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]))
from sync.cli import main
main(["run", "--json"])
"""


def memory(root: Path, records: int) -> int:
    """Run with a list of so many customers, all of which are delivered; give the most memory that it took, in bytes."""
    root.mkdir()
    here = Installation(root, ROOM)
    here.put("crm", "kunden.xml", samples.customers({f"{number:06}": "DE" for number in range(records)}))
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}

    ran = subprocess.run([sys.executable, "-c", PROGRAM], cwd=root, env=environment, capture_output=True, check=False)

    assert ran.returncode == 0, ran.stderr
    assert len(here.names("outbox/pdm")) == records
    return int((root / "memory").read_text()) * 1024


def test_a_record_of_a_list_takes_little_memory(tmp_path: Path, full: bool) -> None:
    long = WHOLE if full else LONG

    taken = [memory(tmp_path / str(records), records) for records in (SHORT, long)]

    assert taken[1] - taken[0] < (long - SHORT) * A_RECORD
    assert taken[0] < 150 * MEGABYTES
