"""A long-lived worker process with limits: it reads what strangers wrote, and may be killed for it.

The parent asks with a line of JSON and gets a line of JSON; paths travel, not contents. A worker's module ends with
`if __name__ == "__main__": serve(handle)` and imports only what it needs.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import resource
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn

from sync.errors import PairsyncError, WorkerStalled

_PACKAGES = str(Path(__file__).resolve().parent.parent)
# With -I neither the working directory nor the environment decides what is imported. The package's own folder goes
# last, so that nothing beside it hides an installed package.
_BOOTSTRAP = "import runpy, sys; sys.path.append(sys.argv[1]); runpy.run_module(sys.argv[2], run_name='__main__')"
_OPEN_FILES = 64
_PR_SET_PDEATHSIG = 1


class WorkerDied(PairsyncError):
    """The worker ended while it worked on a request; the message says how."""


class CpuLimit(WorkerDied):
    """The worker used up its CPU time for the request."""


class MemoryLimit(WorkerDied):
    """The worker needed more memory than it may have."""


class Worker:
    """One worker process, started at the first question and replaced after it died; for one thread.

    memory: bytes of address space; cpu, wall: seconds for each request, wall well above cpu. The process dies with
    the thread that started it.
    """

    def __init__(self, module: str, *, memory: int, cpu: float, wall: float) -> None:
        self.module = module
        self.memory = memory
        self.cpu = cpu
        self.wall = wall
        self._process: subprocess.Popen[bytes] | None = None
        self._cpu_before = 0.0  #: what the process had used when it last answered

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Give the worker's answer to *request*, a small one.

        Raises CpuLimit, MemoryLimit or WorkerDied where the request is to blame, WorkerStalled where it need not be.
        """
        process = self._running() or self._start()
        with suppress(BrokenPipeError):  # it is dead: receiving tells how it died
            _pipe(process.stdin).write(json.dumps(request).encode() + b"\n")
            _pipe(process.stdin).flush()
        answer: dict[str, Any] = self._receive(process)["answer"]
        return answer

    def stop(self) -> None:
        """End the process, if there is one; the next question starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._forget(self._process)

    def _running(self) -> subprocess.Popen[bytes] | None:
        if self._process is not None and self._process.poll() is not None:
            self._forget(self._process)
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        limits = [str(os.getpid()), str(self.memory), str(self.cpu)]
        command = [sys.executable, "-I", "-c", _BOOTSTRAP, _PACKAGES, self.module, *limits]
        pipe = subprocess.PIPE
        try:
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
        except OSError as error:
            raise WorkerStalled(f"{self.module}: {error.strerror}") from error
        self._process = process
        self._cpu_before = 0.0
        try:
            self._receive(process)
        except WorkerDied as error:  # before any request, so no file is to blame
            raise WorkerStalled(f"{self.module} does not start: {error}") from error
        _pipe(process.stderr).close()  # nobody would read it: once it serves, the worker writes to nowhere
        return process

    def _receive(self, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        line = _read_line(_pipe(process.stdout), self.wall)
        if not line:
            self._raise_how_it_ended(process, stalled=line is None)
        facts: dict[str, Any] = json.loads(line)
        self._cpu_before = facts["cpu"]
        if "failed" in facts:
            self.stop()  # what failed once may have left anything behind
            raise (MemoryLimit if facts["memory"] else WorkerDied)(facts["failed"])
        return facts

    def _raise_how_it_ended(self, process: subprocess.Popen[bytes], *, stalled: bool) -> NoReturn:
        os.kill(process.pid, signal.SIGKILL)  # changes nothing where it is dead already
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said = b"" if _pipe(process.stderr).closed else _pipe(process.stderr).read()
        self._forget(process)
        used = usage.ru_utime + usage.ru_stime - self._cpu_before
        if process.returncode == -signal.SIGXCPU or (stalled and used >= self.cpu):
            raise CpuLimit(f"{self.module}: more than {self.cpu:g} seconds of CPU time")
        if stalled:
            raise WorkerStalled(f"{self.module}: no answer within {self.wall:g} seconds")
        raise WorkerDied(said.decode(errors="replace").strip() or f"{self.module}: ended with {process.returncode}")

    def _forget(self, process: subprocess.Popen[bytes]) -> None:
        _pipe(process.stdout).close()
        _pipe(process.stderr).close()
        with suppress(BrokenPipeError):  # a question that it did not live to read
            _pipe(process.stdin).close()
        self._process = None


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _read_line(stream: IO[bytes], seconds: float) -> bytes | None:
    """Read up to a line's end: empty when the other side is gone, None when *seconds* have passed."""
    poll = select.poll()
    poll.register(stream, select.POLLIN)
    deadline = time.monotonic() + seconds
    line = bytearray()
    while not line.endswith(b"\n"):
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            return None
        piece = os.read(stream.fileno(), 1 << 16)
        if not piece:
            return b""
        line += piece
    return bytes(line)


# --- the worker's side ----------------------------------------------------------------------------------------------


def serve(handle: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer requests with *handle* until the parent is gone; to be called by a worker's module."""
    parent, memory, cpu = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
    answers = _take_over_stdout()
    _die_with(parent)
    _limit(memory)
    _send(answers, {"answer": {}})
    _speak_to_nowhere()
    for line in sys.stdin.buffer:
        _allow_cpu(cpu)
        _send(answers, _answer(handle, json.loads(line)))


def _answer(handle: Callable[[dict[str, Any]], dict[str, Any]], request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": handle(request)}
    except MemoryError:
        return {"failed": "out of memory", "memory": True}
    except Exception:  # noqa: BLE001  # whatever it is, the parent is told
        return {"failed": traceback.format_exc(), "memory": False}


def _send(answers: IO[bytes], facts: dict[str, Any]) -> None:
    answers.write(json.dumps({"cpu": _cpu_used(), **facts}).encode() + b"\n")
    answers.flush()


def _take_over_stdout() -> IO[bytes]:
    """Keep the pipe for answers alone: what a library prints goes to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _speak_to_nowhere() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _die_with(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent: it ends its workers when it is ready
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked to be told
        sys.exit(1)


def _limit(memory: int) -> None:
    limits = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_NOFILE, _OPEN_FILES))
    for kind, value in (*limits, (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (lower, lower))


def _allow_cpu(seconds: float) -> None:
    """Let the process use *seconds* more than it has; beyond them the kernel sends SIGXCPU."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(_cpu_used() + seconds), hard))


def _cpu_used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
