"""How long a document takes, beside the peers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from lxml import etree

from benchmarks import peers, workload
from benchmarks.measure import MICROSECOND, interleaved
from benchmarks.peers.walker import walk
from benchmarks.report import Line
from sync.mapping.store import Mapping, MappingStore
from sync.model import Variables

LIMIT = 1.5  #: times the hand-written stylesheet
OURS = "pairsync"


def measure(rules: int, *, documents: int, rounds: int) -> list[Line]:
    """Convert documents of a mapping of so many rules, on all sides with the target's validation."""
    with tempfile.TemporaryDirectory() as folder:
        work = workload.make(Path(folder), rules=rules, documents=documents)
        mapping = MappingStore.load(work.folder, {}).mappings[work.name]
        trees = work.parsed()
        contestants = {name: convert for name, convert in _contestants(mapping).items() if convert}
        agree(mapping, contestants, trees)
        runs = {name: _over(trees, mapping, convert, validates=name == OURS) for name, convert in contestants.items()}
        taken = interleaved(runs, rounds)
    each = {name: seconds / documents * MICROSECOND for name, seconds in taken.items()}
    lines = [Line(name=f"{rules} rules: {name}", value=value, unit="µs/document") for name, value in each.items()]
    if "saxonche" not in each:
        lines.append(Line(name=f"{rules} rules: saxonche is not installed, so it is left out"))
    ratio = each[OURS] / each["hand-written XSLT"]
    return [*lines, Line(name=f"{rules} rules: pairsync / hand-written XSLT", value=ratio, unit="×", at_most=LIMIT)]


def _contestants(mapping: Mapping) -> dict[str, Callable[[etree._ElementTree], etree._ElementTree] | None]:
    return {
        OURS: lambda tree: mapping.convert(tree, Variables()).tree,
        "hand-written XSLT": peers.hand_written(),
        "Python with lxml": walk,
        "saxonche": peers.saxon(),
    }


def agree(mapping: Mapping, contestants: dict[str, peers.Peer], trees: Sequence[etree._ElementTree]) -> None:
    """Make sure that all produce the same, and that it is valid; raises ValueError."""
    assert mapping.target is not None
    for tree in trees:
        produced = {name: convert(tree) for name, convert in contestants.items()}
        if any(one is None or not mapping.target.validator.validate(one) for one in produced.values()):
            raise ValueError(f"not valid: {etree.tostring(tree, encoding='unicode')}")
        texts = {etree.tostring(one, method="c14n") for one in produced.values()}
        if len(texts) != 1:
            raise ValueError(f"{', '.join(produced)} do not agree")


def _over(
    trees: Sequence[etree._ElementTree], mapping: Mapping, convert: peers.Peer, *, validates: bool
) -> Callable[[], None]:
    """Convert all; what pairsync produces is validated already."""
    assert mapping.target is not None
    validator = mapping.target.validator

    def run() -> None:
        for tree in trees:
            produced = convert(tree)
            if not validates:
                validator.validate(produced)

    return run
