"""The golden cases of the shipped mappings are complete: whatever is changed in a mapping, one of them notices it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync.config import load
from tests.installation import REPOSITORY
from tests.mutants import survivors

MAPPINGS = REPOSITORY / "mappings"
LINKS = {name: link.url for name, link in load(REPOSITORY / "config.ini").links.items()}
CUSTOMER, CUSTOMERS = "crm-customer-to-pdm-customer", "crm-customer-list-to-pdm-customer"
SHIPPED = sorted(file.parent.name for file in MAPPINGS.glob("*/mapping.map"))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_row_branch_alternative_and_optional_rule_has_a_golden_case(name: str, tmp_path: Path) -> None:
    lacking = survivors(MAPPINGS / name, MAPPINGS / "schemas", tmp_path / "mutants", LINKS)

    assert lacking == []


@pytest.mark.parametrize(
    ("name", "without", "lacks"),
    [
        (CUSTOMER, ("country-ch",), ["table country: row CH"]),
        (CUSTOMER, ("status-merged",), ["table customer-status: row merged"]),
        (
            CUSTOMER,
            ("status-merged", "merged-into-nobody"),
            ["table customer-status: row merged", "if StatusCode = 'merged': where it holds"],
        ),
        (CUSTOMER, ("blank-export-number",), ["@exportId <-? @exportId: without a value"]),
        (CUSTOMERS, ("blank-export-number",), ["@exportId <-? /Accounts/@exportId: without a value"]),
    ],
)
def test_a_golden_case_that_is_missing_is_named(
    name: str, without: tuple[str, ...], lacks: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / name
    shutil.copytree(MAPPINGS / folder.name, folder)
    for case in without:
        shutil.rmtree(folder / "tests" / case)

    assert survivors(folder, MAPPINGS / "schemas", tmp_path / "mutants", LINKS) == lacks


def test_a_block_that_no_golden_case_enters_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "crm-internal-order-to-pdm-document"
    shutil.copytree(MAPPINGS / folder.name, folder)
    for case in ("with-a-pdf", "pdf-renamed"):
        shutil.rmtree(folder / "tests" / case)

    lacking = survivors(folder, MAPPINGS / "schemas", tmp_path / "mutants", LINKS)

    assert lacking == ["each Dateien/Datei <-? $documents: with an element"]


def test_an_alternative_without_a_golden_case_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "crm-order-to-pdm-document"
    shutil.copytree(MAPPINGS / folder.name, folder)
    shutil.rmtree(folder / "tests/no-change-index")

    lacking = survivors(folder, MAPPINGS / "schemas", tmp_path / "mutants", LINKS)

    assert lacking == ['Revisionsnummer <- ChangeIndex else "-": the last alternative']
