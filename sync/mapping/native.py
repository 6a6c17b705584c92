"""Values as XPath alone, without a call of Python: what most rules of most documents need.

A reader says what a value is, and what is wrong with it. Here frequent forms of readers are written as XPath that gives
the same text as long as some conditions hold, and a stylesheet is rewritten to ask these instead (sync.mapping.quick).
Where a condition does not hold, nothing is decided here: the transformation ends, and the stylesheet that asks the
readers runs.

White space is what differs: XPath knows the four characters of XML, Python also those below `_SPACES`. A value that has
one of these ends up in what is produced, where `has_odd_space` finds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from sync.mapping.functions import Tables
from sync.mapping.language.tree import Function, Operator
from sync.mapping.reading import Native, Source
from sync.mapping.resolve import Leaf
from sync.mapping.xpath import literal

UNFIT = "p:unfit()"  #: ends the transformation
LINE = "\0line\0"  #: stands for the line of the rule
VALUE = "\0value\0"  #: stands for the value in its conditions; no text of a mapping has such a character
NEEDED = (Operator.REQUIRED, Operator.CONSTANT)
_SPACES = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_ODD = tuple(space.encode() for space in _SPACES)
_FIRST, _SECOND, _THIRD, _FOURTH = {space[:1] for space in _ODD}
_MOST_ZEROS = 64
_OF_SEVERAL = ("join", "number-of")
_TRIMMING = ("trim", "map")
_GIVEN, _PLAIN = "normalize-space()", "contains(., normalize-space())"  # of a node; plain: single spaces between words


def helper(number: int) -> str:
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
    start = partial(_Value, sources, needed=operator in NEEDED)
    try:
        value = start(trims=bool(functions) and functions[0].name in _TRIMMING)
    except _NotNative:
        return None
    try:
        for function in functions:
            value.last = function is functions[-1]
            value.apply(function.name, [argument.value for argument in function.arguments], tables)
    except _NotNative:
        value = start()
        value.leave(only=len(sources) == 1 and sources[0].single is not None)
    return value.native()


class _NotNative(Exception):  # not an error
    """It takes a reader."""


class _Value:
    """An expression that grows function by function; at each step it gives nothing, or what is not blank."""

    def __init__(self, sources: Sequence[Source], *, needed: bool, trims: bool = False) -> None:
        self.needed, self.trims = needed, trims
        self.helpers: list[str] = []  #: expressions that come before, each a variable of its own
        self.sound: list[str] = []
        self.trimmed = False
        self.given = False  #: it is not blank wherever the conditions hold
        self.last = False  #: what it grows by now is the last function, so that it comes out as it is then
        self.leaf: Leaf | None = None  #: what it is, while it is no more than that
        self.now = self._start(sources)

    def native(self) -> Native:
        """Give what has grown."""
        needed = [VALUE] if self.needed and not self.given else []
        return Native(helpers=tuple(self.helpers), xpath=self.now, sound=(*self.sound, *needed))

    # --- what it begins with ------------------------------------------------------------------------------------------

    def _start(self, sources: Sequence[Source]) -> str:
        first = sources[0]
        if len(sources) > 1:
            return self._first_of(sources)
        if first.single is None:
            return self._filled(first)
        return self._leaf(first.single)

    def _leaf(self, leaf: Leaf) -> str:
        """Give the text of a leaf, nothing where it is blank."""
        if leaf.computed:
            self.now = leaf.xpath
            self.given = leaf.field == "$position"
            if not self.given:
                self._may_be_blank()
            return self.now
        if leaf.element is not None and leaf.element.mixed:
            raise _NotNative
        if not leaf.only:
            self.sound.append(f"count({leaf.xpath}) < 2")
        self.leaf, self.trimmed, self.given = leaf, self.trims or leaf.collapsed, self.needed and leaf.always
        # What must hold of its text the node itself is asked: that takes no variable.
        asked = [_GIVEN] * self.given + [_PLAIN] * (self.trims and not leaf.collapsed)
        path = f"{leaf.xpath[:-1]}self::*" if leaf.xpath.endswith(".") else leaf.xpath  # a predicate cannot follow .
        if asked:
            path = f"{path}[{' and '.join(asked)} or {UNFIT}]"
        if self.trimmed:
            return f"normalize-space({path})"
        return f"string({path})" if self.given else f"string({path}[{_GIVEN}])"

    def _first_of(self, sources: Sequence[Source]) -> str:
        """Give the first of some leaves that is there, or the constant that may be the last."""
        parts: list[str] = []
        earlier: list[str] = []
        needed, self.needed = self.needed, False  # of none of them alone
        last = ""
        for source in sources:
            if source.single is None and (source is not sources[-1] or source.leaves):
                raise _NotNative
            if source.single is None:
                last = "".join(map(str, source.parts))
                text = literal(last.strip() if self.trims else last)
            else:
                text = self._named(source.single)
            # What begins behind its end is nothing: 1 div 0 is infinite.
            parts.append(f"substring({text}, 1 div not({' or '.join(earlier)}))" if earlier else text)
            earlier.append(text)
        self.needed, self.trimmed, self.given, self.leaf = needed, self.trims, bool(last.strip()), None
        return f"concat({', '.join(parts)})"

    def _filled(self, source: Source) -> str:
        """Fill a template."""
        texts: list[str] = []
        unsure: list[str] = []
        for part in source.parts:
            texts.append(literal(part) if isinstance(part, str) else self._named(part))
            if isinstance(part, Leaf) and not self.given:
                unsure.append(texts[-1])
        whole = f"concat({', '.join(texts)}, '')"
        self.trimmed, self.given, self.leaf = False, self.needed and bool(source.leaves), None
        if self.needed:
            self.sound += unsure
            return whole
        return f"substring({whole}, 1 div ({' and '.join(f'boolean({one})' for one in unsure)}))" if unsure else whole

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
        if self.leaf and self.leaf.only and not self.leaf.collapsed:
            self.now = f"string({self.leaf.xpath})"  # whether it is blank is asked there
        self.now = f"p:{'need' if self.needed else 'apply'}({LINE}, {self.now})"
        self.given = self.needed

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
        if not self.last:
            self._must_not_be_odd()
        text = self._variable()
        padded = f"concat(substring('{'0' * length}', string-length({text}) + 1), {text})"
        xpath = padded if self.given else f"substring({padded}, 1 div boolean({text}))"
        self._then(xpath, blank=False, trimmed=self.trimmed)

    def _replace(self, old: str, new: str) -> None:
        if old.isspace() or new.isspace():
            raise _NotNative
        self._then(f"translate({self.now}, {literal(old)}, {literal(new)})", blank=False, trimmed=self.trimmed)

    def _nil(self, values: Sequence[str]) -> None:
        if not self.last:
            self._must_not_be_odd()
        text = self._variable()
        compared = text if self.trimmed else f"normalize-space({text})"
        same = " or ".join(f"{compared} = {literal(value)}" for value in values)
        self._then(f"substring({text}, 1 div not({same}))", blank=False, trimmed=self.trimmed)
        self.given = False

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
            self.sound.append(found if self.given else f"({found} or not({key}))")
            return
        self.sound.append(f"({found} or translate({key}, '{_SPACES}', '') = {key})")
        otherwise = f"substring({literal(rows[None])}, 1 div (not({found}) and boolean({key})))"
        self._then(f"concat({found}, {otherwise})", blank=False, trimmed=True)

    def _then(self, xpath: str, *, blank: bool, trimmed: bool) -> None:
        self.now, self.trimmed, self.leaf = xpath, trimmed, None
        if blank:
            self._may_be_blank()

    def _may_be_blank(self) -> None:
        text = self._variable()
        filled = f"normalize-space({text})"
        self.sound.append(filled if self.needed else f"({filled} or not({text}))")
        self.given = self.needed

    def _variable(self) -> str:
        """Give what has grown so far by a name, so that it can be asked for more than once."""
        if self.now not in (helper(number) for number in range(len(self.helpers))):
            self.helpers.append(self.now)
            self.now = helper(len(self.helpers) - 1)
        return self.now
