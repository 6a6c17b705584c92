"""The excerpt of an error sheet: the line that is wrong, found in any file."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.gates import xml
from sync.mapping.schema import Schema
from sync.mapping.validation.documents import validate
from sync.model import Role
from sync.reports import sheets
from tests.sheet_office import CONFIG, MISSPELT, UNTERLAGE, Sheets, opened, part, source_of

# --- the excerpt ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "ISO-8859-15", "Windows-1252"])
def test_the_excerpt_shows_the_wrong_line_in_the_files_encoding(office, encoding):
    content = UNTERLAGE.format(encoding=encoding).encode(encoding)

    sheet = office.write([MISSPELT], content=content)

    assert sheet.excerpt() == [
        ("4", "<Benennung>Förderer für Ä &amp; Söhne</Benennung>"),
        ("5", "<Freigabestand>Freigegben</Freigabestand>"),
        ("6", '<Datei name="a.pdf"/>'),
    ]
    assert sheet.marked == ["Freigegben"]


def test_what_the_folder_says_of_the_encoding_holds_for_the_excerpt_too(tmp_path):
    office = opened(tmp_path, CONFIG.replace("url = inbox", "url = inbox\nencoding = ISO-8859-1"))
    content = UNTERLAGE.format(encoding="UTF-8").encode("iso-8859-1")

    sheet = office.write([MISSPELT], content=content)

    assert sheet.excerpt()[0] == ("4", "<Benennung>Förderer für Ä &amp; Söhne</Benennung>")


def test_in_a_document_of_one_line_the_place_is_found_all_the_same(office):
    records = "".join(f"<Datei><Name>datei-{number}.pdf</Name></Datei>" for number in range(500))
    content = f"<Unterlage><Ä>ö</Ä>{records}</Unterlage>".encode()
    wrong = Finding(code=Code.PDF_NAME, file="TA-4720.xml", line=1, path="/Unterlage/Datei[321]/Name", value="x")

    sheet = office.write([wrong], content=content)

    assert sheet.marked == ["datei-320.pdf"]
    (number, line), = sheet.excerpt()  # fmt: skip
    assert number == "1"
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) <= 100
    column = sheet.json["findings"][0]["column"]
    assert content.decode()[column - 1 :].startswith("datei-320.pdf")


def test_an_attribute_is_marked_on_the_line_where_it_stands(office):
    content = b"<Unterlage>\n<Datei\n  name='a.pdf'\n  art='X'/>\n</Unterlage>"
    wrong = Finding(code=Code.SCHEMA_ENUMERATION, file="TA-4720.xml", line=4, path="/Unterlage/Datei/@name", value="a")

    sheet = office.write([wrong], content=content)

    assert sheet.marked == ["name='a.pdf'"]
    assert sheet.json["findings"][0]["line"] == 3


def test_where_something_is_missing_the_element_around_it_is_marked(office):
    missing = Finding(code=Code.SCHEMA_MISSING, file="TA-4720.xml", line=7, field="B", path="/Unterlage/A/B")

    sheet = office.write([missing])

    assert sheet.marked == ["<Unterlage>"]


def test_an_element_that_does_not_belong_there_is_marked_not_its_content(office):
    strange = replace(MISSPELT, code=Code.SCHEMA_UNEXPECTED, allowed=())

    assert office.write([strange]).marked == ["<Freigabestand>"]


def test_an_empty_element_is_marked_whole(office):
    empty = Finding(code=Code.SCHEMA_EMPTY, file="TA-4720.xml", path="/A/B[2]")

    assert office.write([empty], content=b"<A><B>1</B><B></B><B/></A>").marked == ["<B></B>"]


def test_what_a_condition_chooses_and_is_not_there_is_not_shown_as_one_that_it_does_not_choose(office):
    missing = Finding(code=Code.MISSING, file="TA-4720.xml", line=1, field="C", path="/A/B[@k='2/b']/C")

    assert office.write([missing], content=b"<A><B k='1'><C>1</C></B></A>").marked == ["<A>"]


def test_what_does_not_fit_in_the_target_is_shown_where_it_came_from(office):
    wrong = Finding(code=Code.TARGET_INVALID, file="TA-4720.xml", field="Nummer", path="/Document/DocumentNo",
                    value="TA-4720", details={"element": "DocumentNo", "parser": "x"})  # fmt: skip

    assert office.write([wrong]).marked == ["TA-4720"]


def test_of_several_fields_of_that_name_the_one_that_was_read_is_shown(office):
    wrong = Finding(code=Code.TARGET_INVALID, file="TA-4720.xml", field="B", path="/Document/DocumentNo",
                    details={"element": "DocumentNo", "parser": "x", "source": "/A/B[2]"})  # fmt: skip

    assert office.write([wrong], content=b"<A><B>1</B><B>2</B></A>").marked == ["2"]


def test_of_several_fields_of_that_name_none_is_shown_as_the_culprit(office):
    wrong = Finding(code=Code.TARGET_INVALID, file="TA-4720.xml", field="B", path="/Document/DocumentNo")

    assert office.write([wrong], content=b"<A><B>1</B><B>2</B></A>").marked == []


@pytest.mark.parametrize(
    ("content", "marked"),
    [
        (b"<A>\n<B>x</C>\n</A>", "</C>"),
        ("<A>\n<B>Ä & Ö</B>\n</A>".encode(), "&"),
        (b"<A>\n<B>Maschinenbau &nbsp; S</B></A>", "&nbsp;"),
        (b"<?xml version='1.0' encoding='UTF-8'?><A>\n<B>F\xf6rderer</B></A>", "\\xf6"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?><A>\n<B>F\xc3\xb6rderer</B></A>", "Ã¶"),
        (b"<A>\n<B>cut o", "<B>cut o"),
    ],
)
def test_what_the_gate_refuses_is_marked_where_it_is(office, content, marked):
    with pytest.raises(PairRejected) as rejected:
        xml.parse(xml.inspect(content, xml.XmlLimits(), file="TA-4720.xml"))

    sheet = office.write(rejected.value.findings, content=content)

    assert sheet.marked == [marked]
    assert sheet.json["findings"][0]["line"] == 2


def test_tabs_stay_tabs_and_common_indentation_goes(office):
    content = b"<A>\n\t\t\t<B>1</B>\n\t\t\t<C>\t2</C>\n\t\t\t\t<D/>\n</A>"
    wrong = Finding(code=Code.SCHEMA_PATTERN, file="TA-4720.xml", line=3, path="/A/C", value="\t2")

    sheet = office.write([wrong], content=content)

    assert sheet.excerpt() == [("2", "<B>1</B>"), ("3", "<C>\t2</C>"), ("4", "\t<D/>")]


def test_carriage_returns_do_not_shift_the_lines(office):
    content = b"<A>\r\n<!-- one\rtwo -->\r\n<B>x</B>\r\n</A>"
    wrong = Finding(code=Code.SCHEMA_PATTERN, file="TA-4720.xml", line=3, path="/A/B", value="x")

    sheet = office.write([wrong], content=content)

    assert sheet.excerpt()[1] == ("3", "<B>x</B>")


def test_the_excerpt_is_found_in_the_archive_when_a_crash_came_after_the_move(office):
    sheet = office.write([MISSPELT], place="error")

    assert sheet.marked == ["Freigegben"]


def test_without_the_original_the_sheet_has_no_excerpt_and_all_the_rest(office):
    sheet = office.write([MISSPELT], place="processed/elsewhere")

    assert sheet.tree.findall(".//table") == []
    assert "Zeile 5" in sheet.text


def test_another_file_in_its_place_is_never_shown(office):
    sheet = office.write([MISSPELT], place="error", sha256="0" * 64)

    assert sheet.tree.findall(".//table") == []


@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_in_its_place_does_not_stop_anything(office, put):
    source = source_of([part(Role.XML, "TA-4720.xml", "")], [MISSPELT])
    office.folder.path("error", "").mkdir(parents=True)
    put(office.folder.path("error", "TA-4720.xml"))

    rendered = Sheets(source, sheets.render(office, source))

    assert rendered.tree.findall(".//table") == []


def test_a_real_schemas_findings_are_all_placed(office, root):
    folder = root / "mappings" / "schemas"
    schema = Schema.load(folder / "pdm" / "export.xsd", inside=[folder])
    example = (root / "examples" / "pdm" / "TANG_TA-4711_A.xml").read_text("iso-8859-1")
    content = example.replace("freigegeben<", "Freigegben<").replace("12.03.2026<", "12.13.2026<").encode("iso-8859-1")
    tree = xml.parse(xml.inspect(content, xml.XmlLimits(), file="TA-4720.xml"))

    sheet = office.write(validate(tree, schema, file="TA-4720.xml"), content=content)

    assert sheet.marked == ["Freigegben", "12.13.2026"]
