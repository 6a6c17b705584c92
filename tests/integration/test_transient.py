"""What heals by itself: nothing is moved, everything else goes on, and a later run delivers it."""

from __future__ import annotations

from tests import samples
from tests.installation import Installation, states


def test_a_missing_import_folder_is_transient_and_nothing_is_moved(here: Installation) -> None:
    here.drop_inquiry()
    here.put("pdm", "TA.xml", samples.quotation(pdfs=("a.pdf",)))
    here.put("pdm", "a.pdf", samples.pdf())
    (here.root / "outbox/pdm").rmdir()

    report = here.run()
    (here.root / "outbox/pdm").mkdir()
    healed = here.run()

    assert report.exit_code == 75
    assert "pdm-import" in report.failed
    assert states(report) == {"TA": "delivered"}
    assert states(healed) == {"ANF-1": "delivered"}
    assert healed.exit_code == 0


def test_a_locked_import_folder_is_transient_and_nothing_is_moved(here: Installation) -> None:
    here.drop_inquiry()
    (here.root / "outbox/pdm").chmod(0o500)

    locked = here.command("run", ordinary=True)
    left = here.inbox("crm")
    (here.root / "outbox/pdm").chmod(0o755)
    open_again = here.command("run", ordinary=True)

    assert locked.returncode == 75
    assert "pdm-import" in locked.stderr
    assert left == ["ANF-1.pdf", "ANF-1.xml"]
    assert open_again.returncode == 0
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]


def test_a_file_that_may_not_be_read_waits_and_the_others_go(here: Installation) -> None:
    here.drop_inquiry()
    locked = here.put("crm", "P.xml", samples.project())
    locked.chmod(0)

    first = here.command("run", ordinary=True)
    locked.chmod(0o644)
    second = here.command("run", ordinary=True)

    assert (first.returncode, second.returncode) == (75, 0)
    assert "P.xml: Permission denied" in first.stderr
    assert here.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml", "P.xml"]


def test_a_missing_export_folder_does_not_stop_the_other_route(here: Installation) -> None:
    (here.root / "inbox/crm").rmdir()
    here.put("pdm", "TA.xml", samples.quotation(pdfs=("a.pdf",)))
    here.put("pdm", "a.pdf", samples.pdf())

    report = here.run()

    assert report.exit_code == 75
    assert states(report) == {"TA": "delivered"}
