"""Error sheets: what an engineer reads."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from sync import names
from sync.findings import Code, Finding, Severity
from sync.model import TransferState
from sync.reports import page, sheets
from tests.sheet_office import MISSPELT, transfer

# --- what it says -----------------------------------------------------------------------------------------------------


def test_a_sheet_says_field_value_line_and_the_allowed_values(office):
    sheet = office.write([MISSPELT])

    assert "Im Feld Freigabestand steht „Freigegben“." in sheet.text
    assert "Zeile 5" in sheet.text
    assert "/Unterlage/Freigabestand" in sheet.text
    assert sorted(sheet.listed) == sorted(MISSPELT.allowed)


def test_the_value_that_was_probably_meant_is_asked_for_and_comes_first(office):
    sheet = office.write([MISSPELT])

    assert "Meinten Sie „freigegeben“?" in sheet.text
    assert [item.text_content() for item in sheet.tree.find_class("near")] == ["freigegeben"]
    assert sheet.listed == ["freigegeben", "in Arbeit", "in Prüfung"]


def test_more_than_fifteen_allowed_values_stand_in_columns(office):
    many = replace(MISSPELT, allowed=tuple(f"value {number}" for number in range(16)))

    assert office.write([many]).tree.find_class("many")
    assert not office.write([MISSPELT]).tree.find_class("many")


def test_a_format_of_dates_is_shown_by_a_day_that_is_written_so(office):
    wrong = Finding(code=Code.NOT_A_DATE, file="TA-4720.xml", field="Datum", value="31.2.", allowed=("dd.MM.yyyy",))

    assert office.write([wrong]).listed == ["31.12.2026 (dd.MM.yyyy)"]


def test_a_field_that_must_be_there_is_not_listed_once_more(office):
    missing = Finding(code=Code.SCHEMA_MISSING, field="Ersteller", path="/Unterlage/Ersteller", allowed=("Ersteller",))

    assert not office.write([missing]).tree.find_class("allowed")


def test_a_sheet_says_how_to_go_on(office):
    sheet = office.write([MISSPELT])

    assert str(office.export.path) in sheet.text
    assert f"pairsync retry {sheet.source.id}" in sheet.text


def test_an_english_sheet_is_english(office):
    sheet = replace(office, language="en").write([MISSPELT])

    assert "TA-4720 was rejected" in sheet.text
    assert "The field Freigabestand says “Freigegben”." in sheet.text
    assert sheet.tree.get("lang") == "en"


def test_the_rejected_transfers_findings_are_told_with_their_rule(office):
    missing = Finding(code=Code.MISSING, file="TA-4720.xml", field="Projekt", path="/Unterlage/Projekt",
                      rule="mapping.map:23")  # fmt: skip

    sheet = office.write([], transfers_=[transfer([missing])])

    assert "Das Feld Projekt fehlt oder ist leer." in sheet.text
    assert "pdm-technical-quotation-to-crm-document/mapping.map:23" in sheet.text
    assert sheet.json["routes"] == ["pdm-to-crm"]
    assert sheet.json["findings"][0]["mapping"] == "pdm-technical-quotation-to-crm-document"


def test_a_route_on_which_all_went_well_is_told_too(office):
    delivered = transfer([], state=TransferState.DELIVERED, route="pdm-to-erp")

    sheet = office.write([], transfers_=[transfer([MISSPELT]), delivered])

    assert "Auf dem Übertragungsweg pdm-to-erp: zugestellt." in sheet.text
    assert sheet.json["routes"] == ["pdm-to-crm"]


def test_what_two_routes_complain_of_is_said_once(office):
    sheet = office.write([], transfers_=[transfer([MISSPELT]), transfer([MISSPELT], route="pdm-to-erp")])

    assert len(sheet.json["findings"]) == 1
    assert "Ein Fehler ist zu beheben." in sheet.text


def test_a_warning_is_not_counted_among_the_errors(office):
    script = Finding(code=Code.PDF_JAVASCRIPT, severity=Severity.WARN, file="TA-4720.pdf")

    sheet = office.write([MISSPELT, script], pdf="TA-4720.pdf")

    assert "Ein Fehler ist zu beheben." in sheet.text
    assert "Außerdem aufgefallen" in sheet.text


def test_findings_in_several_files_stand_under_their_file(office):
    not_pdf = Finding(code=Code.PDF_NOT_PDF, file="TA-4720.pdf", details={"looks_like": "HTML"})

    sheet = office.write([not_pdf, MISSPELT], pdf="TA-4720.pdf")

    assert [title.text_content() for title in sheet.tree.iter("h2")][:2] == ["TA-4720.xml", "TA-4720.pdf"]
    assert sheet.text.index("1. Im Feld") < sheet.text.index("2. Die Datei TA-4720.pdf")


def test_more_findings_than_a_person_reads_are_counted_and_all_in_the_json(office):
    sheet = office.write([replace(MISSPELT, value=f"wrong {number}") for number in range(page.MOST + 7)])

    assert len(sheet.tree.find_class("finding")) == page.MOST
    assert "7 weitere Befunde stehen in TA-4720.error.json." in sheet.text
    assert len(sheet.json["findings"]) == page.MOST + 7


def test_many_findings_have_an_overview_whose_lines_lead_to_them(office):
    sheet = office.write([replace(MISSPELT, value=f"wrong {number}") for number in range(5)])

    targets = [link.get("href") for link in sheet.tree.find_class("overview")[0].iter("a")]
    assert targets == ["#1", "#2", "#3", "#4", "#5"]
    assert {finding.get("id") for finding in sheet.tree.find_class("finding")} == {"1", "2", "3", "4", "5"}


# --- names ------------------------------------------------------------------------------------------------------------


def test_a_name_that_is_not_utf8_is_told_escaped_and_as_it_lies_there(office):
    name = os.fsdecode(b"M\xfcller.xml")
    finding = Finding(code=Code.NAME_NOT_UTF8, file=names.escape(name))

    sheet = office.write([finding], name=name)

    assert sheet.html_name == "M%FCller.error.html"
    assert "M\\xfcller wurde zurückgewiesen" in sheet.text
    assert "liegt hier als M%FCller.xml" in sheet.text
    assert {link.get("href") for link in sheet.tree.iter("a")} == {"M%25FCller.xml"}


@pytest.mark.parametrize(
    ("archive_name", "stem"),
    [
        ("ANF-2026-0815.xml", "ANF-2026-0815"),
        ("Anfrage 1.2.XML", "Anfrage 1.2"),
        ("M%FCller.pdf", "M%FCller.pdf"),
        ("ANF~01ab.xml", "ANF~01ab"),
    ],
)
def test_a_sheet_is_named_after_the_first_file(archive_name, stem):
    assert sheets.stem(archive_name) == stem


def test_the_sheets_of_two_names_that_are_too_long_do_not_get_in_each_others_way():
    one, other = (sheets.stem("ä" * 123 + f"{ending}.xml") for ending in ("-1", "-2"))

    assert one != other
    assert all(
        len(f"{stem}{suffix}".encode()) <= names.LONGEST for stem in (one, other) for suffix in names.SHEET_SUFFIXES
    )


# --- for programs -----------------------------------------------------------------------------------------------------


def test_the_json_gives_the_findings_back_as_they_were(office):
    sheet = office.write([MISSPELT], pdf="TA-4720.pdf")

    facts = {key: value for key, value in sheet.json["findings"][0].items() if key not in ("text", "do", "nearest")}
    assert Finding.from_json(facts) == replace(MISSPELT, column=18)


def test_the_json_says_what_the_reference_says(office, root):
    sheet = office.write([], transfers_=[transfer([MISSPELT])], pdf="TA-4720.pdf")
    reference = (root / "docs" / "reference" / "error-sheets.md").read_text(encoding="utf-8")

    assert sheet.json["schema"] == sheets.SCHEMA
    assert sheet.json["source"] == sheet.source.id
    assert [part["role"] for part in sheet.json["parts"]] == ["xml", "pdf"]
    assert sheet.json["claimed_at"] == "2026-11-23T18:00:34Z"
    written = {*sheet.json, *sheet.json["parts"][0], *sheet.json["findings"][0]}
    assert [key for key in written if f"`{key}`" not in reference] == []


@pytest.mark.parametrize(("language", "text"), [("de", "Im Feld Freigabestand"), ("en", "The field Freigabestand")])
def test_the_json_has_the_texts_in_the_sheets_language(office, language, text):
    sheet = replace(office, language=language).write([MISSPELT])

    assert sheet.json["language"] == language
    assert sheet.json["findings"][0]["text"].startswith(text)
    assert sheet.json["findings"][0]["nearest"] == "freigegeben"
