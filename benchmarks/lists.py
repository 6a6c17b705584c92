"""What a record of a list takes beside a document of its own: the same records, the same rules, from bytes to bytes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lxml import etree

from benchmarks import workload
from benchmarks.measure import MICROSECOND, interleaved
from benchmarks.report import Line
from sync.mapping.lists import find_records
from sync.mapping.store import Conversion, Mapping, MappingStore, Request, serialize
from sync.mapping.validation.documents import validate
from sync.mapping.validation.records import validate_records
from sync.model import Variables

LIMIT = 0.7  #: of the rate of single documents
_TOGETHER = 500  #: as sync.preparation cuts a list
_SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
  targetNamespace="{namespace}" xmlns="{namespace}">
  <xs:include schemaLocation="source.xsd"/>
  <xs:element name="Akten"><xs:complexType><xs:sequence>
    <xs:element ref="Akte" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>
"""


def measure(*, records: int, rounds: int) -> list[Line]:
    """Convert records one document each, and as one list."""
    with tempfile.TemporaryDirectory() as folder:
        work = workload.make(Path(folder), rules=30, documents=records)
        _add_list(work.folder, work.name)
        mappings = MappingStore.load(work.folder, {}).mappings
        singles = work.documents
        whole = _listed(singles)
        if list(_single(mappings[work.name], singles)) != list(_list(mappings["list"], whole)):
            raise ValueError("a list says something else than its records alone")
        runs: dict[str, Callable[[], object]] = {
            "documents of their own": lambda: sum(map(len, _single(mappings[work.name], singles))),
            "records of one list": lambda: sum(map(len, _list(mappings["list"], whole))),
        }
        taken = interleaved(runs, rounds)
    lines = [
        Line(name=f"{records} {name}", value=seconds / records * MICROSECOND, unit="µs/record")
        for name, seconds in taken.items()
    ]
    rate = taken["documents of their own"] / taken["records of one list"]
    return [
        *lines,
        Line(name=f"{records} records: rate of the list / of documents", value=rate, unit="×", at_least=LIMIT),
    ]


def _add_list(folder: Path, name: str) -> None:
    """Write a mapping that splits a list, with the rules of the one for single documents."""
    shutil.copytree(folder / name, folder / "list")
    (folder / "list" / "list.xsd").write_text(_SCHEMA.format(namespace=workload.SOURCE), "utf-8")
    text = (folder / name / "mapping.map").read_text("utf-8")
    head = "source list.xsd Akten\nsplit  Akten/Akte"
    text = text.replace(f"mapping {name}", "mapping list").replace("source source.xsd Akte", head)
    (folder / "list" / "mapping.map").write_text(text, "utf-8")


def _listed(documents: Sequence[bytes]) -> bytes:
    root = etree.Element(f"{{{workload.SOURCE}}}Akten", nsmap={None: workload.SOURCE})
    root.extend(etree.fromstring(document) for document in documents)
    return bytes(etree.tostring(root))


def _single(mapping: Mapping, documents: Sequence[bytes]) -> Iterator[bytes]:
    for document in documents:
        tree = etree.ElementTree(etree.fromstring(document))
        if found := validate(tree, mapping.source, file=""):
            raise ValueError(found)
        yield _bytes(mapping.convert(tree, Variables()))


def _list(mapping: Mapping, content: bytes) -> Iterator[bytes]:
    tree = etree.ElementTree(etree.fromstring(content))
    items = find_records(tree, [mapping.records])[mapping.records].items
    found = validate_records(tree, items, mapping.source, file="")
    if found.header or found.records:
        raise ValueError(found)
    for start in range(0, len(items), _TOGETHER):
        some = [Request(item=item, variables=Variables()) for item in items[start : start + _TOGETHER]]
        yield from map(_bytes, mapping.convert_records(some))


def _bytes(conversion: Conversion) -> bytes:
    if conversion.tree is None:
        raise ValueError(conversion.findings)
    return serialize(conversion.tree, "utf-8")
