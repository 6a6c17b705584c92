"""The benchmarks run, all sides do the same work, and a missed limit is said."""

from __future__ import annotations

import json

import pytest

from benchmarks.__main__ import main
from benchmarks.report import Line


def test_the_benchmarks_run_and_say_what_they_measured(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--quick", "--json"])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    limits = [line["name"] for line in lines if line.get("at_most") or line.get("at_least")]
    assert len(limits) >= 4
    assert all(line["value"] > 0 for line in lines if line["name"] in limits)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (Line(name="fast enough", value=1.4, at_most=1.5), True),
        (Line(name="too slow", value=1.6, at_most=1.5), False),
        (Line(name="rate", value=0.6, at_least=0.7), False),
        (Line(name="left out", at_most=1.5), True),
    ],
)
def test_a_missed_limit_is_known(line: Line, kept: bool) -> None:
    assert line.kept is kept
    assert ("MISSED" in str(line)) is not kept
