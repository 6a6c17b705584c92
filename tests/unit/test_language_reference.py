"""The reference of the mapping language says what the parser does."""

import re
from pathlib import Path

import pytest

from sync.mapping.language import expressions, head, order, statements
from sync.mapping.language.parser import parse
from sync.mapping.language.tree import Operator

REFERENCE = (Path(__file__).parents[2] / "docs" / "reference" / "mapping-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```map\n(.*?)^```", REFERENCE, re.MULTILINE | re.DOTALL)
GRAMMAR = re.search(r"^```ebnf\n(.*?)^```", REFERENCE, re.MULTILINE | re.DOTALL)[1]
HEAD = "mapping m\nsource a.xsd A\ntarget b.xsd B\n"


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.partition("\n")[0] for example in EXAMPLES])
def test_every_example_is_a_mapping_or_a_part_of_one(example):
    needed = HEAD if not example.startswith("mapping") else ""

    assert parse(needed + example, "mapping.map")


@pytest.mark.parametrize(
    "word",
    [*statements.KEYWORDS, *head.OBJECT_LINES, *order.KINDS, *expressions.CALLS, *expressions.COMPARISONS, *Operator],
)
def test_the_grammar_has_every_word_of_the_parser(word):
    assert f'"{word}"' in GRAMMAR


def test_the_grammar_has_no_word_that_the_parser_does_not_know():
    known = {*statements.KEYWORDS, *head.OBJECT_LINES, *order.KINDS, *expressions.CALLS, "order", "or", "and"}

    words = set(re.findall(r'"([a-z][a-z-]+)"', re.sub(r"\(\*.*?\*\)", "", GRAMMAR)))

    assert words - known == {"required", "optional", "none"} - known


def test_every_rule_of_the_grammar_is_defined_once_and_used():
    plain = re.sub(r"\(\*.*?\*\)|\"[^\"]*\"|'[^']*'", "", GRAMMAR)
    defined = re.findall(r"^([a-z-]+) +=", plain, re.MULTILINE)
    used = set(re.findall(r"(?<![\w-])[a-z][a-z-]*(?![\w-])(?! +=)", plain))

    assert len(defined) == len(set(defined))
    assert used - set(defined) == {"letter", "digit", "any", "character", "but"}
    assert set(defined) - used == {"mapping"}


def test_the_reference_lists_every_variable():
    listed = re.findall(r"`\$([a-z_0-9]+)`", REFERENCE.partition("Variables are")[2].partition("## Statements")[0])

    assert sorted(listed) == sorted(expressions.VARIABLES)


@pytest.mark.parametrize("word", [*statements.NOT_BUILT, *head.NOT_BUILT_OBJECT_LINES])
def test_the_reference_says_what_is_not_built_yet(word):
    assert f"`{word}`" in REFERENCE.partition("## Not in this version")[2]
