"""Interleaved measuring: each round runs every contestant once, so that what disturbs a machine disturbs them all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

MICROSECOND = 1e6
MILLISECOND = 1e3


def interleaved(contestants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Give the median of the processor's seconds that each contestant takes, by name."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for contestant in contestants.values():
        contestant()  # the first time compiles and fills caches
    for _ in range(rounds):
        for name, contestant in contestants.items():
            before = time.process_time()
            contestant()
            taken[name].append(time.process_time() - before)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}
