"""`pairsync link`: the address of the page on which a system shows something."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sync.cli.exits import Exit
from sync.cli.output import emit, say
from sync.cli.session import Session, json_option, pass_session
from sync.errors import ConfigurationError, Problem, did_you_mean
from sync.model import ObjectFacts
from sync.names import linked

if TYPE_CHECKING:
    from sync.config.settings import Link


@click.command()
@click.argument("kind", help="The kind of object: customer, project, document …")
@click.argument("number", help="Its number.")
@click.argument("revision", required=False, help="Its revision; without: the latest that was delivered.")
@json_option
@pass_session
def link(session: Session, kind: str, number: str, revision: str | None) -> int:
    """Print the address of the page that shows a customer, project, document, article or complaint."""
    template = _template(session, kind)
    facts = ObjectFacts(kind=kind, number=number, revision=revision or "")
    lacking = _lacking(template, facts)
    if lacking and (known := _newest(session, kind, number)):
        facts = dataclasses.replace(facts, **{name: getattr(known, name) for name in lacking})
        lacking = _lacking(template, facts)
    if lacking:
        return session.fail(_unknown(template, facts, lacking), Exit.FOUND)
    url = linked(template.url, dataclasses.asdict(facts))
    if session.json:
        emit("link", link=template.name, kind=kind, number=number, revision=facts.revision, url=url)
    else:
        say(url)
    return Exit.FINE


# --- which template ---------------------------------------------------------------------------------------------------


def _template(session: Session, kind: str) -> Link:
    """Give the link of a kind: one that says so, else the one that a mapping of this kind names."""
    links = session.settings.links
    for one in links.values():
        if kind in one.kind:
            return one
    by_mapping, problems = _by_mapping(session, links)
    names = by_mapping.get(kind, [])
    if len(names) == 1:
        return links[names[0]]
    if names:
        what = f"{' and '.join(f'[link {name}]' for name in names)} are for {kind}, by the mappings that name them"
        problem = Problem(file=str(session.config), what=what, suggestion=f"add kind = {kind} to one of them")
        raise ConfigurationError([problem])
    if problems:  # one of those may be of this kind
        raise ConfigurationError(problems)
    known = sorted({*by_mapping, *(word for one in links.values() for word in one.kind)})
    meant = did_you_mean(kind, known) or f"there are links for {', '.join(known) or 'nothing'}"
    raise click.UsageError(f"{session.config} has no link for {kind} ({meant})")


def _by_mapping(session: Session, links: Mapping[str, Link]) -> tuple[dict[str, list[str]], tuple[Problem, ...]]:
    """Give the links that say no kind themselves, by the kinds of the mappings that name them."""
    from sync.engine.embedded import load_mappings

    store = load_mappings(session.settings)
    named = {(one.kind, one.link) for one in store.mappings.values() if one.link and not links[one.link].kind}
    kinds: dict[str, list[str]] = {}
    for kind, name in sorted(named):
        kinds.setdefault(kind, []).append(name)
    return kinds, store.problems


# --- what stands in it ------------------------------------------------------------------------------------------------


def _lacking(template: Link, facts: ObjectFacts) -> list[str]:
    """Give the names of what the template asks for and nobody has said."""
    return [name for name in ("revision", "customer") if f"{{{name}}}" in template.url and not getattr(facts, name)]


def _newest(session: Session, kind: str, number: str) -> ObjectFacts | None:
    from sync.ledger import objects

    with session.ledger() as ledger:
        if ledger is None:
            return None
        with ledger.read() as connection:
            return objects.newest(connection, kind, number)


def _unknown(template: Link, facts: ObjectFacts, lacking: list[str]) -> str:
    what = f"no {' and no '.join(lacking)} of {facts.kind} {facts.number} was ever delivered"
    asks = f"the link {template.name} needs {' and '.join(f'{{{name}}}' for name in lacking)}"
    example = f": pairsync link {facts.kind} {facts.number} REVISION" if lacking == ["revision"] else ""
    return f"{what}, and {asks}{example}"
