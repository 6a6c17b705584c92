"""Error sheets of a list: what is wrong stands by record, and the others are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from sync.findings import Code, Finding
from sync.model import ObjectFacts, Transfer, TransferState
from tests.sheet_office import Office, Sheets, transfer

LIST = """<Unterlagen>
  <Unterlage><Nummer>TA-1</Nummer><Preis>1,5</Preis></Unterlage>
  <Unterlage><Nummer>TA-2</Nummer><Preis>zwei</Preis></Unterlage>
  <Unterlage><Nummer>TA-3</Nummer><Preis>drei</Preis></Unterlage>
</Unterlagen>"""


def wrong(number: int, field: str = "Preis") -> Finding:
    path = f"/Unterlagen/Unterlage[{number}]/{field}"
    return Finding(code=Code.NOT_A_NUMBER, file="liste.xml", line=number + 1, field=field, path=path, value="zwei")


def record(number: int, *findings: Finding, state: TransferState = TransferState.REJECTED, **more: object) -> Transfer:
    facts = ObjectFacts(kind="document", number=f"TA-{number}", revision="B", title="Plan")
    return replace(transfer(findings, state=state), record=number, **{"facts": facts, **more})


def delivered(*numbers: int, state: TransferState = TransferState.DELIVERED) -> list[Transfer]:
    return [record(number, state=state) for number in numbers]


def write(office: Office, *transfers: Transfer, findings: Sequence[Finding] = ()) -> Sheets:
    return office.write(findings, content=LIST.encode(), name="liste.xml", transfers_=transfers)


def headings(sheet: Sheets) -> list[str]:
    return [heading.text_content() for heading in sheet.tree.iter("h1", "h2")]


def test_what_is_wrong_stands_under_the_record_that_it_is_about(office: Office) -> None:
    sheet = write(office, *delivered(1), record(2, wrong(2), wrong(2, "Menge")), record(3, wrong(3), facts=None))

    assert headings(sheet) == [
        "liste: 2 Datensätze wurden zurückgewiesen",
        "Datensatz 2: TA-2 B Plan",
        "Datensatz 3",
        "So geht es weiter",
    ]
    groups = sheet.tree.find_class("findings")
    assert [len(group.find_class("finding")) for group in groups] == [2, 1]


def test_the_other_records_are_counted_and_not_listed(office: Office) -> None:
    duplicate = delivered(4, 5, state=TransferState.DUPLICATE)

    sheet = write(office, record(1, wrong(1)), *delivered(2, 3, 6), *duplicate)

    assert headings(sheet)[0] == "liste: ein Datensatz wurde zurückgewiesen"
    assert "Zurückgewiesen: 1 von 6 Datensätzen dieser Liste." in sheet.text
    assert "Die anderen auf dem Übertragungsweg pdm-to-crm: 3 × zugestellt, 2 × Dublette." in sheet.text
    assert sheet.text.count("pdm-to-crm") == 2  # there, and at the foot
    assert "wird nichts übertragen" not in sheet.text


def test_a_list_of_which_nothing_is_right_is_rejected_as_a_whole(office: Office) -> None:
    sheet = write(office, record(1, wrong(1)), record(2, wrong(2)))

    assert headings(sheet)[:2] == ["liste wurde zurückgewiesen", "Datensatz 1: TA-1 B Plan"]
    assert "wird nichts übertragen" in sheet.text


def test_a_list_that_is_wrong_as_a_whole_says_so_and_counts_what_was_carried_of_it(office: Office) -> None:
    changed = Finding(code=Code.RECORDS_CHANGED, file="liste.xml", details={"before": "3", "now": "2"})

    sheet = write(office, *delivered(1, 2), record(3), findings=[changed])

    assert headings(sheet)[0] == "liste wurde zurückgewiesen"
    assert "pdm-to-crm: 2 × zugestellt" in sheet.text


def test_the_same_about_two_records_is_said_of_both(office: Office) -> None:
    pdf = Finding(code=Code.PDF_NOT_PDF, file="plan.pdf")

    sheet = write(office, record(1, pdf), record(2, pdf), *delivered(3))

    assert headings(sheet)[1:3] == ["Datensatz 1: TA-1 B Plan", "Datensatz 2: TA-2 B Plan"]
    assert [one["record"] for one in sheet.json["findings"]] == [1, 2]


def test_the_same_about_one_record_on_two_routes_is_said_once(office: Office) -> None:
    sheet = write(office, record(1, wrong(1)), record(1, wrong(1), route="pdm-to-erp"), *delivered(2))

    assert len(sheet.json["findings"]) == 1
    assert "1 von 2 Datensätzen" in sheet.text


def test_an_overview_says_which_record_and_line(office: Office) -> None:
    sheet = write(office, *(record(number, wrong(number)) for number in range(1, 6)), *delivered(6))

    (overview,) = sheet.tree.find_class("overview")
    assert [item.find("span").text for item in overview][1] == "Datensatz 2, Zeile 3"


def test_a_sheet_says_how_a_list_goes_on(office: Office) -> None:
    sheet = write(office, record(1, wrong(1)), *delivered(2))

    (steps,) = sheet.tree.find_class("next")
    told = steps.text_content()
    assert "wird nicht noch einmal zugestellt" in told
    assert f"pairsync retry {sheet.source.id}" in told


def test_programs_are_told_of_which_record_a_finding_is_and_how_many_there_are(office: Office) -> None:
    sheet = write(office, *delivered(1, 2), record(3, wrong(3)), record(4, wrong(4), facts=None))

    assert sheet.json["records"] == {"delivered": 2, "rejected": 2}
    assert sheet.json["routes"] == ["pdm-to-crm"]
    assert [(one["record"], one.get("number")) for one in sheet.json["findings"]] == [(3, "TA-3"), (4, None)]


@pytest.mark.parametrize("key", ["records", "record", "number"])
def test_a_pair_that_is_no_list_has_no_records(office: Office, key: str) -> None:
    sheet = office.write([], transfers_=[transfer([wrong(1)])])

    assert all(key not in facts for facts in (sheet.json, *sheet.json["findings"]))
