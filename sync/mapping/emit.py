"""From a plan to the text of an XSLT 1.0 stylesheet, in the order of the target's schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from sync.mapping.names import Names, quoted
from sync.mapping.reading import Reader
from sync.mapping.resolve import Resolver
from sync.mapping.schema import Attribute
from sync.mapping.target.elements import Block, Condition, Loop, Target, Written
from sync.mapping.xpath import XSI, Namespaces, split_tag

FUNCTIONS = "urn:pairsync:functions"
_XSL = "http://www.w3.org/1999/XSL/Transform"


def emit(target: Target, block: Block, resolver: Resolver, known: Mapping[str, str]) -> str:
    """Write the stylesheet of a mapping.

    Each block of rules first asks for all its values (`$v…`, by the rule's line) and lists (`$each…`), in the order of
    the file; then the elements follow in the order of the schema, each under the condition that brings it into being.
    """
    start = "".join(f"/{resolver.namespaces.qualify(*split_tag(tag))}" for tag in resolver.top().origin)
    names = Names(target, Namespaces(known={"xsi": XSI, **known}, prefixes=dict(resolver.namespaces.prefixes)))
    body = "".join(_indented(_Writer(names).root(target, block), 3))
    frame = _list_frame(resolver, start, body) if resolver.record else _frame(resolver, start, body)
    excluded = ["p", *(prefix for uri, prefix in resolver.namespaces.prefixes.items() if uri not in names.prefixed)]
    return (
        f'<xsl:stylesheet version="1.0" xmlns:xsl="{_XSL}" xmlns:p="{FUNCTIONS}"'
        f'{names.declarations()} exclude-result-prefixes="{" ".join(excluded)}">\n'
        f"{_where_used('  ', 'source', '/', frame)}"
        f"{frame}"
        "</xsl:stylesheet>\n"
    )


def _frame(resolver: Resolver, start: str, body: str) -> str:
    """Write what converts a document as a whole."""
    return (
        "".join(f'  <xsl:param name="{name}"/>\n' for name in sorted(resolver.variables))
        + _where_used("  ", "documents", "p:documents()", body)
        + '  <xsl:template match="/">\n'
        f'    <xsl:for-each select="{start}">\n'
        f"{body}"
        "    </xsl:for-each>\n"
        "  </xsl:template>\n"
    )


def _list_frame(resolver: Resolver, start: str, body: str) -> str:
    """Write what converts the records of a list between two positions, each with values of its own."""
    between = "position() &gt;= $first and position() &lt;= $last"
    given = "".join(
        f"""          <xsl:variable name="{name}" select="p:given('{name}')"/>\n"""
        for name in sorted(resolver.variables)
    )
    return (
        '  <xsl:param name="first"/>\n'
        '  <xsl:param name="last"/>\n'
        '  <xsl:template match="/">\n'
        '    <xsl:element name="records" namespace="">\n'
        f'      <xsl:for-each select="({start})[{between}]">\n'
        '        <xsl:if test="p:begin(position())">\n'
        f"{given}"
        f"{_where_used('          ', 'documents', 'p:documents()', body)}"
        f"{body}"
        "        </xsl:if>\n"
        "      </xsl:for-each>\n"
        "    </xsl:element>\n"
        "  </xsl:template>\n"
    )


def _where_used(indent: str, name: str, select: str, text: str) -> str:
    """Write a variable if something uses it: each costs every document time."""
    return f'{indent}<xsl:variable name="{name}" select="{select}"/>\n' if f"${name}" in text else ""


def _indented(lines: Iterable[str], depth: int) -> Iterator[str]:
    return (f"{'  ' * depth}{line}\n" for line in lines)


def _inner(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


class _Writer:
    """Writes elements as lines of XSLT."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def root(self, target: Target, block: Block) -> list[str]:
        """Write the root element with all that is below it."""
        # Declared here they are copied to the produced root; declared above, they would come again at every element.
        return [*self.values(block), *self.literal(target, self.names.written_declarations())]

    def values(self, block: Block) -> Iterator[str]:
        """Write the variables of a block: even what no element uses in the end must be read, and recorded if wrong."""
        for condition in block.conditions:
            yield from _branches(condition)
        for written in block.values:
            yield from _variable(written)
        for loop in block.loops:
            yield from _nodes(loop)

    def literal(self, target: Target, declarations: str = "") -> list[str]:
        """Write an element without asking whether it is to be."""
        name = self.names.element(target)
        inner = [*self.attributes(target), *self.content(target)]
        start = f"<{name}{declarations}{self.constant_attributes(target)}"
        return [f"{start}>", *_inner(inner), f"</{name}>"] if inner else [f"{start}/>"]

    def constant_attributes(self, target: Target) -> str:
        """Write the attributes that are always the same into the start tag."""
        constants: list[tuple[Attribute, str | None]] = [
            (one, written[0].constant)
            for one, written in target.ordered_attributes()
            if written[0].way is None  # in no if, so it is the only one
        ]
        constants += [(one, one.fixed) for one in target.fixed_attributes()]
        given = [(self.names.attribute(one), text) for one, text in constants if text is not None]
        if target.type:
            given.append((self.names.of_type, self.names.type_of(target)))
        return "".join(f" {name}=" + quoted(text.replace("{", "{{").replace("}", "}}")) for name, text in given)

    def attributes(self, target: Target) -> Iterator[str]:
        """Write the attributes that depend on the document."""
        for written in target.text:
            if written.nil:
                name = self.names.of_nil
                yield _if(
                    _both(written, f"not({_given(written)})"), f'<xsl:attribute name="{name}">true</xsl:attribute>'
                )
        for one, alternatives in target.ordered_attributes():
            namespace = f" namespace={quoted(one.namespace)}" if one.namespace else ""
            start = f'<xsl:attribute name="{self.names.attribute(one)}"{namespace}>'
            for written in alternatives:
                if written.constant is None or written.way is not None:
                    yield _if(_there(written), f"{start}{_text(written)}</xsl:attribute>")

    def content(self, target: Target) -> Iterator[str]:
        """Write the text of an element, and what is below it."""
        for written in target.text:
            yield _if(_there(written), _text(written)) if written.way and written.constant else _text(written)
        for child in target.ordered_children():
            yield from self.child(child)

    def child(self, target: Target) -> list[str]:
        """Write an element as often as it is to be."""
        if target.loop:
            return self.repeated(target, target.loop)
        lines = self.literal(target)
        if None in target.stands:
            return lines
        tests = [*(f"${way.variable}" for way in target.stands if way), *_tests(target)]
        return [f'<xsl:if test="{" or ".join(dict.fromkeys(tests))}">', *_inner(lines), "</xsl:if>"] if tests else lines

    def repeated(self, target: Target, loop: Loop) -> list[str]:
        """Write an element, or what a group of the content model has, for each node of a list."""
        position = f'<xsl:variable name="{loop.block.scope.position}" select="position()"/>'
        lines = self.content(target) if target.group else self.literal(target)
        inner = [position, *self.values(loop.block), *lines]
        return [f'<xsl:for-each select="${_list(loop)}">', *_inner(inner), "</xsl:for-each>"]


# --- values: what a block knows of the document before it writes anything ---------------------------------------------


def _branches(condition: Condition) -> Iterator[str]:
    """Ask once what an `if` asks; within another one, only where that one is gone through."""
    branch = condition.branch
    outer = f"${branch.outer.variable} and " if branch.outer else ""
    yield f'<xsl:variable name="{branch.variable}" select={quoted(f"{outer}boolean({condition.xpath})")}/>'
    if condition.both:
        yield f'<xsl:variable name="{branch.other.variable}" select="{outer}not(${branch.variable})"/>'


def _variable(written: Written) -> Iterator[str]:
    """Read a value, or on ways that are not gone do not even look at it."""
    start = f'<xsl:variable name="{_value(written)}"'
    if written.way is None:
        yield f"{start} select={quoted(_call(written))}/>"
    else:
        value = f"<xsl:value-of select={quoted(_call(written))}/>"
        yield f'{start}><xsl:if test="${written.way.variable}">{value}</xsl:if></xsl:variable>'


def _nodes(loop: Loop) -> Iterator[str]:
    """Find what `each` goes over."""
    name, way = _list(loop), loop.way
    xpath = loop.leaf.xpath if way is None else f"({loop.leaf.xpath})[${way.variable}]"
    yield f'<xsl:variable name="{name}" select={quoted(xpath)}/>'
    if loop.required:
        some = f"p:some({loop.place.line}, boolean(${name}))"
        yield f'<xsl:variable name="{name}-some" select="{f"not(${way.variable}) or " if way else ""}{some}"/>'


def _tests(target: Target) -> Iterator[str]:
    """Give what brings an optional element into being: any value or list below it."""
    if target.loop:
        yield f"${_list(target.loop)}"
        return
    yield from (_given(written) for written in target.written() if written.constant is None)
    for child in target.ordered_children():
        yield from _tests(child)


def _call(written: Written) -> str:
    reader: Reader = written.reader
    return f"p:value({', '.join([str(written.place.line), *(leaf.xpath for leaf in reader.leaves)])})"


def _given(written: Written) -> str:
    """Ask whether a value is there: on ways that may not be gone the variable is a tree, which is always true."""
    return f"string(${_value(written)})" if written.way else f"${_value(written)}"


def _there(written: Written) -> str:
    """Ask whether a rule writes anything."""
    if written.constant is None:
        return _given(written)
    return f"${written.way.variable}" if written.way else "true()"


def _both(written: Written, test: str) -> str:
    return f"${written.way.variable} and {test}" if written.way else test


def _if(test: str, inner: str) -> str:
    return f'<xsl:if test="{test}">{inner}</xsl:if>'


def _text(written: Written) -> str:
    if written.constant is None:
        return f'<xsl:value-of select="${_value(written)}"/>'
    return f"<xsl:text>{escape(written.constant, quote=False)}</xsl:text>"


def _value(written: Written) -> str:
    return f"v{written.place.line}"


def _list(loop: Loop) -> str:
    return f"each{loop.place.line}"
