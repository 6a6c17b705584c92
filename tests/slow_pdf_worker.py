"""A PDF worker that takes its time over files that say so, for the tests of what a stalled worker means."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sync import worker
from sync.gates import pdf_worker

SLOW = b"% slow\n"


def handle(request: dict[str, Any]) -> dict[str, Any]:
    if SLOW in Path(request["path"]).read_bytes():
        time.sleep(3600)
    return pdf_worker.handle(request)


if __name__ == "__main__":
    worker.serve(handle)
