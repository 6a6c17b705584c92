"""What a finding says of a value that is not there: which one was meant, and that a PDF is no field."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.reports.words import words
from tests.workshop import HEAD, NUMBER, akte, convert, document, mapping

LINES = '<Position nr="1"><Text>a</Text></Position>\n<Position nr="2"/>\n'


def missing(tmp_path: Path, rule: str) -> Finding:
    (finding,) = convert(mapping(tmp_path, NUMBER + rule), akte(LINES)).findings
    return finding


@pytest.mark.parametrize(
    ("path", "wanted", "line"),
    [
        ("Titel[@sprache='en']", "Titel[@sprache='en']", 1),
        ("Position[@nr = '3']/Text", "Position[@nr='3']/Text", 1),
        ("Position[2]/Text", "Position[2]/Text", 1),
        ("Position[last()]/Text", "Position[last()]/Text", 1),
        ("Position[@nr='2'][1]/Text", "Position[@nr='2'][1]/Text", 1),
        ("Position[Text and not(@nr='1')]/@nr", "Position[(Text and not(@nr='1'))]/@nr", 1),
        ('Position[contains(Text, "it\'s")]/@nr', 'Position[contains(Text, "it\'s")]/@nr', 1),
    ],
)
def test_a_value_that_a_condition_chooses_is_missed_with_the_condition(
    tmp_path: Path, path: str, wanted: str, line: int
) -> None:
    finding = missing(tmp_path, f"Title <- {path}\n")

    assert (finding.details, finding.line) == ({"wanted": wanted}, line)
    assert f"Das Feld {wanted} fehlt oder ist leer." in words("de").what(finding)
    assert wanted in words("de").do(finding)


def test_what_no_condition_chooses_is_missed_by_its_name_at_the_element_that_lacks_it(tmp_path: Path) -> None:
    finding = missing(tmp_path, "Title <- Position[1]/Teil[1]/@nr\n")

    assert (finding.details, finding.path, finding.line) == ({}, "/Akte/Position[1]/Teil/@nr", 5)
    assert words("en").what(finding) == "The field @nr is missing or empty. The target system needs it."


def test_of_alternatives_no_condition_is_asked_for(tmp_path: Path) -> None:
    finding = missing(tmp_path, "Title <- Titel[@sprache='en'] else Index\n")

    assert (finding.field, finding.details) == ("Titel", {})


def test_that_no_pdf_has_a_name_that_is_chosen_is_said_with_the_condition(tmp_path: Path) -> None:
    head = HEAD + "pdf <- Position[@nr='pdf']/Text\n"
    made = mapping(tmp_path, NUMBER, head=head)

    with pytest.raises(PairRejected) as rejected:
        made.pdf_names(akte(LINES), file="a.xml")

    (finding,) = rejected.value.findings
    assert (finding.code, finding.line) == (Code.PDF_NONE_NAMED, 1)
    assert "im Feld Position[@nr='pdf']/Text kein PDF" in words("de").what(finding)


@pytest.mark.parametrize("rule", ["Title <- $pdf_name\n", "each File <- $documents\n  Name <- name\n"])
def test_a_pdf_that_is_not_there_is_no_field_to_be_filled_in(tmp_path: Path, rule: str) -> None:
    finding = missing(tmp_path, rule)

    assert words("de").what(finding).startswith("Zu diesem Datensatz gehört kein PDF.")
    assert words("de").do(finding).startswith("Legen Sie das PDF dazu")


@pytest.mark.parametrize(("rule", "name"), [("Title <- $pdf_date\n", "$pdf_date"), ("Title <- $target_number\n", None)])
def test_another_fact_that_is_not_known_is_no_field_either(tmp_path: Path, rule: str, name: str | None) -> None:
    made = mapping(tmp_path, NUMBER + rule)

    (finding,) = convert(made, akte(), documents=(document(),)).findings

    assert words("en").what(finding).startswith(f"What {name or '$target_number'} says is not known.")
    assert "administrator" in words("en").do(finding)
