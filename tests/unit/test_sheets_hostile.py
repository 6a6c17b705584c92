"""Nothing in a file can make its error sheet say or do anything else."""

from __future__ import annotations

from dataclasses import replace

from sync import names
from sync.findings import Code
from tests.sheet_office import MISSPELT, NASTY, UNTERLAGE

# --- nothing in a file acts -------------------------------------------------------------------------------------------


def test_whatever_a_file_holds_stays_text(office):
    content = (
        UNTERLAGE.format(encoding="UTF-8").replace("Freigegben", "<![CDATA[<img src=x onerror=alert(1)>]]>").encode()
    )
    nasty = replace(
        MISSPELT,
        file=names.escape(NASTY),
        field=NASTY,
        value=NASTY,
        allowed=(NASTY, "</style><script>"),
        rule=NASTY,
        details={"parser": NASTY},
    )
    sheet = office.write([nasty, MISSPELT, replace(nasty, code=Code.SCHEMA_OTHER)], content=content,
                         pdf='"><script>.pdf')  # fmt: skip

    assert list(sheet.tree.iter("script", "img", "iframe", "object", "link", "form")) == []
    assert [name for element in sheet.tree.iter() for name in element.attrib if name.startswith("on")] == []
    assert sheet.text.count("<script>alert(1)</script>") >= 3


def test_what_cannot_be_seen_is_shown(office):
    sheet = office.write([replace(MISSPELT, value="  a\u202eb\u200bc\u00a0\x07 ")])

    assert not set("\u202e\u200b\u00a0\x07") & set(sheet.html)
    assert "„␣␣aU+202EbU+200Bc⍽U+0007␣“" in sheet.text


def test_a_title_shows_what_cannot_be_seen_too(office):
    sheet = office.write([MISSPELT], name="TA\u200b-4720.xml")

    assert sheet.tree.find(".//title").text == "Fehlerblatt: TA\\u200b-4720"


def test_a_value_without_end_is_cut(office):
    endless = replace(MISSPELT, value="x" * 1_000_000, details={"parser": "y" * 1_000_000})

    sheet = office.write([endless, replace(endless, code=Code.SCHEMA_OTHER)])

    assert len(sheet.html) < 50_000


def test_a_link_leads_nowhere_but_to_a_file_beside_the_sheet(office):
    sheet = office.write([MISSPELT], pdf="javascript:alert(1).pdf")

    targets = {link.get("href") for link in sheet.tree.iter("a")}
    assert targets == {"TA-4720.xml", "javascript%3Aalert%281%29.pdf"}


def test_a_sheet_loads_nothing_and_runs_nothing(office):
    sheet = office.write([MISSPELT])

    policy = sheet.tree.find(".//meta[@http-equiv]").get("content")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert sheet.html.startswith("<!DOCTYPE html>")
    assert "url(" not in sheet.html
    assert "http:" not in sheet.html.replace("http-equiv", "")
    assert "https:" not in sheet.html
