"""The files of a schema: found, read and indexed. What their components mean is not known here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import RLock
from typing import NoReturn

from lxml import etree

from sync.errors import ConfigurationError, Problem

XSD = "http://www.w3.org/2001/XMLSchema"
XML = "http://www.w3.org/XML/1998/namespace"


class Kind(StrEnum):
    """The symbol spaces of global components."""

    ELEMENT = "element"
    ATTRIBUTE = "attribute"
    TYPE = "type"
    GROUP = "group"
    ATTRIBUTE_GROUP = "attributeGroup"


KINDS = {f"{{{XSD}}}{kind}": kind for kind in Kind if kind is not Kind.TYPE} | {
    f"{{{XSD}}}simpleType": Kind.TYPE,
    f"{{{XSD}}}complexType": Kind.TYPE,
}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SchemaDocument:
    """One file, under the namespace that its components have (an included one without a namespace takes its host's)."""

    file: Path  #: as messages call it
    namespace: str
    chameleon: bool
    root: etree._Element

    def qname(self, node: etree._Element, text: str) -> tuple[str, str]:
        """Give namespace and local name of a QName that stands at *node*."""
        prefix, _, local = text.strip().rpartition(":")
        if prefix == "xml":
            return XML, local
        if prefix and prefix not in node.nsmap:
            self.refuse(node, f'the prefix "{prefix}" of "{text}" is not declared')
        namespace = node.nsmap.get(prefix or None, "")
        return (self.namespace if self.chameleon and not namespace else namespace), local

    def refuse(self, node: etree._Element, what: str) -> NoReturn:
        """Raise a ConfigurationError that says *what* is wrong at *node*."""
        raise ConfigurationError([self.problem(node, what)])

    def problem(self, node: etree._Element, what: str, suggestion: str = "") -> Problem:
        """Give a problem at *node*."""
        return Problem(file=str(self.file), line=node.sourceline, what=what, suggestion=suggestion)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Declaration:
    """A node of a schema and the document that it stands in."""

    node: etree._Element
    document: SchemaDocument


class SchemaFiles:
    """All files of one schema and an index of their global components."""

    def __init__(
        self, contents: dict[Path, bytes], documents: list[SchemaDocument], imported: dict[str, list[Path]]
    ) -> None:
        self.contents = contents
        self.documents = documents
        self.imported = imported  #: the files that imports name, by namespace
        self.components: dict[tuple[Kind, str, str], Declaration] = {}
        self.substitutes: dict[tuple[str, str], list[Declaration]] = {}
        self._open: list[tuple[str, ...]] = []
        self._lock = RLock()  # one schema serves many threads, and what is open is of one
        for document in documents:
            for node in document.root.iterchildren(*KINDS):
                self._index(Declaration(node=node, document=document))

    @property
    def digest(self) -> str:
        """The sha256 over the files' contents, in the order in which they are met."""
        digest = hashlib.sha256()
        for content in self.contents.values():
            digest.update(b"%d\n" % len(content) + content)
        return digest.hexdigest()

    def find(self, kind: Kind, namespace: str, name: str, used: Declaration) -> Declaration:
        """Give the global component that stands behind a reference at *used*; raises ConfigurationError."""
        if (found := self.components.get((kind, namespace, name))) is None:
            label = f'"{name}"' + (f' of namespace "{namespace}"' if namespace else "")
            used.document.refuse(used.node, f"the {kind} {label} is not declared")
        return found

    @contextmanager
    def entered(self, kind: Kind, name: tuple[str, str], used: Declaration, *more: str) -> Iterator[None]:
        """Hold while a component is read; raises ConfigurationError where that leads back to itself."""
        with self._lock:
            if (kind, *name, *more) in self._open:
                used.document.refuse(used.node, f'the {kind} "{name[1]}" is defined by itself')
            self._open.append((kind, *name, *more))
            try:
                yield
            finally:
                self._open.pop()

    def _index(self, declaration: Declaration) -> None:
        node, document = declaration.node, declaration.document
        self.components.setdefault((KINDS[node.tag], document.namespace, node.get("name", "")), declaration)
        if head := node.get("substitutionGroup"):
            self.substitutes.setdefault(document.qname(node, head), []).append(declaration)
