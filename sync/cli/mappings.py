"""`pairsync mapping`: which mappings there are, what they compile to, and whether their golden cases hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from sync.cli.completing import mapping_names
from sync.cli.exits import Exit
from sync.cli.output import coloured, columns, emit, note, plural, say, table
from sync.cli.session import Session, json_option, pass_session
from sync.errors import ConfigurationError, Problem, did_you_mean

if TYPE_CHECKING:
    from sync.mapping.golden import CaseResult, Difference
    from sync.mapping.store import Mapping, MappingStore


@click.group()
def mapping() -> None:
    """Look at the mappings, and test them."""


@mapping.command("list")
@json_option
@pass_session
def list_(session: Session) -> int:
    """List the mappings, and what is wrong with those that cannot be loaded."""
    store = _store(session)
    facts = [_facts(one) for one in store.mappings.values()]
    if session.json:
        for one in facts:
            emit("mapping", **one)
    elif facts:
        header = ("mapping", "source", "target", "object", "pdf")
        for line in table([header, *(tuple(map(str, one.values())) for one in facts)], width=columns()):
            say(line)
    else:
        note(f"there is no mapping in {session.settings.general.mappings}")
    session.problems(store.problems)
    return Exit.CONFIGURATION if store.problems else Exit.FINE


def _facts(one: Mapping) -> dict[str, str]:
    from sync.mapping.language.parser import parse
    from sync.mapping.reading import MAP_FILE

    tree = parse((one.folder / MAP_FILE).read_text(encoding="utf-8-sig"), MAP_FILE)
    target = tree.target.root if tree.target else ""
    return {"name": one.name, "source": tree.source.root, "target": target, "object": one.kind, "pdf": str(one.pdf)}


@mapping.command()
@click.argument("name", shell_complete=mapping_names, help="The name of a mapping.")
@json_option
@pass_session
def xslt(session: Session, name: str) -> int:
    """Print the stylesheet that a mapping is compiled to."""
    text = _mapping(session, _store(session), name).stylesheet()
    if session.json:
        emit("stylesheet", name=name, xslt=text)
    else:
        say(text.rstrip("\n"))
    return Exit.FINE


@mapping.command()
@click.argument("name", required=False, shell_complete=mapping_names, help="The name of a mapping; without: all.")
@json_option
@pass_session
def test(session: Session, name: str | None) -> int:
    """Run the golden cases of a mapping, or of all."""
    store = _store(session)
    chosen = [_mapping(session, store, name)] if name else list(store.mappings.values())
    problems = [] if name else list(store.problems)
    failed = 0
    for one in chosen:
        try:
            failed += _test(session, one)
        except ConfigurationError as error:  # a case that is unfit
            problems += error.problems
    session.problems(problems)
    return Exit.CONFIGURATION if problems else Exit.FOUND if failed else Exit.FINE


def _test(session: Session, one: Mapping) -> int:
    """Run the cases of a mapping, say what differs; give how many failed."""
    from sync.mapping.golden import run_cases

    results = run_cases(one, one.folder)
    failed = [result for result in results if not result.passed]
    if session.json:
        _tell_programs(one.name, results)
        return len(failed)
    for result in failed:
        say(coloured(f"{one.name}: {result.name} differs", "red"))
        for line in table(_rows(result.differences), width=columns(), indent=2):
            say(line)
    verdict = (
        f"{len(failed)} of {plural(len(results), 'case')} failed"
        if failed
        else f"{plural(len(results), 'case')} passed"
    )
    say(f"{one.name}: {verdict}" if results else f"{one.name}: it has no cases (tests/<case>/source.xml)")
    return len(failed)


def _rows(differences: Sequence[Difference]) -> list[tuple[str, ...]]:
    """Give a line for each difference; a column says which record of a list it is about."""
    records = any(one.record for one in differences)
    header = ("record", "field", "expected", "got")
    rows = [(str(one.record or ""), one.path, _shown(one.expected), _shown(one.got)) for one in differences]
    return [row if records else row[1:] for row in (header, *rows)]


def _shown(value: str | None) -> str:
    return "–" if value is None else f'"{value}"'


def _tell_programs(name: str, results: Iterable[CaseResult]) -> None:
    for result in results:
        differences = [dataclasses.asdict(one) for one in result.differences]
        emit("case", mapping=name, name=result.name, passed=result.passed, differences=differences)


def _store(session: Session) -> MappingStore:
    from sync.engine.embedded import load_mappings

    return load_mappings(session.settings)


def _mapping(session: Session, store: MappingStore, name: str) -> Mapping:
    """Give a mapping; raises ConfigurationError where it cannot be loaded, UsageError where there is none."""
    if name in store.mappings:
        return store.mappings[name]
    folder = session.settings.general.mappings / name
    if folder.is_dir():
        raise ConfigurationError(store.problems or [Problem(file=str(folder), what="cannot be loaded")])
    raise click.UsageError(
        f"there is no mapping {name} ({did_you_mean(name, store.mappings) or 'pairsync mapping list'})"
    )
