"""The command line called in this process, and what tests of it drop into its inboxes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import samples
from tests.installation import Installation

INVALID = samples.inquiry("ANF-2026-0009", StatusCode="aproved")


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Answer]


def mixed(here: Installation) -> None:
    """Drop a good pair, an invalid one and a half."""
    here.put("crm", "Anfrage Förderband.xml", samples.inquiry("ANF-2026-0001"))
    here.put("crm", "Anfrage Förderband.pdf", samples.pdf())
    here.put("crm", "ANF-9.xml", INVALID)
    here.put("crm", "ANF-9.pdf", samples.pdf())
    here.put("crm", "ANF-5.xml", samples.inquiry("ANF-2026-0005"))


def project(here: Installation, **fields: str) -> None:
    here.put("crm", "P-1.xml", samples.project(**fields))


def tree(root: Path) -> dict[str, object]:
    """Take down every folder, and every file with its content and time."""
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes()) if path.is_file() else "folder"
        for path in sorted(root.rglob("*"))
    }


def quiet(here: Installation, period: str) -> None:
    """Let the CRM's export folder have this quiet period."""
    config = here.root / "config.ini"
    config.write_text(config.read_text().replace("quiet = 0s", f"quiet = {period}", 1))
