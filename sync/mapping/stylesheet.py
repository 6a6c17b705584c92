"""The escape hatch: a mapping whose conversion is a hand-written stylesheet instead of rules."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from threading import Lock

from lxml import etree

from sync.errors import ConfigurationError, Problem
from sync.findings import Code, Finding
from sync.mapping.convert import Conversion
from sync.mapping.output import digest, remove
from sync.mapping.produced import check_produced
from sync.mapping.resolve import PDF_VARIABLES, SCALAR_VARIABLES
from sync.mapping.schema import Schema
from sync.mapping.stylesheet_worker import StylesheetError, compile_stylesheet
from sync.mapping.subject import Subject
from sync.model import Asked, Variables
from sync.worker import Worker, WorkerDied

STYLESHEET = "stylesheet.xslt"
_MEMORY = 1 << 30  # bytes
_CPU = 10.0  # seconds a document
_WALL = 60.0


def check_stylesheet(file: Path) -> None:
    """Compile a stylesheet, which runs nothing of it; raises ConfigurationError."""
    try:
        compile_stylesheet(file)
    except StylesheetError as error:
        raise ConfigurationError([Problem(file=str(file), line=error.line, what=str(error))]) from error


class HandWritten:
    """Converts by a stylesheet that a person wrote, in a process that can be killed."""

    def __init__(self, file: Path, subject: Subject, target: Schema) -> None:
        self.file = file
        self.target = target
        self._subject = subject
        self._lock = Lock()
        self._worker = Worker("sync.mapping.stylesheet_worker", memory=_MEMORY, cpu=_CPU, wall=_WALL)

    def stop(self) -> None:
        """End the process."""
        self._worker.stop()

    def asks(self, _tree: etree._ElementTree, _variables: Variables, _file: str) -> frozenset[Asked]:
        """List nothing: a stylesheet knows no other system."""
        return frozenset()

    def stylesheet(self) -> str:
        """Give the text of the stylesheet."""
        return self.file.read_text(encoding="utf-8")

    def convert(self, tree: etree._ElementTree, variables: Variables, file: str) -> Conversion:
        """Convert a document that its schema has validated; raises WorkerStalled where the machine was too busy."""
        request = {
            "file": str(self.file.resolve()),
            "source": etree.tostring(tree, encoding="unicode"),
            "parameters": _parameters(variables),
        }
        try:
            with self._lock:
                answer = self._worker.ask(request)
        except WorkerDied as error:
            return self._failed(str(error), file)
        if "failed" in answer:
            return self._failed(answer["failed"], file)
        try:
            content = answer["produced"].encode()
            produced = etree.ElementTree(etree.fromstring(content))
        except etree.XMLSyntaxError as error:  # deeper, or longer in one text, than libxml2 reads
            return self._failed(error.msg or str(error), file)
        findings = check_produced(produced, content, self.target, {}, file)
        if findings:
            return Conversion(tree=None, says="", findings=tuple(replace(one, rule=STYLESHEET) for one in findings))
        return Conversion(tree=produced, says=self._says(tree, variables))

    def _says(self, tree: etree._ElementTree, variables: Variables) -> str:
        """Say what the source says: nobody knows what in the result a stylesheet writes from which part of it."""
        lasting = deepcopy(tree)
        for node in self._subject.find_volatile(lasting):
            remove(node)
        return digest(lasting, variables.documents)

    def _failed(self, why: str, file: str) -> Conversion:
        finding = Finding(code=Code.STYLESHEET, file=file, rule=STYLESHEET, details={"parser": why})
        return Conversion(tree=None, says="", findings=(finding,))


def _parameters(variables: Variables) -> dict[str, str]:
    """Give the variables as texts; those of the only PDF are empty where there are none or several."""
    found = {name: str(getattr(variables, name)) for name in SCALAR_VARIABLES}
    only = variables.documents[0] if len(variables.documents) == 1 else None
    return found | {name: str(getattr(only, fact)) if only else "" for name, fact in PDF_VARIABLES.items()}
