"""From the text of a mapping to its tree; the grammar stands in `docs/reference/mapping-language.md`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sync.mapping.language.checks import (
    check_functions,
    check_numbers,
    check_object,
    check_statements,
    check_tables,
    check_variables,
)
from sync.mapping.language.cursor import Cursor
from sync.mapping.language.head import STATEMENTS, parse_ignore, parse_object, parse_table
from sync.mapping.language.lines import Block, Mistakes, read_blocks
from sync.mapping.language.statements import parse_body
from sync.mapping.language.tree import Each, If, Ignore, MappingTree, Place, Statement, Table
from sync.model import PdfNeed


def parse(text: str, file: str) -> MappingTree:
    """Read a mapping; *file* is how messages call it.

    Raises ConfigurationError with all that is wrong in the file, in the order of its lines.
    """
    mistakes = Mistakes(file, text)
    tree = read(text, mistakes)
    mistakes.raise_any()
    assert tree is not None
    return tree


def read(text: str, mistakes: Mistakes) -> MappingTree | None:
    """Read what can be read of a mapping; lines that are wrong are noted and left out.

    None where it does not say what its source is: then there is nothing to check the rest against.
    """
    head = _Head(mistakes)
    statements = parse_body(read_blocks(text, mistakes), mistakes, head.declare)
    head.check(statements)
    check_object(head.facts.get("object"), mistakes)
    check_tables(head.tables, mistakes)
    check_statements(statements, mistakes)
    check_functions((head.facts.get("object"), statements), head.tables, mistakes)
    check_numbers(head.facts, mistakes)
    check_variables(head.facts, statements, mistakes, has_link="link" in head.seen)
    return head.tree(statements)


class _Head:
    """What the top level has said so far."""

    def __init__(self, mistakes: Mistakes) -> None:
        self.mistakes = mistakes
        self.seen: dict[str, Place] = {}  #: statements that stand there, right or wrong
        self.facts: dict[str, Any] = {}
        self.tables: list[Table] = []
        self.ignores: list[Ignore] = []

    def declare(self, word: str, block: Block) -> bool:
        """Take a statement that only the top level has; tell whether it was one."""
        if word in STATEMENTS or word == "object" or _is_pdf(block):
            self._once(word or "pdf", block)
        elif word == "table":
            self.tables.append(parse_table(block, self.mistakes))
        elif word == "ignore":
            self.ignores.append(parse_ignore(block.after_keyword()))
            self._refuse_body(block)
        else:
            return False
        return True

    def _once(self, word: str, block: Block) -> None:
        place = block.start
        if word in self.seen:
            self.mistakes.add(place, f"{word} stands already in line {self.seen[word].line}", "remove one of them")
        self.seen.setdefault(word, place)
        if word == "object":
            self.facts.setdefault(word, parse_object(block, self.mistakes))
        else:
            self._refuse_body(block)
            cursor = block.after_keyword()
            said = STATEMENTS[word](cursor)
            cursor.expect_end(f"the {word} statement")
            self.facts.setdefault(word, said)

    def _refuse_body(self, block: Block) -> None:
        self.mistakes.refuse_body(block)
        parse_body(block.body, self.mistakes, self.declare)

    def check(self, statements: tuple[Statement, ...]) -> None:
        """Note what the head lacks and what does not go together."""
        needed = {"mapping": "mapping NAME", "source": "source FILE ROOT", "target": "target FILE ROOT"}
        if "skip" in self.seen:
            del needed["target"]
            self._check_skip(statements)
        for word, form in needed.items():
            if word not in self.seen:
                self.mistakes.add(Place(line=1, column=1), f"the {word} statement is missing", f"add the line: {form}")

        self._check_split()

    def _check_split(self) -> None:
        pdf = self.facts.get("pdf")
        if "split" in self.seen and pdf is not None and pdf.need in (PdfNeed.REQUIRED, PdfNeed.OPTIONAL):
            what = "a record of a list has no stem of its own: its PDFs are named in it"
            self.mistakes.add(self.seen["pdf"], what, "write pdf <- path, or pdf none")

    def _check_skip(self, statements: tuple[Statement, ...]) -> None:
        why = "a mapping that skips has no target and no rules"
        if "target" in self.seen:
            self.mistakes.add(self.seen["target"], why, "remove skip or target")
        if statements:
            self.mistakes.add(statements[0].place, why, "remove skip or the rules")

    def tree(self, statements: tuple[Statement, ...]) -> MappingTree | None:
        """Give what is right of the mapping; None where it does not say what its source is."""
        wrong = self.mistakes.lines
        facts = {word: fact for word, fact in self.facts.items() if self.seen[word].line not in wrong}
        if "source" not in facts:
            return None
        if block := facts.get("object"):
            facts["object"] = replace(block, rules=tuple(rule for rule in block.rules if rule.place.line not in wrong))
        return MappingTree(
            name=facts.pop("mapping", ""),
            file=self.mistakes.file,
            source=facts.pop("source"),
            target=facts.pop("target", None),
            tables=tuple(self.tables),
            statements=tuple(_right(statements, wrong)),
            ignores=tuple(ignore for ignore in self.ignores if ignore.place.line not in wrong),
            place=self.seen.get("mapping", Place(line=1, column=1)),
            complete=not wrong,
            **facts,
        )


def _right(statements: Sequence[Statement], wrong: Collection[int]) -> Iterator[Statement]:
    """Leave out the statements on lines that are wrong, blocks with all that is in them."""
    for statement in statements:
        if statement.place.line in wrong:
            continue
        if isinstance(statement, Each | If):
            statement = replace(statement, body=tuple(_right(statement.body, wrong)))
        if isinstance(statement, If):
            statement = replace(statement, otherwise=tuple(_right(statement.otherwise, wrong)))
        yield statement


def _is_pdf(block: Block) -> bool:
    # The one statement that has an operator; an element of that name is written ./pdf.
    return Cursor(block.line).at_word("pdf")
