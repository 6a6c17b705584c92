"""The mappings of an installation: folders, each with its schemas, loaded and checked together."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Named
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from sync.errors import ConfigurationError, Problem
from sync.mapping.convert import Conversion, Request
from sync.mapping.loaded import Mapping
from sync.mapping.loading import SHARED_SCHEMAS, Loader
from sync.mapping.output import serialize
from sync.model import ObjectFacts
from sync.names import linked

__all__ = ["Conversion", "Mapping", "MappingStore", "Request", "serialize"]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Loaded:
    """All mappings that could be loaded, by name, and what is wrong with the others."""

    mappings: Named[str, Mapping]
    problems: tuple[Problem, ...]


class MappingStore:
    """The mappings of an installation: their folders are listed at once, and all read when the first is asked for.

    So a run that finds no document compiles none.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._listing: list[Problem] = []
        self._folders = _folders(loader.root, self._listing)

    @classmethod
    def load(cls, root: Path, links: Named[str, str], systems: Collection[str] = ()) -> MappingStore:
        """List every mapping below *root*; *links* are the templates of config.ini by name, *systems* its systems."""
        return cls(Loader(root=root, links=links, systems=systems))

    @property
    def mappings(self) -> Named[str, Mapping]:
        """All mappings that can be loaded, by name."""
        return self._loaded.mappings

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the others."""
        return self._loaded.problems

    @property
    def broken(self) -> frozenset[str]:
        """The names of the others."""
        return self.names - self.mappings.keys()

    @property
    def names(self) -> frozenset[str]:
        """The names of all of them, for which nothing has to be read."""
        return frozenset(folder.name for folder in self._folders)

    def met(self) -> tuple[Problem, ...]:
        """Give the problems that came up so far: those of mappings only if one was asked for."""
        return self.problems if "_loaded" in self.__dict__ else tuple(self._listing)

    @cached_property
    def _loaded(self) -> _Loaded:
        mappings: dict[str, Mapping] = {}
        problems = list(self._listing)
        for folder in self._folders:
            try:
                mappings[folder.name] = self._loader.load(folder)
            except ConfigurationError as error:
                problems += error.problems
        return _Loaded(mappings=mappings, problems=tuple(problems))

    def link_for(self, mapping: Mapping, facts: ObjectFacts) -> str:
        """Give the link to what a transfer is about, "" where its mapping has none."""
        return linked(mapping.link_template, dataclasses.asdict(facts))

    def chosen(self, patterns: Iterable[str]) -> set[str]:
        """Give the names of the mappings that these names and patterns choose, broken ones too."""
        return {name for pattern in patterns for name in self.names if fnmatchcase(name, pattern)}

    def lacks(self, patterns: Iterable[str]) -> bool:
        """Tell whether a mapping is missing among those that are chosen: one is broken, or there is none at all."""
        chosen = self.chosen(patterns)
        return not chosen or not chosen.isdisjoint(self.broken)

    def for_root(self, tag: str, names: Collection[str] | None = None) -> list[Mapping]:
        """Give the mappings for documents with this root; *names* None: all of them."""
        return [
            mapping
            for mapping in self.mappings.values()
            if mapping.root == tag and (names is None or mapping.name in names)
        ]


def _folders(root: Path, problems: list[Problem]) -> list[Path]:
    try:
        found = sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError as error:
        problems.append(Problem(file=str(root), what=f"the folder of the mappings cannot be read: {error.strerror}"))
        return []
    return [path for path in found if path.name != SHARED_SCHEMAS]
