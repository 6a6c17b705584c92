"""Trees of the mapping language, written shortly, for the tests of its parser."""

from unittest.mock import ANY

from sync.mapping.language.parser import parse
from sync.mapping.language.tree import (
    Argument,
    Binary,
    Call,
    Function,
    Number,
    ObjectRule,
    Operator,
    Order,
    Path,
    Rule,
    Step,
    TableRow,
    TargetPath,
    Template,
    Text,
    Value,
)

HEAD = "mapping m\nsource a.xsd A\ntarget b.xsd B\n"


def step(written, *predicates):
    return Step(name=written.removeprefix("@"), attribute=written.startswith("@"), predicates=predicates, place=ANY)


def path(written, **more):
    return Path(steps=tuple(step(part) for part in written.split("/")), place=ANY, **more)


def variable(name):
    return Path(steps=(), variable=name, place=ANY)


def target(written):
    return TargetPath(steps=path(written).steps, place=ANY)


def text(value):
    return Text(value=value, place=ANY)


def number(value):
    return Number(value=value, place=ANY)


def binary(left, operator, right):
    return Binary(operator=operator, left=left, right=right, place=ANY)


def call(name, *arguments):
    return Call(name=name, arguments=arguments, place=ANY)


def function(name, *arguments):
    """Give a function; a str is a word, a list of one str a quoted argument."""
    given = tuple(
        Argument(value="".join(argument), quoted=isinstance(argument, list), place=ANY) for argument in arguments
    )
    return Function(name=name, arguments=given, place=ANY)


def value(*alternatives, functions=()):
    return Value(alternatives=alternatives, functions=tuple(functions), place=ANY)


def template(*parts):
    return Template(parts=parts, place=ANY)


def rule(left, operator, *alternatives, functions=()):
    right = value(*alternatives, functions=functions)
    return Rule(target=target(left), operator=Operator(operator), value=right, place=ANY)


def object_rule(name, operator, *alternatives, functions=(), order=None):
    right = value(*alternatives, functions=functions)
    return ObjectRule(name=name, operator=Operator(operator), value=right, order=order, place=ANY)


def order(kind, *values):
    return Order(kind=kind, values=values, place=ANY)


def row(key, to):
    return TableRow(key=key, value=to, place=ANY)


def statement(written):
    return parse(HEAD + written, "m.map").statements[0]


def source(written):
    return statement(f"T <- {written}").value.alternatives[0]
