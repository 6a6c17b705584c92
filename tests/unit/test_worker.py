"""A worker process: what it answers, what it may not do, and how it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import WorkerStalled
from sync.worker import CpuLimit, MemoryLimit, Worker, WorkerDied

MODULE = "tests.odd_worker"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker(MODULE, memory=256 << 20, cpu=1, wall=20) as one:
        yield one


def pid(worker: Worker) -> int:
    return worker.ask({"do": "tell"})["pid"]


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def children() -> set[str]:
    """Give the processes that this one has started and that were not waited for."""
    return {pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


def gone(process: int) -> bool:
    deadline = time.monotonic() + 10
    while alive(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not alive(process)


def test_no_process_is_started_before_the_first_question():
    before = children()

    with Worker("no.such.module", memory=1 << 28, cpu=1, wall=5) as worker:
        unasked = children()
        with pytest.raises(WorkerStalled):
            worker.ask({})

    assert unasked == before


def test_one_process_answers_all_questions(worker):
    pids = {pid(worker) for _ in range(5)}

    assert len(pids) == 1
    assert os.getpid() not in pids


def test_any_text_travels_both_ways(worker):
    text = "Maßblatt\n\r\0\u2028\udcff" * 20_000

    assert worker.ask({"do": "tell", "value": text})["value"] == text


def test_the_limits_are_set(worker):
    assert worker.ask({"do": "limits"}) == {"AS": 256 << 20, "CORE": 0, "FSIZE": 0, "NOFILE": 64}


def test_nothing_is_written_to_any_file(worker, tmp_path):
    with pytest.raises(WorkerDied, match="File too large"):
        worker.ask({"do": "write", "value": str(tmp_path / "x")})

    assert (tmp_path / "x").read_bytes() == b""


def test_few_files_are_open_at_once(worker):
    with pytest.raises(WorkerDied, match="Too many open files"):
        worker.ask({"do": "open", "value": 100})


def test_cpu_time_that_is_used_up_ends_the_worker_and_the_next_question_gets_another(worker):
    before = pid(worker)

    with pytest.raises(CpuLimit):
        worker.ask({"do": "spin"})

    assert pid(worker) != before
    assert gone(before)


def test_the_cpu_limit_is_one_for_each_question_and_not_for_all(worker):
    before = pid(worker)

    for _ in range(4):
        worker.ask({"do": "burn", "value": 0.6})

    assert pid(worker) == before


def test_memory_that_is_used_up_ends_the_worker_and_the_next_question_gets_another(worker):
    before = pid(worker)

    with pytest.raises(MemoryLimit):
        worker.ask({"do": "fill", "value": 1 << 30})

    assert pid(worker) != before
    assert worker.ask({"do": "fill", "value": 1 << 20}) == {"bytes": 1 << 20}


def test_a_worker_that_does_not_answer_is_stalled_which_is_transient_and_ends():
    with Worker(MODULE, memory=256 << 20, cpu=1, wall=30) as worker:
        before = pid(worker)
        worker.wall = 1

        with pytest.raises(WorkerStalled):
            worker.ask({"do": "sleep", "value": 60})
        worker.wall = 30

        assert gone(before)
        assert pid(worker) != before


def test_a_worker_that_burns_its_cpu_time_until_the_wall_is_not_called_stalled():
    # The kernel counts whole seconds, so the wall may come first.
    with Worker(MODULE, memory=256 << 20, cpu=0.02, wall=30) as worker:
        pid(worker)  # it has started: that may take long on a busy machine
        worker.wall = 0.7

        with pytest.raises(CpuLimit):
            worker.ask({"do": "spin"})


@pytest.mark.parametrize(("do", "value"), [("exit", 0), ("exit", 3), ("kill", None)])
def test_a_worker_that_ends_in_the_middle_has_died(worker, do, value):
    with pytest.raises(WorkerDied) as raised:
        worker.ask({"do": do, "value": value})

    assert raised.type is WorkerDied
    assert pid(worker)


def test_an_error_in_the_worker_is_told_with_its_trace(worker):
    with pytest.raises(WorkerDied, match=r"(?s)odd_worker\.py.*KeyError: 4711"):
        worker.ask({"do": "fail", "value": 4711})

    assert pid(worker)


def test_a_worker_that_died_between_two_questions_is_replaced_without_a_word(worker):
    before = pid(worker)
    os.kill(before, signal.SIGKILL)
    assert gone(before)

    assert pid(worker) != before


def test_what_a_library_prints_disturbs_nobody(worker, capfd):
    assert worker.ask({"do": "print", "value": 200_000})["pid"]

    assert capfd.readouterr() == ("", "")


def test_a_worker_that_cannot_start_is_no_files_fault():
    worker = Worker("no.such.module", memory=1 << 28, cpu=1, wall=20)

    with pytest.raises(WorkerStalled, match=r"no\.such\.module"):
        worker.ask({})


def test_stopping_ends_the_process_and_may_be_done_twice(worker):
    process = pid(worker)

    worker.stop()
    worker.stop()

    assert gone(process)


def test_ctrl_c_is_for_the_parent_alone(worker):
    process = pid(worker)
    os.kill(process, signal.SIGINT)

    assert pid(worker) == process


@pytest.mark.parametrize("busy", [False, True])
def test_a_worker_dies_with_its_parent(busy):
    code = (
        f"import sys, threading, time; sys.path.insert(0, {str(ROOT)!r}); from sync.worker import Worker\n"
        f"worker = Worker({MODULE!r}, memory=1 << 28, cpu=60, wall=60)\n"
        "print(worker.ask({'do': 'tell'})['pid'], flush=True)\n"
        f"worker.ask({{'do': 'sleep', 'value': 60}}) if {busy} else time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    process = int(parent.stdout.readline())
    assert alive(process)

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert gone(process)


def test_the_working_directory_decides_nothing_of_what_is_imported(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('hijacked')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with Worker(MODULE, memory=256 << 20, cpu=1, wall=20) as worker:
        assert pid(worker)
