"""A worker that does whatever it is asked to, for the tests of its limits."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path
from typing import Any

from sync import worker


def handle(request: dict[str, Any]) -> dict[str, Any]:
    what, value = request["do"], request.get("value")
    if what == "spin":
        while True:
            pass
    if what == "burn":
        end = time.process_time() + value
        while time.process_time() < end:
            pass
    if what == "sleep":
        time.sleep(value)
    if what == "fill":
        return {"bytes": len(bytes(value))}
    if what == "exit":
        os._exit(value)
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "fail":
        raise KeyError(value)
    if what == "print":
        print("x" * value, flush=True)
        os.write(2, b"y" * value)
    if what == "write":
        Path(value).write_bytes(b"x")
    if what == "open":
        return {"opened": len([os.open("/dev/null", os.O_RDONLY) for _ in range(value)])}
    if what == "limits":
        names = ("AS", "CORE", "FSIZE", "NOFILE")
        return {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0] for name in names}
    return {"pid": os.getpid(), "value": value}


if __name__ == "__main__":
    worker.serve(handle)
