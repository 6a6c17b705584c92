"""XPath alone gives what the readers give: the same text, the same findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sync.mapping.convert import Converter, _Unfit
from sync.mapping.native import has_odd_space
from sync.mapping.store import Mapping, MappingStore
from tests.workshop import NUMBER, SOURCE, convert, mapping, write

#: The right sides of rules, for a source that may lack its Index; each is tried needed and optional.
SIDES = (
    "Index",
    "Index => trim",
    "Index => trim => cut 3",
    "Index => cut 2 => trim",
    "Index => pad 5",
    "Index => trim => pad 5 => cut 4",
    'Index => replace "a" "b"',
    'Index => replace " " ""',
    'Index => strip-prefix "a"',
    'Index => trim => strip-prefix "a"',
    'Index => nil "0" "-"',
    'Index => nil "0" => trim => cut 1',
    "Index => map letters",
    "Index => trim => map all",
    "Index => upper",
    "Index => trim => lower => cut 4",
    'Index => part " " 2',
    'Index => date "dd.MM.yyyy"',
    'Index => nil "0" => number "1.234,5"',
    'Index else "-"',
    "Index else Kunde/Nummer => trim",
    'Index else Kunde/Nummer else "0" => nil "0"',
    'Index else Kunde/Nummer => number "1,5"',
    '"{Index}-{Kunde/Nummer}" => part "-" 2',
    'Titel[@sprache="en"] else Titel[1] => trim => cut 5',
    "Titel[@sprache='en']",
    "Nummer",
    "Nummer => trim",
    "Nummer => cut 3",
    "Nummer => trim => pad 5",
    "Nummer => pad 4",
    'Nummer => nil "0"',
    'Nummer => strip-prefix "a"',
    "Nummer => lower",
    'Nummer => date "dd.MM.yyyy"',
    'Nummer => date "dd.MM.yyyy" or "yyyyMMdd" or "yyyy-MM-dd"',
    'Nummer => date "dd.MM.yyyy" or "MM.dd.yyyy"',
    'Nummer => date "dd.MM.yy"',
    'Index => nil "00000000" => date "yyyyMMdd"',
    'Nummer => date "dd.MM.yyyy HH:mm"',
    'Index => datetime "dd.MM.yyyy HH:mm" or "dd.MM.yyyy"',
    'Index => datetime "yyyyMMddTHHmmss"',
    'Index => datetime "dd.MM.yyyy HH:mm" zone "Europe/Berlin"',
    'Nummer => date "yyyyMMdd" => format-date "dd.MM.yy"',
    'Index => number "1234.5"',
    'Nummer => number "1.234,56" => format-number "1,234.567"',
    'Index => number "1 234,56"',
    'Nummer => number "1,5"',
    'Nummer => number "1234"',
    'Nummer => nil "0" => number "1.234,5"',
    "Nummer => upper",
    "Nummer => trim => upper => cut 3",
    'Datum => format-date "dd.MM.yyyy"',
    'Datum => format-date "dd. MM. yy HH:mm" zone "Europe/Berlin"',
    '@haupt => format-date "yyyyMMddTHHmm"',
    "Nummer => map letters",
    "Art => map letters",
    'Index else " - " => trim',
    "Index else Nummer => map all",
    '"{Nummer}-{Index}"',
    "@lauf",
    '"Nr. {Index}"',
    '"{Index}/{Kunde/Nummer}" => trim',
    'Datei => join ", "',
    "count(Datei)",
)
TABLES = 'table letters\n  "a" -> x\n  "b c" -> "y z"\n  "Anfrage" -> q\ntable all\n  "a" -> x\n  * -> rest\n'
_SOME = st.text(alphabet="abc0-. 1\u00a0\u2003\tß", max_size=6) | st.sampled_from(
    ["a", " a ", "b c", "b  c", "0", "-", " ", "\u00a0", "0\u00a0", "ÄÖß-7", "Ñandú", "ŝ", "12,5", "00000000"]
)
_DAYS = st.builds(
    "{:02}{}{:02}{}{:04}{}".format,
    st.integers(0, 32),
    st.sampled_from([".", "-", "", "\u00a0"]),
    st.integers(0, 13),
    st.sampled_from([".", "-", ""]),
    st.sampled_from([0, 1, 1900, 2023, 2024, 9999]),
    st.sampled_from(["", " ", " 12:30", "T2460", " 23:59", "  07:00"]),
)
_ISO_DAYS = st.builds(
    "{:04}{}{:02}{}{:02}{}".format,
    st.integers(0, 3000),
    *[st.sampled_from(["", "-"]), st.integers(0, 13)] * 2,
    st.sampled_from(["", "T235959", "T240000"]),
)
_NUMBERS = st.from_regex(r"[+-]?[0-9]{0,4}([.,' ][0-9]{1,3}){0,3}[.,]?[0-9]{0,5}-?", fullmatch=True)
TEXTS = _SOME | _DAYS | _ISO_DAYS | _NUMBERS
_OFFSETS = st.sampled_from(["", "", "Z", "+02:00"])
DATES = st.builds("{}{}".format, st.dates(), _OFFSETS)
MOMENTS = st.builds(
    "{}T{}{}".format, st.dates(), st.sampled_from(["24:00:00", "00:00:00", "07:30:00.5", "23:59:59"]), _OFFSETS
)
SCHEMA = SOURCE.replace('"Datum" type="xs:string"', '"Datum" type="xs:date"').replace(
    '"haupt" type="xs:string"', '"haupt" type="xs:dateTime"'
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> MappingStore:
    root = tmp_path_factory.mktemp("native")
    for number, side in enumerate(SIDES):
        for name, operator in (("needed", "<-"), ("optional", "<-?")):
            written = operator if not side.startswith('"') else {"<-": "=", "<-?": "=?"}[operator]
            write(root, f"{TABLES}{NUMBER}Title {written} {side}\n", name=f"{name}-{number}", source=SCHEMA)
    return MappingStore.load(root, {})


def test_every_side_makes_a_mapping(store: MappingStore) -> None:
    assert store.problems == ()
    assert len(store.mappings) == 2 * len(SIDES)


@settings(deadline=None, max_examples=100)
@given(
    index=st.none() | TEXTS,
    number=TEXTS,
    day=st.none() | DATES,
    moment=st.none() | MOMENTS,
    customer=st.none() | TEXTS,
    run=st.none() | TEXTS,
    titles=st.lists(st.tuples(st.sampled_from(["de", "en"]), TEXTS), min_size=1, max_size=3),
    files=st.lists(TEXTS, max_size=2),
)
def test_xpath_gives_what_the_readers_give(
    store: MappingStore,
    index: str | None,
    number: str,
    day: str | None,
    moment: str | None,
    customer: str | None,
    run: str | None,
    titles: list[tuple[str, str]],
    files: list[str],
) -> None:
    source = _akte(index, customer, run, titles, files, number, day, moment)

    both = {name: (_converted(one, source), _by_readers(one, source)) for name, one in store.mappings.items()}

    assert [(name, *pair) for name, pair in both.items() if pair[0] != pair[1]] == []


def test_what_is_plain_takes_no_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = mapping(tmp_path, NUMBER + "Title <- Titel[1] => trim => upper\nKind <-? Art\n")
    monkeypatch.setattr(Converter, "_value", None)

    conversion = convert(own, _akte(None, None, None, [("de", "Pumpe")], []))

    assert conversion.tree is not None
    assert conversion.tree.findtext("{urn:t}Title") == "PUMPE"


def test_where_all_documents_are_odd_the_quick_way_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = mapping(tmp_path, NUMBER + "Title <- Titel[1] => trim\n")
    odd = _akte(None, None, None, [("de", "a  b")], [])
    tried = []
    monkeypatch.setattr("sync.mapping.convert._stop", lambda _: tried.append(1) or _raise())

    said = {convert(own, odd).says for _ in range(20)}

    assert len(said) == 1
    assert len(tried) == 10


@pytest.mark.parametrize(("text", "odd"), [("Förderband – Süd", False), ("a\u00a0b", True), ("\u3000", True)])
def test_white_space_that_xml_does_not_know_is_found(text: str, odd: bool) -> None:
    found = has_odd_space(text.encode())

    assert found is odd


def _raise() -> None:
    raise _Unfit


def _akte(
    index: str | None,
    customer: str | None,
    run: str | None,
    titles: list[tuple[str, str]],
    files: list[str],
    number: str = "N-1",
    day: str | None = None,
    moment: str | None = None,
) -> etree._ElementTree:
    attributes = {"lauf": run, "haupt": moment}
    root = etree.Element("{urn:s}Akte", {name: text for name, text in attributes.items() if text is not None})

    def put(name: str, text: str | None, parent: etree._Element = root) -> etree._Element | None:
        if text is None:
            return None
        element = etree.SubElement(parent, f"{{urn:s}}{name}")
        element.text = text
        return element

    put("Nummer", number)
    put("Index", index)
    for language, text in titles:
        put("Titel", text).set("sprache", language)  # type: ignore[union-attr]
    put("Art", " Anfrage ")
    put("Datum", day)
    if customer is not None:
        put("Nummer", customer, put("Kunde", ""))
    for text in files:
        put("Datei", text)
    return etree.ElementTree(root)


def _converted(one: Mapping, source: etree._ElementTree) -> tuple[object, ...]:
    conversion = convert(one, source)
    tree = None if conversion.tree is None else etree.tostring(conversion.tree)
    return tree, conversion.says, conversion.findings


def _by_readers(one: Mapping, source: etree._ElementTree) -> tuple[object, ...]:
    converter = one.runner
    assert isinstance(converter, Converter)
    quick, converter.__dict__["_quick"] = converter._quick, converter._thorough
    try:
        return _converted(one, source)
    finally:
        converter.__dict__["_quick"] = quick
