"""Mappings that are wrong in every way that people find: all is told at once, and the other mappings go on working.

A line that is wrong says behind `#!` from which column on, and what is said of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.workshop import SCHEMA, SOURCE, TARGET

KINDS = TARGET.replace('name="Kind" type="xs:string"', 'name="Kind" type="Kind"').replace(
    '<xs:simpleType name="Short">',
    '<xs:simpleType name="Kind"><xs:restriction base="xs:string"><xs:enumeration value="RFQ"/>'
    '<xs:enumeration value="ORDER"/></xs:restriction></xs:simpleType><xs:simpleType name="Short">',
)
FIELDS = "".join(f'<xs:element name="F{number}" type="xs:string" minOccurs="0"/>' for number in range(10, 30))
KINDS = KINDS.replace('<xs:element name="Note"', f'{FIELDS}<xs:element name="Note"')

LINES = """\
mapping another-name        #! 1 the mapping is called another-name and its folder wrong-lines (rename one of them)
source source.xsd Akte
target target.xsd Document
pdf required
pdf none                    #! 1 pdf stands already in line 4 (remove one of them)
link nowhere                #! 6 config.ini has no link nowhere (add [link nowhere] to config.ini)
volatile @laufx             #! 10 Akte has no attribute laufx (did you mean @lauf?)
object document
  number   <- Numer         #! 15 Akte has no element Numer (did you mean Nummer?)
  revision <- Index order leters    #! 27 unknown order: leters (did you mean letters?)
  status   <- $action       #! 15 object sees the document only: $action has no value there
table kinds
  Anfrage -> RFQ
  Auftrag -> ORDER
  Anfrage -> ORDER          #! 3 the row "Anfrage" stands already in line 13 (remove one of them)
Number <- Nummr             #! 11 Akte has no element Nummr (did you mean Nummer?)
Number <- Nummer            #! 1 a rule for Number stands already in line 16 (use else for a second source)
Titel <- Nummer             #! 1 Document has no element Titel (did you mean Title?)
wehn Art = 'Rest'           #! 1 unknown statement: wehn (did you mean when?)
Date <- Datum => datte "dd.MM.yyyy"     #! 18 unknown function: datte (did you mean date?)
F10 <- Art => map kind     #! 19 there is no table kind (did you mean kinds?)
Title <- $pdfname           #! 10 there is no variable $pdfname (did you mean $pdf_name?)
Kind = "RFX"                #! 8 "RFX" is not one of the values of the schema (did you mean RFQ?)
F11 = "not closed          #! 7 this quote is not closed
F12 = „typed“              #! 7 „ is no quote here (write " or ' before and after the text)
each Lines/Line <- @lauf    #! 20 @lauf occurs once (each goes over elements or $documents)
  Text <- .
each File <- Datei
\tName <- .                 #! 1 a tab in the indentation (indent with spaces)
each File <- $documents
    Name <- name
  Sha256 <- sha256          #! 3 this indentation fits no block above (use 0 or 4 spaces)
@version <- @lauf
  @id <- @haupt             #! 3 this is indented, but the line above opens no block
F13 <- Index => cut        #! 17 cut lacks N (write cut N)
F14 <- Index => cut 3 4    #! 23 cut does not take 4 here (write cut N)
F15 <- Datum => date "DD.MM.yyyy"  #! 22 DD means nothing in a date format, dd does
F16 <- Preis => number "1.234"     #! 24 1.234 can be read in two ways: write as 1.234,5 or 1234.5 what is meant
F17 <- Preis => unit mm kg #! 25 mm measures a length and kg a mass (one of m, nm,
F18 <- Kunde/Nummer => number-of customer pmd  #! 43 config.ini has no folder of a system pmd (did you mean pdm?)
F19 <- Index else "x" else Datum   #! 23 nothing after a quoted value is ever reached (put the quoted value last)
F20 <- Preis/@waehrung/x   #! 23 nothing can follow an attribute
Amount[1] <- Preis          #! 1 in a target only [@type='Sub'] can follow an element
F21 <- //Nummer            #! 8 // is not part of the language (write the whole path)
F22 <- Titel               #! 8 Titel can occur several times where one value is needed (write [1] behind Titel
F23 <- Kunde               #! 8 Kunde has elements below it and no text of its own (name one of Nummer, Name)
ignore Bemerkung "internal" #! 8 Akte has no element Bemerkung
if Art = 'Rest'
  Closed <- Datum
els                         #! 1 unknown statement: els (did you mean else?)
  Open <- Datum
else                        #! 1 else without an if before it (it stands right below its if, equally indented)
  Open <- Datum
needs project <- Index      #! 1 needs is not built in this version of pairsync
"""

HEAD = "mapping wrong-head\nsource source.xsd Akte\ntarget target.xsd Document\n"
RIGHT = "object document\n  number <- Nummer\nNumber <- Nummer\n"


def _including(location: str) -> str:
    return TARGET.replace('xmlns="urn:t">', f'xmlns="urn:t"><xs:include schemaLocation="{location}"/>', 1)


#: By folder: the mapping, its target's schema, and what is told of it.
OTHERS: dict[str, tuple[str, str, str]] = {
    "no-number": ("", TARGET, ":4:1: object document: the object has no number (add the line: number <- path)"),
    "no-object": ("", TARGET, ":1:1: mapping wrong-no-object: the object block is missing"),
    "uncovered": ("", TARGET, ":3:8: target target.xsd Document: nothing writes Number, which Document must have"),
    "no-schema": ("", TARGET, ":3:8: target targte.xsd Document: targte.xsd: there is no such file (did you mean"),
    "no-root": ("", TARGET, "target.xsd has no root element Dokument (did you mean Document?)"),
    "outside": ("", _including("../../config.ini"), 'schemaLocation "../../config.ini": lies outside of what may be'),
    "network": ("", _including("https://x.example/y.xsd"), "is not a local file, and nothing is fetched (put a copy"),
    "broken-schema": ("", TARGET[:900], ": not well-formed: "),
    "cycle": (
        "",
        TARGET.replace(
            "</xs:schema>",
            '<xs:complexType name="C"><xs:complexContent><xs:extension base="C"/></xs:complexContent></xs:complexType>'
            "</xs:schema>",
        ),
        ": complex type 'C': The definition is circular.",
    ),
    "latin": ("", TARGET, "not UTF-8: the byte FC (save it as UTF-8)"),
    "empty": ("", TARGET, ":1:1: the mapping statement is missing (add the line: mapping NAME)"),
}
CHANGES = {
    "no-number": ("number <-", "title <-"),
    "no-object": ("object document\n  number <- Nummer\n", ""),
    "uncovered": ("Number <- Nummer\n", "Title <- Nummer\n"),
    "no-schema": ("target.xsd", "targte.xsd"),
    "no-root": ("Document", "Dokument"),
    "empty": (HEAD + RIGHT, ""),
}


@pytest.fixture
def wrong(here: Installation) -> Installation:
    """Give an installation whose mappings are the shipped ones and all the wrong ones."""
    mappings = here.own_mappings()
    _write(mappings / "wrong-lines", re.sub(r" *#!.*", "", LINES).encode(), KINDS)
    for name, (_, schema, _) in OTHERS.items():
        text = (HEAD + RIGHT).replace(*CHANGES.get(name, ("", ""))).replace("wrong-head", f"wrong-{name}")
        _write(mappings / f"wrong-{name}", text.encode() + b"# f\xfcr\n" * (name == "latin"), schema)
    return here


def _write(folder: Path, text: bytes, target: str) -> None:
    folder.mkdir()
    (folder / "mapping.map").write_bytes(text)
    (folder / "source.xsd").write_text(SOURCE, "utf-8")
    (folder / "target.xsd").write_text(target, "utf-8")


def _expected() -> list[tuple[str, str]]:
    found = []
    for number, line in enumerate(LINES.splitlines(), start=1):
        if "#!" in line:
            column, _, said = line.partition("#!")[2].strip().partition(" ")
            found.append((f"{number}:{column}", said))
    return found


def _said(output: str, folder: str) -> list[tuple[str, str]]:
    """Give the place and the words of each line about a mapping."""
    lines = re.findall(rf"{folder}/mapping\.map:(\d+:\d+): (.*)", output)
    return [(place, words) for place, words in lines]


def test_every_mistake_of_a_mapping_is_told_at_once_with_its_place(wrong: Installation) -> None:
    answer = wrong.typed("check")

    said = _said(answer.stdout + answer.stderr, "wrong-lines")
    assert answer.returncode == 78
    assert [place for place, _ in said] == [place for place, _ in _expected()]
    unsaid = [(words, found) for (_, words), (_, found) in zip(_expected(), said, strict=True) if words not in found]
    assert unsaid == []
    assert len(said) >= 30


def test_what_is_wrong_with_a_head_or_a_schema_is_told_beside_it(wrong: Installation) -> None:
    answer = wrong.typed("check")

    lines = (answer.stdout + answer.stderr).splitlines()
    told = {name: [f"wrong-{name}/mapping.map" in line for line in lines if OTHERS[name][2] in line] for name in OTHERS}
    assert told == {name: [True] for name in OTHERS}


def test_the_other_mappings_go_on_working(wrong: Installation) -> None:
    wrong.drop_inquiry()

    answer = wrong.typed("run")

    assert answer.returncode == 78
    assert wrong.names("outbox/pdm") == ["ANF-1.pdf", "ANF-1.xml"]
    assert [place for place, _ in _said(answer.stdout + answer.stderr, "wrong-lines")] == [
        place for place, _ in _expected()
    ]


def test_two_namespaces_of_one_name_are_told_apart_by_a_prefix(here: Installation) -> None:
    folder = here.own_mappings() / "wrong-namespaces"
    text = (HEAD + RIGHT).replace("wrong-head", "wrong-namespaces")
    other = SCHEMA + 'targetNamespace="urn:o"><xs:element name="Nummer" type="xs:string"/></xs:schema>'
    source = SOURCE.replace('xmlns="urn:s">', 'xmlns="urn:s" xmlns:o="urn:o" xmlns:s="urn:s">', 1)
    source = source.replace(
        '<xs:element name="Akte">', '<xs:import namespace="urn:o" schemaLocation="other.xsd"/>\n$', 1
    )
    source = source.replace("$", '<xs:element name="Akte">').replace(
        '<xs:element name="Index"', '<xs:element ref="o:Nummer"/><xs:element name="Index"'
    )
    _write(folder, text.encode(), TARGET)
    (folder / "source.xsd").write_text(source, "utf-8")
    (folder / "other.xsd").write_text(other, "utf-8")

    answer = here.typed("check")

    said = "2 namespaces have Nummer at this place (write s:Nummer or o:Nummer)"
    assert [said in words for _, words in _said(answer.stdout + answer.stderr, "wrong-namespaces")] == [True, True]
