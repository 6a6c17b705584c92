"""Laying the statements of a mapping into the elements of its target, and noting what does not fit there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sync.mapping.language.checks import written as spelled
from sync.mapping.language.lines import Mistakes
from sync.mapping.language.tree import Each, If, Operator, Place, Required, Rule, Statement, Step, TargetPath
from sync.mapping.resolve import Leaf, Scope
from sync.mapping.schema import Attribute, Element
from sync.mapping.schema.models import Spot, occurrence, repeating_group, spots
from sync.mapping.target.branches import Branch, Way, exclusive
from sync.mapping.target.constants import check_constant
from sync.mapping.target.coverage import Coverage
from sync.mapping.target.elements import Block, Condition, Loop, Target, Written
from sync.mapping.target.steps import Steps, type_of
from sync.mapping.values import Values


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """Where statements stand: what their paths start from, and which way leads to them."""

    target: Target
    block: Block
    way: Way = None


@dataclass(kw_only=True, slots=True)
class Planner:
    """Lays the statements of a mapping into the target's elements and notes what does not fit."""

    values: Values
    prefixes: Mapping[str, str]  #: of the target's schema
    mistakes: Mistakes
    whole: bool  #: every statement has found its place, so what is not covered is missing indeed

    def plan(self, statements: Sequence[Statement], root: Element, place: Place) -> tuple[Target, Block]:
        """Plan a whole mapping."""
        target = Target(element=root, path=(root.tag,), optional=False, place=place, head=root.tag)
        block = Block(scope=self.values.resolver.top())
        self._statements(statements, Where(target=target, block=block))
        if self.whole:
            coverage = Coverage(complain=self._complain)
            coverage.check(target, [None])
            coverage.check_reachable(target)
        return target, block

    def _complain(self, place: Place, what: str, suggestion: str = "") -> None:
        self.whole = False
        self.mistakes.add(place, what, suggestion)

    def _statements(self, statements: Sequence[Statement], where: Where) -> None:
        for statement in statements:
            match statement:
                case Rule():
                    self._rule(statement, where)
                case Each() if statement.target.steps[-1].name == ".":
                    self._each_group(statement, where)
                case Each():
                    self._each(statement, where)
                case Required():
                    self._required(statement, where)
                case If():
                    self._if(statement, where)

    # --- statements ---------------------------------------------------------------------------------------------------

    def _rule(self, rule: Rule, where: Where) -> None:
        constant = self.values.constant(rule.value)
        reader = self.values.reader(rule.value, rule.operator, where.block.scope)
        written = Written(place=rule.place, constant=constant, reader=reader, way=where.way)
        reached = self._reach(rule.target.steps, where)
        if reached is None:
            return
        holder, attribute = reached
        others = holder.attributes.setdefault(attribute.tag, []) if attribute else holder.text
        self._check_fits(rule, written, holder, attribute)
        if earlier := next((one for one in others if not exclusive(one.way, where.way)), None):
            self._complain(rule.place, f"{spelled(rule.target)} is written already, in line {earlier.place.line}")
            return
        others.append(written)
        if constant is None:
            where.block.values.append(written)

    def _if(self, statement: If, where: Where) -> None:
        branch = Branch(place=statement.place, holds=True, outer=where.way)
        xpath = self.values.resolver.condition(statement.condition, where.block.scope)
        where.block.conditions.append(Condition(branch=branch, xpath=xpath, both=bool(statement.otherwise)))
        self._statements(statement.body, replace(where, way=branch))
        self._statements(statement.otherwise, replace(where, way=branch.other))

    def _required(self, statement: Required, where: Where) -> None:
        reached = None
        for depth in range(1, len(statement.target.steps) + 1):
            reached = self._reach(statement.target.steps[:depth], where)
            if reached is None:
                return
            if reached[1]:
                self._complain(statement.place, "required is for elements", "an attribute needs a rule")
                return
            reached[0].required.append(where.way)
        if reached and reached[0].element.simple is not None:
            name = reached[0].element.name
            self._complain(statement.place, f"{name} has a value of its own", f"write a rule: {name} <- …")

    def _each(self, each: Each, where: Where) -> None:
        *wrappers, last = each.target.steps
        leaf = self._repeated_source(each, where.block.scope)
        if last.attribute:
            self._complain(each.target.place, "each repeats an element", "name the element that is repeated")
            return
        reached = self._reach(wrappers, where)
        element = self._child(last, reached[0]) if reached else None
        if reached is None or element is None or leaf is None:
            self.whole = False
            return
        item = self._new(element, last, reached[0], each.place, where.way)
        self._check_repeats(each, leaf, item, reached[0])
        for twin in _twins(item, reached[0]):
            twin.alone = False
            if not twin.loop and any(not exclusive(where.way, one) for one in twin.reached):
                self._complain(each.place, f"{element.name} is written already, in line {twin.place.line}")
                return
        self._repeat(each, leaf, item, reached[0], where)

    def _each_group(self, each: Each, where: Where) -> None:
        """Repeat a group of the content model as a whole: it has no element of its own."""
        leaf = self._repeated_source(each, where.block.scope)
        reached = self._reach(each.target.steps[:-1], where)
        if reached is None or leaf is None:
            self.whole = False
            return
        parent = reached[0]
        tags = self._tags(each, parent)
        if tags is None:
            return
        group = repeating_group(parent.content, tags, within=parent.group)
        if group is None:
            what = f"no group of {parent.element.name} that holds all of this repeats as a whole"
            self._complain(each.place, what, "name the element that is repeated: each Element <- …")
            return
        item = Target(element=parent.element, path=parent.path, optional=True, place=each.place, head="", group=group)
        self._repeat(each, leaf, item, parent, where)

    def _repeat(self, each: Each, leaf: Leaf, item: Target, parent: Target, where: Where) -> None:
        scope = Scope(element=leaf.element, origin=leaf.origin, position=f"position{each.place.line}")
        required = each.operator is Operator.REQUIRED
        item.loop = Loop(place=each.place, leaf=leaf, required=required, way=where.way, block=Block(scope=scope))
        item.optional = True
        parent.children.append(item)
        where.block.loops.append(item.loop)
        self._statements(each.body, Where(target=item, block=item.loop.block))

    # --- finding the place --------------------------------------------------------------------------------------------

    def _reach(self, steps: Sequence[Step], where: Where) -> tuple[Target, Attribute | None] | None:
        target = where.target
        if target.group is not None and steps and (steps[0].attribute or steps[0].name == "."):
            self._complain(steps[0].place, "each . repeats elements", "name one of them")
            return None
        for step in steps:
            if step.attribute:
                attribute = self._steps.attribute(step, target.element)
                self.whole = self.whole and attribute is not None
                return (target, attribute) if attribute else None
            if step.name == ".":
                continue
            element = self._child(step, target)
            below = self._below(target, element, step, where.way) if element else None
            if below is None:
                return None
            target = below
        return target, None

    def _child(self, step: Step, target: Target) -> Element | None:
        child = self._steps.child(step, target.element)
        self.whole = self.whole and child is not None
        return child

    def _below(self, parent: Target, element: Element, step: Step, way: Way) -> Target | None:
        """Give the child that rules reach, a new one where there is none, unless something else is written there."""
        target = self._new(element, step, parent, step.place, way)
        for twin in _twins(target, parent):
            if twin.loop is None and twin.type == target.type:
                target = twin
                continue
            target.alone = twin.alone = False
            if any(not exclusive(way, one) for one in twin.reached):
                self._complain_of_twin(step, twin)
                return None
        if target not in parent.children:
            parent.children.append(target)
        if way not in target.reached:
            target.reached.append(way)
        return target

    def _new(self, element: Element, step: Step, parent: Target, place: Place, way: Way) -> Target:
        head = self._steps.head(element, parent.element)
        stands = occurrence(parent.content, head)
        if stands is None:  # in a block of each . and outside of its group
            self._complain(step.place, f"{step.name} does not repeat with the others of this block")
        optional = stands is None or stands.optional or head != element.tag
        path = (*parent.path, element.tag)
        return Target(
            element=element, path=path, optional=optional, place=place, head=head, type=type_of(step), reached=[way]
        )

    def _complain_of_twin(self, step: Step, twin: Target) -> None:
        if twin.loop:
            what = f"{step.name} is repeated by each in line {twin.place.line}"
            self._complain(step.place, what, "write this in its block")
        else:
            written = f"{step.name}[@type='{twin.type}']" if twin.type else step.name
            what = f"{step.name} has another type in line {twin.place.line}"
            self._complain(step.place, what, f"write {written}, or one of them under an if and one under its else")

    def _repeated_source(self, each: Each, scope: Scope) -> Leaf | None:
        leaf = self.values.resolver.path(each.source, scope)
        if leaf.computed or leaf.field.startswith("@"):
            if leaf.field:
                self._complain(each.source.place, f"{leaf.field} occurs once", "each goes over elements or $documents")
            return None
        if leaf.element is None and leaf.xpath != "$documents":
            self._complain(each.source.place, f"{leaf.field} is one fact of a document", "each … <- $documents")
            return None
        return leaf

    def _tags(self, each: Each, parent: Target) -> set[str] | None:
        """Give what the lines of a block write right below *parent*, as the content model has it."""
        found = [
            self._child(step, parent) for step in _first_steps(each.body) if not step.attribute and step.name != "."
        ]
        return None if None in found else {self._steps.head(one, parent.element) for one in found if one}

    @property
    def _steps(self) -> Steps:
        return Steps(prefixes=self.prefixes, complain=self._complain)

    # --- checks -------------------------------------------------------------------------------------------------------

    def _check_fits(self, rule: Rule, written: Written, holder: Target, attribute: Attribute | None) -> None:
        element = holder.element
        if attribute is None:
            self._check_text(element, rule.target)
        if written.nil and (attribute or not element.nillable):
            name = f"@{attribute.name}" if attribute else element.name
            near = "write <-?, or <- with a value behind else"
            self._complain(rule.place, f"{name} is not nillable: its schema does not let it be nil", near)
        simple, fixed = (attribute.type, attribute.fixed) if attribute else (element.simple, element.fixed)
        if written.constant is not None and simple and (wrong := check_constant(written.constant, simple, fixed)):
            self._complain(rule.value.place, *wrong)

    def _check_text(self, element: Element, path: TargetPath) -> None:
        if element.simple is not None:
            return
        if element.type_name == "anyType":
            what, near = f"{element.name} may hold anything (xs:anyType)", "say what: write {}[@type='xs:string']"
            self._complain(path.place, what, near.format(spelled(path)))
        elif not element.mixed:
            names = ", ".join(child.name for child in element.children()[:8])
            what = f"{element.name} has elements below it" if names else f"{element.name} never has text"
            self._complain(path.place, what, f"write one of them: {names}" if names else "")

    def _check_repeats(self, each: Each, leaf: Leaf, item: Target, parent: Target) -> None:
        content, name = parent.content, spelled(each.target)
        found = spots(content, [item.head]).get(item.head, []) if content else []
        repeating = [spot for spot in found if spot.repeated]
        if leaf.repeated and found and not repeating:
            self._complain(each.place, f"{name} occurs once, {leaf.field} several times", "write [1] behind it")
        elif repeating and all(spot.companions() for spot in repeating):
            self._check_companions(each, leaf, repeating[0])

    def _check_companions(self, each: Each, leaf: Leaf, spot: Spot) -> None:
        names = ", ".join(spot.companions())
        what = f"{spelled(each.target)} repeats together with {names}"
        *wrappers, last = each.target.steps
        start = "".join(f"{step.name}/" for step in wrappers)
        near = f"write each {start}. <- {leaf.field}, and below it {last.name} and {names}"
        self._complain(each.place, what, near)


def _twins(target: Target, parent: Target) -> list[Target]:
    """Give what else is written of the same tag."""
    return [one for one in parent.children if one.path == target.path and one.group is None]


def _first_steps(statements: Sequence[Statement]) -> Iterator[Step]:
    for statement in statements:
        if isinstance(statement, If):
            yield from _first_steps((*statement.body, *statement.otherwise))
        elif isinstance(statement, Each) and statement.target.steps[0].name == ".":
            yield from _first_steps(statement.body)
        else:
            yield statement.target.steps[0]
