"""From the expressions of a mapping, which have no prefixes, to XPath that the source's schema has checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sync.errors import did_you_mean
from sync.mapping.content import occurrence
from sync.mapping.language.expressions import COMPARISONS
from sync.mapping.language.lines import Mistakes
from sync.mapping.language.tree import Binary, Call, Expression, Number, Path, Place, Step, Text
from sync.mapping.schema import Attribute, Element, SimpleType
from sync.mapping.xpath import Namespaces, literal

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
    repeated: bool = False  #: the schema lets it come more than once, and no predicate narrows it
    computed: bool = False  #: the XPath gives a string, not nodes
    reads: tuple[tuple[str, ...], ...] = ()  #: where it is computed, the origins that it is computed from

    @property
    def collapsed(self) -> bool:
        """Whether white space around the value is not part of it."""
        return self.type is not None and self.type.white_space == "collapse"


_NOTHING = Leaf(xpath="''", field="", computed=True)


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
        elif leaf.element is not None and leaf.element.mixed:
            self.mistakes.add(path.place, f"{leaf.field} is mixed text: reading it is not built yet")
        elif leaf.element is not None and leaf.type is None:
            below = ", ".join(child.name for child in leaf.element.children()[:8])
            what = "has elements below it and no text of its own" if below else "never has text"
            self.mistakes.add(_end(path), f"{leaf.field} {what}", f"name one of {below}" if below else "")
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
        repeated = False
        for step in steps:
            inner = replace(scope, element=element, block=scope.block or scope)
            if step.name == ".":
                written.append("self::*" + self._predicates(step, inner) if step.predicates else ".")
            elif step.attribute:
                attribute = self._attribute(step, element)
                if attribute is None:
                    return _NOTHING
                written.append("@" + self.namespaces.qualify(attribute.namespace, attribute.name))
                below.append("@" + attribute.name)
            else:
                child = self._child(step, element)
                if child is None:
                    return _NOTHING
                often = occurrence(element.content, child.tag)
                repeated = repeated or (often is not None and often.repeated and not step.predicates)
                element = child
                name = self.namespaces.qualify(child.namespace, child.name)
                written.append(name + self._predicates(step, replace(inner, element=child)))
                below.append(child.tag)
        return Leaf(
            xpath="/".join(written) or ".",
            field=f"@{attribute.name}" if attribute else element.name,
            below=tuple(below),
            origin=scope.origin + tuple(below),
            element=None if attribute else element,
            type=attribute.type if attribute else element.simple,
            repeated=repeated,
        )

    def _child(self, step: Step, element: Element) -> Element | None:
        namespace = self._namespace(step)
        found = element.child(step.name, namespace) if namespace != "?" else []
        if len(found) == 1:
            return found[0]
        if found:
            names = [prefix for prefix, uri in self.prefixes.items() if uri in {one.namespace for one in found}]
            written = " or ".join(f"{prefix}:{step.name}" for prefix in names if prefix)
            what = f"{len(found)} namespaces have {step.name} at this place"
            self.mistakes.add(step.place, what, f"write {written}" if written else "")
        elif namespace != "?":
            self._unknown(step, element)
        return None

    def _namespace(self, step: Step) -> str | None:
        if not step.prefix:
            return None
        if step.prefix not in self.prefixes:
            meant = did_you_mean(step.prefix, filter(None, self.prefixes))
            self.mistakes.add(step.place, f"the schema declares no prefix {step.prefix}", meant)
        return self.prefixes.get(step.prefix, "?")

    def _attribute(self, step: Step, element: Element) -> Attribute | None:
        namespace = self._namespace(step)
        found = [one for one in element.attributes if one.name == step.name and namespace in (None, one.namespace)]
        if len(found) == 1:
            return found[0]
        if found:
            self.mistakes.add(step.place, f"two namespaces have @{step.name} at this place", "write its prefix")
        elif namespace != "?":
            self._unknown(step, element)
        return None

    def _unknown(self, step: Step, element: Element) -> None:
        elements = [child.name for child in element.children()]
        attributes = [f"@{attribute.name}" for attribute in element.attributes]
        written = f"@{step.name}" if step.attribute else step.name
        twin = step.name if step.attribute else f"@{step.name}"
        meant = f"did you mean {twin}?" if twin in elements + attributes else ""
        kind = "attribute" if step.attribute else "element"
        near = meant or did_you_mean(written, attributes if step.attribute else elements)
        self.mistakes.add(step.place, f"{element.name} has no {kind} {step.name}", near)

    def _predicates(self, step: Step, scope: Scope) -> str:
        return "".join(f"[{self.condition(predicate, scope)}]" for predicate in step.predicates)

    # --- variables ----------------------------------------------------------------------------------------------------

    def _variable(self, path: Path, scope: Scope) -> Leaf:
        name = path.variable
        if not self.converting:
            self.mistakes.add(path.place, f"${name} is not known here", "variables stand in rules only")
            return _NOTHING
        if name == "documents":
            return Leaf(xpath="$documents", field="$documents", origin=("$documents",), repeated=True)
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
        write = self._operand if binary.operator in COMPARISONS else self.condition
        return f"({write(binary.left, scope)} {binary.operator} {write(binary.right, scope)})"

    def _operand(self, expression: Expression, scope: Scope) -> str:
        return self.text(expression, scope).xpath if isinstance(expression, Path) else self.condition(expression, scope)


def _end(path: Path) -> Place:
    return path.steps[-1].place if path.steps else path.place
