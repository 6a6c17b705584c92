"""Rules that are right: expressions, templates, operators and blocks."""

from unittest.mock import ANY

import pytest

from sync.mapping.language.parser import parse
from sync.mapping.language.tree import (
    Each,
    If,
    Operator,
    Path,
    Required,
    Step,
)
from tests.mapping_trees import (
    HEAD,
    binary,
    call,
    number,
    path,
    rule,
    source,
    statement,
    step,
    target,
    template,
    text,
    variable,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("A/B", path("A/B")),
        ("./A", path("A")),
        (".", path(".")),
        ("/A/@b", path("A/@b", absolute=True)),
        ("p:A", Path(steps=(Step(name="A", prefix="p", place=ANY),), place=ANY)),
        ("Größe", path("Größe")),
        ("a-b.c", path("a-b.c")),
        ("count(A) > 1", binary(call("count", path("A")), ">", number("1"))),
        ("not(A)", call("not", path("A"))),
        ("A = 'x' or B and C", binary(binary(path("A"), "=", text("x")), "or", binary(path("B"), "and", path("C")))),
        ("(A or B) and C", binary(binary(path("A"), "or", path("B")), "and", path("C"))),
        ("contains(A, 'x')", call("contains", path("A"), text("x"))),
        ('starts-with(A, "it\'s")', call("starts-with", path("A"), text("it's"))),
        ("string-length() >= 2", binary(call("string-length"), ">=", number("2"))),
        ("A[position() = last()]", Path(steps=(step("A", binary(call("position"), "=", call("last"))),), place=ANY)),
        ("A[. != 'x'][2]", Path(steps=(step("A", binary(path("."), "!=", text("x")), number("2")),), place=ANY)),
        (
            "A[@id = current()/@ref]",
            Path(steps=(step("A", binary(path("@id"), "=", path("@ref", current=True))),), place=ANY),
        ),
    ],
)
def test_an_expression_gives_its_tree(written, expected):
    assert source(written) == expected


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ('"plain"', ("plain",)),
        ('""', ()),
        ("'it is \"so\"'", ('it is "so"',)),
        ('"{{{A}}}"', ("{", path("A"), "}")),
        ('" {A} – {@b} "', (" ", path("A"), " – ", path("@b"), " ")),
        ("\"{A[b='}']}#\"", (Path(steps=(step("A", binary(path("b"), "=", text("}"))),), place=ANY), "#")),
        ('"{$pair}.pdf"', (variable("pair"), ".pdf")),
    ],
)
def test_a_template_is_taken_apart(written, parts):
    assert statement(f"T = {written}").value.alternatives == (template(*parts),)


@pytest.mark.parametrize(
    ("written", "operator"),
    [
        ("T <- A", "<-"),
        ("T <-? A", "<-?"),
        ("T <-nil A", "<-nil"),
        ('T = "A"', "="),
        ('T =? "{A}"', "=?"),
        ("T<-A", "<-"),
    ],
)
def test_a_rule_has_one_of_five_operators(written, operator):
    assert statement(written).operator == operator


def test_an_element_may_be_called_as_a_statement_is():
    written = "link <- A\ntable = 'x'\neach/if <- B\nignore[@type='X'] <- E\n./pdf <- C\nrequired <- D\n"

    found = parse(HEAD + written, "m.map").statements

    targets = ["/".join(step.name for step in rule.target.steps) for rule in found]
    assert targets == ["link", "table", "each/if", "ignore", "pdf", "required"]


def test_blocks_nest_by_indentation():
    written = """\
each A <- X
    if Y = '1'
      each B <-? Z
        . <- .
    else
      C <- W
required D/E
"""

    found = parse(HEAD + written, "m.map").statements

    inner = Each(
        target=target("B"), operator=Operator.OPTIONAL, source=path("Z"), body=(rule(".", "<-", path(".")),), place=ANY
    )
    condition = If(
        condition=binary(path("Y"), "=", text("1")), body=(inner,), otherwise=(rule("C", "<-", path("W")),), place=ANY
    )
    assert found == (
        Each(target=target("A"), operator=Operator.REQUIRED, source=path("X"), body=(condition,), place=ANY),
        Required(target=target("D/E"), place=ANY),
    )


def test_the_type_of_a_target_element_may_be_named():
    found = statement("A[@type='Sub']/B <- C")

    assert found.target.steps == (step("A", binary(path("@type"), "=", text("Sub"))), step("B"))
