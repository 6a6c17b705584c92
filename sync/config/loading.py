"""Read config.ini into `Settings`; all that is wrong is gathered on the way and said at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sync.config import inifile, secrets, values
from sync.config.crosscheck import crosscheck
from sync.config.inifile import Entry, Section
from sync.config.settings import PDF_POLICIES, POLICIES, SECTIONS, TITLE, Settings, keys
from sync.config.values import NotAllowed
from sync.errors import ConfigurationError, Problem, did_you_mean
from sync.findings import Code

_KINDS: Mapping[str, TypeAdapter[Any]] = {kind: TypeAdapter(facts) for kind, facts in SECTIONS.items()}
_LATER = "with a later version"
_SFTP = f"SFTP folders come {_LATER}"
#: What the design names and is not built yet: refused by name, not as unknown.
_LATER_SECTIONS = {
    "cluster": f"the cluster comes {_LATER}",
    "console": f"the console comes {_LATER}",
    "mail": f"mails come {_LATER}",
}
_LATER_KEYS = {
    ("folder", "receipts"): f"receipts of the importer come {_LATER}",
    **{("folder", key): _SFTP for key in ("user", "password", "passphrase", "key", "host-key", "known-hosts")},
    ("route", "mail"): f"mails come {_LATER}",
}
#: A path may hold " #"; in every other value it is a comment that went astray.
_PATHS = frozenset({"url", "ledger", "log", "work", "processed", "error", "stage", "documents"})


def load(path: Path) -> Settings:
    """Read the settings in *path*; raises ConfigurationError with every problem, in the order of the lines."""
    document = inifile.read(path)
    problems = list(document.problems)
    found: dict[str, dict[str, Any]] = {kind: {} for kind in _KINDS}
    root = path.absolute().parent
    for section in document.sections:
        kind, _, name = section.title.partition(" ")
        if wrong := _wrong_title(section, kind, name):
            problems.append(wrong)
            continue
        facts, wrong_values = _section(section, kind, name, root)
        problems += wrong_values
        if facts is not None:
            found[kind][name] = facts
    settings = _settings(path, found, root)
    problems += crosscheck(settings, {section.title: section for section in document.sections})
    if problems:
        raise ConfigurationError(sorted(problems, key=lambda problem: problem.line or 0))
    return settings


def _settings(path: Path, found: Mapping[str, Mapping[str, Any]], root: Path) -> Settings:
    return Settings(
        file=path.absolute(),
        general=found["pairsync"].get("") or _KINDS["pairsync"].validate_python({TITLE: root}, context=root),
        folders=MappingProxyType(found["folder"]),
        routes=MappingProxyType(found["route"]),
        links=MappingProxyType(found["link"]),
    )


def _wrong_title(section: Section, kind: str, name: str) -> Problem | None:
    if kind in _LATER_SECTIONS:
        return section.problem(_LATER_SECTIONS[kind])
    if kind not in _KINDS:
        return section.problem("unknown section", _meant(kind, _KINDS))
    if kind == "pairsync":
        return section.problem("this section has no name", "write [pairsync]") if name else None
    try:
        values.name(name)
    except NotAllowed as error:
        return section.problem(f"a {kind} needs a name", f"write [{kind} NAME]; {error.suggestion}")
    return None


def _section(section: Section, kind: str, name: str, root: Path) -> tuple[Any, list[Problem]]:
    """Give what a section says (None where it is wrong) and what is wrong with it."""
    problems = [problem for entry in section.entries.values() if (problem := _wrong_entry(section, kind, entry))]
    wrong = {problem.line for problem in problems}
    given = {key: entry.value for key, entry in section.entries.items() if entry.line not in wrong}
    given_policies = {key: given.pop(key) for key in PDF_POLICIES if key in given}
    try:
        facts = _KINDS[kind].validate_python(
            {**given, POLICIES: given_policies, TITLE: root if kind == "pairsync" else name}, context=root
        )
    except ValidationError as error:
        left_out = {key for key in section.entries if key not in given}
        return None, [*problems, *_wrong_values(section, error, left_out)]
    return facts, problems


def _wrong_entry(section: Section, kind: str, entry: Entry) -> Problem | None:
    """Say what is wrong with a key, or with any value whatever its key."""
    key, value = entry.key, entry.value
    if not value:
        return section.problem("has no value", "give it one, or put # in front of the line", key=key)
    if secrets.inline(value) or key in secrets.KEYS:
        try:
            secrets.reference(value)
        except NotAllowed as error:
            return section.problem(error.what, error.suggestion, key=key)
    if (kind, key) in _LATER_KEYS:
        return section.problem(_LATER_KEYS[kind, key], key=key)
    if kind == "route" and key in set(Code) - set(PDF_POLICIES.values()):
        return section.problem("always rejected", "remove the line", key=key)
    if key not in (known := keys(kind)):
        return section.problem("unknown key", _meant(key, known), key=key)
    if "\n" in value and key != "mappings":
        return section.problem("goes on in the next line", "begin every key at the start of its line", key=key)
    if key not in _PATHS and re.search(r"\s[#;]", value):
        return section.problem("a comment needs a line of its own", "put it on the line above", key=key)
    return None


def _meant(word: str, known: Iterable[str]) -> str:
    known = [other for other in known if other.startswith("pdf.") == word.startswith("pdf.")]
    return did_you_mean(word, known) or "one of " + ", ".join(known)


def _wrong_values(section: Section, error: ValidationError, left_out: set[str]) -> Iterator[Problem]:
    """Translate what pydantic found; a key that was found wrong before is not missing as well."""
    for details in error.errors(include_url=False):
        key = str(details["loc"][-1])
        if details["type"] == "default_factory_not_called":
            continue  # only says that another value is wrong
        if details["type"] != "missing":
            yield section.problem(*_in_words(details["type"], details.get("ctx", {})), key=key)
        elif key not in left_out:
            yield section.problem(f"{key} is missing", f"add a line {key} = …")


def _in_words(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    match kind:
        case "value_error" if isinstance(error := context["error"], NotAllowed):
            return error.what, error.suggestion
        case "literal_error" | "enum":
            return "not one of the words for it", "write " + context["expected"].replace("'", "")
        case "bool_parsing":
            return "neither yes nor no", "write yes or no"
        case "int_parsing":
            return "not a whole number", "write digits only"
        case "greater_than_equal":
            return "too little", f"{context['ge']} is the least"
        case "less_than_equal":
            return "too much", f"{context['le']} is the most"
    raise AssertionError(kind)
