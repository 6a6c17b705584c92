"""From the expressions of a mapping, which have no prefixes, to XPath that the source's schema has checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sync.errors import did_you_mean
from sync.mapping.language.expressions import COMPARISONS
from sync.mapping.language.lines import Mistakes
from sync.mapping.language.tree import Binary, Call, Expression, Number, Path, Step, Text
from sync.mapping.paths import Chosen, chosen, end, is_first
from sync.mapping.said_types import SaidTypes, attributes_of_types, children_of_types, compared, conditions
from sync.mapping.schema import Attribute, Element, SimpleType
from sync.mapping.schema.models import occurrence, stands_once
from sync.mapping.target.steps import Steps
from sync.mapping.unknown import instead
from sync.mapping.xpath import XML, Namespaces, literal

#: What may be asked of a PDF: the elements of one of `$documents`.
DOCUMENT_FIELDS = ("name", "source_name", "sha256", "size", "pages", "date")
#: Variables that are short for a fact of the only PDF.
PDF_VARIABLES = {
    "pdf_name": "name",
    "source_pdf_name": "source_name",
    "pdf_sha256": "sha256",
    "pdf_size": "size",
    "pdf_pages": "pages",
    "pdf_date": "date",
}
#: Variables that a stylesheet gets as parameters.
SCALAR_VARIABLES = ("pair", "route", "received", "link", "target_number", "action")
Declared = TypeVar("Declared", Attribute, Element)
_READ_TEXT = ("contains", "starts-with", "string-length")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Where an expression starts: the current source element of a block, or what a predicate is about."""

    element: Element | None  #: None: one of `$documents`
    origin: tuple[str, ...]  #: as `Leaf.origin`
    position: str = ""  #: the stylesheet's variable for `$position`; "" outside of `each`
    block: Scope | None = None  #: in a predicate, the scope of the rule, for `current()`


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """Where a path leads: the XPath that reaches it, and what findings and checks need to know of it."""

    xpath: str
    field: str  #: in the source's own word, attributes with @
    below: tuple[str, ...] = ()  #: tags from where the path starts; attributes with @
    absolute: bool = False
    origin: tuple[str, ...] = ()  #: tags from the root; `$name` first where it is a variable's
    element: Element | None = None
    type: SimpleType | None = None
    mixed: bool = False  #: its value is all the text in it, the elements between the text included
    repeats: tuple[str, ...] = ()  #: the steps that the schema lets come more than once, and no predicate narrows
    chosen: Chosen | None = None  #: the part of the path that a condition chooses by
    only: bool = False  #: a valid document has at most one of it at a place
    always: bool = False  #: a valid document has it at every place
    computed: bool = False  #: the XPath gives a string, not nodes
    reads: tuple[tuple[str, ...], ...] = ()  #: where it is computed, the origins that it is computed from

    @property
    def repeated(self) -> bool:
        """Whether it can come more than once."""
        return bool(self.repeats)

    @property
    def collapsed(self) -> bool:
        """Whether white space around the value is not part of it."""
        return self.type is not None and self.type.white_space == "collapse"


_NOTHING = Leaf(xpath="''", field="", computed=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Child:
    """What a step leads to."""

    element: Element
    repeated: bool
    always: bool


@dataclass(kw_only=True, slots=True)
class Resolver:
    """Resolves expressions against a schema; notes what it does not find and goes on.

    What it gives for a wrong expression is of no use: a mapping with mistakes is not loaded.
    """

    root: Element
    prefixes: dict[str, str]  #: prefix → namespace, as the schema's file declares them
    mistakes: Mistakes
    namespaces: Namespaces  #: of the stylesheet or expressions that come of it
    converting: bool  #: for the rules, which know variables; not for `when`, `pdf`, `volatile` and the object block
    record: Scope | None = None  #: where `split` leads; None: the document as a whole
    variables: set[str] = field(default_factory=set)  #: the parameters that the expressions use
    sees_records: bool = False  #: a path from the root leads to, or into, the records of the list
    _read: list[tuple[str, ...]] = field(default_factory=list)  #: the origins of all that was resolved so far

    def top(self) -> Scope:
        """Give the scope of what is converted: the record of a list, or the root element."""
        return self.record or self._root()

    def _root(self) -> Scope:
        return Scope(element=self.root, origin=(self.root.tag,))

    def split(self, path: Path) -> Scope | None:
        """Resolve the path of `split`; None where it is wrong."""
        first, *below = path.steps
        if first.name != self.root.name:
            self.mistakes.add(first.place, f"{first.name} is not the root", f"begin with {self.root.name}")
            return None
        leaf = self._walk(below, self._root())
        return Scope(element=leaf.element, origin=leaf.origin) if leaf.element else None

    def condition(self, expression: Expression, scope: Scope) -> str:
        """Write an expression as XPath."""
        match expression:
            case Path():
                return self.path(expression, scope).xpath
            case Text():
                return literal(expression.value)
            case Number():
                return expression.value
            case Call():
                return self._call(expression, scope)
            case Binary():
                return self._binary(expression, scope)

    def asks_type(self, condition: Binary) -> bool:
        """Tell whether a comparison in the root's scope is one with the type that `xsi:type` names."""
        return bool(self._type_test(condition, self.top()))

    def value(self, expression: Expression, scope: Scope) -> Leaf:
        """Resolve what a rule reads: a path to something that has text, or an expression that is computed."""
        if isinstance(expression, Path):
            return self.text(expression, scope)
        before = len(self._read)
        xpath = self.condition(expression, scope)
        return Leaf(xpath=f"string({xpath})", field=xpath, computed=True, reads=tuple(self._read[before:]))

    def text(self, path: Path, scope: Scope) -> Leaf:
        """Resolve a path to something that has text."""
        leaf = self.path(path, scope)
        if leaf.xpath == "$documents":
            self.mistakes.add(path.place, "$documents is a list, not a value", "each File <- $documents")
        elif leaf.element is not None and leaf.type is None and not leaf.mixed:
            below = ", ".join(child.name for child in leaf.element.children()[:8])
            what = "has elements below it and no text of its own" if below else "never has text"
            self.mistakes.add(end(path), f"{leaf.field} {what}", f"name one of {below}" if below else "")
        return leaf

    def path(self, path: Path, scope: Scope) -> Leaf:
        """Resolve a path to elements, an attribute or a variable."""
        leaf = self._resolve(path, scope)
        self._read.append(leaf.origin)
        return leaf

    # --- paths --------------------------------------------------------------------------------------------------------

    def _resolve(self, path: Path, scope: Scope) -> Leaf:
        if path.variable:
            return self._variable(path, scope)
        if path.absolute:
            return self._absolute(path, scope)
        if path.current:
            return self._from_current(path, scope)
        if scope.element is None:
            return self._document_field(path.steps, scope)
        return self._walk(path.steps, scope)

    def _absolute(self, path: Path, scope: Scope) -> Leaf:
        first = path.steps[0]
        if first.attribute or first.name != self.root.name:
            known = {child.name for child in self.root.children()}
            meant = f"did you mean /{self.root.name}/{first.name}?" if first.name in known else ""
            self.mistakes.add(first.place, f"{first.name} is not the root", meant or f"begin with /{self.root.name}")
            return _NOTHING
        if first.prefix and self._namespace(first) not in (self.root.namespace, None):
            what = f"{first.prefix}:{first.name} is not the root"
            self.mistakes.add(first.place, what, f"begin with /{self.root.name}")
        top = replace(self._root(), position=scope.position, block=scope.block or scope)
        before = len(self._read)
        # Over $documents, the / of XPath is the root of the list of PDFs, so a variable holds that of the source.
        start = "$source" if self.converting else ""
        name = self.namespaces.qualify(self.root.namespace, self.root.name)
        leaf = self._walk(path.steps[1:], top)
        below = "" if leaf.xpath == "." else f"/{leaf.xpath}"
        xpath = f"{start}/{name}{self._predicates(first, top)}{below}"
        self._note_records([leaf.origin, *self._read[before:]])
        return replace(leaf, xpath=xpath, absolute=True)

    def _note_records(self, origins: Sequence[tuple[str, ...]]) -> None:
        record = self.record.origin if self.record else ()
        # A path that ends above the records sees them, too: what follows may go on from there.
        shorter = ((origin[: len(record)], record[: len(origin)]) for origin in origins)
        self.sees_records = self.sees_records or any(one == other for one, other in shorter if record)

    def _from_current(self, path: Path, scope: Scope) -> Leaf:
        block = scope.block or scope
        leaf = self.path(replace(path, current=False), block)
        # Outside of a stylesheet there is no current(), and the current element is always the record or root.
        return replace(leaf, xpath=f"{'current()' if self.converting else '$record'}/{leaf.xpath}")

    def _walk(self, steps: Sequence[Step], scope: Scope) -> Leaf:
        element, attribute = scope.element, None
        assert element is not None
        written: list[str] = []
        below: list[str] = []
        repeats: list[str] = []
        only = always = True
        for step in steps:
            inner = replace(scope, element=element, block=scope.block or scope)
            if step.name == ".":
                written.append("self::*" + self._predicates(step, inner) if step.predicates else ".")
                always = always and not step.predicates
            elif step.attribute:
                attribute = self._attribute(step, element)
                if attribute is None:
                    return _NOTHING
                always = always and attribute.required and attribute in element.attributes
                written.append("@" + self.namespaces.qualify(attribute.namespace, attribute.name))
                below.append("@" + attribute.name)
            else:
                child = self._child(step, element)
                if child is None:
                    return _NOTHING
                repeats += [step.name] if child.repeated and not step.predicates else []
                only = only and (is_first(step) or (not step.predicates and stands_once(element, child.element)))
                always = always and child.always and (is_first(step) or not step.predicates)
                element = self._narrowed(step, child.element)
                name = self.namespaces.qualify(element.namespace, element.name)
                written.append(name + self._predicates(step, replace(inner, element=child.element)))
                below.append(element.tag)
        return Leaf(
            xpath="/".join(written) or ".",
            field=f"@{attribute.name}" if attribute else element.name,
            below=tuple(below),
            origin=scope.origin + tuple(below),
            element=None if attribute else element,
            type=attribute.type if attribute else element.simple,
            mixed=attribute is None and element.mixed,
            repeats=tuple(repeats),
            chosen=chosen(steps),
            only=only,
            always=always,
        )

    def _child(self, step: Step, element: Element) -> _Child | None:
        own = [(child, element) for child in element.standing().values() if child.name == step.name]
        found = own or children_of_types(element, step.name)
        child = self._only(step, [child for child, _ in found])
        if child is None:
            if not found:
                self._unknown(step, element)
            return None
        holder = next(holder for one, holder in found if one is child)
        head = self._steps.head(child, holder)
        often = occurrence(holder.content, head)
        # A parent that xsi:nil empties has no children; where a group substitutes, others may stand for this one.
        always = bool(own) and often is not None and not often.optional and head == child.tag
        always = always and not element.nillable and not child.substitutes
        return _Child(element=child, repeated=often is not None and often.repeated, always=always)

    def _attribute(self, step: Step, element: Element) -> Attribute | None:
        found = [one for one in element.attributes if one.name == step.name] or attributes_of_types(element, step.name)
        attribute = self._only(step, found)
        if attribute is None and not found:
            self._unknown(step, element)
        return attribute

    def _only(self, step: Step, found: Sequence[Declared]) -> Declared | None:
        """Choose by the prefix; without one, what has no namespace goes before others, as in documents."""
        if step.prefix:
            namespace = self._namespace(step)
            wanted = [one for one in found if one.namespace == namespace]
            if found and not wanted and namespace is not None:
                self.mistakes.add(step.place, f"{step.prefix}: has no {step.name} at this place", self._ways(found))
        else:
            wanted = [one for one in found if not one.namespace] or list(found)
        if len(wanted) > 1:
            what = f"{len(wanted)} namespaces have {'@' * step.attribute}{step.name} at this place"
            self.mistakes.add(step.place, what, self._ways(wanted))
        return wanted[0] if len(wanted) == 1 else None

    def _ways(self, found: Sequence[Attribute | Element]) -> str:
        prefixes = {uri: prefix for prefix, uri in self.prefixes.items()} | {XML: "xml"}
        written = [f"{prefixes[one.namespace]}:{one.name}" if one.namespace else one.name for one in found]
        return f"write {' or '.join(written)}"

    def _namespace(self, step: Step) -> str | None:
        prefixes = {**self.prefixes, "xml": XML}
        if step.prefix not in prefixes:
            meant = did_you_mean(step.prefix, prefixes)
            self.mistakes.add(step.place, f"the schema declares no prefix {step.prefix}", meant)
        return prefixes.get(step.prefix)

    def _unknown(self, step: Step, element: Element) -> None:
        kind = "attribute" if step.attribute else "element"
        self.mistakes.add(step.place, f"{element.name} has no {kind} {step.name}", instead(step, element, self.root))

    def _narrowed(self, step: Step, element: Element) -> Element:
        """Give an element under the type that its predicates ask for."""
        for predicate in step.predicates:
            for condition in conditions(predicate):
                asked = compared(condition)
                about_it = asked is not None and asked.owner.steps[0].name == "." and not asked.owner.current
                if asked and about_it and self._types.speaks_of_type(asked, element):
                    element = self._types.typed(asked, element) or element
        return element

    def _predicates(self, step: Step, scope: Scope) -> str:
        return "".join(f"[{self.condition(predicate, scope)}]" for predicate in step.predicates)

    # --- variables ----------------------------------------------------------------------------------------------------

    def _variable(self, path: Path, scope: Scope) -> Leaf:
        name = path.variable
        if not self.converting:
            self.mistakes.add(path.place, f"${name} is not known here", "variables stand in rules only")
            return _NOTHING
        if name == "documents":
            return Leaf(xpath="$documents", field="$documents", origin=("$documents",), repeats=("$documents",))
        if name in PDF_VARIABLES:
            fact = PDF_VARIABLES[name]
            return Leaf(xpath=f"$documents/{fact}", field=f"${name}", origin=("$documents", fact))
        if name == "position":
            return Leaf(xpath=f"string(${scope.position})", field="$position", computed=True)
        self.variables.add(name)
        return Leaf(xpath=f"${name}", field=f"${name}", origin=(f"${name}",), computed=True)

    def _document_field(self, steps: Sequence[Step], scope: Scope) -> Leaf:
        step = steps[0]
        if step.attribute or step.name not in DOCUMENT_FIELDS:
            what = "a block over $documents reads " + ", ".join(DOCUMENT_FIELDS)
            self.mistakes.add(
                step.place, f"a document has no {step.name}", did_you_mean(step.name, DOCUMENT_FIELDS) or what
            )
        elif len(steps) > 1 or step.predicates:
            self.mistakes.add(step.place, f"nothing can follow the {step.name} of a document")
        return Leaf(xpath=step.name, field=step.name, below=(step.name,), origin=(*scope.origin, step.name))

    # --- expressions --------------------------------------------------------------------------------------------------

    def _call(self, call: Call, scope: Scope) -> str:
        if call.name == "current" and not self.converting:
            return "$record"
        write = self._operand if call.name in _READ_TEXT else self.condition
        return f"{call.name}({', '.join(write(argument, scope) for argument in call.arguments)})"

    def _binary(self, binary: Binary, scope: Scope) -> str:
        if test := self._type_test(binary, scope):
            return test
        write = self._operand if binary.operator in COMPARISONS else self.condition
        return f"({write(binary.left, scope)} {binary.operator} {write(binary.right, scope)})"

    def _type_test(self, binary: Binary, scope: Scope) -> str:
        """Write a comparison with `@type` that means `xsi:type`; "" for what is none."""
        asked = compared(binary)
        if asked is None or scope.element is None:
            return ""
        owner = self._resolve(asked.owner, scope)
        if owner.element is None or not self._types.speaks_of_type(asked, owner.element):
            return ""
        self._read.append(owner.origin)
        test = self._types.test(asked, owner.element)
        return test if owner.xpath == "." else f"boolean({owner.xpath}[{test}])"

    @property
    def _steps(self) -> Steps:
        return Steps(prefixes=self.prefixes, complain=self.mistakes.add)

    @property
    def _types(self) -> SaidTypes:
        return SaidTypes(prefixes=self.prefixes, mistakes=self.mistakes, namespaces=self.namespaces)

    def _operand(self, expression: Expression, scope: Scope) -> str:
        return self.text(expression, scope).xpath if isinstance(expression, Path) else self.condition(expression, scope)
