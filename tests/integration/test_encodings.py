"""Encodings, dates, numbers and revisions as real exports write them, through the whole pipeline."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from lxml import etree

from sync.findings import Code
from tests import samples, workshop
from tests.installation import Installation, codes, only, states

HEAD = """mapping {name}
source source.xsd Akte
target target.xsd Document
pdf    <- Datei
object document
  number   <- Nummer
  revision <- Index else "-"   order letters
"""
RULES = """
@version      <- Index else "-"
Number        <- Nummer
Title         <- Titel[1]
Date          <-? Datum => nil "00000000" => date "dd.MM.yyyy" or "yyyyMMdd"
Amount        <-? Preis => number "1.234,56"
Customer/Name <-? Kunde/Name
each File <- $documents
  Name <- name
"""
TITLE = "Maßblatt für Förderbänder – Straße"
PDF = "Maßblatt Größe Ä.pdf"
#: As declared, as encoded, and what stands before it.
WRITTEN = {
    "UTF-8": ("UTF-8", "utf-8", b""),
    "UTF-8 with a mark": ("UTF-8", "utf-8", b"\xef\xbb\xbf"),
    "UTF-16 LE": ("UTF-16", "utf-16-le", b"\xff\xfe"),
    "UTF-16 BE": ("UTF-16", "utf-16-be", b"\xfe\xff"),
    "Windows-1252": ("Windows-1252", "cp1252", b""),
    "ISO-8859-1": ("ISO-8859-1", "latin-1", b""),
    "ISO-8859-15": ("ISO-8859-15", "iso8859-15", b""),
    "ASCII": ("US-ASCII", "ascii", b""),
}
PRODUCED = {"UTF-8": "utf-8", "UTF-16": "utf-16", "Windows-1252": "cp1252", "ISO-8859-1": "latin-1"} | {
    "ISO-8859-15": "iso8859-15",
    "US-ASCII": "ascii",
}


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """An installation with a small mapping of its own from the PDM to the CRM."""
    workshop.write(tmp_path / "mappings", RULES, head=HEAD)
    return Installation(tmp_path, {"mappings": str(tmp_path / "mappings")})


def _configure(here: Installation, **more: str) -> None:
    here.configure(**here.more, **more)


def _akte(*, index: str = "", rest: str = "", number: str = "N-1", pdfs: tuple[str, ...] = (PDF,)) -> str:
    files = "".join(f"<Datei>{name}</Datei>" for name in pdfs)
    return (
        f'<Akte xmlns="urn:s"><Nummer>{number}</Nummer>{index}<Titel>{TITLE}</Titel><Art>Anfrage</Art>{rest}'
        f"<Kunde><Name>Müller &amp; Söhne, 50 €</Name></Kunde>{files}</Akte>"
    )


def _drop(here: Installation, content: bytes, stem: str = "Prüfung €") -> None:
    here.put("pdm", f"{stem}.xml", content)
    here.put("pdm", PDF, samples.pdf())


def _encoded(text: str, declared: str, codec: str, mark: bytes) -> bytes:
    whole = f'<?xml version="1.0" encoding="{declared}"?>\n{text}'
    return mark + whole.encode(codec, "xmlcharrefreplace")


def _delivered(here: Installation) -> dict[str, str]:
    (path,) = (here.root / "outbox/crm").glob("*.xml")
    root = etree.fromstring(path.read_bytes())
    found = {etree.QName(one).localname: one.text or "" for one in root.iter(etree.Element) if not len(one)}
    return found | {"version": root.get("version", "")}


@pytest.mark.parametrize(("declared", "codec", "mark"), WRITTEN.values(), ids=WRITTEN)
def test_each_encoding_is_read_with_umlauts_and_the_euro_in_values_and_in_file_names(
    here: Installation, declared: str, codec: str, mark: bytes
) -> None:
    _drop(here, _encoded(_akte(pdfs=(f"\\\\server\\in\\{PDF}",)), declared, codec, mark))

    report = here.run()

    assert only(report).state == "delivered"
    assert here.names("outbox/crm") == sorted(["Prüfung €.xml", PDF])
    assert _delivered(here)["Title"] == TITLE
    assert unicodedata.is_normalized("NFC", _delivered(here)["Title"])


@pytest.mark.parametrize(("encoding", "codec"), PRODUCED.items())
def test_each_encoding_is_written_as_it_is_declared_and_nothing_is_lost(
    here: Installation, encoding: str, codec: str
) -> None:
    _configure(here, crm_import=f"output-encoding = {encoding}")
    _drop(here, _encoded(_akte(), "UTF-8", "utf-8", b""))

    here.run()
    written = (here.root / "outbox/crm/Prüfung €.xml").read_bytes()

    assert re.search(rf"encoding=['\"]{encoding}['\"]", written.decode(codec)[:80], re.IGNORECASE)
    assert ("Maßblatt" in written.decode(codec)) == (encoding != "US-ASCII")
    assert {"Title": TITLE, "Name": PDF}.items() <= _delivered(here).items()


@pytest.mark.parametrize(
    ("declared", "codec", "probably"),
    [
        ("UTF-8", "cp1252", "Windows-1252"),
        ("ISO-8859-1", "utf-8", "UTF-8"),
        ("US-ASCII", "cp1252", "Windows-1252"),
        ("ISO-8859-1", "cp1252", "Windows-1252"),
    ],
)
def test_a_wrong_declaration_goes_to_error_with_what_it_probably_is_and_the_folder_may_say_it(
    here: Installation, declared: str, codec: str, probably: str
) -> None:
    content = f'<?xml version="1.0" encoding="{declared}"?>\n{_akte()}'.encode(codec)
    _drop(here, content)
    rejected = only(here.run())
    sheet = Path(rejected.sheet).read_text("utf-8")

    _configure(here, pdm_export=f"encoding = {probably}")
    (here.root / "inbox/pdm/error/Prüfung €.xml").rename(here.root / "inbox/pdm/Prüfung €.xml")
    corrected = only(here.run())

    assert rejected.state == "rejected"
    assert probably in sheet
    assert corrected.state == "delivered"
    assert _delivered(here)["Title"] == TITLE


@pytest.mark.parametrize(
    ("written", "carried"),
    [("31.12.2026", "2026-12-31"), ("20261231", "2026-12-31"), ("00000000", None)],
)
def test_dates_are_carried_in_each_of_their_forms(here: Installation, written: str, carried: str | None) -> None:
    _drop(here, _encoded(_akte(rest=f"<Datum>{written}</Datum>"), "UTF-8", "utf-8", b""))

    here.run()

    assert _delivered(here).get("Date") == carried


@pytest.mark.parametrize(("written", "carried"), [("1.234,50", "1234.5"), ("12,50-", "-12.5"), ("-0,5", "-0.5")])
def test_numbers_are_carried_in_each_of_their_forms(here: Installation, written: str, carried: str) -> None:
    _drop(here, _encoded(_akte(rest=f"<Preis>{written}</Preis>"), "ISO-8859-1", "latin-1", b""))

    here.run()

    assert _delivered(here)["Amount"] == carried


@pytest.mark.parametrize("first", ["", "<Index/>", "<Index>-</Index>"], ids=["nothing", "empty", "a dash"])
def test_a_first_revision_is_a_dash_or_nothing_and_the_letters_follow_it(here: Installation, first: str) -> None:
    _drop(here, _encoded(_akte(index="<Index>A</Index>"), "UTF-8", "utf-8", b""), "neu")
    here.run()
    here.take("outbox/crm")
    _drop(here, _encoded(_akte(index=first), "UTF-8", "utf-8", b""), "alt")

    late = here.run()
    _drop(here, _encoded(_akte(index=first, number="N-2"), "UTF-8", "utf-8", b""), "anderes")
    here.run()

    assert states(late) == {"alt": "superseded"}
    assert _delivered(here)["version"] == "-"


@pytest.mark.parametrize("value", ["32.12.2026", "2026-12-31", "1,234.50"])
def test_a_value_in_another_form_is_rejected_and_named(here: Installation, value: str) -> None:
    field = "Preis" if "," in value else "Datum"
    _drop(here, _encoded(_akte(rest=f"<{field}>{value}</{field}>"), "UTF-8", "utf-8", b""))

    rejected = only(here.run())

    assert rejected.state == "rejected"
    assert (rejected.findings[0].field, rejected.findings[0].value) == (field, value)
    assert codes(rejected)[0] in (Code.NOT_A_DATE, Code.NOT_A_NUMBER)
