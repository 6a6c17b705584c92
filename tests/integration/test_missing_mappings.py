"""A mapping that is broken or missing holds up what may be for it, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync.findings import Code
from sync.reports.words import words
from tests import samples
from tests.installation import REPOSITORY, TO_ERP, Installation, only

INQUIRIES = "crm-inquiry-to-pdm-document"


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path)
    shutil.copytree(REPOSITORY / "mappings", tmp_path / "own")
    return installation


def _configure(here: Installation, crm: str, pdm: str = "pdm-*") -> None:
    here.configure(mappings="own", crm_to_pdm=f"mappings = {crm}", pdm_to_crm=f"mappings = {pdm}")


def _drop(here: Installation, **fields: str) -> None:
    here.put("crm", "ANF-1.xml", samples.inquiry("ANF-2026-0001", **fields))
    here.put("crm", "ANF-1.pdf", samples.pdf())


def _break(here: Installation, name: str) -> None:
    (here.root / "own" / name / "mapping.map").write_text("mapping\n", encoding="utf-8")


def test_what_may_be_for_a_broken_mapping_waits_for_it(here: Installation) -> None:
    _configure(here, "crm-*")
    _break(here, INQUIRIES)
    _drop(here)

    report = here.run()

    assert report.outcomes == []
    assert [source.reason for source in report.waiting["crm-export"]] == ["mapping-wrong"]
    assert report.exit_code == 78


def test_what_one_route_takes_waits_for_the_broken_mapping_of_another_route(here: Installation) -> None:
    (here.root / "outbox/erp").mkdir()
    shutil.copytree(here.root / "own" / INQUIRIES, here.root / "own/erp-inquiry")
    here.configure(mappings="own", crm_to_pdm="mappings = crm-*", more=f"{TO_ERP}mappings = erp-*")
    mapping = (here.root / "own" / INQUIRIES / "mapping.map").read_text(encoding="utf-8")
    _break(here, "erp-inquiry")
    _drop(here)

    waits = here.run()
    (here.root / "own/erp-inquiry/mapping.map").write_text(
        mapping.replace(f"mapping {INQUIRIES}", "mapping erp-inquiry"), encoding="utf-8"
    )
    goes = here.run()

    assert (waits.exit_code, waits.outcomes) == (78, [])
    assert {(one.route, one.state) for one in goes.outcomes} == {
        ("crm-to-pdm", "delivered"),
        ("crm-to-erp", "delivered"),
    }


def test_a_broken_mapping_that_no_route_of_the_folder_may_choose_holds_up_nothing(here: Installation) -> None:
    _configure(here, "crm-project*")
    _break(here, "pdm-technical-quotation-to-crm-document")
    _drop(here)

    report = here.run()

    assert [finding.code for finding in only(report).findings] == [Code.MAPPING_NONE]
    assert only(report).state == "rejected"
    assert report.exit_code == 78


@pytest.mark.parametrize("empty", [True, False])
def test_while_a_route_has_no_mapping_at_all_its_pairs_wait(here: Installation, empty: bool) -> None:
    _configure(here, "crm-*" if empty else "cmr-*", "pdm-*" if empty else "*")
    if empty:
        shutil.rmtree(here.root / "own")
        (here.root / "own").mkdir()
    _drop(here)

    first = here.run()
    shutil.copytree(REPOSITORY / "mappings", here.root / "own", dirs_exist_ok=True)
    _configure(here, "crm-*")
    second = here.run()

    assert first.outcomes == []
    assert [source.reason for source in first.waiting["crm-export"]] == ["mapping-wrong"]
    assert first.exit_code == 78
    assert first.problems[0].where == "[route crm-to-pdm] mappings"
    assert first.problems[0].what.endswith("can be loaded" if empty else "is called cmr-*")
    assert only(second).state == "delivered"
    assert second.exit_code == 0


def test_what_the_conditions_looked_at_is_said_in_both_languages(here: Installation) -> None:
    _configure(here, INQUIRIES)
    _drop(here, DocumentType="SALES_ORDER")

    (finding,) = only(here.run()).findings

    assert INQUIRIES in words("de").what(finding)
    assert INQUIRIES in words("en").what(finding)
    assert "Type = 'SALES_ORDER'" in words("de").what(finding)
    assert "(urn:" in words("en").what(finding)


def test_a_run_with_nothing_to_convert_reads_no_mapping(here: Installation) -> None:
    _configure(here, "crm-*")
    _break(here, INQUIRIES)

    idle = here.run()
    _drop(here)
    busy = here.run()

    assert (idle.exit_code, idle.problems) == (0, ())
    assert busy.exit_code == 78
    assert {Path(problem.file).parent.name for problem in busy.problems} == {INQUIRIES}
