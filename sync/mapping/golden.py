"""Golden cases of a mapping: a source, what is known of its pair, and what must come of it.

`mappings/<name>/tests/<case>/` holds source.xml, perhaps PDFs and facts.ini, and either expected.xml or, for a sample
that is wrong on purpose, expected.findings: a line for each finding, its code and then its field or rule. Of a mapping
that skips nothing else is expected: the case passes if the mapping is for its source.

The source of a mapping with `split` is a whole list: expected-3.xml or expected-3.findings says what must come of its
third record, and expected.findings what is wrong outside of all records. Records that the mapping is not for need none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from lxml import etree

from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.mapping import cases
from sync.mapping.cases import EXPECTED, SOURCE
from sync.mapping.choosing import none_applies
from sync.mapping.lists import Item, find_records
from sync.mapping.places import local_name, shortened
from sync.mapping.store import Conversion, Mapping, Request
from sync.mapping.validation.documents import validate
from sync.mapping.validation.records import validate_records
from sync.model import Action, ObjectFacts, Variables
from sync.names import base, fold


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One field that is not as expected, or one file that says what is expected."""

    record: int = 0  #: of a list, from 1
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Came:
    """What came of a document, or of one record of a list."""

    tree: etree._ElementTree | None = None  #: without findings: it is skipped
    findings: Sequence[Finding] = ()

    @property
    def for_others(self) -> bool:
        return any(finding.code is Code.MAPPING_NONE for finding in self.findings)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """What is known of a document or record when it is converted."""

    facts: ObjectFacts | None
    findings: Sequence[Finding]
    variables: Variables


def run_cases(mapping: Mapping, mapping_folder: Path, names: Collection[str] | None = None) -> list[CaseResult]:
    """Run the golden cases of a mapping, or those named; raises ConfigurationError for an unfit case."""
    return [_run(mapping, case) for case in cases.cases(mapping_folder / "tests", names)]


def _run(mapping: Mapping, case: Path) -> CaseResult:
    source, variables = cases.parse(case / SOURCE), cases.variables(case)
    came = _of_list(mapping, source, variables) if mapping.records else {0: _of_document(mapping, source, variables)}
    wanted = _wanted(mapping, case, came)
    differences = [
        replace(one, record=record)
        for record in sorted({*came, *wanted})
        for one in _differences(came.get(record), wanted.get(record), record)
    ]
    findings = [
        one for record, theirs in came.items() if record in wanted or not theirs.for_others for one in theirs.findings
    ]
    return CaseResult(name=case.name, differences=tuple(differences), findings=tuple(findings))


def _wanted(mapping: Mapping, case: Path, came: dict[int, _Came]) -> dict[int, Path]:
    """Give the files that say what is expected, by record; a case that expects nothing at all is no case."""
    wanted = cases.expected(case)
    converts_whole = not mapping.records and mapping.skip is None
    if came and not wanted and (converts_whole or all(one.for_others for one in came.values())):
        return {min(came): case / EXPECTED}
    return wanted


# --- what comes -------------------------------------------------------------------------------------------------------


def _of_document(mapping: Mapping, source: etree._ElementTree, variables: Variables) -> _Came:
    """Take a source the way of a pair, without its gate."""
    if findings := validate(source, mapping.source, file=SOURCE):
        return _Came(findings=findings)
    try:
        read = _read(mapping, source, variables)
        return _came(read, mapping.convert(source, read.variables, file=SOURCE)) if read else _Came()
    except PairRejected as rejected:
        return _Came(findings=rejected.findings)


def _of_list(mapping: Mapping, source: etree._ElementTree, variables: Variables) -> dict[int, _Came]:
    """Take the records of a list their way; what is wrong outside of all of them comes of number 0."""
    items = find_records(source, [mapping.records])[mapping.records].items
    valid = validate_records(source, items, mapping.source, file=SOURCE)
    if valid.header:
        return {0: _Came(findings=valid.header)}
    came: dict[int, _Came] = {}
    going: list[tuple[Item, _Read]] = []
    for item in items:
        came[item.number] = _Came(findings=valid.records.get(item.position, ()))
        if item.position in valid.records:
            continue
        try:
            read = _read(mapping, source, variables, item)
            going += [(item, read)] if read else []
        except PairRejected as rejected:
            came[item.number] = _Came(findings=rejected.findings)
    requests = [Request(item=item, variables=read.variables) for item, read in going]
    conversions = mapping.convert_records(requests, file=SOURCE) if requests else []
    return came | {item.number: _came(read, done) for (item, read), done in zip(going, conversions, strict=True)}


def _read(mapping: Mapping, source: etree._ElementTree, variables: Variables, item: Item | None = None) -> _Read | None:
    """Read what is known before the conversion, None where the mapping skips; raises PairRejected."""
    if not mapping.applies(source, item):
        raise PairRejected([none_applies(source, {mapping.name: mapping.subject}, SOURCE, item)])
    if mapping.skip is not None:
        return None
    named = mapping.pdf_names(source, item, file=SOURCE)
    facts, findings = mapping.read_object(source, item, file=SOURCE)
    if item:
        variables = _with_pdfs_of_record(variables, named)
    if mapping.withdraws(source, item):  # whatever facts.ini says
        variables = replace(variables, action=Action.WITHDRAW)
    return _Read(facts=facts, findings=findings, variables=variables)


def _with_pdfs_of_record(variables: Variables, named: Sequence[str]) -> Variables:
    """Leave a record those PDFs of the case that it names, in its order."""
    known = {fold(base(one.source_name or one.name)): one for one in variables.documents}
    theirs = dict.fromkeys(fold(name) for name in named)
    return replace(variables, documents=tuple(known[name] for name in theirs if name in known))


def _came(read: _Read, conversion: Conversion) -> _Came:
    # What the object block cannot read, a rule mostly cannot either; one word about it is enough.
    known = {(finding.code, finding.path) for finding in conversion.findings}
    more = [finding for finding in read.findings if (finding.code, finding.path) not in known]
    return _Came(tree=conversion.tree if read.facts else None, findings=[*conversion.findings, *more])


# --- comparing --------------------------------------------------------------------------------------------------------


def _differences(came: _Came | None, file: Path | None, record: int) -> Iterator[Difference]:
    """Compare what came with what a file says; None: there is no such record, or nothing is expected of it."""
    if file is None:
        assert came is not None
        if not came.for_others:
            yield from _unexpected(came, f"expected-{record}.xml")
    elif came is None or came == _Came():
        yield Difference(path=file.name, expected=_said(file), got=None)
    elif file.name.endswith(".findings") and came.tree is not None:
        yield Difference(path=file.name, expected=_said(file), got=_brief(came.tree.getroot()))
    elif file.name.endswith(".findings"):
        yield from _compare_findings(_lines(cases.text(file)), came.findings)
    elif came.tree is None:
        yield from _unexpected(came, file.name)
    else:
        wanted = cases.parse(file).getroot()
        yield from _compare(wanted, came.tree.getroot(), f"/{local_name(wanted.tag)}")


def _unexpected(came: _Came, file: str) -> Iterator[Difference]:
    if came.tree is not None:
        yield Difference(path=file, expected=None, got=_brief(came.tree.getroot()))
    for one in came.findings:
        yield Difference(path=one.path, expected=None, got=f"{one.code} {one.rule} {one.field}")


def _said(file: Path) -> str:
    """Say in short what a file expects."""
    if file.name.endswith(".findings"):
        return "; ".join(_lines(cases.text(file)))
    return _brief(cases.parse(file).getroot())


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
    for line in lines:
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


def _lines(text: str) -> list[str]:
    """Give the findings that a file expects, without comments."""
    return [line for line in (line.partition("#")[0].strip() for line in text.splitlines()) if line]


def _brief(element: Any) -> str:
    return shortened(f"<{local_name(element.tag)}> {_summary(element)}")


def _summary(element: Any) -> str | None:
    return None if element is None else " ".join(" ".join(element.itertext()).split())
