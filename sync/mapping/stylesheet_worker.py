"""Runs hand-written stylesheets, in a process that may be killed: XSLT can loop, and grow, without end."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

#: Characters that may come of a document; the parent reads them without limits on its memory.
_MOST = 20_000_000
_MOST_TAGS = 1_000_000
_XSL = "{http://www.w3.org/1999/XSL/Transform}"


class StylesheetError(Exception):
    """A stylesheet cannot be compiled; the message says why."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.line = line


def compile_stylesheet(file: Path) -> etree.XSLT:
    """Compile a stylesheet that reads nothing outside of its folder, and no document at all; raises StylesheetError."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    parser.resolvers.add(_Folder(file.parent))
    try:
        root = etree.fromstring(file.read_bytes(), parser, base_url=str(file))
        if root.tag not in (f"{_XSL}stylesheet", f"{_XSL}transform"):
            raise StylesheetError(f"not a stylesheet: its root is {root.tag}", root.sourceline)
        return etree.XSLT(root, access_control=etree.XSLTAccessControl.DENY_ALL)
    except OSError as error:
        raise StylesheetError(f"{error.filename}: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        raise StylesheetError(f"not well-formed: {error.msg}", error.lineno) from error
    except etree.XSLTError as error:
        line = next((entry.line for entry in error.error_log if entry.line > 0), None)
        raise StylesheetError(str(error), line) from error


class _Folder(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """Serves the files of one folder and refuses everything else: access control does not cover include and import."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def resolve(self, url: str, _public_id: str | None, context: object) -> object:
        file = Path(unquote(url)).resolve()
        if not file.is_relative_to(self.folder):
            raise StylesheetError(f"{url} lies outside of the mapping's folder")
        return self.resolve_string(file.read_bytes(), context, base_url=url)


_compiled: dict[tuple[str, int], etree.XSLT] = {}


def handle(request: dict[str, Any]) -> dict[str, Any]:
    """Transform `source` (XML text) by the stylesheet at `file` with `parameters`; answers `produced` or `failed`."""
    try:
        transform = _stylesheet(Path(request["file"]))
        parameters = {name: etree.XSLT.strparam(value) for name, value in request["parameters"].items()}
        produced = transform(etree.fromstring(request["source"].encode()), **parameters)
    except etree.XSLTError as error:
        # Of a recursion without end the last message is a piece of the trace: "n".
        endless = next((entry.message for entry in error.error_log if "infinite" in entry.message), "")
        return {"failed": endless.partition("\n")[0] or str(error)}
    except StylesheetError as error:
        return {"failed": str(error)}
    if produced.getroot() is None:
        return {"failed": "it produced no element"}
    text = etree.tostring(produced, encoding="unicode")
    for what, found, most in (("characters", len(text), _MOST), ("tags", text.count("<"), _MOST_TAGS)):
        if found > most:
            return {"failed": f"it produced {found:,} {what}, {most:,} are allowed"}
    return {"produced": text}


def _stylesheet(file: Path) -> etree.XSLT:
    key = (str(file), file.stat().st_mtime_ns)
    if key not in _compiled:
        _compiled[key] = compile_stylesheet(file)
    return _compiled[key]


if __name__ == "__main__":
    from sync.worker import serve

    serve(handle)
