"""Golden cases of a mapping: a source, what is known of its pair, and what must come of it.

`mappings/<name>/tests/<case>/` holds source.xml, perhaps PDFs and facts.ini, and either expected.xml or, for a sample
that is wrong on purpose, expected.findings: a line for each finding, its code and then its field or rule. Of a mapping
that skips nothing else is expected: the case passes if the mapping is for its source.
"""

from __future__ import annotations

import configparser
import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from lxml import etree

from sync.errors import ConfigurationError, PairRejected, Problem, did_you_mean
from sync.findings import Finding
from sync.mapping.choosing import none_applies
from sync.mapping.functions import NUMBER_OF
from sync.mapping.places import local_name
from sync.mapping.resolve import DOCUMENT_FIELDS, SCALAR_VARIABLES
from sync.mapping.store import Mapping
from sync.mapping.validation.documents import validate
from sync.model import Action, Asked, Document, Variables

_SECTIONS = f"[variables], [document N] and [{NUMBER_OF} KIND SYSTEM]"
_SOURCE, _FACTS, _EXPECTED, _FINDINGS = "source.xml", "facts.ini", "expected.xml", "expected.findings"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One field that is not as expected."""

    path: str
    expected: str | None  #: None: nothing
    got: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseResult:
    """What came of one case."""

    name: str
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...] = ()  #: expected or not

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return not self.differences


def run_cases(mapping: Mapping, mapping_folder: Path, names: Collection[str] | None = None) -> list[CaseResult]:
    """Run the golden cases of a mapping, or those named; raises ConfigurationError for an unfit case."""
    return [_run(mapping, case) for case in _cases(mapping_folder / "tests", names)]


def _cases(folder: Path, names: Collection[str] | None) -> list[Path]:
    found = {path.name: path for path in sorted(folder.glob("*")) if path.is_dir()}
    unknown = [name for name in names or () if name not in found]
    if unknown:
        problems = [
            Problem(file=str(folder), what=f"there is no case {name}", suggestion=did_you_mean(name, found))
            for name in unknown
        ]
        raise ConfigurationError(problems)
    return [path for name, path in found.items() if names is None or name in names]


def _run(mapping: Mapping, case: Path) -> CaseResult:
    tree, findings = _convert(mapping, _parse(case / _SOURCE), _variables(case))
    expected = case / _FINDINGS
    if expected.exists():
        differences = list(_compare_findings(_text(expected).splitlines(), findings))
    elif tree is None:
        differences = [Difference(path=f.path, expected=None, got=f"{f.code} {f.rule} {f.field}") for f in findings]
    else:
        wanted = _parse(case / _EXPECTED).getroot()
        differences = list(_compare(wanted, tree.getroot(), f"/{local_name(wanted.tag)}"))
    return CaseResult(name=case.name, differences=tuple(differences), findings=tuple(findings))


def _convert(
    mapping: Mapping, source: etree._ElementTree, variables: Variables
) -> tuple[etree._ElementTree | None, Sequence[Finding]]:
    """Take a source the way of a pair, without its gate."""
    findings: Sequence[Finding] = validate(source, mapping.source, file=_SOURCE)
    if findings:
        return None, findings
    if not mapping.applies(source):
        return None, [none_applies(source, {mapping.name: mapping.subject}, _SOURCE)]
    try:
        if mapping.skip is not None:
            return None, []
        mapping.pdf_names(source, file=_SOURCE)
        facts, findings = mapping.read_object(source, file=_SOURCE)
        if mapping.withdraws(source):  # whatever facts.ini says
            variables = replace(variables, action=Action.WITHDRAW)
        conversion = mapping.convert(source, variables, file=_SOURCE)
    except PairRejected as rejected:
        return None, rejected.findings
    # What the object block cannot read, a rule mostly cannot either; one word about it is enough.
    known = {(finding.code, finding.path) for finding in conversion.findings}
    more = [finding for finding in findings if (finding.code, finding.path) not in known]
    return (conversion.tree if facts else None), [*conversion.findings, *more]


# --- what a case says -------------------------------------------------------------------------------------------------


def _parse(file: Path) -> etree._ElementTree:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.ElementTree(etree.fromstring(file.read_bytes(), parser))
    except OSError as error:
        raise _unfit(file, f"cannot be read: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        raise _unfit(file, f"not well-formed: {error.msg}", error.lineno) from error


def _variables(case: Path) -> Variables:
    file = case / _FACTS
    facts = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    facts.optionxform = str  # type: ignore[assignment,method-assign]  # numbers are as they are written
    try:
        facts.read_string(_text(file) if file.exists() else "", source=str(file))
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


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unfit(file, f"cannot be read: {error}") from error


def _unfit(file: Path, what: str, line: int | None = None, suggestion: str = "") -> ConfigurationError:
    return ConfigurationError([Problem(file=str(file), line=line, what=what, suggestion=suggestion)])


# --- comparing --------------------------------------------------------------------------------------------------------


def _compare(expected: Any, got: Any, path: str) -> Iterator[Difference]:
    """Compare two elements field by field; white space between elements does not count."""
    if expected.tag != got.tag:
        yield Difference(path=path, expected=expected.tag, got=got.tag)
        return
    for name in sorted({*expected.attrib, *got.attrib}):
        yield from _compare_texts(f"{path}/@{local_name(name)}", expected.get(name), got.get(name))
    if len(expected) or len(got):
        yield from _compare_children(expected, got, path)
    else:
        yield from _compare_texts(path, expected.text or "", got.text or "")


def _compare_children(expected: Any, got: Any, path: str) -> Iterator[Difference]:
    """Compare what stands below, by name: one that is missing does not make all that follow it different."""
    tags = dict.fromkeys(child.tag for child in [*expected, *got])
    for tag in tags:
        pairs = list(zip_longest(expected.findall(tag), got.findall(tag)))
        for number, (wanted, given) in enumerate(pairs, start=1):
            inner = f"{path}/{local_name(tag)}" + (f"[{number}]" if len(pairs) > 1 else "")
            if wanted is None or given is None:
                yield Difference(path=inner, expected=_summary(wanted), got=_summary(given))
            else:
                yield from _compare(wanted, given, inner)
    order = ([child.tag for child in expected], [child.tag for child in got])
    if order[0] != order[1] and sorted(order[0]) == sorted(order[1]):
        yield Difference(
            path=path, expected=" ".join(map(local_name, order[0])), got=" ".join(map(local_name, order[1]))
        )


def _compare_texts(path: str, expected: str | None, got: str | None) -> Iterator[Difference]:
    if expected != got:
        yield Difference(path=path, expected=expected, got=got)


def _compare_findings(lines: Sequence[str], findings: Sequence[Finding]) -> Iterator[Difference]:
    left = list(findings)
    for line in filter(None, (line.partition("#")[0].strip() for line in lines)):
        code, _, place = line.partition(" ")
        found = next((one for one in left if one.code == code and (not place or place.strip() in _places(one))), None)
        if found is None:
            yield Difference(path=place.strip(), expected=line, got=None)
        else:
            left.remove(found)
    for one in left:
        yield Difference(path=one.path, expected=None, got=f"{one.code} {one.field or one.rule}")


def _places(finding: Finding) -> tuple[str, ...]:
    """Give the words by which a case may name where a finding is: field or rule, or what was expected there."""
    return (finding.field, finding.rule, finding.details.get("element", ""), *finding.allowed)


def _summary(element: Any) -> str | None:
    return None if element is None else " ".join("".join(element.itertext()).split())
