"""The syntax tree of a mapping: what the parser gives and the compiler reads.

Names are as written; nothing is resolved against a schema here. Every node knows its place in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from sync.model import PdfNeed


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where something stands in the mapping's file, both from 1."""

    line: int
    column: int


# --- expressions: the listed subset of XPath 1.0 ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a path: a child element, or an attribute, with its predicates."""

    name: str  #: local name, or "." for the current element
    prefix: str = ""
    attribute: bool = False
    predicates: tuple[Expression, ...] = ()
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Path:
    """A path in the source: from the current element, from the root (`/…`), or from a variable (`$documents`)."""

    steps: tuple[Step, ...]
    absolute: bool = False
    variable: str = ""
    current: bool = False  #: `current()/…` in a predicate: from the element that the rule is about
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A quoted string."""

    value: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number, as written."""

    value: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """An XPath function: not, count, contains, starts-with, string-length, position, last, current."""

    name: str
    arguments: tuple[Expression, ...] = ()
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Binary:
    """Two expressions and the operator between them: `and or = != < <= > >=`."""

    operator: str
    left: Expression
    right: Expression
    place: Place


Expression: TypeAlias = Path | Text | Number | Call | Binary


# --- rules --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Argument:
    """A function's argument: a word, a quoted string or a number, as written without its quotes."""

    value: str
    quoted: bool
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Function:
    """One function after `=>`."""

    name: str
    arguments: tuple[Argument, ...] = ()
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """A quoted text with `{path}` in it, taken apart; `{{` and `}}` stand for braces."""

    parts: tuple[str | Path, ...]
    place: Place

    @property
    def constant(self) -> str | None:
        """The text, if no path stands in it."""
        return "".join(part for part in self.parts if isinstance(part, str)) if not self.paths else None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths in it, in order."""
        return tuple(part for part in self.parts if isinstance(part, Path))


class Operator(StrEnum):
    """What stands between a rule's target and its source."""

    REQUIRED = "<-"  #: a missing value rejects the document
    OPTIONAL = "<-?"  #: a missing value leaves the target out
    NIL = "<-nil"  #: a missing value makes the target nil
    CONSTANT = "="  #: a constant, or a template whose missing paths reject
    CONSTANT_OPTIONAL = "=?"  #: a template that is left out when one of its paths is missing


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """The right side of a rule: alternatives in order (`else`), then functions."""

    alternatives: tuple[Expression | Template, ...]
    functions: tuple[Function, ...] = ()
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetPath:
    """The left side of a rule: steps below the current target element; a predicate is only `[@type='Sub']`."""

    steps: tuple[Step, ...]
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """`Target <- source => functions` and its four sisters."""

    target: TargetPath
    operator: Operator
    value: Value
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Each:
    """`each Target <- source`: a repeated element, with the rules of one."""

    target: TargetPath
    operator: Operator  #: REQUIRED (at least one) or OPTIONAL (any number)
    source: Path
    body: tuple[Statement, ...]
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class If:
    """`if condition` … `else`."""

    condition: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Required:
    """`required Element`: an optional parent that comes into being even when no rule below it writes anything."""

    target: TargetPath
    place: Place


Statement: TypeAlias = Rule | Each | If | Required


# --- the head -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaRef:
    """`source FILE ROOT` or `target FILE ROOT`."""

    file: str
    root: str
    prefix: str = ""
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Pdf:
    """`pdf required | optional | none`, or `pdf <- path` (named)."""

    need: PdfNeed
    path: Path | None = None
    optional: bool = False  #: `pdf <-? path`: none named is fine too
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """The order of revisions: letters, numbers, dotted, none, or a list from oldest to newest."""

    kind: str
    values: tuple[str, ...] = ()
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectRule:
    """One line of the object block; name is number, revision, changed, title, status or customer."""

    name: str
    operator: Operator
    value: Value
    order: Order | None = None  #: only for revision
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectBlock:
    """`object KIND` and its lines."""

    kind: str
    rules: tuple[ObjectRule, ...]
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """`"from" -> to`; `key` None is the `*` row."""

    key: str | None
    value: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """`table NAME` and its rows."""

    name: str
    rows: tuple[TableRow, ...]
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignore:
    """`ignore path "reason"`; `deep` where the path ends in `/**`."""

    path: Path
    deep: bool
    reason: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """`link NAME`: the template of that name in config.ini gives `$link`."""

    name: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class MappingTree:
    """A whole mapping file."""

    name: str
    file: str  #: how messages call the file
    source: SchemaRef
    target: SchemaRef | None  #: None only with `skip`, or where there is a stylesheet.xslt
    when: Expression | None = None
    pdf: Pdf | None = None
    volatile: tuple[Path, ...] = ()
    object: ObjectBlock | None = None
    link: Link | None = None
    skip: str | None = None
    split: Path | None = None  #: each element there is a transfer of its own
    withdraw: Expression | None = None  #: when this holds, the object is withdrawn
    tables: tuple[Table, ...] = ()
    statements: tuple[Statement, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    complete: bool = True  #: False: lines that are wrong were left out
    place: Place = field(default_factory=lambda: Place(line=1, column=1))
