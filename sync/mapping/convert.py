"""Converting one document: the stylesheet runs, what it reads is recorded, and what comes out is validated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

from lxml import etree

from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.mapping.compiler import Program
from sync.mapping.emit import FUNCTIONS
from sync.mapping.functions.unreadable import Unreadable
from sync.mapping.lists import Item
from sync.mapping.native import has_odd_space, rewrite
from sync.mapping.output import digest, digest_of, remove
from sync.mapping.produced import check_produced, check_values, located
from sync.mapping.reading import Read, Record, trouble
from sync.mapping.resolve import DOCUMENT_FIELDS
from sync.mapping.schema import Schema
from sync.model import Asked, Document, Variables


class Conversion(NamedTuple):  # made for every document: a dataclass that is frozen takes three times as long
    """What came of a document: its conversion, or the findings that forbid it."""

    tree: etree._ElementTree | None
    says: str  #: sha256 of what the document says, for duplicates; "" without a tree
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A record of a list that is to be converted, with what its mapping knows besides."""

    item: Item
    variables: Variables


_TRIES = 10  #: documents in a row
_CALLED = re.compile(r"\bp:([a-z]+)\(")


class _Unfit(Exception):  # not an error
    """The quick stylesheet is not for this document."""


@dataclass(kw_only=True, slots=True)
class _Run:
    """One record in a run over many."""

    request: Request
    given: Mapping[str, str]  #: the variables
    documents: list[Any]
    record: Record
    produced: etree._ElementTree | None = None
    content: bytes = b""  #: its bytes


class Converter:
    """Runs a compiled mapping, one document or some records of a list at a time."""

    def __init__(self, program: Program, source: Schema, target: Schema) -> None:
        self.program = program
        self.source = source
        self.target = target
        self._lock = Lock()
        self._record = Record(file="", root=None, schema=source)
        self._documents: list[Any] = []
        self._runs: dict[int, _Run] = {}  #: what is converted now, by its position in the list
        self._first = 1
        self._run_of: _Run | None = None
        self._unfit = 0  #: how many documents in a row the quick stylesheet was not for

    def convert(self, tree: etree._ElementTree, variables: Variables, file: str) -> Conversion:
        """Convert a document that its schema has validated; *file* is how findings call it."""
        with self._lock:
            produced, content, record = self._run(tree, variables, file)
        invalid = self._invalid(produced, content, record)
        if invalid:
            with self._lock:
                invalid = located(invalid, self._read_again(tree, variables, file))
        return self._concluded(produced, content, (*record.findings, *invalid), variables)

    def convert_records(self, requests: Sequence[Request], file: str) -> list[Conversion]:
        """Convert records of one list at once: one by one, the whole list would be copied for each."""
        with self._lock:
            runs = [self._prepared(request, file) for request in requests]
            self._run_all([run for run in runs if not run.record.findings], file)
        invalid = [self._invalid(run.produced, run.content, run.record) for run in runs]
        findings = [run.record.findings for run in runs]
        with self._lock:
            self._read_all_again([run for run, wrong in zip(runs, invalid, strict=True) if wrong], file)
        return [
            self._concluded(run.produced, run.content, (*found, *located(wrong, run.record)), run.request.variables)
            for run, found, wrong in zip(runs, findings, invalid, strict=True)
        ]

    def records_ask(self, requests: Sequence[Request], file: str) -> frozenset[Asked]:
        """List what these records ask of other systems."""
        if not self.program.numbers.wanted:
            return frozenset()
        with self._lock:
            runs = [self._prepared(request, file) for request in requests]
            self._run_all([run for run in runs if not run.record.findings], file)
            return frozenset(self.program.numbers.asked)

    def _invalid(self, produced: etree._ElementTree | None, content: bytes, record: Record) -> list[Finding]:
        """Give what the target does not accept; where rules gave no value, only what is wrong with the others."""
        if produced is None:
            return []
        check = check_values if record.findings else check_produced
        return check(produced, content, self.target, self.program.origins, record.file)

    def _concluded(
        self, produced: etree._ElementTree | None, content: bytes, findings: tuple[Finding, ...], variables: Variables
    ) -> Conversion:
        if findings or produced is None:
            return Conversion(tree=None, says="", findings=findings)
        if self.program.volatile:
            return Conversion(tree=produced, says=self._says(produced, variables.documents))
        return Conversion(tree=produced, says=digest_of(content, variables.documents))

    def asks(self, tree: etree._ElementTree, variables: Variables, file: str) -> frozenset[Asked]:
        """List what the document asks of other systems: a conversion for which nothing is known yet."""
        if not self.program.numbers.wanted:
            return frozenset()
        with self._lock, suppress(PairRejected):  # the conversion itself rejects
            self._run(tree, variables, file)
            return frozenset(self.program.numbers.asked)
        return frozenset()

    def stylesheet(self) -> str:
        """Give the generated stylesheet."""
        return self.program.stylesheet

    def _run(
        self, tree: etree._ElementTree, variables: Variables, file: str
    ) -> tuple[etree._ElementTree | None, bytes, Record]:
        """Give what is produced, its bytes, and the record of it."""
        given = self._prepare(variables)
        # Where documents of this kind are all odd, trying would only cost.
        if self._unfit < _TRIES:
            try:
                produced, content = self._transformed(self._quick, tree, given, file)
                if not self._record.findings and not has_odd_space(content):
                    self._unfit = 0
                    return produced, content, self._record
            except (_Unfit, Unreadable, etree.XSLTApplyError):
                pass  # the other one says what is wrong
            self._unfit += 1
        try:
            produced, content = self._transformed(self._thorough, tree, given, file)
        except etree.XSLTApplyError as error:
            found = Finding(code=Code.STYLESHEET, file=file, details={"parser": str(error)})
            return None, b"", replace(self._record, findings=[found])
        return produced, content, self._record

    def _read_again(self, tree: etree._ElementTree, variables: Variables, file: str) -> Record:
        """Convert again, so that it is known what each rule reads."""
        self._record = Record(file=file, root=tree.getroot(), schema=self.source, reads=[])
        self._thorough(tree, **self._prepare(variables))
        return self._record

    def _prepare(self, variables: Variables) -> dict[str, Any]:
        """Make ready for a document, and give its parameters."""
        self._documents = _documents(variables.documents) if variables.documents else []
        self.program.numbers.known, self.program.numbers.asked = variables.numbers, set()
        return parameters(variables, self.program.parameters) if self.program.parameters else {}

    def _transformed(
        self, transform: etree.XSLT, tree: etree._ElementTree, given: Mapping[str, Any], file: str
    ) -> tuple[etree._ElementTree, bytes]:
        self._record = Record(file=file, root=tree.getroot(), schema=self.source)
        produced = transform(tree, **given)
        return produced, etree.tostring(produced, encoding="utf-8")

    # --- many records at once -----------------------------------------------------------------------------------------

    def _prepared(self, request: Request, file: str) -> _Run:
        """Prepare a record; what its names cannot be written for is recorded."""
        of = request.item.of
        record = Record(file=file, root=of.tree.getroot(), schema=self.source)
        try:
            parameters(request.variables, self.program.parameters)
            documents = _documents(request.variables.documents)
        except PairRejected as rejected:
            record.findings += rejected.findings
            documents = []
        given = {name: str(getattr(request.variables, name)) for name in self.program.parameters}
        return _Run(request=request, given=given, documents=documents, record=record)

    def _run_all(self, runs: Sequence[_Run], file: str) -> None:
        """Run the stylesheet over records; what it could not do for all of them it does for each alone."""
        self.program.numbers.asked = set()
        if not runs:
            return
        runs = sorted(runs, key=lambda run: run.request.item.number)
        tree = self._tree(runs)
        if self._unfit < _TRIES:
            try:
                self._run_together(self._quick, tree, runs, file)
                if not any(run.record.findings or has_odd_space(run.content) for run in runs):
                    self._unfit = 0
                    return
            except (_Unfit, Unreadable, etree.XSLTApplyError):
                pass  # the other one says what is wrong
            self._unfit += 1
        try:
            self._run_together(self._thorough, tree, runs, file)
        except etree.XSLTApplyError as error:
            self._run_each(runs, file, str(error))

    def _read_all_again(self, runs: Sequence[_Run], file: str) -> None:
        if runs:
            runs = sorted(runs, key=lambda run: run.request.item.number)
            self._run_together(self._thorough, self._tree(runs), runs, file, reads=[])

    def _run_together(
        self,
        transform: etree.XSLT,
        tree: etree._ElementTree,
        runs: Sequence[_Run],
        file: str,
        reads: list[Read] | None = None,
    ) -> None:
        self._record = Record(file=file, root=None, schema=self.source, reads=reads)
        self.program.numbers.known = runs[0].request.variables.numbers
        self._first = min(self._runs)
        produced = transform(tree, first=str(self._first), last=str(max(self._runs)))
        for run, root in zip(runs, produced.getroot(), strict=True):
            run.produced = etree.ElementTree(deepcopy(root))
            run.content = etree.tostring(run.produced, encoding="utf-8")

    def _tree(self, runs: Sequence[_Run]) -> etree._ElementTree:
        """Give what is converted: the header and these records, or the whole list where a rule looks at others."""
        items = [run.request.item for run in runs]
        if self.program.sees_records:
            self._runs = {item.number: run for item, run in zip(items, runs, strict=True)}
            return items[0].of.tree
        self._runs = dict(enumerate(runs, start=1))
        tree, _ = items[0].of.cut(items)
        return tree

    def _run_each(self, runs: Sequence[_Run], file: str, why: str) -> None:
        if len(runs) == 1:
            runs[0].record.findings.append(Finding(code=Code.STYLESHEET, file=file, details={"parser": why}))
            return
        asked = set(self.program.numbers.asked)
        for run in runs:
            self._run_all([run], file)
            asked |= self.program.numbers.asked
        self.program.numbers.asked = asked

    def _begin(self, context: Any, position: float) -> bool:
        """Tell whether the record at this position is to be converted, and turn to it."""
        run = self._runs.get(int(position) + self._first - 1)
        if run is None:
            return False
        node = context.context_node
        if self._record.root is None:
            self._record.stand_in(node.getroottree())
        run.record = self._record = self._record.following(node, run.request.item.path)
        self._documents, self._run_of = run.documents, run
        return True

    def _given(self, _context: Any, name: str) -> str:
        assert self._run_of is not None
        return self._run_of.given[name]

    # --- the stylesheet -----------------------------------------------------------------------------------------------

    @cached_property
    def _thorough(self) -> etree.XSLT:
        """The stylesheet whose values all come from readers, so that all that is wrong is found, in order."""
        return self._compile(etree.fromstring(self.program.stylesheet), value=self._value)

    @cached_property
    def _quick(self) -> etree.XSLT:
        """The stylesheet for documents in which nothing is wrong or odd."""
        rewritten = rewrite(self.program.stylesheet, self.program.readers)
        return self._compile(rewritten, value=self._value_or_stop, apply=self._apply, need=self._need, unfit=_stop)

    def _compile(self, stylesheet: etree._Element, **functions: Callable[..., Any]) -> etree.XSLT:
        names = {**functions, "some": self._some, "documents": self._list_documents}
        names |= {"begin": self._begin, "given": self._given}
        called = frozenset(_CALLED.findall(etree.tostring(stylesheet, encoding="unicode")))
        return etree.XSLT(
            stylesheet,
            # Each is made known again for every document.
            extensions={(FUNCTIONS, name): function for name, function in names.items() if name in called},
            access_control=etree.XSLTAccessControl.DENY_ALL,
        )

    def _says(self, produced: etree._ElementTree, documents: Sequence[Document]) -> str:
        """Give the digest of the conversion without the leaves that say nothing."""
        lasting = deepcopy(produced)
        for xpath in self._volatile:
            for node in xpath(lasting):
                remove(node)
        return digest(lasting, documents)

    @cached_property
    def _volatile(self) -> list[etree.XPath]:
        return [etree.XPath(xpath, namespaces=self.program.namespaces) for xpath in self.program.volatile]

    # --- what the stylesheet calls. An exception would end the whole transformation, so these record and go on. -------

    @cached_property
    def _applied(self) -> Mapping[float, Callable[[str], str]]:
        return {line: reader.apply for line, reader in self.program.readers.items()}

    def _value(self, context: Any, line: float, *arguments: Any) -> str:
        return self.program.readers[int(line)].read(self._record, context, arguments)

    def _value_or_stop(self, context: Any, line: float, *arguments: Any) -> str:
        value = self.program.readers[int(line)].read(self._record, context, arguments)
        if self._record.findings:
            raise _Unfit
        return value

    def _apply(self, _context: Any, line: float, text: str) -> str:
        return self._applied[line](text) if text else ""

    def _need(self, _context: Any, line: float, text: str) -> str:
        value = self._applied[line](text)
        if not value:
            raise _Unfit
        return value

    def _some(self, context: Any, line: float, present: bool) -> bool:
        if not present:
            rule, leaf = self.program.needed[int(line)]
            trouble(Code.MISSING, self._record, rule, leaf, context)
        return present

    def _list_documents(self, _context: Any) -> list[Any]:
        return self._documents


def _stop(_context: Any) -> str:
    raise _Unfit


def parameters(variables: Variables, names: Iterable[str]) -> dict[str, Any]:
    """Give variables as the parameters of a stylesheet; raises PairRejected for a name that XML cannot hold."""
    try:
        return {name: etree.XSLT.strparam(str(getattr(variables, name))) for name in names}
    except ValueError as error:
        raise _unsafe(variables.pair) from error


def _documents(documents: Sequence[Document]) -> list[Any]:
    """Give the facts about PDFs as the elements that a stylesheet sees."""
    if not documents:
        return []
    root = etree.Element("documents")
    for document in documents:
        element = etree.SubElement(root, "document")
        for name in DOCUMENT_FIELDS:
            try:
                etree.SubElement(element, name).text = str(getattr(document, name))
            except ValueError as error:
                raise _unsafe(document.source_name) from error
    return list(root)


def _unsafe(name: str) -> PairRejected:
    return PairRejected([Finding(code=Code.NAME_UNSAFE, value=repr(name)[1:-1], details={"why": "not-xml"})])
