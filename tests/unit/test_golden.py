"""Golden cases: they pass, or say field by field why not; and those of the shipped mappings all pass."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from lxml import etree

from sync.errors import ConfigurationError
from sync.findings import Code
from sync.mapping.golden import CaseResult, Difference, run_cases
from tests.workshop import HEAD, akte, load, mapping, write

LINKS = {"crm": "https://crm.example/{number}"}
RULES = (
    "Number <- Nummer\nTitle <- Titel[1]\nNote <-? $link\nCustomer/Name <-? Kunde/Name\n"
    "each File <-? $documents\n  Name <- name\n  Sha256 <- sha256\nlink crm\n"
)
TITLE = "<Title>Erster</Title>"
EXPECTED = '<Document xmlns="urn:t">\n  <Number>N-1</Number>\n  <Title>Erster</Title>{rest}\n</Document>'


def run(
    tmp_path: Path, *, source: etree._ElementTree | None = None, head: str = HEAD, **files: str | bytes
) -> CaseResult:
    write(tmp_path, RULES, head=head)
    made = load(tmp_path, LINKS)
    case = tmp_path / "a-to-b" / "tests" / "case"
    case.mkdir(parents=True)
    (case / "source.xml").write_bytes(etree.tostring(source or akte()))
    for name, content in files.items():
        file = case / name.replace("_", ".")
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    (result,) = run_cases(made, made.folder)
    return result


def test_a_case_passes_whatever_the_white_space_between_its_elements(tmp_path: Path) -> None:
    result = run(tmp_path, expected_xml=EXPECTED.format(rest="\n\n"))

    assert result == CaseResult(name="case", differences=())


def test_differences_are_named_field_by_field(tmp_path: Path) -> None:
    wrong = '<Document xmlns="urn:t" id="x"><Number>N-2</Number><Title>Erster</Title><Kind>K</Kind></Document>'

    result = run(tmp_path, expected_xml=wrong, source=akte("<Kunde><Name>M</Name></Kunde>"))

    assert not result.passed
    assert result.differences == (
        Difference(path="/Document/@id", expected="x", got=None),
        Difference(path="/Document/Number", expected="N-2", got="N-1"),
        Difference(path="/Document/Kind", expected="K", got=None),
        Difference(path="/Document/Customer", expected=None, got="M"),
    )


def test_facts_give_the_variables_and_the_documents(tmp_path: Path) -> None:
    facts = (
        "[variables]\nlink = https://x\n[document 1]\nname = a.pdf\nsha256 = 12\n[document 2]\nname=b.pdf\nsha256=34\n"
    )
    rest = "<File><Name>a.pdf</Name><Sha256>12</Sha256></File><File><Name>b.pdf</Name><Sha256>34</Sha256></File>"

    result = run(tmp_path, facts_ini=facts, expected_xml=EXPECTED.format(rest=f"{rest}<Note>https://x</Note>"))

    assert result.passed


def test_what_the_facts_do_not_say_of_a_pdf_is_read_from_it(tmp_path: Path) -> None:
    content = b"%PDF-1.7 plan"
    file = f"<File><Name>plan.pdf</Name><Sha256>{hashlib.sha256(content).hexdigest()}</Sha256></File>"

    result = run(tmp_path, plan_pdf=content, expected_xml=EXPECTED.format(rest=file))

    assert result.passed


@pytest.mark.parametrize(
    ("expected", "passed"),
    [
        ("mapping.missing Nummer", True),
        ("mapping.missing mapping.map:6   # by its rule", True),
        ("mapping.missing", True),
        ("mapping.missing Titel", False),
        ("mapping.several-values Nummer", False),
        ("mapping.missing Nummer\nmapping.missing Nummer", False),
        ("", False),
    ],
)
def test_a_sample_that_is_wrong_on_purpose_names_its_findings(tmp_path: Path, expected: str, passed: bool) -> None:
    source = akte()
    source.getroot()[0].text = " "

    result = run(tmp_path, source=source, expected_findings=expected)

    assert result.passed is passed
    assert [one.code for one in result.findings] == ["mapping.missing"]


def test_a_source_that_its_schema_refuses_is_found(tmp_path: Path) -> None:
    result = run(tmp_path, source=akte(kind="Unsinn"), expected_findings="schema.enumeration Art")

    assert result.passed


def test_a_source_that_is_not_for_this_mapping_is_found(tmp_path: Path) -> None:
    result = run(tmp_path, head=HEAD + "when Art = 'Rest'\n", expected_findings="mapping.none")

    assert result.passed


def test_a_case_that_fails_unexpectedly_says_what_was_found(tmp_path: Path) -> None:
    result = run(tmp_path, source=akte(kind="Unsinn"), expected_xml=EXPECTED.format(rest=""))

    assert [(one.path, one.expected) for one in result.differences] == [("/Akte/Art", None)]
    assert result.differences[0].got.startswith("schema.enumeration")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"facts_ini": "[variables]\nlnk = x\n"}, "lnk means nothing here"),
        ({"facts_ini": "[documents]\n"}, "[documents] means nothing"),
        ({"facts_ini": "[variables]\naction = destroy\n"}, "destroy"),
        ({"facts_ini": "nonsense"}, "nonsense"),
        ({"expected_xml": "<a"}, "not well-formed"),
        ({}, "cannot be read"),
    ],
)
def test_a_case_that_is_unfit_is_a_problem(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        run(tmp_path, **files)

    assert expected in str(caught.value)


def test_an_unknown_case_is_a_problem(tmp_path: Path) -> None:
    (write(tmp_path, RULES) / "tests" / "no-price").mkdir(parents=True)
    made = load(tmp_path, LINKS)

    with pytest.raises(ConfigurationError) as caught:
        run_cases(made, made.folder, ["no-prize"])

    assert "did you mean no-price?" in str(caught.value)


def test_a_case_of_a_mapping_that_skips_passes_if_the_mapping_is_for_it(tmp_path: Path) -> None:
    head = 'mapping {name}\nsource source.xsd Akte\nskip "stays here"\n'
    made = mapping(tmp_path, "when Art = 'Rest'\n", head=head)
    for name, kind in (("rest", "Rest"), ("other", "Anfrage")):
        (made.folder / "tests" / name).mkdir(parents=True)
        akte(kind=kind).write(made.folder / "tests" / name / "source.xml")

    other, rest = run_cases(made, made.folder)

    assert rest.passed
    assert [finding.code for finding in other.findings] == [Code.MAPPING_NONE]
    assert not other.passed


def test_a_case_whose_source_withdraws_its_object_has_that_as_its_action(tmp_path: Path) -> None:
    head = HEAD + "withdraw when Art = 'Rest'\n"
    made = mapping(tmp_path, "Number <- Nummer\nNote <- $action\n", head=head)
    for name, kind, action in (("rest", "Rest", "withdraw"), ("other", "Anfrage", "revise")):
        case = made.folder / "tests" / name
        case.mkdir(parents=True)
        akte(kind=kind).write(case / "source.xml")
        (case / "facts.ini").write_text("[variables]\naction = revise\n")
        (case / "expected.xml").write_text(EXPECTED.format(rest=f"<Note>{action}</Note>").replace(TITLE, ""))

    results = run_cases(made, made.folder)

    assert [result.differences for result in results] == [(), ()]
