"""Other ways to do the work of the benchmark; each takes a tree and gives a tree, the same to the byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from lxml import etree

Peer: TypeAlias = Callable[[etree._ElementTree], etree._ElementTree]
STYLESHEET = Path(__file__).with_name("conversion.xslt")


def hand_written() -> Peer:
    """Give the hand-written stylesheet as libxslt runs it."""
    transform: Peer = etree.XSLT(etree.parse(STYLESHEET))
    return transform


def saxon() -> Peer | None:
    """Give the same stylesheet as Saxon runs it, None where saxonche is not installed.

    Saxon has trees of its own, so a text goes in and comes out, which is counted.
    """
    try:
        from saxonche import PySaxonProcessor
    except ImportError:
        return None
    processor = PySaxonProcessor(license=False)
    executable = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(STYLESHEET))

    def transform(tree: etree._ElementTree) -> etree._ElementTree:
        source = processor.parse_xml(xml_text=etree.tostring(tree, encoding="unicode"))
        produced = executable.transform_to_string(xdm_node=source)
        return etree.ElementTree(etree.fromstring(produced.encode()))

    return transform
