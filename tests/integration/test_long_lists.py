"""Long lists stay inside the memory: what a record needs is given back when it is done."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests import samples
from tests.installation import REPOSITORY, Installation

SHORT, LONG, WHOLE = 500, 4_000, 100_000
MEGABYTES = 1 << 20
A_RECORD = (
    6_000  #: bytes that a record may add at the most; measured: 2,300 of 100,000 records, the XML's tree included
)
ROOM = {"crm_export": "max-xml = 100 MB\nmax-tags = 3000000"}


def memory(root: Path, records: int) -> int:
    """Run with a list of so many customers, all of which are delivered; give the most memory that it took, in bytes."""
    root.mkdir()
    here = Installation(root, ROOM)
    here.put("crm", "kunden.xml", samples.customers({f"{number:06}": "DE" for number in range(records)}))
    command = [sys.executable, "-m", "sync", "--config", str(root / "config.ini"), "run", "--json"]
    silent = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)

    pid = os.posix_spawn(command[0], command, {**os.environ, "PYTHONPATH": str(REPOSITORY)}, file_actions=[silent])
    _, status, usage = os.wait4(pid, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert len(here.names("outbox/pdm")) == records
    return usage.ru_maxrss * 1024


def test_a_record_of_a_list_takes_little_memory(tmp_path: Path, full: bool) -> None:
    long = WHOLE if full else LONG

    taken = [memory(tmp_path / str(records), records) for records in (SHORT, long)]

    assert taken[1] - taken[0] < (long - SHORT) * A_RECORD
    assert taken[0] < 150 * MEGABYTES
