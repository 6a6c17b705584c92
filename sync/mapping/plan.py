"""Laying the statements of a mapping into the elements of its target, and noting what does not fit there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from sync.errors import did_you_mean
from sync.mapping.content import Occurrence, occurrence, uncovered
from sync.mapping.language.lines import Mistakes
from sync.mapping.language.tree import Each, If, Operator, Place, Required, Rule, Statement, Step, TargetPath
from sync.mapping.resolve import Leaf, Scope
from sync.mapping.schema import Attribute, Element
from sync.mapping.target import Block, Loop, Target, Written
from sync.mapping.values import Values


@dataclass(kw_only=True, slots=True)
class Planner:
    """Lays the statements of a mapping into the target's elements and notes what does not fit."""

    values: Values
    mistakes: Mistakes
    whole: bool  #: every statement has found its place, so what is not covered is missing indeed

    def plan(self, statements: Sequence[Statement], root: Element, place: Place) -> tuple[Target, Block]:
        """Plan a whole mapping."""
        target = Target(element=root, path=(root.tag,), optional=False, place=place)
        block = Block(scope=self.values.resolver.top())
        self._statements(statements, target, block)
        if self.whole:
            for one in target.below():
                self._check_covered(one)
            self._check_reachable(target)
        return target, block

    def _complain(self, place: Place, what: str, suggestion: str = "") -> None:
        self.whole = False
        self.mistakes.add(place, what, suggestion)

    def _statements(self, statements: Sequence[Statement], target: Target, block: Block) -> None:
        for statement in statements:
            match statement:
                case Rule():
                    self._rule(statement, target, block)
                case Each():
                    self._each(statement, target, block)
                case Required():
                    self._required(statement, target)
                case If():
                    self._complain(statement.place, "if is not built yet")

    def _rule(self, rule: Rule, target: Target, block: Block) -> None:
        if rule.operator is Operator.NIL:
            self._complain(rule.place, "<-nil is not built yet")
            return
        constant = self.values.constant(rule.value)
        reader = self.values.reader(rule.value, rule.operator, block.scope)
        written = Written(place=rule.place, constant=constant, reader=reader)
        reached = self._reach(rule.target.steps, target)
        if reached is None:
            return
        holder, attribute = reached
        earlier = holder.attributes.get(attribute.tag) if attribute else holder.text
        if earlier:
            self._complain(rule.place, f"{_name(rule.target)} is written already, in line {earlier.place.line}")
        elif attribute:
            holder.attributes[attribute.tag] = written
        else:
            self._check_text(holder.element, rule.target)
            holder.text = written
        if constant is None:
            block.values.append(written)

    def _each(self, each: Each, target: Target, block: Block) -> None:
        *wrappers, last = each.target.steps
        leaf = self._repeated_source(each, block.scope)
        reached = self._reach(wrappers, target)
        child = self._child(last, reached[0].element) if reached and not self._refused(last, each.target) else None
        if reached is None or child is None or leaf is None:
            self.whole = False
            return
        parent, element = reached[0], child
        stands = occurrence(parent.element.content, element.tag)
        self._check_repeats(each, leaf, stands)
        twins = parent.children.setdefault(element.tag, [])
        if twins and not twins[0].loop:
            self._complain(each.place, f"{element.name} is written already, in line {twins[0].place.line}")
            return
        scope = Scope(element=leaf.element, origin=leaf.origin, position=f"position{each.place.line}")
        loop = Loop(place=each.place, leaf=leaf, required=each.operator is Operator.REQUIRED, block=Block(scope=scope))
        item = Target(element=element, path=(*parent.path, element.tag), optional=True, place=each.place, loop=loop)
        twins.append(item)
        block.loops.append(loop)
        self._statements(each.body, item, loop.block)

    def _required(self, statement: Required, target: Target) -> None:
        reached = None
        for depth in range(1, len(statement.target.steps) + 1):
            reached = self._reach(statement.target.steps[:depth], target)
            if reached is None:
                return
            if reached[1]:
                self._complain(statement.place, "required is for elements", "an attribute needs a rule")
                return
            reached[0].required = True
        if reached and reached[0].element.simple is not None:
            name = reached[0].element.name
            self._complain(statement.place, f"{name} has a value of its own", f"write a rule: {name} <- …")

    # --- finding the place --------------------------------------------------------------------------------------------

    def _reach(self, steps: Sequence[Step], target: Target) -> tuple[Target, Attribute | None] | None:
        for step in steps:
            if self._not_built(step):
                return None
            if step.attribute:
                attribute = self._attribute(step, target.element)
                return (target, attribute) if attribute else None
            if step.name == ".":
                continue
            element = self._child(step, target.element)
            if element is None:
                return None
            target = self._below(target, element, step.place)
            if target.loop:
                what = f"{step.name} is repeated by each in line {target.place.line}"
                self._complain(step.place, what, "write this in its block")
                return None
        return target, None

    def _below(self, target: Target, element: Element, place: Place) -> Target:
        twins = target.children.setdefault(element.tag, [])
        if not twins:
            stands = occurrence(target.element.content, element.tag)
            optional = stands is None or stands.optional
            twins.append(Target(element=element, path=(*target.path, element.tag), optional=optional, place=place))
        return twins[0]

    def _refused(self, step: Step, path: TargetPath) -> bool:
        if step.attribute or step.name == ".":
            self._complain(path.place, "each repeats an element", "name the element that is repeated")
            return True
        return self._not_built(step)

    def _not_built(self, step: Step) -> bool:
        construct = "xsi:type" if step.predicates else "a prefix" if step.prefix else ""
        if construct:
            self._complain(step.place, f"{construct} in a target is not built yet")
        return bool(construct)

    def _child(self, step: Step, element: Element) -> Element | None:
        found = element.child(step.name, None)
        if len(found) == 1 and not found[0].abstract:
            return found[0]
        if found and found[0].abstract:
            what, near = f"{step.name} is abstract: substitution groups are not built yet", ""
        elif found:
            what, near = f"{len(found)} namespaces have {step.name} at this place: a prefix here is not built yet", ""
        else:
            names = [child.name for child in element.children()]
            what, near = f"{element.name} has no element {step.name}", did_you_mean(step.name, names)
            if step.name in {one.name for one in element.attributes}:
                near = f"did you mean @{step.name}?"
        self._complain(step.place, what, near)
        return None

    def _attribute(self, step: Step, element: Element) -> Attribute | None:
        found = [one for one in element.attributes if one.name == step.name]
        if len(found) == 1:
            return found[0]
        if found:
            self._complain(step.place, f"two namespaces have @{step.name} at this place: this is not built yet")
            return None
        near = did_you_mean(f"@{step.name}", [f"@{one.name}" for one in element.attributes])
        if element.child(step.name, None):
            near = f"did you mean {step.name}?"
        self._complain(step.place, f"{element.name} has no attribute {step.name}", near)
        return None

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

    # --- checks -------------------------------------------------------------------------------------------------------

    def _check_text(self, element: Element, path: TargetPath) -> None:
        if element.mixed:
            self._complain(path.place, f"{element.name} is mixed text: writing it is not built yet")
        elif element.simple is None:
            names = ", ".join(child.name for child in element.children()[:8])
            what = f"{element.name} has elements below it" if names else f"{element.name} never has text"
            self._complain(path.place, what, f"write one of them: {names}" if names else "")

    def _check_repeats(self, each: Each, leaf: Leaf, stands: Occurrence | None) -> None:
        name = _name(each.target)
        if stands and stands.interleaved:
            self._complain(each.place, f"{name} stands in a sequence that repeats as a whole: not built yet")
        elif stands and not stands.repeated and leaf.repeated:
            self._complain(each.place, f"{name} occurs once, {leaf.field} several times", "write [1] behind it")

    def _check_covered(self, target: Target) -> None:
        """Note what an element must have and no rule writes."""
        element = target.element
        missing = [
            f"@{one.name}"
            for one in element.attributes
            if one.required and one.fixed is None and one.tag not in target.attributes
        ]
        missing += uncovered(element.content, target.children)
        for name in missing:
            where = target.path[-1].rpartition("}")[2]
            self._complain(target.place, f"nothing writes {name}, which {where} must have", f"add a rule for {name}")

    def _check_reachable(self, target: Target) -> None:
        """Note constants that are never written, since nothing brings their parent into being."""
        for child in chain.from_iterable(target.children.values()):
            if child.always or child.fed():
                self._check_reachable(child)
            elif any(list(one.written()) for one in child.below()):
                what = f"never written: only constants stand below the optional {child.element.name}"
                self._complain(child.place, what, f"add: required {child.element.name}")


def _name(path: TargetPath) -> str:
    return "/".join(f"{'@' if step.attribute else ''}{step.name}" for step in path.steps)
