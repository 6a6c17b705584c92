"""What the gate for XML refuses, row by row of the design, and what it lets through."""

import bz2
import gzip
import io
import lzma
import random
import time
import zipfile

import pytest
from lxml import etree

from sync.errors import PairRejected
from sync.findings import Code
from sync.gates import formats
from sync.gates.xml import looks_cut_off_xml, parse
from tests.xml_gate import GOOD, look, read, refusal

SCHEMA = etree.XMLSchema(
    etree.XML(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:complexType><xs:sequence>'
        '<xs:element name="b" type="xs:int" maxOccurs="unbounded"/>'
        "</xs:sequence></xs:complexType></xs:element></xs:schema>"
    )
)


# --- what is not XML


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\0" * 4096, b"\n\0\0"])
def test_an_empty_file_is_called_empty(data):
    assert refusal(data).code is Code.XML_EMPTY


def test_what_is_too_large_is_not_read():
    finding = refusal(b"<a>" + b"x" * 100 + b"</a>", max_bytes=50)

    assert finding.code is Code.TOO_LARGE
    assert finding.details == {"size": "107", "limit": "50"}


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.xml", "<a/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (gzip.compress(b"<a/>", mtime=0), "gzip"),
        (bz2.compress(b"<a/>"), "bzip2"),
        (lzma.compress(b"<a/>"), "xz"),
        (zipped(), "ZIP"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "zstd"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7-Zip"),
        (b"\x1f\x9d\x90", "compress"),
        (b"Rar!\x1a\x07\x01\0", "RAR"),
    ],
)
def test_what_is_compressed_is_refused_by_name(data, name):
    finding = refusal(data)

    assert (finding.code, finding.details["format"]) == (Code.XML_COMPRESSED, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "Microsoft Office"),
        (b"<!DOCTYPE html>\n<html><body>Anmeldung</body></html>", "HTML"),
        (b"\xef\xbb\xbf\n<HTML><head></head></HTML>", "HTML"),
        (b'<?xml version="1.0"?><!-- x --><html xmlns="http://www.w3.org/1999/xhtml"/>', "HTML"),
        ("\ufeff<html/>".encode("utf-16-le"), "HTML"),
        (b'{"Unterlage": 4711}', "JSON"),
        (b"Unterlagennummer;Benennung\n4711;Ma\xdfblatt\n", "text"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\x01\x02\x03", ""),
    ],
)
def test_what_is_not_xml_at_all_is_refused_by_name(data, name):
    finding = refusal(data)

    assert (finding.code, finding.details["format"]) == (Code.XML_NOT_XML, name)


def test_many_comments_before_the_root_do_not_make_the_look_at_html_slow():
    started = time.perf_counter()

    assert not formats.html(b"<!---->" * 500 + b"<a/>")

    assert time.perf_counter() - started < 30


def test_an_element_that_only_begins_like_html_is_xml():
    assert read("<htmlReport/>").tag == "htmlReport"


def test_a_nul_is_refused_with_its_line():
    finding = refusal(b"<a>\n\n\0</a>")

    assert (finding.code, finding.line) == (Code.XML_NUL, 3)


@pytest.mark.parametrize("version", ["1.1", "2.0", ""])
def test_another_version_of_xml_is_refused(version):
    finding = refusal(f'<?xml version="{version}"?><a/>')

    assert (finding.code, finding.details["version"]) == (Code.XML_VERSION, version)


def test_too_many_tags_are_refused_before_they_are_parsed():
    finding = refusal("<a>" + "<b/>" * 9 + "</a>", max_tags=10)

    assert finding.code is Code.XML_TOO_MANY_TAGS
    assert finding.details == {"count": "11", "limit": "10"}


# --- DOCTYPE and entities

BILLION_LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><lolz>&lol9;</lolz>"
)


@pytest.mark.parametrize("strip", [False, True])
@pytest.mark.parametrize(
    "data",
    [
        BILLION_LAUGHS,
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><a/>',
        "<!DOCTYPE a []><a/>",
        '<!DOCTYPE a SYSTEM "a.dtd" [<!ATTLIST a x CDATA "1">]><a/>',
    ],
)
def test_an_internal_subset_is_refused_even_where_a_doctype_is_stripped(data, strip):
    assert refusal(data, strip_doctype=strip).code is Code.XML_DOCTYPE


def test_a_bare_doctype_is_refused_with_its_line():
    finding = refusal('<?xml version="1.0"?>\n<!-- <!DOCTYPE x> -->\n<!DOCTYPE a SYSTEM "a.dtd">\n<a/>')

    assert (finding.code, finding.line) == (Code.XML_DOCTYPE, 3)


@pytest.mark.parametrize(
    "doctype",
    ["<!DOCTYPE a>", '<!DOCTYPE a SYSTEM\n "x>y.dtd"\n>', "<!DOCTYPE a PUBLIC '-//X//EN' 'http://127.0.0.1:9/a.dtd' >"],
)
def test_a_bare_doctype_is_stripped_where_the_folder_says_so_and_lines_keep_their_numbers(doctype):
    data = f'<?xml version="1.0"?>\n<!-- <!DOCTYPE b> -->{doctype}\n<a>ä</a>'

    root = read(data, strip_doctype=True)

    assert (root.text, root.getroottree().docinfo.doctype) == ("ä", "")
    assert root.sourceline == data.count("\n") + 1


@pytest.mark.parametrize("strip", [False, True])
def test_no_entity_leads_to_silently_missing_text(strip):
    data = '<!DOCTYPE a SYSTEM "a.dtd"><a>12&cur;50</a>'

    assert refusal(data, strip_doctype=strip).code in (Code.XML_DOCTYPE, Code.XML_NOT_WELL_FORMED)
    assert refusal("<a>12&cur;50</a>").code is Code.XML_NOT_WELL_FORMED


def test_the_five_entities_and_character_references_are_read():
    assert read("<a>&lt;&amp;&gt;&quot;&apos;&#8364;</a>").text == "<&>\"'€"


def test_a_doctype_in_a_comment_or_in_text_is_none():
    assert read("<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a>]]></a>").text == "<!DOCTYPE a>"


# --- the root


def test_the_root_is_told_with_its_namespace():
    assert look('<!-- x --><?p i?><n:a xmlns:n="urn:x"/>').root == "{urn:x}a"
    assert look('<a xmlns="urn:x"/>').root == "{urn:x}a"
    assert look("<a/>").root == "a"


# --- parsing


def test_what_is_not_well_formed_is_refused_with_the_line_and_the_parsers_words():
    finding = refusal("<a>\n<b>\n</a>")

    assert (finding.code, finding.line) == (Code.XML_NOT_WELL_FORMED, 3)
    assert "mismatch" in finding.details["parser"]


@pytest.mark.parametrize(
    "data",
    ["<a>\x01</a>", "<x:a/>", "<a b='1' b='2'/>", "<a b=/>", "\n<?xml version='1.0'?><a/>", "<a/><a/>", "<a>&</a>"],
)
def test_every_kind_of_malformation_is_refused(data):
    assert refusal(data).code is Code.XML_NOT_WELL_FORMED


def test_an_error_of_one_document_does_not_show_up_in_the_next():
    assert "mismatch" in refusal("<a><b></a>").details["parser"]
    assert "foo" in refusal("<a>&foo;</a>").details["parser"]


@pytest.mark.parametrize(
    "data",
    [
        "<a>" * 100_000 + "</a>" * 100_000,
        "<a>" + "x" * 11_000_000 + "</a>",
        "<a b='" + "x" * 11_000_000 + "'/>",
        "<a><" + "x" * 60_000 + "/></a>",
    ],
    ids=["depth", "text", "attribute", "name"],
)
def test_the_parsers_limits_are_a_finding_and_not_a_crash(data):
    assert refusal(data).code is Code.XML_LIMIT


def test_comments_and_processing_instructions_do_not_split_a_value():
    root = read("<a>47<!-- x -->1<?p i?>1</a>")

    assert (root.text, len(root)) == ("4711", 0)


def test_a_schema_is_asked_while_the_document_is_parsed():
    assert parse(look("<a><b>1</b></a>"), SCHEMA).getroot().tag == "a"
    assert parse(look("<a><b>x</b></a>"), SCHEMA) is None


def test_the_first_schema_error_ends_the_parsing_so_many_errors_cost_little():
    prolog = look("<a>" + "<b>x</b>" * 100_000 + "</a>")
    started = time.perf_counter()

    assert parse(prolog, SCHEMA) is None

    assert time.perf_counter() - started < 30


def test_with_a_schema_too_what_is_not_well_formed_is_refused():
    with pytest.raises(PairRejected):
        parse(look("<a><b>1</b></c>"), SCHEMA)


def test_what_is_invalid_and_further_on_not_well_formed_is_refused_without_the_schema():
    prolog = look("<a><b>x</b></c>")

    assert parse(prolog, SCHEMA) is None
    with pytest.raises(PairRejected):
        parse(prolog)


# --- cut off

WHOLE = GOOD.format("UTF-8").encode()


@pytest.mark.parametrize("kept", range(1, len(WHOLE.rstrip())))
def test_a_document_cut_off_anywhere_is_refused_and_mostly_called_so(kept):
    finding = refusal(WHOLE[:kept])

    assert finding.code in (Code.XML_CUT_OFF, Code.XML_EMPTY, Code.XML_NOT_XML)
    assert finding.code is Code.XML_CUT_OFF or kept < 2


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
@pytest.mark.parametrize("zeros", [1, 2, 3, 4, 511, 4096])
def test_zeros_at_the_end_mean_cut_off(codec, zeros):
    assert refusal(WHOLE.decode().encode(codec) + b"\0" * zeros).code is Code.XML_CUT_OFF


def test_an_error_in_the_middle_of_a_whole_document_is_not_called_cut_off():
    assert refusal("<n:a xmlns:n='urn:x'><b></n:a >\n<!-- end -->").code is Code.XML_NOT_WELL_FORMED


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "utf-16"])
def test_a_growing_document_looks_cut_off_until_it_is_whole(codec):
    whole = GOOD.format(codec).encode(codec)
    end = len(GOOD.format(codec).rstrip().encode(codec))
    lengths = range(end - 1 if codec == "utf-16" else end)

    unnoticed = [n for n in lengths if not looks_cut_off_xml(whole[:n], whole[:n])]

    assert not unnoticed
    assert not looks_cut_off_xml(whole, whole)
    assert not looks_cut_off_xml(whole)


def test_a_tail_alone_shows_a_cut_in_the_middle_of_a_tag_or_after_a_start_tag():
    assert looks_cut_off_xml(b"<a><b>47")
    assert looks_cut_off_xml(b"<a><b>")
    assert looks_cut_off_xml(b"<a></a>" + b"\0" * 100)
    assert not looks_cut_off_xml(b"<a><b/></a>\r\n<!-- end -->\r\n")


def test_something_else_under_the_name_of_an_xml_is_wrong_and_not_cut_off():
    assert not looks_cut_off_xml(b"%%EOF", b"%PDF-1.7")
    assert not looks_cut_off_xml(b"nothing", b"<!doctype html><html>")
    assert not looks_cut_off_xml(b"<a/>", b"<a/>")


# --- anything


def outcome(data: bytes) -> str:
    try:
        return parse(look(data)).getroot().tag
    except PairRejected as error:
        return error.findings[0].code


def test_random_damage_never_gets_past_the_gate_as_anything_but_a_tree_or_a_finding():
    chance = random.Random(4711)
    outcomes = set()
    for _ in range(400):
        data = bytearray(GOOD.format("UTF-8").encode())
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        outcomes.add(outcome(bytes(data)))

    assert {"Unterlage", Code.XML_NOT_WELL_FORMED, Code.XML_ENCODING_WRONG} <= outcomes
