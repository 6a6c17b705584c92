"""What `pairsync check` looks at: folders, ledger and mappings, before a run needs them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from sync import system
from sync.config import Folder, Settings
from sync.engine.embedded import export_folder, load_mappings
from sync.errors import ConfigurationError, LedgerUnavailable
from sync.folders.local_import import stage_in
from sync.ledger import health, wishes
from sync.ledger.database import Ledger, is_there, sqlite_url
from sync.mapping.store import MappingStore
from sync.model import Place

_MIB = 1 << 20


class Grade(StrEnum):
    """What a result means."""

    OK = "ok"  #: as it must be
    NOTE = "note"  #: it works, but a promise is weaker, or somebody should know
    WRONG = "wrong"  #: a run will not do what is expected


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One thing that was looked at."""

    grade: Grade
    subject: str
    what: str
    suggestion: str = ""
    configuration: bool = False  #: a mapping or the ledger is wrong: exit 78


def checks(settings: Settings) -> Iterator[Result]:
    """Look at everything; what was made for a probe is removed again."""
    count = f"folders: {len(settings.folders)}, routes: {len(settings.routes)}"
    yield Result(grade=Grade.OK, subject=settings.file.name, what=count)
    used = _used(settings)
    for folder in settings.source_folders():
        yield from _export(folder, used)
    for name in dict.fromkeys(route.target for route in settings.routes.values()):
        leading = [settings.folders[route.source] for route in settings.routes.values() if route.target == name]
        yield from _import(settings.folders[name], leading, used)
    yield from _ledger(settings)
    yield from _log(settings)
    store = load_mappings(settings)
    yield from _mappings(settings, store)
    yield from _routes(settings, store)


# --- folders ----------------------------------------------------------------------------------------------------------


def _used(settings: Settings) -> list[str]:
    """Give the folders that the ledger knows; what is wrong with the ledger itself is said where its turn comes."""
    path = settings.general.ledger
    with suppress(ConfigurationError, LedgerUnavailable):
        if is_there(path):
            with closing(Ledger.open(sqlite_url(path))) as ledger, ledger.read() as connection:
                return [name for name in settings.folders if health.used(connection, name)]
    return []


def _export(folder: Folder, used: Collection[str]) -> Iterator[Result]:
    real = export_folder(folder)
    hidden = real.path("work", "").parent
    together = [hidden, real.path(Place.PROCESSED, ""), real.path(Place.ERROR, ""), *_documents(folder)]
    yield from _folder(folder, together, hidden, needed=folder.max_xml, used=folder.name in used)


def _import(folder: Folder, leading: Sequence[Folder], used: Collection[str]) -> Iterator[Result]:
    stage = folder.stage or stage_in(folder.path)
    needed = max(source.max_xml + source.max_pdf for source in leading)
    yield from _folder(folder, [stage, *_documents(folder)], stage, needed=needed, used=folder.name in used)


def _documents(folder: Folder) -> list[Path]:
    return [] if folder.documents is None else [folder.documents]


def _folder(folder: Folder, together: Sequence[Path], hidden: Path, *, needed: int, used: bool) -> Iterator[Result]:
    """Look at a folder, those that must be *together* with it, and try out what a run does in the *hidden* one."""
    subject = f"folder {folder.name}"
    findings = [found for path in (folder.path, *_documents(folder)) for found in _access(path)]
    if not findings and used and not hidden.is_dir():
        what = f"was used before, and {hidden} is not there any more"
        findings.append((Grade.WRONG, what, f"mount the share; or, if it is another folder, mkdir -p {hidden}"))
    if not findings:
        findings += _same_file_system(folder.path, together)
        findings += _probe(hidden, folder.mode, folder.group)
        findings += _space(folder.path, needed)
        findings += _network(folder.path)
    for grade, what, suggestion in findings:
        yield Result(grade=grade, subject=subject, what=what, suggestion=suggestion)
    if not any(grade is Grade.WRONG for grade, *_ in findings):
        yield Result(
            grade=Grade.OK, subject=subject, what=f"can be read and written, and files be moved ({folder.path})"
        )


_Finding = tuple[Grade, str, str]


def _access(path: Path) -> Iterator[_Finding]:
    if not os.path.isdir(path):  # noqa: PTH112  # unlike Path's, it answers where nobody may look
        yield Grade.WRONG, *_no_folder(path)
        return
    for right, word in ((os.R_OK | os.X_OK, "read"), (os.W_OK, "written")):
        if not os.access(path, right, effective_ids=True):
            yield Grade.WRONG, f"{path} cannot be {word} by this user", _right()


def _no_folder(path: Path) -> tuple[str, str]:
    """Say why this is no folder, and what to do."""
    if os.path.lexists(path):
        link = "is a link that leads nowhere" if path.is_symlink() else "is not a folder"
        return f"{path} {link}", "remove it, or name another folder in config.ini"
    above = _nearest(path.parent)
    if not os.access(above, os.X_OK, effective_ids=True):
        return f"{path} cannot be reached: {above} cannot be entered by this user", _right()
    return f"{path} is not there", f"mkdir -p {path}, or mount the share"


def _right() -> str:
    return f"give user {os.geteuid()} the right to it"


def _same_file_system(path: Path, others: Sequence[Path]) -> Iterator[_Finding]:
    for other in others:
        if _nearest(other).stat().st_dev != path.stat().st_dev:
            what = f"{other} is on another file system than {path}: files cannot be moved between them at once"
            yield Grade.WRONG, what, "take a folder on the same file system"


def _probe(hidden: Path, mode: int | None, group: str | None) -> Iterator[_Finding]:
    """Make a file, rename it without replacing, give it rights and group, remove it."""
    try:
        with _made(hidden), system.opened(hidden) as folder, _probes(folder) as (one, other):
            yield from _renaming(folder, one, other, hidden)
            yield from _giving(folder, one, mode, group)
    except OSError as error:
        yield Grade.WRONG, f"no file can be made in {hidden}: {error.strerror}", "a run needs to write there"


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder, and remove again what was made for it."""
    missing = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for path in missing:
            with suppress(OSError):  # somebody else uses it by now
                path.rmdir()


@contextmanager
def _probes(folder: int) -> Iterator[tuple[str, str]]:
    names = [f".check-{os.getpid()}-{number}" for number in (1, 2)]
    with ExitStack() as stack:
        for name in names:
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder))
            stack.callback(system.remove, folder, name)
        yield names[0], names[1]


def _renaming(folder: int, one: str, other: str, hidden: Path) -> Iterator[_Finding]:
    try:
        system.rename_noreplace(folder, one, folder, other)
    except FileExistsError:
        pass
    else:
        yield Grade.WRONG, f"in {hidden} a rename replaces files without a word", "take another file system"
        return
    if not system.has_rename_noreplace(folder, one):
        what = (
            f"the file system of {hidden} has no rename that never replaces: it is looked whether the name is free, "
            "and whoever writes a file of that name in the same moment loses it"
        )
        yield Grade.NOTE, what, ""


def _giving(folder: int, name: str, mode: int | None, group: str | None) -> Iterator[_Finding]:
    descriptor = os.open(name, os.O_WRONLY | os.O_CLOEXEC, dir_fd=folder)
    try:
        system.give_to(descriptor, mode, group)
    except PermissionError:
        what = f"this user may not give files to the group {group}"
        yield Grade.WRONG, what, f"usermod -aG {group} USER, then log in anew"
    except OSError as error:
        yield Grade.WRONG, f"{error.strerror} on this machine", "groupadd, or correct group ="
    finally:
        os.close(descriptor)


def _space(path: Path, needed: int) -> Iterator[_Finding]:
    facts = os.statvfs(path)
    free = facts.f_bavail * facts.f_frsize
    if free < _MIB or (facts.f_files and not facts.f_favail):
        yield Grade.WRONG, f"the disk of {path} is full", "make room: nothing is taken until there is some"
    elif free < needed:
        yield Grade.NOTE, f"only {free // _MIB:,} MiB are free; one pair may need {needed // _MIB:,} MiB", ""


def _network(path: Path) -> Iterator[_Finding]:
    if kind := system.network_file_system(path):
        what = f"is a share ({kind}): what is said to be safe after a power cut is so only if its server keeps its word"
        yield Grade.NOTE, what, ""


def _nearest(path: Path) -> Path:
    """Give the path, or what is there of those above it: a folder, or something that is in the way."""
    return next(one for one in (path, *path.parents) if os.path.lexists(one))


def _unmakable(path: Path) -> tuple[str, str] | None:
    """Say why a file cannot be made or written at this path, and what to do; None: it can."""
    place = path if os.path.lexists(path) else _nearest(path.parent)
    if place != path and not os.path.isdir(place):  # noqa: PTH112
        return _no_folder(place)
    if not os.access(place, os.W_OK, effective_ids=True):
        return f"{place} cannot be written by this user", _right()
    return None


# --- ledger, log, mappings, routes ------------------------------------------------------------------------------------


def _ledger(settings: Settings) -> Iterator[Result]:
    path = settings.general.ledger
    if kind := system.network_file_system(path):
        what = f"{path} is on a share ({kind}), where SQLite does not keep its promises"
        yield Result(grade=Grade.WRONG, subject="ledger", what=what, suggestion="put it on a local disk")
    if why := _unmakable(path):
        yield Result(grade=Grade.WRONG, subject="ledger", what=why[0], suggestion=why[1])
    elif not os.path.exists(path):  # noqa: PTH110
        yield Result(grade=Grade.OK, subject="ledger", what=f"{path} will be made by the first run")
    else:
        yield from _opened(settings)


def _opened(settings: Settings) -> Iterator[Result]:
    path = settings.general.ledger
    try:
        ledger = Ledger.open(sqlite_url(path))
        with ledger.read() as connection:
            paused = sorted(wishes.paused(connection))
        ledger.close()
    except ConfigurationError as error:
        for problem in error.problems:
            facts = {"what": f"{problem.file}: {problem.what}", "suggestion": problem.suggestion}
            yield Result(grade=Grade.WRONG, subject="ledger", configuration=True, **facts)
    except LedgerUnavailable as error:
        yield Result(grade=Grade.WRONG, subject="ledger", what=str(error))
    else:
        yield Result(grade=Grade.OK, subject="ledger", what=f"{path} can be read and written")
        for name in paused:
            what = "is paused: nothing is delivered on it"
            yield Result(grade=Grade.NOTE, subject=f"route {name}", what=what, suggestion=f"pairsync resume {name}")


def _log(settings: Settings) -> Iterator[Result]:
    path = settings.general.log
    if path is None:
        yield Result(grade=Grade.OK, subject="log", what="goes to standard error")
    elif os.path.isdir(path):  # noqa: PTH112
        yield Result(
            grade=Grade.WRONG, subject="log", what=f"{path} is a folder", suggestion="write the path of a file"
        )
    elif why := _unmakable(path):
        yield Result(grade=Grade.WRONG, subject="log", what=why[0], suggestion=why[1])
    else:
        yield Result(grade=Grade.OK, subject="log", what=f"{path} can be written")


def _mappings(settings: Settings, store: MappingStore) -> Iterator[Result]:
    for problem in store.problems:
        place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part is not None)
        what = ": ".join(filter(None, (place, problem.where, problem.what)))
        facts = {"what": what, "suggestion": problem.suggestion}
        yield Result(grade=Grade.WRONG, subject="mapping", configuration=True, **facts)
    if store.mappings:
        loaded = f"{len(store.mappings)} can be loaded: {', '.join(store.mappings)}"
        yield Result(grade=Grade.OK, subject="mappings", what=loaded)
    elif not store.problems:
        what = f"there is none yet in {settings.general.mappings}: every pair would wait"
        yield Result(grade=Grade.WRONG, subject="mappings", what=what, configuration=True)


def _routes(settings: Settings, store: MappingStore) -> Iterator[Result]:
    for route in settings.routes.values():
        known = store.mappings
        empty = [p for p in route.mappings if known and not any(fnmatchcase(name, p) for name in known)]
        for pattern in empty:
            what = f"no mapping that can be loaded is called {pattern}"
            suggestion = f"put one into {settings.general.mappings}, or correct mappings ="
            all_empty = len(empty) == len(route.mappings)
            facts = {"subject": f"route {route.name}", "what": what, "suggestion": suggestion}
            yield Result(grade=Grade.WRONG, configuration=all_empty, **facts)
        if route.paused:
            what = "is paused by config.ini: nothing is delivered on it"
            yield Result(grade=Grade.NOTE, subject=f"route {route.name}", what=what)
        if route.every is not None or route.cron is not None:
            key = "cron" if route.every is None else "every"
            what = f"{key} has no effect yet: the service comes with a later version"
            suggestion = "let the system's cron start pairsync run"
            yield Result(grade=Grade.NOTE, subject=f"route {route.name}", what=what, suggestion=suggestion)
        if not empty:
            yield Result(grade=Grade.OK, subject=f"route {route.name}", what=f"{route.source} → {route.target}")
