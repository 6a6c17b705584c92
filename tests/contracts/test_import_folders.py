"""What every import folder promises, whatever it is made of."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import FolderUnavailable
from sync.folders.base import (
    ImportFolder,
    Move,
    PublishAnswer,
)
from sync.folders.local_import import LocalImportFolder


@pytest.fixture(params=["local", "local with documents"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ImportFolder]:
    (tmp_path / "import").mkdir()
    documents = _documents(tmp_path) if request.param == "local with documents" else None
    with LocalImportFolder("pdm-import", tmp_path / "import", documents=documents).open("crm-export") as folder:
        yield folder


def _documents(root: Path) -> Path:
    (root / "documents/in").mkdir(parents=True)
    return root / "documents/in"


@pytest.fixture
def both(tmp_path: Path) -> Iterator[ImportFolder]:
    """An import folder with a documents folder, which lies elsewhere and is called otherwise."""
    (tmp_path / "import").mkdir()
    with LocalImportFolder("pdm-import", tmp_path / "import", documents=_documents(tmp_path)).open("x") as folder:
        yield folder


def test_an_import_folder_that_was_used_and_has_no_stage_any_more_is_another_one(tmp_path: Path) -> None:
    (tmp_path / "import").mkdir()
    with pytest.raises(FolderUnavailable, match="is the share mounted"):
        LocalImportFolder("pdm-import", tmp_path / "import").open("crm-export", used=True).__enter__()

    assert list((tmp_path / "import").iterdir()) == []


def _stage(target: ImportFolder, **files: bytes) -> None:
    stage = target.staging(len(files))
    for name, content in files.items():
        stage.write(name, content)
    stage.flush()


def test_what_is_staged_is_not_visible(target: ImportFolder) -> None:
    _stage(target, one=b"<a/>")

    assert target.staged() == ["one"]
    assert "one" not in target.names()


def test_a_staged_file_is_published_under_its_name_and_leaves_the_stage(target: ImportFolder) -> None:
    _stage(target, one=b"<a/>")

    published = target.publish([Move(stage_name="one", name="a.xml")])

    assert published.answers == {"one": PublishAnswer.PUBLISHED}
    assert published.synced
    assert "a.xml" in target.names()
    assert target.staged() == []


def test_publishing_never_replaces(target: ImportFolder, tmp_path: Path) -> None:
    (tmp_path / "import/a.xml").write_bytes(b"a stranger's")
    _stage(target, one=b"<a/>")

    published = target.publish([Move(stage_name="one", name="a.xml")])

    assert published.answers == {"one": PublishAnswer.OCCUPIED}
    assert (tmp_path / "import/a.xml").read_bytes() == b"a stranger's"
    assert target.staged() == ["one"]


def test_what_is_not_staged_any_more_is_said_to_be_gone(target: ImportFolder) -> None:
    assert target.publish([Move(stage_name="one", name="a.xml")]).answers == {"one": PublishAnswer.GONE}


def test_a_move_torn_apart_by_a_power_cut_is_finished(target: ImportFolder, tmp_path: Path) -> None:
    _stage(target, one=b"<a/>")
    staged = next((tmp_path / "import/.pairsync").rglob("one"))
    os.link(staged, tmp_path / "import/a.xml")  # btrfs may show a moved file under both names

    published = target.publish([Move(stage_name="one", name="a.xml")])

    assert published.answers == {"one": PublishAnswer.PUBLISHED}
    assert target.staged() == []
    assert os.stat(tmp_path / "import/a.xml").st_nlink == 1


def test_a_stage_name_is_never_written_twice(target: ImportFolder) -> None:
    _stage(target, one=b"<a/>")

    with pytest.raises(FolderUnavailable, match="pdm-import"):
        _stage(target, one=b"<b/>")


def test_a_file_copied_to_the_stage_is_hashed_on_the_way(target: ImportFolder, tmp_path: Path) -> None:
    (tmp_path / "original.pdf").write_bytes(b"%PDF" * 1_000_000)

    staged = target.staging(1).write("one", tmp_path / "original.pdf")

    assert staged.size == 4_000_000
    assert staged.sha256 == hashlib.sha256(b"%PDF" * 1_000_000).hexdigest()


def test_a_file_taken_from_the_stage_is_staged_again_whole(target: ImportFolder) -> None:
    target.restage("one", b"<a/>")

    assert target.staged() == ["one"]
    assert target.publish([Move(stage_name="one", name="a.xml")]).answers == {"one": PublishAnswer.PUBLISHED}


# --- a documents folder ---------------------------------------------------------------------------------------------


def test_a_name_in_the_documents_folder_is_another_than_in_the_folder_itself(
    both: ImportFolder, tmp_path: Path
) -> None:
    (tmp_path / "import/a.pdf").write_bytes(b"a stranger's")
    _stage(both, one=b"%PDF", two=b"%PDF 2")

    there = both.publish([Move(stage_name="one", name="documents/a.pdf")])
    again = both.publish([Move(stage_name="two", name="documents/a.pdf")])

    assert (there.answers["one"], there.synced) == (PublishAnswer.PUBLISHED, True)
    assert again.answers["two"] is PublishAnswer.OCCUPIED
    assert (tmp_path / "documents/in/a.pdf").read_bytes() == b"%PDF"
    assert {"a.pdf", "documents/a.pdf"} <= both.names()
    assert both.holding({"documents/a.pdf": hashlib.sha256(b"%PDF").hexdigest()}) == {"documents/a.pdf"}


def test_a_documents_folder_that_cannot_be_flushed_is_said(both: ImportFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def broken(descriptor: int) -> None:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith("documents/in"):
            raise OSError(errno.EIO, "defect")
        fsync(descriptor)

    _stage(both, one=b"%PDF")
    monkeypatch.setattr(os, "fsync", broken)

    published = both.publish([Move(stage_name="one", name="documents/a.pdf")])

    assert (published.answers, published.synced) == ({"one": PublishAnswer.PUBLISHED}, False)
