"""Draw every PDF under examples/.

Run it from the repository as `python -m tests.papers`; the same bytes come out every time, and a test holds the files
in examples/ against them. Nothing is compressed: zlib's output differs from build to build.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.papers import engineering, inquiries, quotations, sales

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

#: by their place under examples/
PDFS: dict[str, Callable[[], bytes]] = inquiries.PDFS | quotations.PDFS | sales.PDFS | engineering.PDFS


def main() -> None:
    """Write every PDF to its place."""
    for name, draw in PDFS.items():
        (EXAMPLES / name).write_bytes(draw())


if __name__ == "__main__":
    main()
