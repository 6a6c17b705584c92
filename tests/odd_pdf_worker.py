"""A PDF worker that stalls, dies or spins over files that say so, for the tests of what that means for a pair."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from sync import worker
from sync.gates import pdf_worker

SLOW, DEADLY, ENDLESS = b"% slow\n", b"% deadly\n", b"% endless\n"


def handle(request: dict[str, Any]) -> dict[str, Any]:
    content = Path(request["path"]).read_bytes()
    if SLOW in content:
        time.sleep(3600)
    if DEADLY in content:
        os._exit(1)
    while ENDLESS in content:
        pass
    return pdf_worker.handle(request)


if __name__ == "__main__":
    worker.serve(handle)
