"""`number-of`: what a conversion asks is listed before, and what is not known is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.findings import Code
from sync.mapping.golden import run_cases
from sync.mapping.store import MappingStore
from sync.model import Asked, Variables
from tests.workshop import NUMBER, akte, convert, document, load, mapping, text, write

RULE = NUMBER + "Title <- Kunde/Nummer => trim => number-of customer pdm\n"
KUNDE = "<Kunde><Nummer> K-1 </Nummer></Kunde>"
K_1 = Asked("customer", "K-1", "pdm")


def test_the_number_there_is_written(tmp_path: Path) -> None:
    made = mapping(tmp_path, RULE)

    conversion = convert(made, akte(KUNDE), numbers={K_1: "4711"})

    assert "<Title>4711</Title>" in text(conversion)


def test_a_number_that_is_not_known_rejects_and_is_named(tmp_path: Path) -> None:
    made = mapping(tmp_path, RULE)

    (finding,) = convert(made, akte(KUNDE)).findings

    assert (finding.code, finding.field, finding.value) == (Code.NUMBER_UNKNOWN, "Nummer", " K-1 ")
    assert finding.details == {"kind": "customer", "system": "pdm"}
    assert finding.line is not None


def test_an_optional_rule_leaves_out_a_number_that_is_not_known(tmp_path: Path) -> None:
    made = mapping(tmp_path, RULE.replace("Title <-", "Title <-?") + "Note <-? Kunde/Nummer => number-of customer crm")

    converted = text(convert(made, akte(KUNDE), numbers={K_1: ""}))

    assert "Title" not in converted
    assert "Note" not in converted


def test_else_is_before_the_functions_and_no_way_out(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + 'Title <- Kunde/Nummer else "K-0" => number-of customer pdm\n')

    found = convert(made, akte(), numbers={Asked("customer", "K-0", "pdm"): "0"})
    unknown = convert(made, akte(KUNDE), numbers={Asked("customer", "K-0", "pdm"): "0"})

    assert "<Title>0</Title>" in text(found)
    assert [finding.code for finding in unknown.findings] == [Code.NUMBER_UNKNOWN]


def test_functions_before_and_after_apply_and_join_takes_each(tmp_path: Path) -> None:
    rule = NUMBER + "Title <- Datei => upper => number-of document pdm => join '+' => cut 5\n"
    made = mapping(tmp_path, rule)
    numbers = {Asked("document", "A", "pdm"): "11", Asked("document", "B", "pdm"): "2222"}

    converted = text(convert(made, akte("<Datei>a</Datei><Datei>b</Datei>"), numbers=numbers))

    assert "<Title>11+22</Title>" in converted


def test_what_a_document_asks_is_listed_in_blocks_too(tmp_path: Path) -> None:
    rules = (
        RULE.replace("Title <-", "Title <-?")
        + "each Lines/Line <- Position\n  each Part <-? Teil\n    . <-? @nr => number-of part pdm\n"
        + "each File <- $documents\n  Name <- name\n  Of <-? /Akte/Kunde/Name => number-of customer crm\n"
    )
    made = mapping(tmp_path, rules)
    kunde = "<Kunde><Nummer>K-1</Nummer><Name>N</Name></Kunde>"
    source = akte(kunde + '<Position nr="1"><Teil nr="T1"/><Teil nr="T2"/></Position>')

    asked = made.asks(source, Variables(documents=(document(),)))

    parts = {Asked("part", "T1", "pdm"), Asked("part", "T2", "pdm")}
    assert asked == {K_1, Asked("customer", "N", "crm"), *parts}


def test_what_one_document_asked_is_not_asked_by_the_next(tmp_path: Path) -> None:
    made = mapping(tmp_path, RULE)
    convert(made, akte(KUNDE))

    assert made.asks(akte(KUNDE.replace("K-1", "K-2")), Variables()) == {Asked("customer", "K-2", "pdm")}


def test_a_document_asks_nothing_where_no_rule_does(tmp_path: Path) -> None:
    assert mapping(tmp_path, NUMBER).asks(akte(), Variables()) == frozenset()


def test_a_document_that_cannot_be_converted_asks_nothing(tmp_path: Path) -> None:
    made = mapping(tmp_path, RULE + "each File <- $documents\n  Name <- name\n")

    assert made.asks(akte(KUNDE), Variables(documents=(document(name="\x01.pdf"),))) == frozenset()


def test_a_system_that_config_ini_does_not_have_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, RULE.replace("pdm", "pmd"))

    (problem,) = MappingStore.load(tmp_path, {}, {"pdm", "crm"}).problems

    assert problem.what == "config.ini has no folder of a system pmd"
    assert (problem.line, problem.suggestion) == (7, "did you mean pdm?")


@pytest.mark.parametrize(("known", "passed"), [("K-1 = 4711", True), ("K-1 = 4712", False), ("k-1 = 4711", False)])
def test_a_golden_case_says_which_numbers_are_known(tmp_path: Path, known: str, passed: bool) -> None:
    from lxml import etree

    folder = write(tmp_path, RULE)
    case = folder / "tests" / "one"
    case.mkdir(parents=True)
    (case / "source.xml").write_bytes(etree.tostring(akte(KUNDE)))
    (case / "facts.ini").write_text(f"[number-of customer pdm]\n{known}\n", "utf-8")
    expected = '<Document xmlns="urn:t"><Number>N-1</Number><Title>4711</Title></Document>'
    (case / "expected.xml").write_text(expected, "utf-8")

    (result,) = run_cases(load(tmp_path), folder)

    assert result.passed is passed
