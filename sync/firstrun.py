"""What `./run` does: one run of the shipped config.ini, the very first time with the examples.

`python -m sync.firstrun` stands for `pairsync run` with two differences: it drops the examples, once, and it ends
with 0 though pairs were rejected, for some of the examples are wrong on purpose.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sync import system
from sync.cli import main
from sync.cli.output import note
from sync.cli.streams import be_robust
from sync.config import load
from sync.errors import AnotherInstance, ConfigurationError
from sync.installation import drop_examples

_REJECTED = 3


def run(arguments: list[str]) -> int:
    """Drop the examples if this is the very first run, then run; give the exit code."""
    be_robust()
    if not arguments:
        _first_run(Path("config.ini"))
    try:
        main(["run", *arguments])
    except SystemExit as end:
        return 0 if end.code == _REJECTED else int(end.code or 0)


def _first_run(config: Path) -> None:
    try:
        settings = load(config)
        settings.general.ledger.parent.mkdir(parents=True, exist_ok=True)
        with system.lock(settings.general.ledger.parent / "first-run.lock"):
            dropped = drop_examples(settings)
    except (ConfigurationError, AnotherInstance):
        return  # the run itself says what is wrong; or another ./run drops them at this moment
    except OSError as error:
        note(f"the examples were not dropped: {error.filename}: {error.strerror}")
    else:
        if dropped:
            note(f"the first run: {dropped} example files dropped into inbox/")


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
