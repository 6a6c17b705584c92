"""What `pairsync init` makes, and what the first `./run` drops."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync.config import Settings, load
from sync.errors import NotPossible
from sync.installation import create, drop_examples


@pytest.fixture
def shipped(root: Path, tmp_path: Path) -> Path:
    """A fresh clone, as far as the first run looks at it."""
    shutil.copy(root / "config.ini", tmp_path)
    for folder in ("inbox/crm", "inbox/pdm", "outbox/crm", "outbox/pdm"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(root / folder / ".gitignore", tmp_path / folder)
    for system in ("crm", "pdm"):
        (tmp_path / "examples" / system).mkdir(parents=True)
        (tmp_path / "examples" / system / f"{system}-1.xml").write_text(system)
        (tmp_path / "examples" / system / f"{system}-1.pdf").write_text(system)
    return tmp_path


def settings(folder: Path) -> Settings:
    return load(folder / "config.ini")


def dropped(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.glob("inbox/*/*") if file.name != ".gitignore")


def test_the_first_run_drops_each_example_where_its_system_exports(shipped: Path) -> None:
    count = drop_examples(settings(shipped))

    assert count == 4
    assert dropped(shipped) == [
        f"inbox/{system}/{system}-1.{kind}" for system in ("crm", "pdm") for kind in ("pdf", "xml")
    ]


def test_nothing_is_dropped_where_there_is_a_ledger(shipped: Path) -> None:
    (shipped / "var").mkdir()
    (shipped / "var" / "ledger.sqlite").touch()

    assert drop_examples(settings(shipped)) == 0
    assert dropped(shipped) == []


def test_nothing_is_dropped_beside_what_a_person_dropped(shipped: Path) -> None:
    (shipped / "inbox" / "pdm" / "mine.xml").touch()

    assert drop_examples(settings(shipped)) == 0
    assert dropped(shipped) == ["inbox/pdm/mine.xml"]


@pytest.mark.parametrize("folder", ["inbox/crm", "outbox/pdm"])
def test_nothing_is_dropped_where_a_user_configured_another_folder(shipped: Path, folder: str) -> None:
    config = shipped / "config.ini"
    config.write_text(config.read_text().replace(folder, f"/mnt/{folder}"))

    assert drop_examples(settings(shipped)) == 0
    assert dropped(shipped) == []


def test_a_new_installation_loads_and_has_the_folders_it_names(tmp_path: Path) -> None:
    made = create(tmp_path / "new installation")

    read = load(made[0])

    assert all(path.exists() for path in made)
    assert {folder.path for folder in read.folders.values()} <= set(made)
    assert list(read.routes) == ["crm-to-pdm", "pdm-to-crm"]


def test_a_new_installation_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.ini").write_text("mine")

    with pytest.raises(NotPossible, match="is not an empty folder: nothing was written"):
        create(tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["config.ini"]
    assert (tmp_path / "config.ini").read_text() == "mine"


def test_a_new_installation_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(NotPossible, match="file/new: Not a directory"):
        create(tmp_path / "file" / "new")
