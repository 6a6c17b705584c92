"""In which encodings the gate for XML reads, and what it refuses rather than guesses."""

import pytest
from lxml import etree

from sync.findings import Code
from sync.gates.xml import XmlLimits, parse
from tests.xml_gate import GOOD, look, read, refusal


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8-sig"),
        ("UTF-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("utf-16le", "utf-16"),
        ("Windows-1252", "cp1252"),
        ("CP1252", "cp1252"),
        ("ISO-8859-1", "latin-1"),
        ("iso_8859-1", "latin-1"),
        ("latin1", "latin-1"),
        ("ISO-8859-15", "iso8859-15"),
    ],
)
def test_umlauts_survive_every_encoding_that_exporters_use(declared, codec):
    data = GOOD.format(declared).encode(codec)

    prolog = look(data)

    assert parse(prolog).findtext("Benennung") == "Maßblatt Förderband"
    assert etree.fromstring(prolog.data).findtext("Benennung") == "Maßblatt Förderband"


def test_utf_16_of_either_byte_order_is_read():
    text = GOOD.format("UTF-16")

    assert read(b"\xff\xfe" + text.encode("utf-16-le")).findtext("Benennung") == "Maßblatt Förderband"
    assert read(b"\xfe\xff" + text.encode("utf-16-be")).findtext("Benennung") == "Maßblatt Förderband"


def test_the_encoding_is_told_in_its_usual_spelling():
    assert look(GOOD.format("cp1252").encode("cp1252")).encoding == "Windows-1252"
    assert look("<a/>").encoding == "UTF-8"


def test_ascii_is_read():
    assert read(b'<?xml version="1.0" encoding="US-ASCII"?><a>&#228;</a>').text == "ä"


@pytest.mark.parametrize("declared", ["UTF-7", "UTF-32", "Shift_JIS", "EBCDIC-CP-DE", "rot13", "ä" * 99])
def test_another_encoding_is_refused_by_name(declared):
    finding = refusal(f'<?xml version="1.0" encoding="{declared}"?><a/>')

    assert finding.code is Code.XML_ENCODING_UNSUPPORTED
    assert finding.details["declared"][:5] in declared or "ä" in declared


@pytest.mark.parametrize(
    "data",
    [
        "<a/>".encode("utf-32"),
        "<a/>".encode("utf-16-le"),
        "<a/>".encode("utf-16-be"),
        "<a/>".encode("utf-32-le"),
        '<?xml version="1.0"?><a/>'.encode("cp500"),
    ],
)
def test_utf_32_ebcdic_and_utf_16_without_a_mark_are_refused(data):
    assert refusal(data).code is Code.XML_ENCODING_UNSUPPORTED


def test_a_wrong_declaration_names_the_byte_the_line_and_what_it_probably_is():
    data = b'<?xml version="1.0" encoding="UTF-8"?>\n<a>\n\n\n\n\n<b>W\xe4rme</b></a>'

    finding = refusal(data)

    assert (finding.code, finding.line) == (Code.XML_ENCODING_WRONG, 7)
    assert finding.details == {"declared": "UTF-8", "byte": "E4", "probably": "Windows-1252"}


def test_no_declaration_means_utf_8():
    assert refusal(b"<a>W\xe4rme</a>").details["declared"] == "UTF-8"


def test_utf_8_that_is_declared_as_latin_1_is_refused_before_umlauts_become_two_characters():
    finding = refusal(GOOD.format("ISO-8859-1").encode())

    assert finding.code is Code.XML_ENCODING_WRONG
    assert finding.details["probably"] == "UTF-8"


def test_windows_quotes_and_euro_signs_that_are_declared_as_latin_1_are_refused():
    finding = refusal('<?xml version="1.0" encoding="ISO-8859-1"?>\n<a>12 €</a>'.encode("cp1252"))

    assert (finding.code, finding.line) == (Code.XML_ENCODING_WRONG, 2)
    assert finding.details == {"declared": "ISO-8859-1", "byte": "80", "probably": "Windows-1252"}


def test_ascii_that_is_not_ascii_is_refused():
    assert refusal('<?xml version="1.0" encoding="ASCII"?><a>ä</a>').details["probably"] == "UTF-8"


def test_utf_16_that_is_declared_and_not_there_is_refused():
    finding = refusal('<?xml version="1.0" encoding="utf-16"?><a>ä</a>')

    assert finding.code is Code.XML_ENCODING_WRONG
    assert finding.details["probably"] == "UTF-8"


def test_a_folder_may_say_what_its_exporter_declares_wrongly():
    data = GOOD.format("UTF-8").encode("cp1252")

    assert read(data, encoding="windows-1252").findtext("Benennung") == "Maßblatt Förderband"


def test_a_byte_order_mark_says_more_than_the_folder():
    assert read(GOOD.format("UTF-8").encode("utf-8-sig"), encoding="cp1252")[0].text == "Maßblatt Förderband"


def test_a_folders_encoding_must_be_a_known_one():
    with pytest.raises(ValueError, match="klingon"):
        XmlLimits(encoding="klingon")
