"""Golden cases of a mapping with `split`: what is expected of each record lies beside the list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from sync.errors import ConfigurationError
from sync.mapping.golden import CaseResult, Difference, run_cases
from tests import workshop_lists
from tests.workshop_lists import HEAD, liste

RULES = "Number <- Nummer\nTitle <- Titel[1]\nNote <-? /Liste/@lauf\neach File <-? $documents\n  Name <- name\n"
FOR_PLANS = HEAD + "when not(Preis)\npdf <-? Datei\n"
SKIPS = 'mapping {name}\nsource source.xsd Liste\nsplit Liste/Akte\nskip "stays here"\nwhen not(Preis)\n'

PLAN = "<Nummer>{0}</Nummer><Titel>Plan {0}</Titel>"
UNTITLED = "<Nummer>{0}</Nummer>"
PRICED = PLAN + "<Preis>1</Preis>"
TOO_LONG = "<Nummer>A-123456789</Nummer><Titel>Plan</Titel>"


def document(number: str, rest: str = "") -> str:
    return f'<Document xmlns="urn:t"><Number>{number}</Number><Title>Plan {number}</Title>{rest}</Document>'


def run(
    tmp_path: Path, *records: str, head: str = FOR_PLANS, rules: str = RULES, note: str = "", **files: str | bytes
) -> CaseResult:
    """Run a case with these records; `expected_1_xml` is the file expected-1.xml."""
    made = workshop_lists.mapping(tmp_path, rules, head=head)
    case = made.folder / "tests" / "case"
    case.mkdir(parents=True)
    numbered = [record.format(f"A-{number}") for number, record in enumerate(records, start=1)]
    liste(numbered, note=note, attributes=' lauf="7"').write(case / "source.xml")
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        file = case / f"{stem.replace('_', '-')}.{suffix}"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    (result,) = run_cases(made, made.folder)
    return result


def short(result: CaseResult) -> Sequence[tuple[int, str, str | None, str | None]]:
    return [(one.record, one.path, one.expected, one.got) for one in result.differences]


def test_each_record_is_compared_with_the_file_of_its_position(tmp_path: Path) -> None:
    result = run(
        tmp_path, PLAN, UNTITLED, PLAN,
        expected_1_xml=document("A-1", "<Note>7</Note>"),
        expected_2_findings="mapping.missing Titel",
        expected_3_xml=document("A-3", "<Note>7</Note>"),
    )  # fmt: skip

    assert result.differences == ()
    assert [finding.path for finding in result.findings] == ["/Liste/Akte[2]/Titel"]


def test_a_difference_says_of_which_record_it_is(tmp_path: Path) -> None:
    result = run(
        tmp_path, PLAN, PLAN,
        expected_1_xml=document("A-1", "<Note>7</Note>"), expected_2_xml=document("A-2", "<Note>8</Note>"),
    )  # fmt: skip

    assert result.differences == (Difference(record=2, path="/Document/Note", expected="8", got="7"),)


def test_a_record_that_the_mapping_is_not_for_expects_nothing_and_counts(tmp_path: Path) -> None:
    result = run(tmp_path, PRICED, PLAN, expected_2_xml=document("A-2", "<Note>7</Note>"))

    assert result.passed
    assert result.findings == ()


def test_a_case_may_insist_that_the_mapping_is_not_for_a_record(tmp_path: Path) -> None:
    files = {"expected_1_findings": "mapping.none Preis", "expected_2_findings": "mapping.none Preis"}

    result = run(tmp_path, PRICED, PLAN, **files)

    brief = "<Document> A-2 Plan A-2 7"
    assert short(result) == [(2, "expected-2.findings", "mapping.none Preis", brief)]


def test_a_record_that_its_schema_refuses_is_wrong_alone(tmp_path: Path) -> None:
    result = run(
        tmp_path, TOO_LONG, PLAN,
        expected_1_findings="schema.too-long Nummer", expected_2_xml=document("A-2", "<Note>7</Note>"),
    )  # fmt: skip

    assert result.differences == ()


def test_what_is_wrong_outside_of_all_records_is_expected_once(tmp_path: Path) -> None:
    result = run(tmp_path, PLAN, PLAN, note="<Fremd/>", expected_findings="schema.unexpected Fremd")

    assert result.differences == ()


def test_of_a_list_that_is_wrong_as_a_whole_nothing_comes(tmp_path: Path) -> None:
    result = run(tmp_path, PLAN, note="<Fremd/>", expected_1_xml=document("A-1"))

    assert short(result) == [
        (0, "/Liste/Fremd", None, "schema.unexpected  Fremd"),
        (1, "expected-1.xml", "<Document> A-1 Plan A-1", None),
    ]


def test_a_file_that_is_missing_or_too_many_is_a_difference(tmp_path: Path) -> None:
    result = run(
        tmp_path, PLAN, PRICED, UNTITLED,
        expected_2_xml=document("A-2"), expected_4_findings="mapping.missing # Titel\nschema.too-long\n",
        expected_xml=document("A-1"),
    )  # fmt: skip

    assert short(result) == [
        (0, "expected.xml", "<Document> A-1 Plan A-1", None),
        (1, "expected-1.xml", None, "<Document> A-1 Plan A-1 7"),
        (2, "/Liste/Akte[2]/Preis", None, "mapping.none  Preis"),
        (3, "/Liste/Akte[3]/Titel", None, "mapping.missing mapping.map:11 Titel"),
        (4, "expected-4.findings", "mapping.missing; schema.too-long", None),
    ]


@pytest.mark.parametrize(("kind", "passed"), [(PRICED, False), (PLAN, True)])
def test_a_case_of_a_list_that_a_skipping_mapping_is_not_for_fails(tmp_path: Path, kind: str, passed: bool) -> None:
    result = run(tmp_path, kind, PRICED, head=SKIPS, rules="")

    assert result.passed is passed


def test_nothing_can_be_expected_of_a_record_that_is_skipped(tmp_path: Path) -> None:
    result = run(tmp_path, PLAN, head=SKIPS, rules="", expected_1_xml=document("A-1"))

    assert short(result) == [(1, "expected-1.xml", "<Document> A-1 Plan A-1", None)]


def test_a_list_for_whose_records_the_mapping_is_not_is_no_case(tmp_path: Path) -> None:
    result = run(tmp_path, PRICED, PRICED)

    assert short(result) == [(1, "/Liste/Akte[1]/Preis", None, "mapping.none  Preis")]


def test_a_list_without_records_passes(tmp_path: Path) -> None:
    assert run(tmp_path).passed


def test_a_record_gets_the_pdfs_that_it_names(tmp_path: Path) -> None:
    facts = "[document 1]\nsource_name = a.pdf\nname = A-1.pdf\n[document 2]\nname = b.pdf\n"
    named = PLAN + "<Datei>b.pdf</Datei><Datei>in/A.pdf</Datei>"
    files = "<File><Name>b.pdf</Name></File><File><Name>A-1.pdf</Name></File><Note>7</Note>"

    result = run(
        tmp_path, named, PLAN,
        facts_ini=facts, expected_1_xml=document("A-1", files), expected_2_xml=document("A-2", "<Note>7</Note>"),
    )  # fmt: skip

    assert result.differences == ()


def test_a_record_that_withdraws_its_object_does_so_alone(tmp_path: Path) -> None:
    head = FOR_PLANS + "withdraw when Titel = 'Plan A-2'\n"

    result = run(
        tmp_path, PLAN, PLAN,
        head=head, rules=RULES.replace("<-? /Liste/@lauf", "<- $action"), facts_ini="[variables]\naction = revise\n",
        expected_1_xml=document("A-1", "<Note>revise</Note>"), expected_2_xml=document("A-2", "<Note>withdraw</Note>"),
    )  # fmt: skip

    assert result.differences == ()


@pytest.mark.parametrize("name", ["expected_01_xml", "expected_0_findings", "expected2_xml"])
def test_a_file_whose_name_means_nothing_is_a_problem(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"means nothing; there are expected\.xml"):
        run(tmp_path, PLAN, **{name: document("A-1")})


def test_two_files_for_one_record_are_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"expected-1\.xml: says the same as expected-1\.findings"):
        run(tmp_path, PLAN, expected_1_xml=document("A-1"), expected_1_findings="mapping.missing")
