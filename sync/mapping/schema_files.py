"""The files of a schema: found, read and indexed. What their components mean is not known here."""

from __future__ import annotations

import hashlib
import os.path
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock, RLock
from typing import NoReturn
from urllib.parse import unquote

from lxml import etree

from sync.errors import ConfigurationError, Problem

XSD = "http://www.w3.org/2001/XMLSchema"
XML = "http://www.w3.org/XML/1998/namespace"

# What http://www.w3.org/2001/xml.xsd declares. Schemas import it from there, and nothing here asks the network.
XML_ATTRIBUTES = f"""<xs:schema xmlns:xs="{XSD}" targetNamespace="{XML}">
  <xs:attribute name="lang"><xs:simpleType><xs:union memberTypes="xs:language">
    <xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value=""/></xs:restriction></xs:simpleType>
  </xs:union></xs:simpleType></xs:attribute>
  <xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName">
    <xs:enumeration value="default"/><xs:enumeration value="preserve"/>
  </xs:restriction></xs:simpleType></xs:attribute>
  <xs:attribute name="base" type="xs:anyURI"/>
  <xs:attribute name="id" type="xs:ID"/>
  <xs:attributeGroup name="specialAttrs">
    <xs:attribute ref="xml:base"/><xs:attribute ref="xml:lang"/>
    <xs:attribute ref="xml:space"/><xs:attribute ref="xml:id"/>
  </xs:attributeGroup>
</xs:schema>""".encode()


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

    def __init__(self, contents: dict[Path, bytes], documents: list[SchemaDocument]) -> None:
        self.contents = contents
        self.documents = documents
        self.components: dict[tuple[Kind, str, str], Declaration] = {}
        self.substitutes: dict[tuple[str, str], list[Declaration]] = {}
        self._open: list[tuple[str, ...]] = []
        self._lock = RLock()  # one schema serves many threads, and what is open is of one
        for document in documents:
            for node in document.root.iterchildren(*KINDS):
                self._index(Declaration(node=node, document=document))

    @classmethod
    def read(cls, file: Path, inside: Sequence[Path]) -> SchemaFiles:
        """Read *file* and all that it includes and imports; raises ConfigurationError with every problem."""
        reader = _Reader(tuple(folder.resolve() for folder in inside))
        reader.read(file)
        if reader.problems:
            raise ConfigurationError(reader.problems)
        return cls(reader.contents, reader.documents)

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


class _Reader:
    """Reads a schema's files, each once a namespace, and collects what is wrong with them."""

    def __init__(self, inside: tuple[Path, ...]) -> None:
        self.inside = inside
        self.contents: dict[Path, bytes] = {}
        self.documents: list[SchemaDocument] = []
        self.problems: list[Problem] = []
        self._roots: dict[Path, etree._Element | None] = {}
        self._met: set[tuple[Path, str | None]] = set()

    def read(self, file: Path) -> None:
        def complain(what: str) -> None:
            self.problems.append(Problem(file=str(file), what=what))

        if (root := self._root(file, file, complain)) is not None:
            namespace = root.get("targetNamespace", "")
            self._met.add((file.resolve(), namespace))
            self._document(SchemaDocument(file=file, namespace=namespace, chameleon=False, root=root))

    def _document(self, document: SchemaDocument) -> None:
        self.documents.append(document)
        for node in document.root.iterchildren(f"{{{XSD}}}include", f"{{{XSD}}}import"):
            self._reference(document, node)
        for node in document.root.iterchildren(f"{{{XSD}}}redefine", f"{{{XSD}}}override"):
            self.problems.append(document.problem(node, f"xs:{etree.QName(node).localname} is not supported"))

    def _reference(self, host: SchemaDocument, node: etree._Element) -> None:
        """Follow an include or import."""
        included = etree.QName(node).localname == "include"
        location = node.get("schemaLocation", "").strip()
        wanted = host.namespace if included else node.get("namespace", "")
        if not location:
            if included:
                self.problems.append(host.problem(node, "xs:include has no schemaLocation"))
            return  # an import may leave it open: its components, if any are used, are then reported as not declared
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", location):
            self._remote(host, node, location, wanted)
        else:
            self._local(host, node, location, wanted, included=included)

    def _remote(self, host: SchemaDocument, node: etree._Element, location: str, namespace: str) -> None:
        if namespace == XML:
            self._xml_attributes()
            return
        what = f'schemaLocation "{location}" is not a local file, and nothing is fetched'
        self.problems.append(host.problem(node, what, "put a copy beside the schema and name it here"))

    def _xml_attributes(self) -> None:
        if (Path("xml.xsd"), XML) not in self._met:
            self._met.add((Path("xml.xsd"), XML))
            root = etree.fromstring(XML_ATTRIBUTES)
            self.documents.append(SchemaDocument(file=Path("xml.xsd"), namespace=XML, chameleon=False, root=root))

    def _local(self, host: SchemaDocument, node: etree._Element, location: str, wanted: str, *, included: bool) -> None:
        def complain(what: str) -> None:
            self.problems.append(host.problem(node, f'schemaLocation "{location}": {what}'))

        shown = Path(os.path.normpath(host.file.parent / location))
        file = host.file.parent / location
        if (root := self._root(file, shown, complain)) is None:
            return
        declared = root.get("targetNamespace", "")
        if declared != wanted and (declared or not included):
            complain(f'its targetNamespace is "{declared}", expected is "{wanted}"')
        elif (file.resolve(), wanted) not in self._met:
            self._met.add((file.resolve(), wanted))
            chameleon = included and declared != wanted
            self._document(SchemaDocument(file=shown, namespace=wanted, chameleon=chameleon, root=root))

    def _root(self, file: Path, shown: Path, complain: Callable[[str], None]) -> etree._Element | None:
        """Read and parse one file; None where that cannot be done, and then the complaint is made once."""
        try:
            real = file.resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: a loop of symbolic links
            complain("there is no such file")
            return None
        if real not in self._roots:
            content = self._content(real, complain)
            self._roots[real] = None if content is None else self._parse(content, shown)
        return self._roots[real]

    def _content(self, real: Path, complain: Callable[[str], None]) -> bytes | None:
        if not any(real.is_relative_to(folder) for folder in self.inside):
            complain(f"lies outside of what may be read ({', '.join(map(str, self.inside))})")
            return None
        if not real.is_file():
            complain("is not a file")
            return None
        try:
            self.contents[real] = real.read_bytes()
        except OSError as error:
            complain(f"cannot be read: {error.strerror}")
            return None
        return self.contents[real]

    def _parse(self, content: bytes, shown: Path) -> etree._Element | None:
        parser = etree.XMLParser(
            no_network=True, load_dtd=False, resolve_entities="internal",
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            root = etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            line, column = error.position
            what = f"not well-formed: {error.msg.removesuffix(f', line {line}, column {column}')}"
            self.problems.append(Problem(file=str(shown), line=line, column=column, what=what))
            return None
        if root.tag != f"{{{XSD}}}schema":
            what = f"not an XML schema: its root is {root.tag}"
            self.problems.append(Problem(file=str(shown), line=root.sourceline, what=what))
            return None
        return root


# lxml keeps the parser whose resolvers serve a compilation in one place for the whole process.
_COMPILING = Lock()


def compile_schema(files: SchemaFiles, *, fill_defaults: bool) -> etree.XMLSchema:
    """Compile what was read, and nothing else; raises ConfigurationError with libxml2's reasons."""
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities="internal")
    parser.resolvers.add(_OnlyWhatWasRead(files.contents))
    file, content = next(iter(files.contents.items()))
    try:
        with _COMPILING:
            return etree.XMLSchema(
                etree.fromstring(content, parser, base_url=str(file)), attribute_defaults=fill_defaults
            )
    except etree.XMLSchemaParseError as error:
        raise ConfigurationError(_problems(error, files.documents[0].file)) from error


class _OnlyWhatWasRead(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """Serves the files that were read and refuses everything else."""

    def __init__(self, contents: dict[Path, bytes]) -> None:
        self.contents = contents

    def resolve(self, url: str, _public_id: str | None, context: object) -> object:
        # libxml2 escapes some characters of a path and others not.
        for file in (Path(url), Path(unquote(url))):
            if (content := self.contents.get(Path(os.path.realpath(file)))) is not None:
                return self.resolve_string(content, context, base_url=url)
        if re.match("https?:", url):  # all others were refused when the files were read
            return self.resolve_string(XML_ATTRIBUTES, context, base_url=url)
        raise FileNotFoundError(url)


def _problems(error: etree.XMLSchemaParseError, file: Path) -> list[Problem]:
    entries = [entry for entry in error.error_log if entry.level >= etree.ErrorLevels.ERROR]
    if not entries:
        return [Problem(file=str(file), what=f"the schema cannot be used: {error}")]
    return [
        Problem(file=str(file) if entry.filename == "<string>" else entry.filename, line=entry.line, what=entry.message)
        for entry in entries
    ]


def identity_names(files: SchemaFiles) -> tuple[frozenset[str], frozenset[str]]:
    """Give the local names of elements and attributes whose type may lead to xs:ID, xs:IDREF or xs:IDREFS."""
    types = {"ID", "IDREF", "IDREFS"}
    holders: dict[str, set[str]] = {"element": set(), "attribute": set()}
    size = 0
    while size < (size := len(types) + sum(map(len, holders.values()))):
        for document in files.documents:
            for holder, name in _typed_with(document.root, types):
                holders.get(holder, types).add(name)
    return frozenset(holders["element"]), frozenset(holders["attribute"])


def _typed_with(root: etree._Element, types: set[str]) -> Iterator[tuple[str, str]]:
    """Give kind and name of each component that names one of *types*, by local names only."""
    for node in root.iter(*(f"{{{XSD}}}{tag}" for tag in _NAMING)):
        for attribute in ("type", "base", "itemType", "memberTypes"):
            used = {reference.rpartition(":")[2] for reference in node.get(attribute, "").split()}
            if used & types:
                holder = node if node.get("name") else next(each for each in node.iterancestors() if each.get("name"))
                yield etree.QName(holder).localname, holder.get("name")


_NAMING = ("element", "attribute", "restriction", "extension", "list", "union")
