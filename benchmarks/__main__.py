"""`python -m benchmarks [--check] [--json] [--quick]`."""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks import conversion, lists, loading
from benchmarks.report import Line


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and give the exit code: 1 where --check misses a limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="end with 1 where a limit is missed")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--quick", action="store_true", help="few documents and rounds: shows that it runs, no more")
    options = parser.parse_args(arguments)
    lines = measure(quick=options.quick)
    for line in lines:
        print(json.dumps(line.facts(), ensure_ascii=False) if options.json else line)
    return int(options.check and not all(line.kept for line in lines))


def measure(*, quick: bool) -> list[Line]:
    """Measure everything."""
    documents, rounds = (2, 1) if quick else (50, 21)
    lines = [line for rules in (30, 300) for line in conversion.measure(rules, documents=documents, rounds=rounds)]
    lines += lists.measure(records=20 if quick else 10_000, rounds=1 if quick else 5)
    return [*lines, *loading.measure(rounds=1 if quick else 11)]


if __name__ == "__main__":
    sys.exit(main())
