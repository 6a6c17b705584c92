"""Values as XPath alone, without a call of Python: what most rules of most documents need.

A reader says what a value is, and what is wrong with it. Here frequent forms of readers are written as XPath that gives
the same text as long as some conditions hold, and a stylesheet is rewritten to ask these instead. Where a condition
does not hold, nothing is decided here: the transformation ends, and the stylesheet that asks the readers runs.

White space is what differs: XPath knows the four characters of XML, Python also those below `_SPACES`. A value that has
one of these ends up in what is produced, where `has_odd_space` finds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from lxml import etree

from sync.mapping.functions import Tables
from sync.mapping.language.tree import Function, Operator
from sync.mapping.reading import Native, Reader, Source
from sync.mapping.resolve import Leaf
from sync.mapping.xpath import literal

_XSL = "http://www.w3.org/1999/XSL/Transform"
_VARIABLE, _IF, _VALUE_OF = (f"{{{_XSL}}}{name}" for name in ("variable", "if", "value-of"))
_CALLED = re.compile(r"p:value\(([0-9]+)")
_USED = re.compile(r"\$([\w-]+)")
_SPACES = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_ODD = tuple(space.encode() for space in _SPACES)
_FIRST, _SECOND, _THIRD, _FOURTH = {space[:1] for space in _ODD}
_NEEDED = (Operator.REQUIRED, Operator.CONSTANT)
_MOST_ZEROS = 64
_OF_SEVERAL = ("join", "number-of")
LINE = "\0line\0"  #: stands for the line of the rule
VALUE = "\0value\0"  #: stands for the value in its conditions; no text of a mapping has such a character
_NOT_BLANK = f"normalize-space({VALUE})"


def _helper(number: int) -> str:
    """Give what stands for a variable that comes before the value."""
    return f"\0{number}\0"


def has_odd_space(content: bytes) -> bool:
    """Tell whether a text in UTF-8 has white space that XPath does not know as such."""
    if not (_FIRST in content or _SECOND in content or _THIRD in content or _FOURTH in content):  # a loop takes longer
        return False
    return any(space in content for space in _ODD)


# --- one value --------------------------------------------------------------------------------------------------------


def express(
    sources: Sequence[Source], operator: Operator, functions: Sequence[Function], tables: Tables
) -> Native | None:
    """Write what a reader of these gives as XPath; None where that cannot be said, or would not be faster."""
    if any(function.name in _OF_SEVERAL for function in functions):
        return None
    start = partial(_Value, sources, needed=operator in _NEEDED, alone=not functions)
    try:
        value = start()
    except _NotNative:
        return None
    try:
        for function in functions:
            value.apply(function.name, [argument.value for argument in function.arguments], tables)
    except _NotNative:
        value = start()
        value.leave(only=len(sources) == 1 and sources[0].single is not None)
    return value.native()


class _NotNative(Exception):  # not an error
    """It takes a reader."""


class _Value:
    """An expression that grows function by function; at each step it gives nothing, or what is not blank."""

    def __init__(self, sources: Sequence[Source], *, needed: bool, alone: bool) -> None:
        self.needed = needed
        self.helpers: list[str] = []  #: expressions that come before, each a variable of its own
        self.sound: list[str] = []
        self.trimmed = False
        self.now = self._start(sources, alone)

    def native(self) -> Native:
        """Give what has grown."""
        needed = [VALUE] if self.needed and _NOT_BLANK not in self.sound else []
        return Native(helpers=tuple(self.helpers), xpath=self.now, sound=(*self.sound, *needed))

    # --- what it begins with ------------------------------------------------------------------------------------------

    def _start(self, sources: Sequence[Source], alone: bool) -> str:
        first = sources[0]
        if len(sources) > 1:
            return self._first_of(sources)
        if first.single is None:
            return self._filled(first)
        if not first.single.computed and self.needed and alone and not first.single.collapsed:
            self.sound += [_NOT_BLANK]
            return f"string({self._path(first.single)})"
        return self._leaf(first.single)

    def _leaf(self, leaf: Leaf) -> str:
        """Give the text of a leaf, nothing where it is blank."""
        if leaf.computed:
            self.now = leaf.xpath
            if leaf.field != "$position":
                self._may_be_blank()
            return self.now
        self.trimmed = leaf.collapsed
        path = self._path(leaf)
        if path.endswith("."):  # a predicate cannot follow it
            path = f"{path[:-1]}self::*"
        return f"normalize-space({path})" if leaf.collapsed else f"string({path}[normalize-space()])"

    def _path(self, leaf: Leaf) -> str:
        if leaf.element is not None and leaf.element.mixed:
            raise _NotNative
        if not leaf.only:
            self.sound.append(f"count({leaf.xpath}) < 2")
        return leaf.xpath

    def _first_of(self, sources: Sequence[Source]) -> str:
        """Give the first of some leaves that is there, or the constant that may be the last."""
        parts: list[str] = []
        earlier: list[str] = []
        for source in sources:
            if source.single is None and (source is not sources[-1] or source.leaves):
                raise _NotNative
            text = literal("".join(map(str, source.parts))) if source.single is None else self._named(source.single)
            # What begins behind its end is nothing: 1 div 0 is infinite.
            parts.append(f"substring({text}, 1 div not({' or '.join(earlier)}))" if earlier else text)
            earlier.append(text)
        self.trimmed = False
        return f"concat({', '.join(parts)})"

    def _filled(self, source: Source) -> str:
        """Fill a template."""
        texts = [literal(part) if isinstance(part, str) else self._named(part) for part in source.parts]
        given = [text for text, part in zip(texts, source.parts, strict=True) if isinstance(part, Leaf)]
        whole = f"concat({', '.join(texts)}, '')"
        self.trimmed = False
        if self.needed:
            self.sound += given
            return whole
        return f"substring({whole}, 1 div ({' and '.join(f'boolean({one})' for one in given)}))"

    def _named(self, leaf: Leaf) -> str:
        self.now = self._leaf(leaf)
        return self._variable()

    # --- functions ----------------------------------------------------------------------------------------------------

    def apply(self, name: str, arguments: Sequence[str], tables: Tables) -> None:
        """Let a function follow."""
        match name, arguments:
            case "trim", ():
                self._trim()
            case "cut", (length,):
                self._then(f"substring({self._variable()}, 1, {length})", blank=not self.trimmed, trimmed=False)
            case "pad", (length,) if int(length) <= _MOST_ZEROS:
                self._pad(int(length))
            case "replace", (str(old), str(new)) if len(old) == len(new) == 1 and not (old + new).isspace():
                self._replace(old, new)
            case "strip-prefix", (prefix,):
                text = self._variable()
                rest = f"substring({text}, 1 + {len(prefix)} * starts-with({text}, {literal(prefix)}))"
                self._then(rest, blank=True, trimmed=False)
            case "nil", values if all(value.split() == [value] for value in values):
                self._nil(values)
            case "map", (table,):
                self._map(tables[table])
            case _:
                raise _NotNative

    def leave(self, *, only: bool) -> None:
        """Leave the functions to Python: one call that gets a text is cheaper than one of a reader."""
        if not only:
            self._must_not_be_odd()
        self.now = f"p:apply({LINE}, {self.now})"

    def _must_not_be_odd(self) -> None:
        """Refuse odd white space here, where it could have an effect and not come out."""
        text = self._variable()
        self.sound.append(f"translate({text}, '{_SPACES}', '') = {text}")

    def _trim(self) -> None:
        if not self.trimmed:
            text = self._variable()
            self._then(f"normalize-space({text})", blank=False, trimmed=True)
            # Then what stands between the ends is as it was.
            self.sound.append(f"contains({text}, {self._variable()})")

    def _pad(self, length: int) -> None:
        self._must_not_be_odd()
        text = self._variable()
        padded = f"concat(substring('{'0' * length}', string-length({text}) + 1), {text})"
        self._then(f"substring({padded}, 1 div boolean({text}))", blank=False, trimmed=self.trimmed)

    def _replace(self, old: str, new: str) -> None:
        if old.isspace() or new.isspace():
            raise _NotNative
        self._then(f"translate({self.now}, {literal(old)}, {literal(new)})", blank=False, trimmed=self.trimmed)

    def _nil(self, values: Sequence[str]) -> None:
        self._must_not_be_odd()
        text = self._variable()
        compared = text if self.trimmed else f"normalize-space({text})"
        same = " or ".join(f"{compared} = {literal(value)}" for value in values)
        self._then(f"substring({text}, 1 div not({same}))", blank=False, trimmed=self.trimmed)

    def _map(self, rows: Mapping[str | None, str]) -> None:
        """Look a value up in one text that holds the whole table: key, tab, value, two tabs."""
        texts = [text for row in rows.items() for text in row if text is not None]
        if not all(text and text == " ".join(text.split()) for text in texts):
            raise _NotNative
        self._trim()
        key = self._variable()
        table = "\t\t" + "".join(f"{one}\t{value}\t\t" for one, value in rows.items() if one is not None)
        behind = f"substring-after({literal(table)}, concat('\t\t', {key}, '\t'))"
        self._then(f"substring-before({behind}, '\t')", blank=False, trimmed=True)
        found = self._variable()
        if None not in rows:
            self.sound.append(f"({found} or not({key}))")
            return
        self.sound.append(f"({found} or translate({key}, '{_SPACES}', '') = {key})")
        otherwise = f"substring({literal(rows[None])}, 1 div (not({found}) and boolean({key})))"
        self._then(f"concat({found}, {otherwise})", blank=False, trimmed=True)

    def _then(self, xpath: str, *, blank: bool, trimmed: bool) -> None:
        self.now, self.trimmed = xpath, trimmed
        if blank:
            self._may_be_blank()

    def _may_be_blank(self) -> None:
        text = self._variable()
        self.sound.append(f"(normalize-space({text}) or not({text}))")

    def _variable(self) -> str:
        """Give what has grown so far by a name, so that it can be asked for more than once."""
        if self.now not in (_helper(number) for number in range(len(self.helpers))):
            self.helpers.append(self.now)
            self.now = _helper(len(self.helpers) - 1)
        return self.now


# --- a stylesheet -----------------------------------------------------------------------------------------------------


def rewrite(stylesheet: str, readers: Mapping[int, Reader]) -> etree._Element:
    """Give the stylesheet with XPath where a reader has it; it calls `p:unfit()` where a condition does not hold."""
    root = etree.fromstring(stylesheet, etree.XMLParser(remove_blank_text=True))
    sound: dict[str, tuple[str, ...]] = {}
    for variable in list(root.iter(_VARIABLE)):
        line = _line(variable.get("select", ""), readers)
        if line is None:
            continue
        reader, value = readers[line], f"${variable.get('name')}"
        if reader.operator in _NEEDED:
            _do_not_ask(root, value)
        if reader.native:
            sound[value] = _write(variable, reader.native, line)
    _settle(root)
    for parent in {variable.getparent() for variable in root.iter(_VARIABLE)}:
        _assure(parent, sound)
    return root


def _write(variable: etree._Element, native: Native, line: int) -> tuple[str, ...]:
    """Write a value's XPath into its variable, and the helpers before it; give its conditions."""
    name = variable.get("name")
    xpaths = [*native.helpers, native.xpath]
    names = [f"{name}-{number}" for number in range(len(native.helpers))] + [name]
    if native.helpers and native.xpath == _helper(len(native.helpers) - 1):  # the value itself is the last of them
        xpaths.pop()
        names = [*names[:-2], name]

    def filled(xpath: str) -> str:
        for number, one in enumerate(names):
            xpath = xpath.replace(_helper(number), f"${one}")
        return xpath.replace(VALUE, f"${name}").replace(LINE, str(line))

    for one, xpath in zip(names[:-1], xpaths[:-1], strict=True):
        variable.addprevious(etree.Element(_VARIABLE, name=one, select=filled(xpath)))
    variable.set("select", filled(xpaths[-1]))
    return tuple(map(filled, native.sound))


def _line(select: str, readers: Mapping[int, Reader]) -> int | None:
    """Give the line of the rule whose reader is called, and nothing else."""
    called = _CALLED.match(select)
    if called is None or int(called[1]) not in readers:
        return None
    line = int(called[1])
    whole = ", ".join([called[0], *(leaf.xpath for leaf in readers[line].leaves)])
    return line if select == f"{whole})" else None


def _do_not_ask(root: etree._Element, value: str) -> None:
    """Take away the condition that a value is there which is needed: without it nothing is produced."""
    for asking in list(root.iter(_IF)):
        if asking.get("test") == value:
            parent = asking.getparent()
            at = parent.index(asking)
            parent[at : at + 1] = list(asking)


def _assure(parent: etree._Element, sound: Mapping[str, Sequence[str]]) -> None:
    """Ask, behind the last variable of an element, whether all that is said of them holds."""
    variables = [one for one in parent.iterchildren(_VARIABLE) if f"${one.get('name')}" in sound]
    conditions = [condition for one in variables for condition in sound[f"${one.get('name')}"]]
    if conditions:
        asking = etree.Element(_IF, test=f"not({' and '.join(conditions)})")
        etree.SubElement(asking, _VALUE_OF, select="p:unfit()")
        variables[-1].addnext(asking)


# --- where its variables stand ----------------------------------------------------------------------------------------


def _settle(root: etree._Element) -> None:
    """Move variables to where they are used, since libxslt goes through all that are known at a place to find one."""
    local = [variable for variable in root.iter(_VARIABLE) if variable.getparent() is not root]
    for variable in reversed(local):  # those that others read come before them
        home = _home(variable, _users(root, variable.get("name")))
        if home is not variable.getparent():
            home.insert(0, variable)


def _users(root: etree._Element, name: str) -> list[etree._Element]:
    return [one for one in root.iter(etree.Element) if any(name in _USED.findall(text) for text in one.attrib.values())]


def _home(variable: etree._Element, users: Sequence[etree._Element]) -> etree._Element:
    """Give the innermost element around all users that stands whenever the variable does."""
    home = variable.getparent()
    for level in zip(*(_between(home, user) for user in users), strict=False):
        if any(one is not level[0] for one in level) or etree.QName(level[0]).namespace == _XSL:
            break
        home = level[0]
    return home


def _between(outer: etree._Element, inner: etree._Element) -> list[etree._Element]:
    """Give the elements between two, the outermost first; nothing where one is not in the other."""
    above = list(inner.iterancestors())
    return above[: above.index(outer)][::-1] if outer in above else []
