"""`pairsync run --dry-run`: it says what the run does, and changes nothing."""

from __future__ import annotations

from sync import system
from tests import samples
from tests.commands import INVALID, Answer, Command, mixed, project, tree
from tests.installation import Installation


def test_a_dry_run_before_anything_was_carried_changes_nothing(here: Installation, pairsync: Command) -> None:
    mixed(here)
    before = tree(here.root)

    answer = pairsync("run", "--dry-run")

    assert answer.code == 3
    assert "1 pair would be delivered into outbox/pdm" in answer.err
    assert "1 pair would be rejected" in answer.err
    assert answer.err.endswith("Dry run, nothing was changed: 1 delivered, 1 rejected, 1 waiting\n")
    assert tree(here.root) == before


def test_a_dry_run_says_what_the_run_after_it_does(here: Installation, pairsync: Command) -> None:
    here.put("crm", "old.xml", samples.project(ModifiedOn="2026-11-03T08:15:00Z"))
    here.put("crm", "ANF-9.xml", INVALID)
    here.put("crm", "ANF-9.pdf", samples.pdf())
    pairsync("run")
    pairsync("retry", "--all")
    _mixed_again(here)
    before = tree(here.root)

    rehearsed = pairsync("run", "--dry-run", "--json")
    untouched = tree(here.root) == before
    real = pairsync("run", "--json")

    assert untouched
    assert _became(rehearsed) == _became(real)
    assert {state for _, state, _ in _became(real)} == {"delivered", "rejected", "duplicate", "superseded", "waiting"}


def _mixed_again(here: Installation) -> None:
    here.put("crm", "same.xml", samples.project(ModifiedOn="2026-11-03T08:15:00Z", exportId="E-2"))
    here.put("crm", "new.xml", samples.project("P-2026-002"))
    here.put("crm", "older.xml", samples.project("P-2026-002", ModifiedOn="2026-11-01T08:15:00Z"))
    here.put("crm", "late.xml", samples.project(ModifiedOn="2026-10-01T08:15:00Z"))
    here.put("crm", "ANF-5.xml", samples.inquiry("ANF-2026-0005"))
    for revision in "ABC":
        here.put("pdm", f"TA-{revision}.xml", samples.quotation("TA-1", revision, pdfs=(f"{revision}.pdf",)))
        here.put("pdm", f"{revision}.pdf", samples.pdf(revision))


def _became(answer: Answer) -> list[tuple[str, str, str]]:
    """Give pair, state and reason of all that became of something; ids are new in every run."""
    told = [one for one in answer.objects if one["type"] in ("outcome", "unfinished")]
    return sorted((one["pair"], one["state"], ",".join(one.get("names", ()))) for one in told)


def test_a_dry_run_says_when_another_one_works_on_the_folder(here: Installation, pairsync: Command) -> None:
    project(here)
    pairsync("run")

    with system.lock(here.root / "inbox" / "crm" / ".pairsync" / "lock"):
        answer = pairsync("run", "--dry-run")

    assert answer.code == 11
    assert "crm-export: another pairsync works on this folder" in answer.err


def test_a_dry_run_sees_what_a_crash_left_and_leaves_it(here: Installation, pairsync: Command) -> None:
    project(here)
    pairsync("run")
    work = here.root / "inbox" / "crm" / ".pairsync" / "work" / "0123456789ab"
    work.mkdir()
    (work / "P-2.xml").write_bytes(samples.project("P-2026-002"))
    before = tree(here.root)

    answer = pairsync("run", "--dry-run")

    assert "P-2  P-2.xml" in answer.err
    assert tree(here.root) == before
