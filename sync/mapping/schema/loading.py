"""Reading the files of a schema: which they are, and what is wrong with them as files."""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from sync.errors import ConfigurationError, Problem, did_you_mean
from sync.mapping.schema.files import XML, XSD, SchemaDocument, SchemaFiles
from sync.mapping.schema.refused import endless_groups, refused

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


def read_schema(file: Path, inside: Sequence[Path]) -> SchemaFiles:
    """Read *file* and all that it includes and imports; raises ConfigurationError with every problem."""
    reader = _Reader(tuple(folder.resolve() for folder in inside))
    reader.read(file)
    if reader.problems:
        raise ConfigurationError(reader.problems)
    files = SchemaFiles(reader.contents, reader.documents, reader.imported)
    if problems := list(endless_groups(files)):
        raise ConfigurationError(problems)
    return files


def spellings(location: str) -> Iterator[str]:
    """Give the ways to read a location as a path: as it is, %20 for a space, a backslash for a slash."""
    yield from dict.fromkeys([location, unquote(location), unquote(location).replace("\\", "/")])


class _Reader:
    """Reads a schema's files, each once a namespace, and collects what is wrong with them."""

    def __init__(self, inside: tuple[Path, ...]) -> None:
        self.inside = inside
        self.contents: dict[Path, bytes] = {}
        self.documents: list[SchemaDocument] = []
        self.problems: list[Problem] = []
        self._roots: dict[Path, etree._Element | None] = {}
        self.imported: dict[str, list[Path]] = {}
        self._met: set[tuple[Path, str | None]] = set()

    def read(self, file: Path) -> None:
        def complain(what: str, suggestion: str = "") -> None:
            self.problems.append(Problem(file=str(file), what=what, suggestion=suggestion))

        if (root := self._root(file, file, complain)) is not None:
            namespace = root.get("targetNamespace", "").strip()
            self._met.add((file.resolve(), namespace))
            self._document(SchemaDocument(file=file, namespace=namespace, chameleon=False, root=root))

    def _document(self, document: SchemaDocument) -> None:
        self.documents.append(document)
        self.problems += refused(document)
        for node in document.root.iterchildren(f"{{{XSD}}}include", f"{{{XSD}}}import"):
            self._reference(document, node)

    def _reference(self, host: SchemaDocument, node: etree._Element) -> None:
        """Follow an include or import."""
        included = etree.QName(node).localname == "include"
        location = node.get("schemaLocation", "").strip()
        wanted = host.namespace if included else node.get("namespace", "").strip()
        if not location and included:
            self.problems.append(host.problem(node, "xs:include has no schemaLocation"))
        elif wanted == XML and (not location or _REMOTE.match(location)):
            self._xml_attributes()
        elif _REMOTE.match(location):
            self._remote(host, node, location)
        elif location:  # an import may leave it open: components that nothing declares are told when they are used
            self._local(host, node, location, wanted, included=included)

    def _remote(self, host: SchemaDocument, node: etree._Element, location: str) -> None:
        what, remedy = "is not a local file, and nothing is fetched", "put a copy beside the schema and name it here"
        if re.match(r"[A-Za-z]:[\\/]|file:", location):
            what, remedy = "is a path of one machine", "name it as seen from this file, as in ../common/types.xsd"
        self.problems.append(host.problem(node, f'schemaLocation "{location}" {what}', remedy))

    def _xml_attributes(self) -> None:
        self.imported.setdefault(XML, [])
        if (_XML_FILE, XML) not in self._met:
            self._met.add((_XML_FILE, XML))
            root = etree.fromstring(XML_ATTRIBUTES)
            self.documents.append(SchemaDocument(file=_XML_FILE, namespace=XML, chameleon=False, root=root))

    def _local(self, host: SchemaDocument, node: etree._Element, location: str, wanted: str, *, included: bool) -> None:
        def complain(what: str, suggestion: str = "") -> None:
            self.problems.append(host.problem(node, f'schemaLocation "{location}": {what}', suggestion))

        ways = [host.file.parent / each for each in spellings(location)]
        file = next(filter(os.path.exists, ways), ways[0])
        shown = Path(os.path.normpath(file))
        if (root := self._root(file, shown, complain)) is None:
            return
        declared, real = root.get("targetNamespace", "").strip(), file.resolve()
        if declared != wanted and (declared or not included):
            complain(f'its targetNamespace is "{declared}", expected is "{wanted}"')
            return
        if not included and real not in (known := self.imported.setdefault(wanted, [])):
            known.append(real)
        if (real, wanted) not in self._met:
            self._met.add((real, wanted))
            chameleon = included and declared != wanted
            self._document(SchemaDocument(file=shown, namespace=wanted, chameleon=chameleon, root=root))

    def _root(self, file: Path, shown: Path, complain: Callable[..., None]) -> etree._Element | None:
        """Read and parse one file; None where that cannot be done, and then the complaint is made once."""
        try:
            real = file.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):  # a loop of symbolic links; a name that no file can have
            complain("there is no such file", _near(file))
            return None
        if real not in self._roots:
            content = self._content(real, complain)
            self._roots[real] = None if content is None else self._parse(content, shown)
        return self._roots[real]

    def _content(self, real: Path, complain: Callable[..., None]) -> bytes | None:
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


_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_XML_FILE = Path("xml.xsd")


def _near(file: Path) -> str:
    """Name the schema in the folder that was meant."""
    return did_you_mean(file.name, [each.name for each in file.parent.glob("*.xsd")])
