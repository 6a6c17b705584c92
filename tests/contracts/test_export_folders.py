"""What every export folder promises, whatever it is made of."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import names
from sync.errors import AnotherInstance, FileUnavailable, FolderUnavailable
from sync.folders.base import (
    Claim,
    ClaimAnswer,
    ExportFolder,
    Filed,
    Filing,
    Kind,
)
from sync.folders.local_export import LocalExportFolder
from sync.model import Part, Place, Role


@pytest.fixture(params=["local", "local with documents"])
def export(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ExportFolder]:
    (tmp_path / "export").mkdir()
    documents = _documents(tmp_path) if request.param == "local with documents" else None
    with LocalExportFolder("crm-export", tmp_path / "export", documents=documents).open() as folder:
        yield folder


def _documents(root: Path) -> Path:
    (root / "documents/in").mkdir(parents=True)
    return root / "documents/in"


@pytest.fixture
def both(tmp_path: Path) -> Iterator[ExportFolder]:
    """An export folder with a documents folder, which lies elsewhere and is called otherwise."""
    (tmp_path / "export").mkdir()
    with LocalExportFolder("crm-export", tmp_path / "export", documents=_documents(tmp_path)).open() as folder:
        yield folder


def _part(export: ExportFolder, name: str, content: bytes = b"<a/>") -> Part:
    export.path("", name).write_bytes(content)
    entry = export.look([name])[name]
    return Part(role=Role.XML, name=name, identity=entry.identity, size=entry.size)


def _claim(export: ExportFolder, *parts: Part, id: str = "one") -> ClaimAnswer:  # noqa: A002
    return export.claim([Claim(id=id, parts=parts)])[id]


def _listed(export: ExportFolder, id: str = "one") -> list[dict[str, object]]:  # noqa: A002
    listed = export.manifest(id)["parts"]
    assert isinstance(listed, list)
    return listed


def test_a_second_instance_is_refused(export: ExportFolder, tmp_path: Path) -> None:
    with pytest.raises(AnotherInstance), LocalExportFolder("again", tmp_path / "export").open():
        pass


def test_a_folder_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(FolderUnavailable, match="crm-export"), LocalExportFolder("crm-export", tmp_path / "no").open():
        pass
    assert not (tmp_path / "no").exists()


def test_a_folder_that_was_used_and_has_no_work_folder_any_more_is_another_one(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    with pytest.raises(FolderUnavailable, match="is the share mounted"):
        LocalExportFolder("crm-export", tmp_path / "export").open(used=True).__enter__()

    with LocalExportFolder("crm-export", tmp_path / "export").open():
        pass
    with LocalExportFolder("crm-export", tmp_path / "export").open(used=True) as again:
        assert ".pairsync" in again.names()


def test_what_strangers_put_into_the_work_area_stops_nothing(export: ExportFolder) -> None:
    _claim(export, _part(export, "a.xml"))
    export.path("work/one", "Thumbs.db").write_bytes(b"a stranger's")
    export.path("work", "note.txt").write_bytes(b"a stranger's")

    filed = export.file([Filing(id="one", folder="error", moves=(("a.xml", "a.xml"),))])

    assert filed == {"one": Filed()}
    assert export.works() == ["one"]
    assert set(export.look_claimed("one")) == {"Thumbs.db"}


def test_a_look_tells_files_from_what_is_none(export: ExportFolder) -> None:
    inbox = export.path("", "")
    (inbox / "file.xml").write_bytes(b"x")
    (inbox / "folder.xml").mkdir()
    (inbox / "link.xml").symlink_to("file.xml")
    os.mkfifo(inbox / "pipe.xml")

    seen = export.look(["file.xml", "folder.xml", "link.xml", "pipe.xml", "vanished.xml"])

    assert {name: entry.kind for name, entry in seen.items()} == {
        "file.xml": Kind.FILE,
        "folder.xml": Kind.FOLDER,
        "link.xml": Kind.LINK,
        "pipe.xml": Kind.SPECIAL,
    }


def test_a_look_tells_which_file_is_older(export: ExportFolder) -> None:
    for name, moment in (("old.xml", 1_700_000_000), ("new.xml", 1_700_000_001)):
        _part(export, name)
        os.utime(export.path("", name), (moment, moment))

    seen = export.look(["new.xml", "old.xml"])

    assert seen["old.xml"].modified < seen["new.xml"].modified


def test_a_file_that_changes_gets_another_identity(export: ExportFolder) -> None:
    before = _part(export, "a.xml", b"one").identity

    after = _part(export, "a.xml", b"two!").identity

    assert before != after


@pytest.mark.parametrize("kind", ["link", "pipe", "missing"])
def test_reading_what_is_no_file_fails_at_once(export: ExportFolder, kind: str) -> None:
    path = export.path("", "x.xml")
    if kind == "link":
        path.symlink_to("/etc/passwd")
    elif kind == "pipe":
        os.mkfifo(path)

    with pytest.raises(FileUnavailable, match=r"x\.xml"):
        export.read("x.xml", 100)


def test_a_claim_takes_all_parts_and_leaves_a_manifest(export: ExportFolder) -> None:
    one, two = _part(export, "a.xml"), _part(export, "a.pdf", b"%PDF")

    answer = _claim(export, one, two)

    assert answer is ClaimAnswer.CLAIMED
    assert set(export.look_claimed("one")) == {"a.xml", "a.pdf"}
    assert [part["name"] for part in _listed(export)] == ["a.xml", "a.pdf"]
    assert not export.path("", "a.xml").exists()


def test_a_claim_repeated_after_a_crash_changes_nothing(export: ExportFolder) -> None:
    part = _part(export, "a.xml")
    _claim(export, part)
    export.path("", "a.xml").write_bytes(b"<exported again/>")

    answer = _claim(export, part)

    assert answer is ClaimAnswer.CLAIMED
    assert export.path("", "a.xml").read_bytes() == b"<exported again/>"
    assert export.path("work/one", "a.xml").read_bytes() == b"<a/>"


def test_a_claim_of_a_file_that_is_another_by_now_is_refused(export: ExportFolder) -> None:
    part = _part(export, "a.xml")
    export.path("", "a.xml").write_bytes(b"<changed/>")

    assert _claim(export, part) is ClaimAnswer.CHANGED
    assert export.path("", "a.xml").exists()


def test_a_claim_of_a_file_that_is_gone_is_refused(export: ExportFolder) -> None:
    part = _part(export, "a.xml")
    export.path("", "a.xml").unlink()

    assert _claim(export, part) is ClaimAnswer.VANISHED


def test_a_claim_torn_apart_by_a_power_cut_is_finished(export: ExportFolder) -> None:
    part = _part(export, "a.xml")
    _claim(export, part)
    os.link(export.path("work/one", "a.xml"), export.path("", "a.xml"))  # btrfs may show a moved file under both names

    answer = _claim(export, part)

    assert answer is ClaimAnswer.CLAIMED
    assert not export.path("", "a.xml").exists()
    assert export.path("work/one", "a.xml").stat().st_nlink == 1


def test_a_filing_torn_apart_by_a_power_cut_is_finished(export: ExportFolder) -> None:
    _claim(export, _part(export, "a.xml"), _part(export, "a.pdf", b"%PDF"))
    os.link(export.path("work/one", "a.xml"), export.path("error", "a.xml"))

    filed = export.file([Filing(id="one", folder="error", moves=(("a.xml", "a.xml"), ("a.pdf", "a.pdf")))])

    assert filed == {"one": Filed()}
    assert set(export.look(["a.xml", "a.pdf"], Place.ERROR)) == {"a.xml", "a.pdf"}
    assert export.path("error", "a.xml").stat().st_nlink == 1
    assert export.works() == []


def test_filing_replaces_nothing_and_can_be_repeated(export: ExportFolder) -> None:
    _claim(export, _part(export, "a.xml"))
    archive = export.path("error", "")
    (archive / "a.xml").write_bytes(b"older")

    refused = export.file([Filing(id="one", folder="error", moves=(("a.xml", "a.xml"),))])
    filed = export.file([Filing(id="one", folder="error", moves=(("a.xml", "a~one.xml"),))])
    again = export.file([Filing(id="one", folder="error", moves=(("a.xml", "a~one.xml"),))])

    assert refused == {"one": Filed(occupied=True)}
    assert filed == again == {"one": Filed()}
    assert (archive / "a.xml").read_bytes() == b"older"
    assert (archive / "a~one.xml").read_bytes() == b"<a/>"
    assert export.works() == []


def test_filing_says_which_original_somebody_took(export: ExportFolder) -> None:
    _claim(export, _part(export, "a.xml"), _part(export, "a.pdf", b"%PDF"))
    export.path("work/one", "a.pdf").unlink()

    filed = export.file([Filing(id="one", folder="error", moves=(("a.xml", "a.xml"), ("a.pdf", "a.pdf")))])

    assert filed == {"one": Filed(lost=("a.pdf",))}
    assert export.path("error", "a.xml").exists()


def test_where_a_name_is_taken_no_sheet_is_replaced(export: ExportFolder) -> None:
    _claim(export, _part(export, "a.xml"))
    for name in ("a.xml", "a.error.html"):
        export.path("error", name).write_bytes(b"another's")

    sheets = (("a.error.html", b"ours"),)
    export.file([Filing(id="one", folder="error", moves=(("a.xml", "a.xml"),), sheets=sheets)])

    assert export.path("error", "a.error.html").read_bytes() == b"another's"


def test_a_folder_of_the_archive_has_the_inboxs_rights_though_a_run_was_killed_while_it_made_it(tmp_path: Path) -> None:
    (tmp_path / "export/.pairsync/new").mkdir(parents=True, mode=0o700)
    (tmp_path / "export").chmod(0o2775)

    with LocalExportFolder("crm-export", tmp_path / "export").open() as export:
        _claim(export, _part(export, "a.xml"))
        export.file([Filing(id="one", folder="processed/2026-11-23", moves=(("a.xml", "a.xml"),))])

    made = ("error", "processed", "processed/2026-11-23")
    assert {(tmp_path / "export" / folder).stat().st_mode & 0o7777 for folder in made} == {0o2775}


def test_a_work_folder_is_made_durably_wherever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "export").mkdir()
    flushed, fsync = [], os.fsync

    def noting(descriptor: int) -> None:
        flushed.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    with LocalExportFolder("crm-export", tmp_path / "export", hidden=tmp_path / "work/crm").open():
        made = list(flushed)

    assert {tmp_path, tmp_path / "work", tmp_path / "work/crm"} <= {*made}


@pytest.fixture
def defect(export: ExportFolder, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a file at which the disk answers with an I/O error."""
    export.path("", "defect.xml").write_bytes(b"<a/>")
    lstat = os.lstat

    def broken(path: str, **more: int) -> os.stat_result:
        facts = lstat(path, **more)
        if path == "defect.xml":
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)
        return facts

    monkeypatch.setattr(os, "lstat", broken)
    return "defect.xml"


def test_a_file_on_a_defect_sector_hides_no_other(export: ExportFolder, defect: str) -> None:
    export.path("", "good.xml").write_bytes(b"<a/>")

    seen = export.look(["good.xml", defect])

    assert [seen[name].kind for name in ("good.xml", defect)] == [Kind.FILE, Kind.UNKNOWN]


def test_a_claim_of_a_file_on_a_defect_sector_stops_no_other(export: ExportFolder, defect: str) -> None:
    good = Claim(id="one", parts=(_part(export, "good.xml"),))
    bad = Claim(id="two", parts=(Part(role=Role.XML, name=defect, identity="7", size=4),))

    assert export.claim([bad, good]) == {"one": ClaimAnswer.CLAIMED, "two": ClaimAnswer.BUSY}


def test_a_release_puts_the_files_back(export: ExportFolder) -> None:
    _claim(export, _part(export, "a.xml"))

    export.file([Filing(id="one", folder="", moves=(("a.xml", "a.xml"),))])

    assert export.path("", "a.xml").read_bytes() == b"<a/>"


def test_a_retry_claims_from_error_under_the_original_names(export: ExportFolder) -> None:
    part = _part(export, "a.xml")
    _claim(export, part)
    export.file([Filing(id="one", folder="error", moves=(("a.xml", "a~one.xml"),))])

    claim = Claim(id="one", parts=(part,), place=Place.ERROR, names_there=("a~one.xml",))

    assert export.claim([claim]) == {"one": ClaimAnswer.CLAIMED}
    assert set(export.look_claimed("one")) == {"a.xml"}


def test_a_name_that_is_not_utf8_is_listed_and_claimed_like_any_other(export: ExportFolder) -> None:
    name = os.fsdecode(b"Anfrage \xe4.xml")
    part = _part(export, name)

    answer = _claim(export, part)

    assert answer is ClaimAnswer.CLAIMED
    assert [part["name"] for part in _listed(export)] == [names.escape(name)]


# --- a documents folder ---------------------------------------------------------------------------------------------


def test_a_claim_takes_parts_from_both_folders_and_a_release_puts_each_back(both: ExportFolder, tmp_path: Path) -> None:
    parts = [_part(both, "a.xml"), _part(both, "a.pdf", b"here"), _part(both, "documents/a.pdf", b"there")]
    listed = set(both.names())

    answer = _claim(both, *parts)
    claimed = {name: both.path("work/one", name).read_bytes() for name in both.look_claimed("one")}
    left = [*both.names()]
    filed = both.file([Filing(id="one", folder="", moves=tuple((part.name, part.name) for part in parts))])

    assert answer is ClaimAnswer.CLAIMED
    assert claimed == {"a.xml": b"<a/>", "a.pdf": b"here", "documents/a.pdf": b"there"}
    assert not {"a.xml", "a.pdf", "documents/a.pdf"} & {*left}
    assert filed == {"one": Filed()}
    assert (tmp_path / "documents/in/a.pdf").read_bytes() == b"there"
    assert {"a.xml", "a.pdf", "documents/a.pdf"} <= listed == set(both.names())
    assert both.works() == []


def test_what_lies_in_the_documents_folder_is_read_and_archived_under_its_own_name(both: ExportFolder) -> None:
    part = _part(both, "documents/a.pdf", b"%PDF")

    read = both.read("documents/a.pdf", 100), both.ends("documents/a.pdf")
    _claim(both, part)
    filed = both.file([Filing(id="one", folder="processed/2026-11-23", moves=(("documents/a.pdf", "a.pdf"),))])

    assert read == (b"%PDF", (b"%PDF", b"%PDF"))
    assert filed == {"one": Filed()}
    assert set(both.look(["a.pdf"], "processed/2026-11-23")) == {"a.pdf"}


def test_a_release_into_the_documents_folder_replaces_nothing(both: ExportFolder) -> None:
    _claim(both, _part(both, "documents/a.pdf", b"ours"))
    both.path("", "documents/a.pdf").write_bytes(b"exported again")

    filed = both.file([Filing(id="one", folder="", moves=(("documents/a.pdf", "documents/a.pdf"),))])

    assert filed == {"one": Filed(occupied=True)}
    assert both.path("", "documents/a.pdf").read_bytes() == b"exported again"
    assert both.path("work/one", "documents/a.pdf").read_bytes() == b"ours"


def test_a_claim_from_the_documents_folder_repeated_after_a_crash_changes_nothing(both: ExportFolder) -> None:
    part = _part(both, "documents/a.pdf", b"%PDF")
    _claim(both, part)
    os.link(both.path("work/one", part.name), both.path("", part.name))

    assert _claim(both, part) is ClaimAnswer.CLAIMED
    assert not both.path("", part.name).exists()
    assert [listed["name"] for listed in _listed(both)] == ["documents/a.pdf"]


# --- notes ----------------------------------------------------------------------------------------------------------


def test_a_note_lies_in_the_inbox_and_can_be_removed(export: ExportFolder) -> None:
    _claim(export, _part(export, "a.xml"))

    filing = Filing(id="one", folder="processed/d", moves=(("a.xml", "a.xml"),), notes=(("a.note.html", b"<p>"),))
    export.file([filing])
    written = export.path("", "a.note.html").read_bytes()
    export.remove(Place.INBOX, ["a.note.html", "gone.note.html"])

    assert written == b"<p>"
    assert "a.note.html" not in export.names()
