"""From a plan to the text of an XSLT 1.0 stylesheet, in the order of the target's schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape  # xml.sax would bring a whole HTTP client with it

from sync.mapping.reading import Reader
from sync.mapping.resolve import Resolver
from sync.mapping.target import Block, Loop, Target, Written
from sync.mapping.xpath import Namespaces, split_tag

FUNCTIONS = "urn:pairsync:functions"
_XSL = "http://www.w3.org/1999/XSL/Transform"


def emit(target: Target, block: Block, resolver: Resolver, known: Mapping[str, str]) -> str:
    """Write the stylesheet of a mapping.

    Each block of rules first asks for all its values (`$v…`, by the rule's line) and lists (`$each…`), in the order of
    the file; then the elements follow in the order of the schema, each under the condition that brings it into being.
    """
    start = "".join(f"/{resolver.namespaces.qualify(*split_tag(tag))}" for tag in resolver.top().origin)
    names = _Names(target, Namespaces(known=known, prefixes=dict(resolver.namespaces.prefixes)))
    body = "".join(_indented(_Writer(names).root(target, block), 3))
    frame = _list_frame(resolver, start, body) if resolver.record else _frame(resolver, start, body)
    excluded = ["p", *(prefix for uri, prefix in resolver.namespaces.prefixes.items() if uri not in names.prefixed)]
    return (
        f'<xsl:stylesheet version="1.0" xmlns:xsl="{_XSL}" xmlns:p="{FUNCTIONS}"'
        f'{names.declarations()} exclude-result-prefixes="{" ".join(excluded)}">\n'
        '  <xsl:variable name="source" select="/"/>\n'
        f"{frame}"
        "</xsl:stylesheet>\n"
    )


def _frame(resolver: Resolver, start: str, body: str) -> str:
    """Write what converts a document as a whole."""
    return (
        "".join(f'  <xsl:param name="{name}"/>\n' for name in sorted(resolver.variables))
        + '  <xsl:variable name="documents" select="p:documents()"/>\n'
        '  <xsl:template match="/">\n'
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
        '          <xsl:variable name="documents" select="p:documents()"/>\n'
        f"{body}"
        "        </xsl:if>\n"
        "      </xsl:for-each>\n"
        "    </xsl:element>\n"
        "  </xsl:template>\n"
    )


def _indented(lines: Iterable[str], depth: int) -> Iterator[str]:
    return (f"{'  ' * depth}{line}\n" for line in lines)


def _inner(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


class _Names:
    """The names of the target: the root's namespace is the default one, unless some elements have none."""

    def __init__(self, target: Target, namespaces: Namespaces) -> None:
        found = {one.element.namespace for one in target.below()}
        self.default = target.element.namespace if "" not in found else ""
        self.namespaces = namespaces
        self.prefixed = found - {self.default}  #: the namespaces that are written with a prefix
        for one in target.below():
            self.prefixed |= {attribute.namespace for attribute, _ in one.ordered_attributes()}
        for namespace in sorted(self.prefixed):
            namespaces.qualify(namespace, "")

    def element(self, target: Target) -> str:
        """Write an element's name."""
        element = target.element
        if element.namespace == self.default:
            return element.name
        return self.namespaces.qualify(element.namespace, element.name)

    def attribute(self, namespace: str, name: str) -> str:
        """Write an attribute's name; the default namespace is not for attributes."""
        return self.namespaces.qualify(namespace, name)

    def written_declarations(self) -> str:
        """Write the declarations of the prefixes that the target's names have."""
        used = [(prefix, uri) for prefix, uri in self.namespaces.by_prefix().items() if uri in self.prefixed]
        return "".join(f" xmlns:{prefix}={_quoted(uri)}" for prefix, uri in used)

    def declarations(self) -> str:
        """Write the namespace declarations, those of the source too."""
        default = f" xmlns={_quoted(self.default)}" if self.default else ""
        others = self.namespaces.by_prefix().items()
        return default + "".join(f" xmlns:{prefix}={_quoted(uri)}" for prefix, uri in others)


class _Writer:
    """Writes elements as lines of XSLT."""

    def __init__(self, names: _Names) -> None:
        self.names = names

    def root(self, target: Target, block: Block) -> list[str]:
        """Write the root element with all that is below it."""
        # Declared here they are copied to the produced root; declared above, they would come again at every element.
        return [*self.values(block), *self.literal(target, self.names.written_declarations())]

    def values(self, block: Block) -> Iterator[str]:
        """Write the variables of a block: even what no element uses in the end must be read, and recorded if wrong."""
        for written in block.values:
            yield f'<xsl:variable name="{_value(written)}" select={_quoted(_call(written))}/>'
        for loop in block.loops:
            name = _list(loop)
            yield f'<xsl:variable name="{name}" select={_quoted(loop.leaf.xpath)}/>'
            if loop.required:
                yield f'<xsl:variable name="{name}-some" select="p:some({loop.place.line}, boolean(${name}))"/>'

    def literal(self, target: Target, declarations: str = "") -> list[str]:
        """Write an element without asking whether it is to be."""
        name = self.names.element(target)
        inner = [*self.attributes(target)]
        if target.text:
            inner.append(_text(target.text))
        for child in target.ordered_children():
            inner += self.child(child)
        start = f"<{name}{declarations}{self.constant_attributes(target)}"
        return [f"{start}>", *_inner(inner), f"</{name}>"] if inner else [f"{start}/>"]

    def constant_attributes(self, target: Target) -> str:
        """Write the constant attributes into the start tag."""
        return "".join(
            f" {self.names.attribute(one.namespace, one.name)}="
            + _quoted(written.constant.replace("{", "{{").replace("}", "}}"))
            for one, written in target.ordered_attributes()
            if written.constant is not None
        )

    def attributes(self, target: Target) -> Iterator[str]:
        """Write the attributes that come from the document."""
        for one, written in target.ordered_attributes():
            if written.constant is None:
                name = self.names.attribute(one.namespace, one.name)
                value = f"${_value(written)}"
                namespace = f" namespace={_quoted(one.namespace)}" if one.namespace else ""
                attribute = f'<xsl:attribute name="{name}"{namespace}><xsl:value-of select="{value}"/></xsl:attribute>'
                yield f'<xsl:if test="{value}">{attribute}</xsl:if>'

    def child(self, target: Target) -> list[str]:
        """Write an element as often as it is to be."""
        if target.loop:
            return self.repeated(target, target.loop)
        lines = self.literal(target)
        tests = [] if target.always else list(_tests(target))
        return [f'<xsl:if test="{" or ".join(tests)}">', *_inner(lines), "</xsl:if>"] if tests else lines

    def repeated(self, target: Target, loop: Loop) -> list[str]:
        """Write an element for each node of a list."""
        position = f'<xsl:variable name="{loop.block.scope.position}" select="position()"/>'
        inner = [position, *self.values(loop.block), *self.literal(target)]
        return [f'<xsl:for-each select="${_list(loop)}">', *_inner(inner), "</xsl:for-each>"]


def _quoted(text: str) -> str:
    """Write an attribute's value with its quotes; a tab would be read as a space."""
    return '"' + escape(text).replace("\t", "&#9;") + '"'


def _tests(target: Target) -> Iterator[str]:
    """Give what brings an optional element into being: any value or list below it."""
    if target.loop:
        yield f"${_list(target.loop)}"
        return
    yield from (f"${_value(written)}" for written in target.written() if written.constant is None)
    for child in target.ordered_children():
        yield from _tests(child)


def _text(written: Written) -> str:
    if written.constant is None:
        return f'<xsl:value-of select="${_value(written)}"/>'
    return f"<xsl:text>{escape(written.constant, quote=False)}</xsl:text>"


def _call(written: Written) -> str:
    reader: Reader = written.reader
    return f"p:value({', '.join([str(written.place.line), *(leaf.xpath for leaf in reader.leaves)])})"


def _value(written: Written) -> str:
    return f"v{written.place.line}"


def _list(loop: Loop) -> str:
    return f"each{loop.place.line}"
