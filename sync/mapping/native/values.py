"""One value as XPath: what grows function by function, and what must hold for it to be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from functools import partial

from sync.mapping.functions import Tables
from sync.mapping.functions.dates import Format
from sync.mapping.functions.numbers import Sample
from sync.mapping.language.tree import Function, Operator
from sync.mapping.native import forms
from sync.mapping.native.spaces import SPACES
from sync.mapping.reading import Native, Source
from sync.mapping.resolve import Leaf
from sync.mapping.xpath import literal

UNFIT = "p:unfit()"  #: ends the transformation
LINE = "\0line\0"  #: stands for the line of the rule
VALUE = "\0value\0"  #: stands for the value in its conditions; no text of a mapping has such a character
NEEDED = (Operator.REQUIRED, Operator.CONSTANT)
_MOST_ZEROS = 64
_OF_SEVERAL = ("join", "number-of")
_TRIMMING = ("trim", "map")
_SHAPED = ("date", "datetime", "number")  #: functions that refuse all that has not a certain shape
_DATES = {"date": len("yyyy-MM-dd"), "dateTime": len("yyyy-MM-ddTHH:mm:ss")}  #: without fraction and offset
_GIVEN, _PLAIN = "normalize-space()", "contains(., normalize-space())"  # of a node; plain: single spaces between words


def helper(number: int) -> str:
    """Give what stands for a variable that comes before the value."""
    return f"\0{number}\0"


# --- one value --------------------------------------------------------------------------------------------------------


def express(
    sources: Sequence[Source],
    operator: Operator,
    functions: Sequence[Function],
    tables: Tables,
    inside: bool,
) -> Native | None:
    """Write what a reader of these gives as XPath; None where that cannot be said, or would not be faster.

    inside: as seen from the only node that it reads; None where there is no such.
    """
    if any(function.name in _OF_SEVERAL for function in functions):
        return None
    if inside and not _has_scope(sources):
        return None
    start = partial(_Value, sources, needed=operator in NEEDED, inside=inside)
    try:
        value = start(spaces=_spaces(functions))
    except _NotNative:
        return None
    try:
        for function, following in zip(functions, [*functions, None][1:], strict=True):
            value.seen = following is None or following.name in _SHAPED
            value.apply(function.name, [argument.value for argument in function.arguments], tables)
    except _NotNative:
        value = start()
        value.leave(only=len(sources) == 1 and sources[0].single is not None)
    return value.native()


def _has_scope(sources: Sequence[Source]) -> bool:
    leaves = [leaf for source in sources for leaf in source.leaves]
    return len(sources) == len(leaves) == 1 and leaves[0].only and not leaves[0].computed


class _NotNative(Exception):  # not an error
    """It takes a reader."""


class _Spaces(Enum):
    """What becomes of the white space around the leaves."""

    KEPT = auto()
    OFF = auto()  #: and what stands between words is found out by a shape
    OFF_IF_PLAIN = auto()


def _spaces(functions: Sequence[Function]) -> _Spaces:
    first = next((one for one in functions if one.name != "nil"), None)  # which has no eyes for spaces
    if first is None or first.name not in (*_TRIMMING, *_SHAPED):
        return _Spaces.KEPT
    plain = first.name in _TRIMMING or any(" " in argument.value for argument in first.arguments)
    return _Spaces.OFF_IF_PLAIN if plain else _Spaces.OFF


class _Value:
    """An expression that grows function by function; at each step it gives nothing, or what is not blank."""

    def __init__(
        self, sources: Sequence[Source], *, needed: bool, inside: bool, spaces: _Spaces = _Spaces.KEPT
    ) -> None:
        self.needed, self.inside, self.spaces = needed, inside, spaces
        self.scope = ""
        self.helpers: list[str] = []  #: expressions that come before, each a variable of its own
        self.sound: list[str] = []
        self.trimmed = False
        self.given = False  #: it is not blank wherever the conditions hold
        self.seen = False  #: what the function gives comes out, or its shape is asked for
        self.leaf: Leaf | None = None  #: what it is, while it is no more than that
        self.now = self._start(sources)

    def native(self) -> Native:
        """Give what has grown."""
        needed = [VALUE] if self.needed and not self.given else []
        return Native(
            helpers=tuple(self.helpers),
            xpath=self.now,
            sound=(*self.sound, *needed),
            scope=self.scope,
            given=self.given,
        )

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
        self.leaf, self.trimmed = leaf, self.spaces is not _Spaces.KEPT or leaf.collapsed
        plain = self.spaces is _Spaces.OFF_IF_PLAIN and not leaf.collapsed
        path = f"{leaf.xpath[:-1]}self::*" if leaf.xpath.endswith(".") else leaf.xpath  # a predicate cannot follow .
        if self.inside:
            self.scope = f"{path}[{_GIVEN}]" + f"[{_PLAIN} or {UNFIT}]" * plain
            self.given = True
            return _GIVEN if self.trimmed else "string()"
        self.given = self.needed and leaf.always and self.spaces is not _Spaces.OFF  # whose shape will tell
        # What must hold of its text the node itself is asked: that takes no variable.
        asked = [_GIVEN] * self.given + [_PLAIN] * plain
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
                text = literal(last if self.spaces is _Spaces.KEPT else last.strip())
            else:
                text = self._named(source.single)
            # What begins behind its end is nothing: 1 div 0 is infinite.
            parts.append(f"substring({text}, 1 div not({' or '.join(earlier)}))" if earlier else text)
            earlier.append(text)
        self.needed, self.trimmed, self.leaf = needed, self.spaces is not _Spaces.KEPT, None
        self.given = bool(last.strip())
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
        self.trimmed, self.given, self.leaf = False, bool(source.leaves) and (self.needed or not unsure), None
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
            case (("upper" | "lower"), ()):
                text = self._variable()
                self._then(forms.cased(text, upper=name == "upper"), blank=False, trimmed=self.trimmed)
                self.sound.append(forms.is_cased(text))
            case (("date" | "datetime"), _):
                self._moment(arguments, time=name == "datetime")
            case "format-date", (form, *_):
                self._format_date(Format.parse(form))
            case "number", (sample,):
                self._number(Sample.parse(sample))
            case _:
                raise _NotNative

    def leave(self, *, only: bool) -> None:
        """Leave the functions to Python: one call that gets a text is cheaper than one of a reader."""
        if not only:
            self._must_not_be_odd()
        if self.leaf and self.leaf.only and not self.leaf.collapsed and not self.inside:
            self.now = f"string({self.leaf.xpath})"  # whether it is blank is asked there
        self.now = f"p:{'need' if self.needed else 'apply'}({LINE}, {self.now})"
        self.given = self.needed

    def _must_not_be_odd(self) -> None:
        """Refuse odd white space here, where it could have an effect and not come out."""
        text = self._variable()
        self.sound.append(f"translate({text}, '{SPACES}', '') = {text}")

    def _trim(self) -> None:
        if not self.trimmed:
            text = self._variable()
            self._then(f"normalize-space({text})", blank=False, trimmed=True)
            # Then what stands between the ends is as it was.
            self.sound.append(f"contains({text}, {self._variable()})")

    def _pad(self, length: int) -> None:
        if not self.seen:
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
        if not self.seen:
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
        self.sound.append(f"({found} or translate({key}, '{SPACES}', '') = {key})")
        otherwise = f"substring({literal(rows[None])}, 1 div (not({found}) and boolean({key})))"
        self._then(f"concat({found}, {otherwise})", blank=False, trimmed=True)

    # --- dates and numbers --------------------------------------------------------------------------------------------

    def _moment(self, arguments: Sequence[str], *, time: bool) -> None:
        """Read a day, or day and time, in some formats, no two of which have the same shape."""
        if "zone" in arguments[1::2]:
            raise _NotNative
        formats = [Format.parse(one) for one in arguments[::2]]
        shapes = [forms.shape_of(one) for one in formats]
        timed = any(one.timed for one in formats)
        if len(set(shapes)) < len(shapes) or not all(one.century for one in formats):
            raise _NotNative
        if timed and not time:  # the time is asked, and not given
            raise _NotNative
        text = self._variable()
        moments = [forms.moment(text, one, time=time) for one in formats]
        fits = []
        if len(formats) == 1:
            fits = [f"{forms.shape(text, formats)} = {literal(shapes[0])}"]
            whole = moments[0]
        else:
            self.now = forms.shape(text, formats)
            shape = self._variable()
            each = zip(moments, shapes, strict=True)
            whole = f"concat({', '.join(f'substring({one}, 1 div ({shape} = {literal(own)}))' for one, own in each)})"
        if time:
            self._fill(whole, text)
        else:
            self._then(forms.day(whole), blank=False, trimmed=True)
        value = self._variable()
        self._must(" and ".join([*fits, forms.is_moment(value, formats) if time else value]), text)

    def _format_date(self, form: Format) -> None:
        """Write a date of the source's schema, which has validated it."""
        builtin = self.leaf.type.builtin if self.leaf and self.leaf.type else ""
        if builtin not in _DATES:
            raise _NotNative
        text = self._variable()
        fits = f"string-length({text}) = {_DATES[builtin]}"
        time = builtin == "dateTime"
        self._fill(forms.written(text, form, time=time), text)
        self._must(f"{fits} and substring({text}, 12, 2) != '24'" if time else fits, text)

    def _number(self, sample: Sample) -> None:
        if not forms.is_plain(sample):
            raise _NotNative
        text = self._variable()
        self._fill(forms.number(text, sample), text)
        self._must(forms.is_number(text, sample), text)

    def _fill(self, xpath: str, text: str) -> None:
        """Go on with what is made of a text, where there is one."""
        sure = self.needed or self.given
        self._then(xpath if sure else f"substring({xpath}, 1 div boolean({text}))", blank=False, trimmed=True)

    def _must(self, fits: str, text: str) -> None:
        self.given = self.needed or self.given
        self.sound.append(fits if self.given else f"({fits} or not({text}))")

    # --- growing ------------------------------------------------------------------------------------------------------

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
