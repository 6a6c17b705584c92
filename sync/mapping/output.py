"""What becomes of a document that was produced: its bytes, and the digest of what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from lxml import etree

from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.model import Document


def serialize(tree: etree._ElementTree, encoding: str) -> bytes:
    """Write a document as bytes with an XML declaration.

    A character of a value that the encoding lacks becomes a reference; raises PairRejected where one stands in a name,
    since XML has no references there.
    """
    names = () if encoding.lower().startswith("utf") else _names(tree)
    try:
        "".join(names).encode(encoding)
    except UnicodeEncodeError as error:
        value = str(error.object[error.start : error.end])
        finding = Finding(code=Code.OUTPUT_ENCODING, value=value, details={"encoding": encoding})
        raise PairRejected([finding]) from error
    return bytes(etree.tostring(tree, encoding=encoding, xml_declaration=True, pretty_print=True))


def _names(tree: etree._ElementTree) -> set[str]:
    return {str(name) for element in tree.iter() for name in (element.tag, *element.attrib)}


def digest(tree: etree._ElementTree, documents: Sequence[Document]) -> str:
    """Give the sha256 of a tree and of the contents of the PDFs that go with it."""
    return digest_of(etree.tostring(tree, encoding="utf-8"), documents)


def digest_of(content: bytes, documents: Sequence[Document]) -> str:
    """Give the same of a document that is written already."""
    says = hashlib.sha256(content)
    if documents:
        says.update("".join(f"\n{sha256}" for sha256 in sorted(document.sha256 for document in documents)).encode())
    return says.hexdigest()


def remove(node: Any) -> None:
    """Take an attribute, or the text of an element, or the whole element where nothing else is in it, out of a tree."""
    if isinstance(node, str):
        del node.getparent().attrib[node.attrname]  # type: ignore[attr-defined]
        return
    node.text = None
    parent = node.getparent()
    if parent is not None and not node.attrib and not len(node):
        parent.remove(node)
