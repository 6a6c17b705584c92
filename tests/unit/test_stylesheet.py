"""The escape hatch: a hand-written stylesheet, limited and killable, and its result checked like every other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.findings import Code
from sync.mapping import stylesheet
from sync.mapping.store import Mapping, MappingStore
from sync.mapping.stylesheet import HandWritten
from tests.workshop import akte, convert, document, load, text, write

XSL = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="urn:t" xmlns:s="urn:s"
  xmlns:exsl="http://exslt.org/common" exclude-result-prefixes="s" extension-element-prefixes="exsl">{body}
</xsl:stylesheet>"""
NUMBER = '<Number><xsl:value-of select="s:Nummer"/></Number>'
GOOD = f'<xsl:template match="/s:Akte"><Document>{NUMBER}</Document></xsl:template>'
LOOP = '<xsl:for-each select="//node()|//@*">'


@pytest.fixture
def written(tmp_path: Path) -> Iterator[list[Mapping]]:
    made: list[Mapping] = []
    yield made
    for one in made:
        assert isinstance(one.runner, HandWritten)
        one.runner.stop()


def hand_written(tmp_path: Path, body: str, written: list[Mapping], **files: str) -> Mapping:
    sheets = {"stylesheet.xslt": XSL.format(body=body), **{f"{name}.xslt": text for name, text in files.items()}}
    write(tmp_path, "volatile @lauf\n", files=sheets)
    written.append(load(tmp_path))
    return written[0]


def failure(mapping: Mapping) -> str:
    conversion = convert(mapping, akte())
    (finding,) = conversion.findings
    assert (conversion.tree, finding.code, finding.rule) == (None, Code.STYLESHEET, "stylesheet.xslt")
    return finding.details["parser"]


def test_a_stylesheet_converts_and_knows_the_variables(tmp_path: Path, written: list[Mapping]) -> None:
    body = (
        '<xsl:param name="pair"/><xsl:param name="pdf_name"/><xsl:include href="part.xslt"/>'
        '<xsl:template match="/s:Akte"><Document id="{$pair}"><xsl:call-template name="part"/>'
        '<Note><xsl:value-of select="$pdf_name"/></Note></Document></xsl:template>'
    )
    part = XSL.format(body=f'<xsl:template name="part">{NUMBER}</xsl:template>')
    made = hand_written(tmp_path, body, written, part=part)

    conversion = convert(made, akte(), pair='it\'s "ä"', documents=(document("a.pdf"),))

    assert text(conversion) == '<Document id="it\'s &quot;ä&quot;"><Number>N-1</Number><Note>a.pdf</Note></Document>'


def test_what_a_stylesheet_produces_is_validated(tmp_path: Path, written: list[Mapping]) -> None:
    made = hand_written(tmp_path, '<xsl:template match="/"><Document/></xsl:template>', written)

    (finding,) = convert(made, akte()).findings

    assert (finding.code, finding.rule) == (Code.TARGET_INVALID, "stylesheet.xslt")


def test_a_stylesheet_that_never_ends_is_killed_and_the_next_one_runs(
    tmp_path: Path, written: list[Mapping], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stylesheet, "_CPU", 1.0)
    body = (
        '<xsl:template match="/s:Akte[s:Art = \'Anfrage\']"><xsl:call-template name="more"/></xsl:template>'
        "<xsl:template match=\"/s:Akte[s:Art = 'Rest']\"><Document><Number>1</Number></Document></xsl:template>"
        f'<xsl:template name="more">{LOOP * 12}<xsl:if test="0"><a/></xsl:if>{"</xsl:for-each>" * 12}</xsl:template>'
    )
    made = hand_written(tmp_path, body, written)

    started = time.monotonic()
    said = failure(made)

    assert "CPU" in said
    assert time.monotonic() - started < 20
    assert "<Number>1</Number>" in text(convert(made, akte(kind="Rest")))


@pytest.mark.parametrize(
    "body",
    [
        '<xsl:template match="/"><a><xsl:copy-of select="document(\'{secret}\')"/></a></xsl:template>',
        '<xsl:template match="/"><a><xsl:copy-of select="document(\'../secret.xml\')"/></a></xsl:template>',
        '<xsl:template match="/"><a><xsl:copy-of select="document(\'http://127.0.0.1:9/\')"/></a></xsl:template>',
        '<xsl:template match="/"><a><exsl:document href="{secret}"><b/></exsl:document></a></xsl:template>',
    ],
)
def test_a_stylesheet_reads_and_writes_no_file(tmp_path: Path, written: list[Mapping], body: str) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("<secret/>", "utf-8")
    made = hand_written(tmp_path / "mappings", body.replace("{secret}", str(secret)), written)

    said = failure(made)

    assert "denied" in said
    assert secret.read_text("utf-8") == "<secret/>"


@pytest.mark.parametrize("what", ["include", "import"])
@pytest.mark.parametrize("href", ["../../outside.xslt", "file:///etc/hostname", "http://127.0.0.1:9/x.xslt"])
def test_what_lies_outside_of_the_folder_is_not_included(tmp_path: Path, what: str, href: str) -> None:
    (tmp_path / "outside.xslt").write_text(XSL.format(body=""), "utf-8")
    body = f'<xsl:{what} href="{href}"/>{GOOD}'
    write(tmp_path / "mappings", "", files={"stylesheet.xslt": XSL.format(body=body)})

    (problem,) = MappingStore.load(tmp_path / "mappings", {}).problems

    assert "lies outside of the mapping's folder" in problem.what
    assert problem.file.endswith("stylesheet.xslt")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<xsl:stylesheet", "not well-formed"),
        ("<a/>", "not a stylesheet"),
        (XSL.format(body='<xsl:template match="///"/>'), "///"),
        (XSL.format(body='<xsl:include href="missing.xslt"/>'), "No such file"),
    ],
)
def test_a_stylesheet_that_cannot_be_compiled_is_a_problem(tmp_path: Path, content: str, expected: str) -> None:
    write(tmp_path, "", files={"stylesheet.xslt": content})

    (problem,) = MappingStore.load(tmp_path, {}).problems

    assert expected in problem.what


def test_rules_and_a_stylesheet_do_not_go_together(tmp_path: Path) -> None:
    write(tmp_path, "Number <- Nummer\n", files={"stylesheet.xslt": XSL.format(body=GOOD)})

    (problem,) = MappingStore.load(tmp_path, {}).problems

    assert (problem.line, problem.what) == (6, "there are rules and stylesheet.xslt: one of them converts")


def test_a_stylesheet_that_gives_up_says_why(tmp_path: Path, written: list[Mapping]) -> None:
    body = '<xsl:template match="/"><xsl:message terminate="yes">no number</xsl:message></xsl:template>'

    assert "no number" in failure(hand_written(tmp_path, body, written))


def test_a_stylesheet_that_produces_nothing_is_refused(tmp_path: Path, written: list[Mapping]) -> None:
    assert failure(hand_written(tmp_path, '<xsl:template match="/"/>', written)) == "it produced no element"


def test_what_is_volatile_in_the_source_does_not_count_for_what_it_says(tmp_path: Path, written: list[Mapping]) -> None:
    made = hand_written(tmp_path, GOOD, written)

    first, second, other = (
        convert(made, source)
        for source in (akte(attributes=' lauf="1"'), akte(attributes=' lauf="2"'), akte(kind="Rest"))
    )

    assert first.says == second.says
    assert first.says != other.says


def test_the_digest_changes_with_the_stylesheet(tmp_path: Path) -> None:
    first = write(tmp_path, "", files={"stylesheet.xslt": XSL.format(body=GOOD), "part.xslt": XSL.format(body="")})
    before = load(tmp_path).digest

    (first / "part.xslt").write_text(XSL.format(body="<!-- changed -->"), "utf-8")

    assert load(tmp_path).digest != before


# --- results that are too much ----------------------------------------------------------------------------------------

REPEAT = """<xsl:template name="repeat"><xsl:param name="left"/><xsl:param name="text"/><xsl:choose>
  <xsl:when test="$left = 0"><xsl:copy-of select="$text"/></xsl:when>
  <xsl:otherwise><xsl:call-template name="repeat"><xsl:with-param name="left" select="$left - 1"/>
    <xsl:with-param name="text" select="{doubled}"/></xsl:call-template></xsl:otherwise>
</xsl:choose></xsl:template>
<xsl:template match="/s:Akte"><Document><xsl:call-template name="repeat"><xsl:with-param name="left" select="{times}"/>
  <xsl:with-param name="text" select="{first}"/></xsl:call-template></Document></xsl:template>"""
NESTED = """<xsl:template name="nest"><xsl:param name="left"/><xsl:if test="$left &gt; 0"><Note>
  <xsl:call-template name="nest"><xsl:with-param name="left" select="$left - 1"/></xsl:call-template></Note></xsl:if>
</xsl:template><xsl:template match="/s:Akte"><Document><xsl:call-template name="nest">
  <xsl:with-param name="left" select="{depth}"/></xsl:call-template></Document></xsl:template>"""


def test_a_result_of_too_many_characters_is_refused(tmp_path: Path, written: list[Mapping]) -> None:
    body = REPEAT.format(doubled="concat($text, $text)", times=25, first="'x'")

    why = failure(hand_written(tmp_path, body, written))

    assert why.startswith("it produced 33,554,")
    assert why.endswith("20,000,000 are allowed")


def test_a_result_of_too_many_tags_is_refused(tmp_path: Path, written: list[Mapping]) -> None:
    tens = "".join(f'<xsl:for-each select="exsl:node-set($ten)/*"><!-- {n} -->' for n in range(6))
    body = (
        '<xsl:template match="/s:Akte"><xsl:variable name="ten">' + "<i/>" * 11 + "</xsl:variable>"
        f"<Document>{tens}<Note/>{'</xsl:for-each>' * 6}</Document></xsl:template>"
    )

    why = failure(hand_written(tmp_path, body, written))

    assert why.endswith("tags, 1,000,000 are allowed")


@pytest.mark.parametrize("depth", [500, 2_000, 10_000])
def test_a_result_that_is_nested_too_deep_is_a_finding_and_the_next_one_runs(
    tmp_path: Path, written: list[Mapping], depth: int
) -> None:
    made = hand_written(tmp_path, NESTED.format(depth=f"{depth} * (s:Nummer = 'N-1')"), written)
    other = akte()
    other.getroot()[0].text = "N-2"

    assert failure(made)
    assert [one.code for one in convert(made, other).findings] == [Code.TARGET_INVALID]
