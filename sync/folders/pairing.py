"""Which names belong together; names only, nothing is looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sync import names
from sync.model import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The names of one pair key; more than one XML or PDF is ambiguous."""

    key: str
    xmls: tuple[str, ...] = ()
    pdfs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """All names of a folder, grouped."""

    groups: Mapping[str, Group]  #: by pair key: NFC and casefold of the stem
    pdfs: Mapping[str, tuple[str, ...]]  #: PDFs by folded name, for XMLs that name theirs
    others: Mapping[str, tuple[str, ...]]  #: what is neither, by folded name: done files are among them
    strange: tuple[str, ...]  #: XML or PDF names that are not UTF-8


def group(listing: Iterable[str]) -> Names:
    """Sort a folder's names into pairs."""
    xmls, by_stem = defaultdict(list), defaultdict(list)
    pdfs, others = defaultdict(list), defaultdict(list)
    strange = []
    for name in listing:
        if names.ignored(name):
            continue
        role = names.role(name)
        if names.in_documents(name) and role is not Role.PDF:
            continue  # an XML there is nobody's, as are the folders of a person
        if role is not None and not names.is_utf8(name):
            strange.append(name)
        elif role is Role.XML:
            xmls[names.fold(names.split(name).stem)].append(name)
        elif role is Role.PDF:
            by_stem[names.fold(names.split(name).stem)].append(name)
            pdfs[names.fold(names.base(name))].append(name)
        else:
            others[names.fold(name)].append(name)
    keys = sorted(xmls.keys() | by_stem.keys())
    groups = {
        key: Group(key=key, xmls=tuple(sorted(xmls.get(key, ()))), pdfs=tuple(sorted(by_stem.get(key, ()))))
        for key in keys
    }
    return Names(groups=groups, pdfs=_frozen(pdfs), others=_frozen(others), strange=tuple(sorted(strange)))


def _frozen(found: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return {key: tuple(sorted(values)) for key, values in found.items()}


def done_name(pattern: str, xml: str) -> str:
    """Give the done file's name for an XML: `{stem}.ok`, `{name}.done`."""
    return pattern.replace("{stem}", names.split(xml).stem).replace("{name}", xml)
