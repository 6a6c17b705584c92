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
from tests.workshop import NUMBER, convert, mapping, write

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
TEXTS = st.text(alphabet="abc0-. 1\u00a0\u2003\tß", max_size=6) | st.sampled_from(
    ["a", " a ", "b c", "b  c", "0", "-", " ", "\u00a0", "0\u00a0", "01.02.2026", "29.02.2024", "1.234,5", "12,5"]
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> MappingStore:
    root = tmp_path_factory.mktemp("native")
    for number, side in enumerate(SIDES):
        for name, operator in (("needed", "<-"), ("optional", "<-?")):
            written = operator if not side.startswith('"') else {"<-": "=", "<-?": "=?"}[operator]
            write(root, f"{TABLES}{NUMBER}Title {written} {side}\n", name=f"{name}-{number}")
    return MappingStore.load(root, {})


def test_every_side_makes_a_mapping(store: MappingStore) -> None:
    assert store.problems == ()
    assert len(store.mappings) == 2 * len(SIDES)


@settings(deadline=None, max_examples=60)
@given(
    index=st.none() | TEXTS,
    number=TEXTS,
    customer=st.none() | TEXTS,
    run=st.none() | TEXTS,
    titles=st.lists(st.tuples(st.sampled_from(["de", "en"]), TEXTS), min_size=1, max_size=3),
    files=st.lists(TEXTS, max_size=2),
)
def test_xpath_gives_what_the_readers_give(
    store: MappingStore,
    index: str | None,
    number: str,
    customer: str | None,
    run: str | None,
    titles: list[tuple[str, str]],
    files: list[str],
) -> None:
    source = _akte(index, customer, run, titles, files, number)

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
) -> etree._ElementTree:
    root = etree.Element("{urn:s}Akte", {"lauf": run} if run is not None else {})

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
