"""The words for people: both catalogues say everything, and nothing that nobody asks for."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from sync import findings, names
from sync.findings import Code, Finding
from sync.folders.base import ClaimAnswer
from sync.gates import formats
from sync.model import DeferReason, Flag, Role, SourceState, TransferState, WaitReason
from sync.reports import messages, page, sheets
from sync.reports import words as words_module
from sync.reports.words import DETAIL_VALUES, LANGUAGES, TABLES, UNKNOWN, placeholders, versions, words

ALWAYS = {"value", "field", "file", "line"}
#: What a text may name of a finding besides, from the comments in findings.py: `details: size, limit (bytes)`.
DETAILS = {
    Code(code): set(re.findall(r"[a-z_]+", re.sub(r"\([^)]*\)", "", named or "")))
    for code, named in re.findall(
        r'^    [A-Z0-9_]+ = "([a-z0-9-]+\.[a-z0-9-]+)"(?:.*?details: ([^;\n]*))?',
        Path(findings.__file__).read_text(),
        re.MULTILINE,
    )
}
MEMBERS = [member for kind in TABLES for member in kind if member is not ClaimAnswer.CLAIMED]
TEXTS = [(code, key) for code in Code for key in ("what", "do")]


def _catalogue(language: str):
    return words(language).catalogue


def _named(template) -> set[str]:
    return {name for version in versions(template) for name in placeholders(version)}


def test_every_code_is_known_with_the_details_that_its_comment_names():
    assert set(DETAILS) == set(Code)
    assert DETAILS[Code.TOO_LARGE] == {"size", "limit"}
    assert DETAILS[Code.SCHEMA_RANGE] == {"relation", "limit"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_words_for_every_code_and_for_nothing_else(language):
    known = _catalogue(language)["code"]

    assert set(known) == {str(code) for code in Code}
    assert all(set(texts) <= {"what", "do", "allowed"} for texts in known.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "key"), TEXTS)
def test_a_text_names_only_what_its_finding_has(language, code, key):
    named = _named(_catalogue(language)["code"][code][key])

    assert named <= ALWAYS | DETAILS[code]


@pytest.mark.parametrize(("code", "key"), TEXTS)
def test_both_languages_say_the_same_facts_in_the_same_versions(code, key):
    german, english = (versions(_catalogue(language)["code"][code][key]) for language in LANGUAGES)

    assert [placeholders(version) for version in german] == [placeholders(version) for version in english]


@pytest.mark.parametrize("code", Code)
def test_what_a_finding_knows_is_said(code):
    texts = _catalogue("de")["code"][code]

    # The other way round is asked above; a detail that no text names would be found out for nothing.
    assert DETAILS[code] <= _named(texts["what"]) | _named(texts["do"])


@pytest.mark.parametrize("part", ["state", "wait", "defer", "release", "flag", "role", "parser", "sheet"])
def test_both_catalogues_have_the_same_entries_with_the_same_placeholders(part):
    german, english = _catalogue("de")[part], _catalogue("en")[part]

    assert german.keys() == english.keys()
    assert {name: _placeholders_of(entry) for name, entry in german.items()} == {
        name: _placeholders_of(entry) for name, entry in english.items()
    }


def _placeholders_of(entry) -> list[set[str]]:
    text = entry["sentence"] if isinstance(entry, dict) else entry
    return [placeholders(version) for version in versions(text)]


def test_both_catalogues_have_words_for_the_same_values():
    german, english = _catalogue("de")["values"], _catalogue("en")["values"]

    assert {name: set(table) for name, table in german.items()} == {name: set(table) for name, table in english.items()}
    assert set(german) == set(DETAIL_VALUES.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_reason_flag_and_role_has_a_word_and_a_sentence(language):
    catalogue, found = _catalogue(language), words(language)

    assert all(found.word(member) and found.sentence(member).endswith(".") for member in MEMBERS)
    for table in set(TABLES.values()):
        assert set(catalogue[table]) == {str(member) for member in MEMBERS if TABLES[type(member)] == table}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_for_the_parsers_messages_name_what_is_recognised(language):
    groups: dict[str, set[str]] = {"other": {"message"}}
    for name, pattern in messages.PATTERNS:
        groups.setdefault(name, set()).update(set(re.compile(pattern).groupindex) - {"reference"})

    catalogue = _catalogue(language)["parser"]

    assert {name: placeholders(text) for name, text in catalogue.items()} == groups


def test_a_message_that_nobody_knows_is_quoted_without_namespaces_and_with_its_pattern_whole():
    message = messages.recognised(r"schema.pattern of {urn:a}Nr, pattern [0-9]{1,4}-\p{L}{2}")

    assert message.facts == {"message": r"schema.pattern of Nr, pattern [0-9]{1,4}-\p{L}{2}"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_of_the_sheet_is_there_for_nothing(language):
    asked = {
        node.value
        for module in (sheets, page, words_module)
        for node in ast.walk(ast.parse(Path(module.__file__).read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert set(_catalogue(language)["sheet"]) <= asked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", Code)
def test_a_finding_that_knows_nothing_has_dashes_and_does_not_fail(language, code):
    bare = Finding(code=code)

    said = words(language).what(bare) + words(language).do(bare)

    assert "{" not in said
    assert "}" not in said


def test_what_is_missing_is_a_dash():
    bare = Finding(code=Code.XML_VERSION, file="a.xml")

    assert UNKNOWN in words("de").what(bare)


@pytest.mark.parametrize("name", ["", "a/b", "a\nb", "a\u202eb", "-a", "a.", "con.xml", "a?b", "a" * 300])
def test_why_a_name_is_unsafe_is_said_in_german(name):
    why = names.unsafe(name)

    said = words("de").what(Finding(code=Code.NAME_UNSAFE, value=names.escape(name) or "-", details={"why": why}))

    assert why
    assert why not in said


@pytest.mark.parametrize(
    "head",
    [b"<html>", b"PK\x03\x04", b"%PDF-1.7", b"{\\rtf", b"\x89PNG\r\n\x1a\n", b"MZ", b"#!", b"plain", b"[{}]", b"<a"],
)
def test_what_a_file_looks_like_is_said_in_german(head):
    found = Finding(code=Code.PDF_NOT_PDF, file="a.pdf", details={"looks_like": formats.looks_like(head)})

    said = words("de").what(found)

    assert re.search(r"ist aber (ein|eine|reiner) ", said)


def test_a_file_of_unknown_kind_is_said_to_be_just_no_pdf():
    said = words("de").what(Finding(code=Code.PDF_NOT_PDF, file="a.pdf", details={"looks_like": ""}))

    assert said == "Die Datei a.pdf heißt zwar .pdf, ist aber kein PDF."


def test_sizes_are_rounded_up_so_that_too_much_never_looks_like_enough():
    found = Finding(code=Code.TOO_LARGE, file="a.xml", details={"size": "20000001", "limit": "20000000"})

    assert words("de").what(found) == "Die Datei a.xml ist 20,1 MB groß. Erlaubt sind höchstens 20 MB."
    assert words("en").what(found) == "The file a.xml has 20.1 MB. At most 20 MB are allowed."


def test_counts_are_written_as_the_language_writes_them():
    found = Finding(code=Code.XML_TOO_MANY_TAGS, file="a.xml", details={"count": "1000001", "limit": "1000000"})

    assert "1.000.001" in words("de").what(found)
    assert "1,000,001" in words("en").what(found)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "Opening and ending tag mismatch: a line 3 and b",
            "Das Element a, begonnen in Zeile 3, wird mit </b> beendet.",
        ),
        ("xmlParseEntityRef: no name", "Ein & steht für sich; in XML schreibt man dafür &amp;."),
        (
            "xmlParseCharRef: invalid xmlChar value 0",
            "Ein unsichtbares Steuerzeichen (Nummer 0) steht darin; löschen Sie es.",
        ),
        (
            "Element '{urn:x}d': 'x' is not a valid value of the atomic type 'xs:date'.",
            "Dort ist ein Datum wie 2026-12-31 verlangt.",
        ),
        (
            "Element '{urn:x}a': Missing child element(s). Expected is one of ( {urn:x}l, {urn:x}e ).",
            "Dort fehlt l oder e.",
        ),
        (
            "Element 'e': [facet 'enumeration'] The value 'x'y' is not an element of the set {'k', 'l'}.",
            "Dort sind nur bestimmte Werte erlaubt: k oder l.",
        ),
        (
            "Element 'n': [facet 'minInclusive'] The value '-1' is less than the minimum value allowed ('0').",
            "Dort ist mindestens 0 verlangt.",
        ),
        (
            "Element 'n': [facet 'maxExclusive'] The value '12' must be less than '9'.",
            "Dort ist weniger als 9 verlangt.",
        ),
        ("Element '{urn:x}s': something new", "Das Prüfprogramm meldet: Element 's': something new"),
    ],
)
def test_a_parsers_message_is_said_in_german(message, said):
    assert words("de").parser(message) == said


def test_a_misspelt_value_is_recognised():
    found = Finding(code=Code.SCHEMA_ENUMERATION, value="Freigegben", allowed=("in Arbeit", "freigegeben"))

    assert words("de").suggestion(found) == "freigegeben"


def test_a_misspelt_field_is_recognised_by_its_name():
    found = Finding(code=Code.SCHEMA_UNEXPECTED, field="Ersteler", value="Max", allowed=("Ersteller", "Dateien"))

    assert words("de").suggestion(found) == "Ersteller"


def test_a_value_like_none_of_the_allowed_ones_suggests_nothing():
    found = Finding(code=Code.SCHEMA_ENUMERATION, value="xyz", allowed=("in Arbeit", "freigegeben"))

    assert words("de").suggestion(found) == ""


def test_of_a_number_no_other_one_is_suggested():
    found = Finding(code=Code.MAPPING_NONE, field="TypeCode", value="231", allowed=("220", "230"))

    assert words("de").suggestion(found) == ""


def test_a_waiting_reason_is_said_with_its_detail():
    said = words("de").wait(f"{WaitReason.PDF_MISSING} ANF 1.pdf")

    assert said == "Das PDF ANF 1.pdf fehlt noch."


def test_a_waiting_reason_without_its_detail_is_said_too():
    assert words("en").wait(WaitReason.PDF_MISSING) == "A PDF is still missing."


def test_a_reason_that_no_catalogue_knows_is_given_as_it_is():
    assert words("en").wait("adopted") == "adopted"
    assert words("en").state("unheard-of") == "unheard-of"


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (SourceState.WAITING, "wartend"),
        (TransferState.SUPERSEDED, "überholt"),
        (TransferState.DUPLICATE, "Dublette"),
        (DeferReason.NAME, "Name belegt"),
        (Flag.UNSYNCED, "nicht gesichert"),
        (Role.DONE, "Fertigmeldung"),
    ],
)
def test_a_state_is_called_as_the_glossary_calls_it(member, said):
    assert words("de").word(member) == said


@pytest.mark.parametrize(("language", "empty"), [("de", "ist leer oder"), ("en", "is empty or")])
def test_a_file_that_may_still_be_written_may_be_empty(language, empty):
    for detail in ("", "a.pdf"):
        assert empty in words(language).wait(f"{WaitReason.INCOMPLETE} {detail}".strip())


@pytest.mark.parametrize(("language", "named"), [("de", "wie sie sie nennt"), ("en", "as it names them")])
def test_the_advice_for_ambiguous_names_fits_pdfs_that_an_xml_names(language, named):
    found = Finding(code=Code.AMBIGUOUS, file="a.pdf", details={"names": "a.pdf, A.PDF"})

    assert named in words(language).do(found)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_advice_for_a_doctype_promises_nothing_for_one_with_declarations(language):
    assert "[ … ]" in words(language).do(Finding(code=Code.XML_DOCTYPE, file="a.xml"))


@pytest.mark.parametrize(("language", "advice"), [("de", "noch einmal"), ("en", "again")])
def test_a_pdf_that_another_pair_took_is_to_be_dropped_again(language, advice):
    for detail in ("", "a.pdf 6fhmknz7qhx1"):
        assert advice in words(language).wait(f"{WaitReason.PDF_TAKEN} {detail}".strip())
