"""libxml2's own reading of a schema: the same files, and nothing else."""

from __future__ import annotations

import os.path
import re
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from lxml import etree

from sync.errors import ConfigurationError, Problem
from sync.mapping.schema.files import XML, XSD, SchemaFiles
from sync.mapping.schema.loading import XML_ATTRIBUTES, spellings

# lxml keeps the parser whose resolvers serve a compilation in one place for the whole process.
_COMPILING = Lock()


def compile_schema(files: SchemaFiles, *, fill_defaults: bool) -> etree.XMLSchema:
    """Compile what was read, and nothing else; raises ConfigurationError with libxml2's reasons."""
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities="internal")
    parser.resolvers.add(_OnlyWhatWasRead(files))
    file, content = next(iter(files.contents.items()))
    try:
        with _COMPILING:
            root = etree.fromstring(content, parser, base_url=str(file))
            name_plainly(root, file)
            if XML in files.imported:  # an import may leave open where these attributes are
                root.insert(0, etree.Element(f"{{{XSD}}}import", namespace=XML, schemaLocation=_XML_PLACE))
            return etree.XMLSchema(root, attribute_defaults=fill_defaults)
    except etree.XMLSchemaParseError as error:
        raise ConfigurationError(_problems(error, files.documents[0].file)) from error


_XML_PLACE = "http://www.w3.org/2001/xml.xsd"
_ITSELF = "itself:"


class _OnlyWhatWasRead(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """Serves the files that were read and refuses everything else.

    libxml2 reads one file for each namespace that is imported and passes over all others. Where there are several it
    gets one in their place that includes them.
    """

    def __init__(self, files: SchemaFiles) -> None:
        self._contents = files.contents
        self._together = {namespace: found for namespace, found in files.imported.items() if len(found) > 1}

    def resolve(self, url: str, _public_id: str | None, context: object) -> object:
        if url == _XML_PLACE:
            return self.resolve_string(XML_ATTRIBUTES, context, base_url=url)
        file = self._file(url.removeprefix(_ITSELF))
        for namespace, files in self._together.items():
            if file in files and not url.startswith(_ITSELF):
                return self.resolve_string(_including(namespace, file, files), context, base_url=url)
        return self.resolve_string(self._readable(file), context, base_url=str(file))

    def _readable(self, file: Path) -> bytes:
        content = self._contents[file]
        root = etree.fromstring(content, etree.XMLParser(no_network=True, resolve_entities="internal"))
        # Lines are told as they are in the file, so it is written anew only where it must be.
        return bytes(etree.tostring(root)) if name_plainly(root, file) else content

    def _file(self, url: str) -> Path:
        # libxml2 escapes some characters of a path and others not.
        for spelling in spellings(url):
            if (file := Path(os.path.realpath(spelling))) in self._contents:
                return file
        raise FileNotFoundError(url)


def name_plainly(root: etree._Element, file: Path) -> bool:
    """Write the locations that libxml2 cannot read as a URI anew; tells whether there were any."""
    odd = [
        (node, location)
        for node in root.iterchildren(f"{{{XSD}}}include", f"{{{XSD}}}import")
        if (location := node.get("schemaLocation")) and not _PLAIN.fullmatch(location)
    ]
    for node, location in odd:
        ways = [file.parent / each for each in spellings(location.strip())]
        if found := next(filter(os.path.exists, ways), None):
            node.set("schemaLocation", quote(os.path.realpath(found)))
    return bool(odd)


_PLAIN = re.compile(r"[A-Za-z0-9._/:-]*")


def _including(namespace: str, file: Path, files: list[Path]) -> bytes:
    root = etree.Element(f"{{{XSD}}}schema")
    if namespace:
        root.set("targetNamespace", namespace)
    for each in files:
        location = f"{_ITSELF}{each}" if each == file else str(each)
        etree.SubElement(root, f"{{{XSD}}}include", schemaLocation=location)
    return bytes(etree.tostring(root))


def _problems(error: etree.XMLSchemaParseError, file: Path) -> list[Problem]:
    entries = [entry for entry in error.error_log if entry.level >= etree.ErrorLevels.ERROR]
    if not entries:
        return [Problem(file=str(file), what=f"the schema cannot be used: {error}")]
    return [
        Problem(file=str(file) if entry.filename == "<string>" else entry.filename, line=entry.line, what=entry.message)
        for entry in entries
    ]
