"""From the right side of a rule to the reader that gets its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from sync.mapping.functions import Conversion, Tables, bind
from sync.mapping.functions.numbers_there import Numbers
from sync.mapping.functions.unreadable import Unreadable
from sync.mapping.language.tree import Expression, Function, Operator, Template, Value
from sync.mapping.native import express
from sync.mapping.reading import Joined, Reader, Source, rule_at
from sync.mapping.resolve import Leaf, Resolver, Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Values:
    """Compiles values against one schema, with the tables of one mapping."""

    resolver: Resolver
    tables: Tables
    numbers: Numbers = field(default_factory=Numbers)

    def reader(self, value: Value, operator: Operator, scope: Scope) -> Reader:
        """Compile the right side of a rule."""
        names = [function.name for function in value.functions]
        at = names.index("join") if "join" in names else len(names)
        joined = self._joined(value.functions[at:]) if at < len(names) else None
        sources = tuple(self._source(one, scope, joined is not None) for one in value.alternatives)
        return Reader(
            rule=rule_at(value.place),
            operator=operator,
            sources=sources,
            functions=self._bound(value.functions[:at]),
            joined=joined,
            native=partial(express, sources, operator, value.functions, self.tables),
        )

    def constant(self, value: Value) -> str | None:
        """Give the text of a constant, its functions applied; None: it depends on the document."""
        only = value.alternatives[0]
        text = only.constant if isinstance(only, Template) and len(value.alternatives) == 1 else None
        if text is None:
            return None
        try:
            for function in self._bound(value.functions):
                text = function(text)
        except Unreadable as error:
            self.resolver.mistakes.add(value.place, f"the functions cannot read this constant ({error.code})")
        return text

    def _source(self, alternative: Expression | Template, scope: Scope, joins: bool) -> Source:
        if isinstance(alternative, Template):
            texts = (part if isinstance(part, str) else self._leaf(part, scope, False) for part in alternative.parts)
            return Source(parts=tuple(texts))
        return Source(parts=(self._leaf(alternative, scope, joins),))

    def _leaf(self, expression: Expression, scope: Scope, joins: bool) -> Leaf:
        leaf = self.resolver.value(expression, scope)
        if leaf.repeated and not joins:
            what = f"{leaf.field} can occur several times where one value is needed"
            way = f'write [1] behind {" and ".join(leaf.repeats)}, each, or => join ", "'
            self.resolver.mistakes.add(expression.place, what, way)
        return leaf

    def _joined(self, functions: Sequence[Function]) -> Joined:
        join, *after = functions
        return Joined(separator=join.arguments[0].value, functions=self._bound(after))

    def _bound(self, functions: Sequence[Function]) -> tuple[Conversion, ...]:
        return tuple(bind(function, self.tables, self.numbers) for function in functions)
