"""What the gate for XML refuses, row by row of the design, and what it lets through."""

import bz2
import gzip
import io
import lzma
import random
import time
import zipfile

import pytest

from sync.errors import PairRejected
from sync.findings import Code
from sync.gates import formats
from sync.gates.xml import parse
from sync.reports.words import words
from tests.xml_gate import GOOD, look, read, refusal

# --- what is not XML


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe\n\0", b"\0" * 4096, b"\n\0\0"])
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
        "<a><!--" + "x" * 11_000_000 + "--></a>",
        "<a><?p " + "x" * 11_000_000 + "?></a>",
        "<!--" + "x" * 11_000_000 + "--><a/>",
        "<a><![CDATA[" + "x" * 11_000_000 + "]]></a>",
    ],
    ids=["depth", "text", "attribute", "name", "comment", "instruction", "before", "cdata"],
)
def test_the_parsers_limits_are_a_finding_that_says_so(data):
    finding = refusal(data)

    assert finding.code is Code.XML_LIMIT
    assert any(said in words("de").what(finding) for said in ("zu lang (über", "mehr als 256 Ebenen tief"))
    assert any(said in words("en").what(finding) for said in ("too long (over", "more than 256 deep"))


def test_comments_and_processing_instructions_do_not_split_a_value():
    root = read("<a>47<!-- x -->1<?p i?>1</a>")

    assert (root.text, len(root)) == ("4711", 0)


# --- cut off

WHOLE = GOOD.format("UTF-8").encode()


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "utf-16"])
def test_a_document_cut_off_anywhere_is_called_so(codec):
    whole = GOOD.format(codec).rstrip().encode(codec)

    codes = {kept: refusal(whole[:kept]).code for kept in range(1, len(whole) - (codec == "utf-16"))}

    # Shorter than a byte order mark and a character it is not yet anything.
    assert {kept for kept, code in codes.items() if code is not Code.XML_CUT_OFF} <= {1, 2}


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
@pytest.mark.parametrize("zeros", [1, 2, 3, 4, 511, 4096])
def test_zeros_at_the_end_mean_cut_off(codec, zeros):
    assert refusal(WHOLE.decode().encode(codec) + b"\0" * zeros).code is Code.XML_CUT_OFF


def test_an_error_in_the_middle_of_a_whole_document_is_not_called_cut_off():
    assert refusal("<n:a xmlns:n='urn:x'><b></n:a >\n<!-- end -->").code is Code.XML_NOT_WELL_FORMED


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
