"""One loaded mapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from sync.findings import Finding
from sync.mapping.convert import Conversion, Converter, Request
from sync.mapping.lists import Item, RecordPath
from sync.mapping.schema import Schema
from sync.mapping.stylesheet import HandWritten
from sync.mapping.subject import Subject
from sync.model import Asked, ObjectFacts, PdfNeed, Variables

Runner: TypeAlias = Converter | HandWritten


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Mapping:
    """One loaded mapping."""

    name: str
    digest: str  #: sha256 over its file and its schemas
    folder: Path
    source: Schema
    root: str  #: the tag of the source's root
    target: Schema | None  #: None: it skips
    pdf: PdfNeed
    link: str  #: the name of its link's template, "" for none
    link_template: str
    kind: str  #: of its object
    subject: Subject
    runner: Runner | None  #: None: it skips
    skip: str | None = None  #: why what it is for is not carried
    records: RecordPath = ()  #: where the records of a list stand that it is for; none: it is for whole documents

    def applies(self, tree: etree._ElementTree, item: Item | None = None) -> bool:
        """Tell whether its `when` holds for a document of its root, or for one record of a list."""
        return self.subject.applies(tree, item)

    def withdraws(self, tree: etree._ElementTree, item: Item | None = None) -> bool:
        """Tell whether the document or record withdraws its object."""
        return self.subject.withdraws(tree, item)

    def pdf_names(self, tree: etree._ElementTree, item: Item | None = None, *, file: str = "") -> tuple[str, ...]:
        """Give the names of the PDFs that the document or record names; raises PairRejected."""
        return self.subject.pdf_names(tree, file, item)

    def read_object(
        self, tree: etree._ElementTree, item: Item | None = None, *, file: str = ""
    ) -> tuple[ObjectFacts | None, list[Finding]]:
        """Say what the document or record is about; None where something of it cannot be read."""
        return self.subject.read_object(tree, file, item)

    def convert(self, tree: etree._ElementTree, variables: Variables, *, file: str = "") -> Conversion:
        """Convert a document that the source's schema has validated and given its defaults."""
        assert self.runner is not None
        return self.runner.convert(tree, variables, file)

    def convert_records(self, asked: Sequence[Request], *, file: str = "") -> list[Conversion]:
        """Convert records of one list, each with its variables; that their document is valid is known."""
        assert isinstance(self.runner, Converter)
        return self.runner.convert_records(asked, file)

    def records_ask(self, asked: Sequence[Request], *, file: str = "") -> frozenset[Asked]:
        """List the numbers in other systems that a conversion of these records needs."""
        assert isinstance(self.runner, Converter)
        return self.runner.records_ask(asked, file)

    def asks(self, tree: etree._ElementTree, variables: Variables, *, file: str = "") -> frozenset[Asked]:
        """List the numbers in other systems that a conversion of the document needs."""
        return self.runner.asks(tree, variables, file) if self.runner else frozenset()

    def stylesheet(self) -> str:
        """Give the stylesheet that converts, "" where it skips."""
        return self.runner.stylesheet() if self.runner else ""
