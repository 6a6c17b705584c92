"""What stands in the folder of a golden case: its source, what is known of its pair, and which files say what comes."""

from __future__ import annotations

import configparser
import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from lxml import etree

from sync.errors import ConfigurationError, Problem, did_you_mean
from sync.mapping.functions import NUMBER_OF
from sync.mapping.resolve import DOCUMENT_FIELDS, SCALAR_VARIABLES
from sync.model import Action, Asked, Document, Variables

SOURCE, EXPECTED, FINDINGS = "source.xml", "expected.xml", "expected.findings"

_FACTS = "facts.ini"
_SECTIONS = f"[variables], [document N] and [{NUMBER_OF} KIND SYSTEM]"
_SAYS = re.compile(r"expected(?:-(?P<record>[1-9][0-9]*))?\.(?:xml|findings)")


def cases(folder: Path, names: Collection[str] | None) -> list[Path]:
    """Give the folders of the cases, or of those named; raises ConfigurationError."""
    found = {path.name: path for path in sorted(folder.glob("*")) if path.is_dir()}
    unknown = [name for name in names or () if name not in found]
    if unknown:
        problems = [
            Problem(file=str(folder), what=f"there is no case {name}", suggestion=did_you_mean(name, found))
            for name in unknown
        ]
        raise ConfigurationError(problems)
    return [path for name, path in found.items() if names is None or name in names]


def expected(case: Path) -> dict[int, Path]:
    """Give the files that say what must come of each record of a list; 0: of the whole source."""
    found: dict[int, Path] = {}
    for file in sorted([*case.glob("expected*.xml"), *case.glob("expected*.findings")]):
        says = _SAYS.fullmatch(file.name)
        if says is None:
            raise _unfit(file, f"means nothing; there are {EXPECTED}, {FINDINGS}, and for records expected-1.xml …")
        record = int(says["record"] or 0)
        if record in found:
            raise _unfit(file, f"says the same as {found[record].name}: one of them", suggestion="remove the other")
        found[record] = file
    return found


def parse(file: Path) -> etree._ElementTree:
    """Read an XML of a case."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.ElementTree(etree.fromstring(file.read_bytes(), parser))
    except OSError as error:
        raise _unfit(file, f"cannot be read: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        raise _unfit(file, f"not well-formed: {error.msg}", error.lineno) from error


def variables(case: Path) -> Variables:
    """Give what facts.ini says, and what can be read from the PDFs of the case."""
    file = case / _FACTS
    facts = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    facts.optionxform = str  # type: ignore[assignment,method-assign]  # numbers are as they are written
    try:
        facts.read_string(text(file) if file.exists() else "", source=str(file))
        given = dict(facts["variables"]) if facts.has_section("variables") else {}
        _check_keys(file, given, SCALAR_VARIABLES)
        action = Action(given.pop("action", Action.CREATE))
        documents = tuple(_documents(case, file, facts))
        return Variables(**given, action=action, documents=documents, numbers=_numbers(facts))
    except (configparser.Error, ValueError) as error:
        raise _unfit(file, str(error)) from error


def _numbers(facts: configparser.ConfigParser) -> dict[Asked, str]:
    """Give what the sections `[number-of KIND SYSTEM]` say: number = number there."""
    asking = [(section.split(), facts[section]) for section in facts.sections() if _asks(section)]
    return {
        Asked(kind, number, system): there for (_, kind, system), given in asking for number, there in given.items()
    }


def _asks(section: str) -> bool:
    words = section.split()
    return len(words) == 3 and words[0] == NUMBER_OF


def _documents(case: Path, file: Path, facts: configparser.ConfigParser) -> Iterator[Document]:
    """Give the PDFs of the case; what facts.ini does not say of one is read from it, if it is there."""
    pdfs = sorted(path for path in case.iterdir() if path.suffix.lower() == ".pdf")
    sections = [name for name in facts.sections() if name != "variables" and not _asks(name)]
    for section in sections or [f"document {number}" for number in range(1, len(pdfs) + 1)]:
        word, _, number = section.partition(" ")
        if word != "document" or not number.isdigit():
            raise _unfit(file, f"[{section}] means nothing; there are {_SECTIONS}")
        given = dict(facts[section]) if facts.has_section(section) else {}
        _check_keys(file, given, DOCUMENT_FIELDS)
        read = _read(pdfs, given.get("source_name"), int(number))
        known = {**read, **given}
        yield Document(
            name=known.get("name", known.get("source_name", "")),
            source_name=known.get("source_name", ""),
            sha256=known.get("sha256", ""),
            size=int(known.get("size", 0)),
            pages=int(known.get("pages", 0)),
            date=known.get("date", ""),
        )


def _read(pdfs: Sequence[Path], name: str | None, number: int) -> dict[str, str]:
    named = [pdf for pdf in pdfs if pdf.name == name] if name else list(pdfs[number - 1 : number])
    if not named:
        return {}
    content = named[0].read_bytes()
    return {
        "source_name": named[0].name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": str(len(content)),
    }


def _check_keys(file: Path, given: Collection[str], known: Collection[str]) -> None:
    for key in given:
        if key not in known:
            raise _unfit(file, f"{key} means nothing here", suggestion=did_you_mean(key, known))


def text(file: Path) -> str:
    """Read a text of a case."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unfit(file, f"cannot be read: {error}") from error


def _unfit(file: Path, what: str, line: int | None = None, suggestion: str = "") -> ConfigurationError:
    return ConfigurationError([Problem(file=str(file), line=line, what=what, suggestion=suggestion)])
