"""What no section can know alone: whether folders, routes and links fit together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

from sync.config.inifile import Section
from sync.config.settings import EXPORT_KEYS, IMPORT_KEYS, Folder, Settings
from sync.errors import Problem, did_you_mean


def crosscheck(settings: Settings, sections: Mapping[str, Section]) -> Iterator[Problem]:
    """Find what does not fit; *sections*, by title, know the lines, and those that are wrong in themselves too."""
    yield from _unknown_folders(settings, sections)
    yield from _routes_there_twice(settings, sections)
    yield from _both_ways(settings, sections)
    yield from _keys_without_effect(settings, sections)
    yield from _nested_folders(settings, sections)
    yield from _shared_places(settings, sections)
    yield from _two_schedules(settings, sections)
    yield from _schemes(settings, sections)
    yield from _two_links_of_a_kind(settings, sections)


def _unknown_folders(settings: Settings, sections: Mapping[str, Section]) -> Iterator[Problem]:
    known = [title.removeprefix("folder ") for title in sections if title.startswith("folder ")]
    for route in settings.routes.values():
        section = sections[f"route {route.name}"]
        for key, name in (("from", route.source), ("to", route.target)):
            if name not in known:
                suggestion = did_you_mean(name, known) or f"add a section [folder {name}]"
                yield section.problem("there is no such folder", suggestion, key=key)


def _routes_there_twice(settings: Settings, sections: Mapping[str, Section]) -> Iterator[Problem]:
    for route in settings.routes.values():
        if route.source == route.target:
            yield sections[f"route {route.name}"].problem("a route leads from one folder to another", key="to")
    for one, other in combinations(settings.routes.values(), 2):
        if (one.source, one.target) == (other.source, other.target):
            line = sections[f"route {one.name}"].line
            what = f"the same way as [route {one.name}] in line {line}"
            yield sections[f"route {other.name}"].problem(what, "put all mappings into one of them")


def _both_ways(settings: Settings, sections: Mapping[str, Section]) -> Iterator[Problem]:
    sources = {route.source: route.name for route in settings.routes.values()}
    for route in settings.routes.values():
        if route.target in sources and route.source != route.target:
            what = f"[route {sources[route.target]}] leads from this folder: it would pick up what this one delivers"
            suggestion = "give the export and the import a folder each"
            yield sections[f"route {route.name}"].problem(what, suggestion, key="to")


def _keys_without_effect(settings: Settings, sections: Mapping[str, Section]) -> Iterator[Problem]:
    sources = {route.source for route in settings.routes.values()}
    targets = {route.target for route in settings.routes.values()}
    for folder in settings.folders.values():
        section = sections[f"folder {folder.name}"]
        if folder.name in sources - targets:
            wrong, what = IMPORT_KEYS, "no effect: routes only lead from this folder"
        elif folder.name in targets - sources:
            wrong, what = EXPORT_KEYS, "no effect: routes only lead to this folder"
        else:
            continue
        for key in section.entries:
            if key in wrong:
                yield section.problem(what, "remove the line", key=key)


def _nested_folders(settings: Settings, sections: Mapping[str, Section]) -> Iterator[Problem]:
    for one, other in combinations(settings.folders.values(), 2):
        what = ""
        if _inside(other.path, one.path):
            what = "the same folder as" if _inside(one.path, other.path) else "lies in"
        elif _inside(one.path, other.path):
            what = "holds"
        if what:
            line = sections[f"folder {one.name}"].line
            problem = f"{what} [folder {one.name}] in line {line}"
            yield sections[f"folder {other.name}"].problem(problem, "give each a folder of its own", key="url")


def _shared_places(settings: Settings, sections: Mapping[str, Section]) -> Iterator[Problem]:
    """Find work folders, archives and stages where pairs are looked for, or that two would share."""
    taken: dict[str, str] = {}
    for folder in settings.folders.values():
        for key, place in _places(folder):
            section = sections[f"folder {folder.name}"]
            for other in settings.folders.values():
                if _inside(other.path, place) or (other is not folder and _inside(place, other.path)):
                    yield section.problem(f"in the way of [folder {other.name}]", "take another folder", key=key)
            owner = taken.setdefault(os.path.realpath(place), f"{key} of [folder {folder.name}]")
            if owner != f"{key} of [folder {folder.name}]":
                yield section.problem(f"the same folder as {owner}", "take another folder", key=key)


def _places(folder: Folder) -> list[tuple[str, Path]]:
    keys = ("documents", "work", "processed", "error", "stage")
    return [(key, place) for key in keys if (place := getattr(folder, key)) is not None]


def _two_schedules(settings: Settings, sections: Mapping[str, Section]) -> Iterator[Problem]:
    for route in settings.routes.values():
        if route.every is not None and route.cron is not None:
            yield sections[f"route {route.name}"].problem("every says already when", "keep one of both", key="cron")


def _schemes(settings: Settings, sections: Mapping[str, Section]) -> Iterator[Problem]:
    for link in settings.links.values():
        scheme = link.url.partition(":")[0].lower()
        if scheme not in ("http", "https", *link.schemes):
            suggestion = f"add a line schemes = {scheme} if it is meant"
            yield sections[f"link {link.name}"].problem("links are http or https", suggestion, key="url")


def _two_links_of_a_kind(settings: Settings, sections: Mapping[str, Section]) -> Iterator[Problem]:
    for one, other in combinations(settings.links.values(), 2):
        for kind in one.kind:
            if kind in other.kind:
                what = f"[link {one.name}] is for {kind} already"
                yield sections[f"link {other.name}"].problem(what, "take the word out of one of them", key="kind")


def _inside(path: Path, folder: Path) -> bool:
    """Tell whether *path* is *folder* or lies in it, links followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
