"""What config.ini says."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from sync.config.values import ENCODINGS
from sync.findings import Code, Policy
from sync.gates import encodings
from tests.config import GOOD, settings, with_lines


def test_a_file_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    read = settings(tmp_path, "\ufeff" + GOOD.replace("\n", "\r\n"))

    assert list(read.routes) == ["there"]


def test_paths_are_relative_to_the_file_and_plain_names_lie_in_the_folder(tmp_path: Path) -> None:
    read = settings(
        tmp_path,
        with_lines("[folder in]", "processed = done", "error = archive/errors", "work = /w", "documents = documents"),
    )

    folder = read.folders["in"]

    assert folder.path == tmp_path / "inbox"
    assert folder.processed == tmp_path / "inbox" / "done"
    assert folder.error == tmp_path / "archive" / "errors"
    assert folder.work == Path("/w")
    assert folder.documents == tmp_path / "inbox" / "documents"
    assert read.general.ledger == tmp_path / "var" / "ledger.sqlite"
    assert read.general.mappings == tmp_path / "mappings"


def test_values_are_read_as_what_they_mean(tmp_path: Path) -> None:
    lines = "every = 1.5h", "name = {number} {revision}", "pdf.launch = warn", "mappings = a, b-*\n  c", "paused = yes"

    route = settings(tmp_path, with_lines("[route there]", *lines)).routes["there"]

    assert (route.source, route.target, route.paused) == ("in", "out", True)
    assert (route.every, route.delivered_name, route.mappings) == (5400.0, "{number} {revision}", ("a", "b-*", "c"))
    assert route.pdf_policies == {Code.PDF_LAUNCH: Policy.WARN}


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("quiet = 500 ms", "quiet", 0.5),
        ("quiet = 0", "quiet", 0.0),
        ("deadline = 2d", "deadline", 172_800.0),
        ("max-xml = 1.5 MB", "max_xml", 1_500_000),
        ("max-pdf = 4096", "max_pdf", 4096),
        ("encoding = windows-1252", "encoding", "Windows-1252"),
        ("done-file = {name}.done", "done_file", "{name}.done"),
    ],
)
def test_a_value_is_read(tmp_path: Path, line: str, field: str, value: object) -> None:
    folder = settings(tmp_path, with_lines("[folder in]", line)).folders["in"]

    assert getattr(folder, field) == value


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_that_may_be_set_is_one_that_can_be_read(encoding: str) -> None:
    assert encodings.known(encoding) is not None


@pytest.mark.parametrize(("text", "days"), [("90 days", 90), ("1 day", 1), ("30d", 30), ("never", None), ("0", None)])
def test_keep_is_read_as_days(tmp_path: Path, text: str, days: int | None) -> None:
    assert settings(tmp_path, with_lines("[pairsync]", f"keep = {text}")).general.keep == days


def test_a_log_of_a_dash_is_standard_error(tmp_path: Path) -> None:
    assert settings(tmp_path, with_lines("[pairsync]", "log = -")).general.log is None
    assert settings(tmp_path, GOOD).general.log == tmp_path / "var" / "pairsync.log"


def test_settings_know_which_routes_lead_from_a_folder(tmp_path: Path) -> None:
    read = settings(tmp_path, GOOD + "[folder erp]\nsystem = erp\nurl = erp\n[route too]\nfrom = in\nto = erp\n")

    assert [folder.name for folder in read.source_folders()] == ["in"]
    assert [route.name for route in read.routes_from("in")] == ["there", "too"]
    assert read.routes_from("out") == []


def test_settings_are_frozen(tmp_path: Path) -> None:
    read = settings(tmp_path, GOOD)

    with pytest.raises(FrozenInstanceError):
        read.folders["in"].quiet = 0.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        read.folders["new"] = read.folders["in"]  # type: ignore[index]


def test_what_a_worker_is_told_can_travel(tmp_path: Path) -> None:
    folder = settings(tmp_path, GOOD).folders["in"]

    assert pickle.loads(pickle.dumps(folder)) == folder
