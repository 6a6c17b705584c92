"""Make a new installation, and drop the examples into the one that is shipped."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

from sync import names
from sync.config import Settings, load
from sync.errors import NotPossible

_README = """One folder for each mapping: mapping.map and the schemas that it speaks of.
`pairsync check` loads them all and says what is wrong with them.
"""

#: The folders of the shipped config.ini. Where a user has put another one, nothing is dropped.
_SHIPPED = {
    "crm-export": "inbox/crm",
    "pdm-export": "inbox/pdm",
    "crm-import": "outbox/crm",
    "pdm-import": "outbox/pdm",
}


def create(directory: Path) -> list[Path]:
    """Make an installation in *directory* and give what was made; raises NotPossible where something is in its way."""
    config = directory / "config.ini"
    _refuse_odd_bytes(directory)
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise NotPossible(f"{directory} is not an empty folder: nothing was written")
        directory.mkdir(parents=True, exist_ok=True)
        # Exclusive, so that of two who do this at the same moment one is told.
        with config.open("x", encoding="utf-8") as file:
            file.write(resources.files("sync.config").joinpath("template.ini").read_text(encoding="utf-8"))
        settings = load(config)
        folders = [folder.path for folder in settings.folders.values()]
        for path in (*folders, settings.general.mappings, settings.general.ledger.parent):
            path.mkdir(parents=True)
        readme = settings.general.mappings / "README.txt"
        readme.write_text(_README, encoding="utf-8")
    except OSError as error:
        raise NotPossible(f"{error.filename}: {error.strerror}") from error
    return [config, *folders, readme]


def _refuse_odd_bytes(directory: Path) -> None:
    """Raise NotPossible for a path that neither the ledger nor config.ini could name."""
    try:
        str(directory.absolute()).encode()
    except UnicodeEncodeError as error:
        raise NotPossible(f"{names.escape(str(directory.absolute()))} is not UTF-8: take another folder") from error


def drop_examples(settings: Settings) -> int:
    """Copy examples/ into the shipped inboxes, if nothing was ever run or dropped; tell how many files that were."""
    root = settings.general.root
    shipped = {name: root / folder for name, folder in _SHIPPED.items()}
    if settings.general.ledger.exists() or {name: folder.path for name, folder in settings.folders.items()} != shipped:
        return 0
    inboxes = {root / "examples" / folder.path.name: folder.path for folder in settings.source_folders()}
    if any(not names.ignored(file.name) for inbox in inboxes.values() for file in inbox.iterdir()):
        return 0
    files = [(file, inbox) for examples, inbox in inboxes.items() for file in sorted(examples.iterdir())]
    for file, inbox in files:
        _drop(file, inbox)
    return len(files)


def _drop(file: Path, inbox: Path) -> None:
    """Copy a file as an exporter does who knows its trade: nobody sees half of it."""
    part = inbox / f".{file.name}.part"
    shutil.copyfile(file, part)
    part.rename(inbox / file.name)
