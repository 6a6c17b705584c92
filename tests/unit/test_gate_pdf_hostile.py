"""What the gate for PDFs does with broken and hostile ones, and when its worker reaches a limit."""

import os
import random
import signal
import time
import zlib
from pathlib import Path

import pytest

from sync.errors import FileUnavailable, WorkerStalled
from sync.findings import Code, Severity
from sync.gates import pdf_frame
from sync.gates.pdf import PdfFacts, PdfGate, PdfPolicy, looks_cut_off_pdf
from tests import pdfs
from tests.pdfs import PACKED, codes

pytest_plugins = ("tests.pdf_gate",)  # the fixtures gate and check

# --- broken ones


@pytest.mark.parametrize(
    "data",
    [
        pdfs.table(PACKED, trailer=b"/Root 1 0 R", start=7),
        pdfs.table(PACKED, trailer=b"/Root 1 0 R", start=999_999),
        pdfs.table(PACKED, trailer=b"/Root 1 0 R").replace(b"0000000015 00000 n", b"00000000x5 00000 n"),
        pdfs.table(PACKED, trailer=b"/Root 1 0 R").replace(b"0000000015 00000 n", b"0000000016 00000 n"),
        pdfs.written(2).replace(b"\n", b"\r\n", 3),
        pdfs.table(PACKED, trailer=b"/Root 77 0 R"),
        pdfs.table(PACKED, trailer=b"/Root (1)"),
    ],
    ids=["no table there", "behind the end", "no offset", "wrong offset", "line ends changed", "no root", "not a root"],
)
def test_a_cross_reference_table_that_had_to_be_rebuilt_is_a_warning(check, data):
    facts = check(data)

    assert [(finding.code, finding.severity) for finding in facts.findings] == [(Code.PDF_REBUILT, Severity.WARN)]
    assert facts.pages


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\nnothing\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nstartxref\n" + b"9" * 100_000 + b"\n%%EOF",
        pdfs.table({2: PACKED[2], 10: PACKED[10]}, trailer=b"/Root 1 0 R"),
        pdfs.table(PACKED, trailer=b"/Root 1 0 R /Encrypt (no)"),
        pdfs.table(PACKED, trailer=b"/Root 1 0 R /Encrypt << /Filter /Own /V 99 >>"),
        pdfs.document(catalog=b"/X " + b"[" * 100_000 + b"]" * 100_000),
        pdfs.document(catalog=b"/X /" + b"a" * 100_000),
        pdfs.document(catalog=b"/X 1000 0 R", extra={1000: b"<< /Length 99999999999 >>\nstream\nx\nendstream"}),
        pdfs.compressed({500: PACKED[1]} | PACKED, object_stream=b"500 0 R"),
        pdfs.compressed(PACKED, object_stream=pdfs.stream(b"x", b"/Type /ObjStm /N 1 /First 0 /Filter /BrotliDecode")),
        pdfs.compressed(PACKED, object_stream=pdfs.stream(b"x" * 99, b"/Type /ObjStm /N -1 /First 9999")),
        pdfs.compressed(PACKED).replace(b"/W [1 4 1]", b"/W [1 2147483647 1]"),
        pdfs.compressed(PACKED).replace(b"/W [1 4 1]", b"/W [0 0 0]"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_parsers_words(check, data):
    (finding,) = check(data).findings

    assert (finding.code, finding.severity) == (Code.PDF_UNREADABLE, Severity.REJECT)
    assert finding.details["parser"]


def test_numbers_that_are_too_large_for_the_file_cost_nothing(check):
    data = pdfs.compressed(PACKED).replace(b"/Index [", b"/Index [0 2147483647 ")
    started = time.perf_counter()

    assert Code.PDF_NO_PAGE in codes(check(data))

    assert time.perf_counter() - started < 30


PACKED_BOMB = b"/Type /ObjStm /N 9 /First 99 /Filter "


@pytest.mark.parametrize(
    "data",
    [
        pdfs.compressed(PACKED, object_stream=pdfs.stream(pdfs.bomb(400), PACKED_BOMB + b"/FlateDecode")),
        pdfs.compressed(
            PACKED,
            object_stream=pdfs.stream(pdfs.bomb(400, 3), PACKED_BOMB + b"[/FlateDecode /FlateDecode /FlateDecode]"),
        ),
        pdfs.compressed(PACKED, object_stream=pdfs.stream(b"\x81\x00" * 1_000_000, PACKED_BOMB + b"/RunLengthDecode")),
    ],
    ids=["one layer", "three layers", "run length"],
)
def test_a_decompression_bomb_ends_in_a_finding_and_soon(check, data):
    started = time.perf_counter()

    facts = check(data)

    assert codes(facts)[0] in (Code.PDF_UNREADABLE, Code.PDF_MEMORY, Code.PDF_CPU)
    assert time.perf_counter() - started < 30


# --- the limits of the worker


def slow() -> bytes:
    """Two million objects in an object stream of 60 kB; reading them takes seconds."""
    index = b"".join(b"%d %d " % (number, number * 5) for number in range(1, 2_000_000))
    facts = b"/Type /ObjStm /N 1999999 /First %d /Filter /FlateDecode" % len(index)
    return pdfs.compressed(PACKED, object_stream=pdfs.stream(zlib.compress(index + b"<<>> " * 2_000_000, 1), facts))


def test_cpu_time_that_is_used_up_rejects_the_pdf_and_the_next_one_is_read(tmp_path):
    (tmp_path / "slow.pdf").write_bytes(slow())
    (tmp_path / "good.pdf").write_bytes(pdfs.document())

    with PdfGate(cpu=1) as gate:
        (finding,) = gate.check(tmp_path / "slow.pdf", PdfPolicy(), file="slow.pdf").findings
        facts = gate.check(tmp_path / "good.pdf", PdfPolicy(), file="good.pdf")

    assert (finding.code, finding.severity, finding.details) == (Code.PDF_CPU, Severity.REJECT, {"seconds": "1"})
    assert facts.findings == ()


def test_memory_that_is_used_up_rejects_the_pdf_and_the_next_one_is_read(tmp_path):
    (tmp_path / "large.pdf").write_bytes(pdfs.document() + bytes(90_000_000))
    (tmp_path / "good.pdf").write_bytes(pdfs.document())

    with PdfGate(memory=128 << 20) as gate:
        (finding,) = gate.check(tmp_path / "large.pdf", PdfPolicy(), file="large.pdf").findings
        facts = gate.check(tmp_path / "good.pdf", PdfPolicy(), file="good.pdf")

    assert (finding.code, finding.severity, finding.details) == (Code.PDF_MEMORY, Severity.REJECT, {"megabytes": "128"})
    assert facts.findings == ()


def test_a_worker_that_does_not_answer_in_time_is_transient_and_no_finding(tmp_path):
    fifo = tmp_path / "never.pdf"
    os.mkfifo(fifo)

    with PdfGate(wall=1) as gate, pytest.raises(WorkerStalled):
        gate.check(fifo, PdfPolicy(), file="never.pdf")


def test_a_worker_that_dies_is_tried_three_times(tmp_path, monkeypatch):
    (tmp_path / "good.pdf").write_bytes(pdfs.document())

    with PdfGate() as gate:
        died = kill_at_each_question(gate, monkeypatch, times=2)
        facts = gate.check(tmp_path / "good.pdf", PdfPolicy(), file="good.pdf")

    assert (facts.pages, facts.findings, len(died)) == (1, (), 2)


def test_a_worker_that_dies_three_times_on_one_pdf_rejects_it(tmp_path, monkeypatch):
    (tmp_path / "good.pdf").write_bytes(pdfs.document())

    with PdfGate() as gate:
        died = kill_at_each_question(gate, monkeypatch, times=99)
        (finding,) = gate.check(tmp_path / "good.pdf", PdfPolicy(), file="good.pdf").findings

    assert (finding.code, finding.details, len(died)) == (Code.WORKER_DIED, {"times": "3"}, 3)


def kill_at_each_question(gate: PdfGate, monkeypatch: pytest.MonkeyPatch, *, times: int) -> list[int]:
    """Kill the real worker once it serves, before it gets the question."""
    start, died = gate._worker._start, []

    def start_and_kill():
        process = start()
        if len(died) < times:
            os.kill(process.pid, signal.SIGKILL)
            died.append(process.pid)
        return process

    monkeypatch.setattr(gate._worker, "_start", start_and_kill)
    return died


def test_a_file_that_is_not_there_is_transient(gate, tmp_path):
    with pytest.raises(FileUnavailable, match=r"4711\.pdf"):
        gate.check(tmp_path / "none", PdfPolicy(), file="4711.pdf")


def test_a_file_that_the_worker_may_not_read_is_transient(gate, tmp_path):
    (tmp_path / "folder.pdf").mkdir()

    with pytest.raises(FileUnavailable, match=r"folder\.pdf"):
        gate.check(tmp_path / "folder.pdf", PdfPolicy(), file="folder.pdf")


def test_a_name_that_is_not_utf_8_is_read(gate, tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/Ma\xdfblatt.pdf"))
    path.write_bytes(pdfs.document())

    assert gate.check(path, PdfPolicy(), file="x").pages == 1


# --- looks cut off

WHOLE = pdfs.written(3)


def test_a_growing_pdf_looks_cut_off_until_it_is_whole():
    end = len(WHOLE.rstrip())

    assert [kept for kept in range(end) if not looks_cut_off_pdf(WHOLE[:kept][:1100], WHOLE[:kept][-2048:])] == []
    assert not looks_cut_off_pdf(WHOLE[:1100], WHOLE[-2048:])


def test_zeros_at_the_end_look_cut_off_because_windows_allocates_first():
    assert looks_cut_off_pdf(bytes(1100), bytes(2048))
    assert looks_cut_off_pdf(WHOLE[:1100], bytes(2048))
    assert looks_cut_off_pdf(WHOLE[:1100], WHOLE[-100:] + bytes(100))


def test_something_else_under_the_name_of_a_pdf_is_wrong_and_not_cut_off():
    html = b"<!doctype html><html>"

    assert not looks_cut_off_pdf(html, html)


# --- anything


@pytest.mark.parametrize("whole", [pdfs.written(3), pdfs.compressed(PACKED), pdfs.updated(pdfs.written(2))])
def test_a_pdf_that_is_cut_off_anywhere_is_refused(check, whole):
    lengths = range(0, len(whole.rstrip()), max(1, len(whole) // 60))

    assert [kept for kept in lengths if not refused(check(whole[:kept])) and not ends(whole, kept)] == []


def refused(facts: PdfFacts) -> bool:
    return any(finding.severity is Severity.REJECT for finding in facts.findings)


def ends(whole: bytes, kept: int) -> bool:
    """Tell whether a whole revision, and nothing that can be recognized of the next one, is kept."""
    frame = pdf_frame.examine(whole[:kept])
    return [seen.code for seen in frame.seen] in ([], [Code.PDF_TRAILING])


@pytest.mark.parametrize("whole", [pdfs.written(3), pdfs.compressed(PACKED)], ids=["table", "object streams"])
def test_random_damage_always_ends_in_facts_or_findings(check, whole):
    chance = random.Random(4711)
    started = time.perf_counter()
    outcomes = []
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 2, 8))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        facts = check(bytes(data))
        outcomes.append(facts.pages > 0 or bool(facts.findings))

    assert all(outcomes)
    assert time.perf_counter() - started < 60
