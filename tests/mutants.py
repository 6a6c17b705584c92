"""Mappings that are wrong in one place each: what a complete set of golden cases finds out, every one.

Each mutant changes one thing in the text of a mapping: a row of a table gives another value, an optional rule insists
on its value, an alternative is missing, a condition always or never holds. One that passes all golden cases names what
they lack.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sync.mapping import golden
from sync.mapping.language.parser import parse
from sync.mapping.language.tree import Each, If, Operator, Place, Rule, Statement, Table, TableRow, Template
from sync.mapping.store import Mapping, MappingStore

_STRICT = {Operator.OPTIONAL: Operator.REQUIRED, Operator.CONSTANT_OPTIONAL: Operator.CONSTANT}
#: A function that makes every value missing: no value has this sign in it.
_NOTHING = ' => part "\N{WHITE SQUARE}" 2'


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """A mapping's text with one thing changed."""

    lacks: str  #: the golden case that is missing where nothing notices the change
    text: str
    word: str = ""  #: stands in the sources of the cases that are likely to notice it


def survivors(folder: Path, schemas: Path, scratch: Path, links: dict[str, str]) -> list[str]:
    """Say which golden cases the mapping in *folder* lacks."""
    mutants = {f"mutant-{number}": one for number, one in enumerate(mutate(folder))}
    shutil.copytree(schemas, scratch / "schemas")
    for name, mutant in mutants.items():
        (scratch / name).mkdir()
        text = mutant.text.replace(f"mapping {folder.name}\n", f"mapping {name}\n", 1)
        (scratch / name / "mapping.map").write_text(text, encoding="utf-8")
    store = MappingStore.load(scratch, links)
    assert store.problems == ()
    return [one.lacks for name, one in mutants.items() if _passes(store.mappings[name], folder, one.word)]


def mutate(folder: Path) -> Iterator[Mutant]:
    """Give the mutants of the mapping in *folder*."""
    text = (folder / "mapping.map").read_text(encoding="utf-8")
    tree = parse(text, folder.name)
    lines = text.splitlines(keepends=True)
    for table in tree.tables:
        for row in table.rows:
            lacks = f"table {table.name}: row {row.key or '*'}"
            yield Mutant(lacks=lacks, text=_changed(lines, row.place, _row(table, row, lines)), word=row.key or "")
    yield from _of_statements(tree.statements, lines)


def _row(table: Table, row: TableRow, lines: list[str]) -> str:
    """Give a row with the value of another one; where all have the same, none."""
    others = [lines[other.place.line - 1] for other in table.rows if other.value != row.value]
    key, arrow, _ = lines[row.place.line - 1].rpartition("->")
    return f"{key}{arrow}{others[0].rpartition('->')[2]}" if others else ""


def _of_statements(statements: tuple[Statement, ...], lines: list[str]) -> Iterator[Mutant]:
    for statement in statements:
        match statement:
            case Rule():
                yield from _of_rule(statement, lines)
            case Each():
                yield from _of_operator(statement, lines)
                yield from _of_block(statement, lines)
                yield from _of_statements(statement.body, lines)
            case If():
                yield from _of_condition(statement, lines)
                yield from _of_statements((*statement.body, *statement.otherwise), lines)


def _of_rule(rule: Rule, lines: list[str]) -> Iterator[Mutant]:
    yield from _of_operator(rule, lines)
    line = lines[rule.place.line - 1]
    if rule.operator in _STRICT:
        end = _end(line)
        text = f"{line[:end]}{_NOTHING}{line[end:]}"
        yield Mutant(lacks=f"{_said(line)}: with a value", text=_changed(lines, rule.place, text))
    alternatives = rule.value.alternatives
    for number, alternative in enumerate(alternatives[:-1], start=1):
        start, after = alternative.place.column - 1, alternatives[number].place.column - 1
        without = line[:start] + line[after:]
        if number == len(alternatives) - 1 == 1 and isinstance(alternatives[number], Template):
            without = without.replace("<-", "=", 1)  # a quoted text alone is a constant
        yield Mutant(lacks=f"{_said(line)}: alternative {number}", text=_changed(lines, rule.place, without))
    if len(alternatives) > 1:
        start = alternatives[-1].place.column - 1
        rest = re.match(r'"[^"]*"|\'[^\']*\'|[^\s]+', line[start:])
        assert rest is not None
        without = re.sub(r"\s*\belse\s*$", "", line[:start]) + line[start + rest.end() :]
        yield Mutant(lacks=f"{_said(line)}: the last alternative", text=_changed(lines, rule.place, without))


def _of_operator(statement: Rule | Each, lines: list[str]) -> Iterator[Mutant]:
    if statement.operator in _STRICT:
        line = lines[statement.place.line - 1]
        strict = re.sub(r"(?<= )(<-\?|=\?)(?= )", _STRICT[statement.operator], line, count=1)
        yield Mutant(lacks=f"{_said(line)}: without a value", text=_changed(lines, statement.place, strict))


def _of_block(each: Each, lines: list[str]) -> Iterator[Mutant]:
    if each.operator is Operator.OPTIONAL:
        first, last = each.place.line - 1, _last_line(each)
        text = "".join([*lines[:first], "\n" * (last - first), *lines[last:]])
        yield Mutant(lacks=f"{_said(lines[first])}: with an element", text=text)


def _of_condition(statement: If, lines: list[str]) -> Iterator[Mutant]:
    line = lines[statement.place.line - 1]
    start = len(line) - len(line.lstrip())
    for holds, lacks in (("1 = 1", "where it does not hold"), ("1 = 2", "where it holds")):
        text = f"{line[:start]}if {holds}\n"
        yield Mutant(lacks=f"{_said(line)}: {lacks}", text=_changed(lines, statement.place, text))


def _last_line(statement: Statement) -> int:
    inner = statement.body if isinstance(statement, Each) else ()
    inner += (*statement.body, *statement.otherwise) if isinstance(statement, If) else ()
    return max(statement.place.line, *(_last_line(one) for one in inner), 0)


def _changed(lines: list[str], place: Place, text: str) -> str:
    return "".join([*lines[: place.line - 1], text or "\n", *lines[place.line :]])


def _end(line: str) -> int:
    """Give where a rule ends and its comment begins."""
    whole = re.match(r"""(?:"[^"]*"|'[^']*'|[^#"'])*""", line)
    assert whole is not None
    return len(whole.group().rstrip())


def _said(line: str) -> str:
    return " ".join(line[: _end(line)].split())


def _passes(mutant: Mapping, folder: Path, word: str) -> bool:
    """Tell whether a mutant passes every golden case; those that are likely to notice it go first."""
    cases = sorted(path for path in (folder / "tests").iterdir() if path.is_dir())
    cases.sort(key=lambda case: word not in (case / "source.xml").read_text(encoding="utf-8", errors="replace"))
    return all(golden.run_cases(mutant, folder, [case.name])[0].passed for case in cases)
