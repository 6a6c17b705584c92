"""Mappings that are right: what tree they give."""

from dataclasses import replace
from unittest.mock import ANY

import pytest

from sync.mapping.language.parser import parse
from sync.mapping.language.tree import (
    Each,
    Ignore,
    Link,
    MappingTree,
    ObjectBlock,
    Operator,
    Path,
    Pdf,
    Place,
    SchemaRef,
    Table,
)
from sync.model import PdfNeed
from tests.mapping_trees import (
    HEAD,
    binary,
    function,
    number,
    object_rule,
    order,
    path,
    row,
    rule,
    step,
    target,
    template,
    text,
    variable,
)

# The example of the design, without the constructs of later versions.
EXAMPLE = """\
mapping pdm-technical-quotation-to-crm-document
source pdm-export.xsd    Unterlage
target crm-import.xsd    Document
when   Unterlagenart = 'TANG'                       # which documents of that root this mapping is for
pdf    <- Dateien/Datei/Name                        # named, one or several
volatile @exportId, @exportiertAm                   # new in every export and meaning nothing

object document                                     # what the ledger, the guard and the console call it
  number   <- Unterlagennummer     => trim => upper
  revision <- Revisionsnummer else "-"   order letters    # - < A < … < Z < AA
  changed  <-? Aenderungsdatum     => datetime "dd.MM.yyyy HH:mm" zone "Europe/Berlin"
  title    <- Benennung
  status   <- Freigabestand        => map release-status
  customer <-? Kunde/Kundennummer
link pdm-document                                   # the template stands in config.ini

table release-status                                # both columns are checked against the enumerations
  "in Arbeit"   -> draft
  "in Prüfung"  -> in_review
  "freigegeben" -> approved

@version        =  "1"
@sourceId       <- @exportId
Name            <- Benennung[@lang='de'] else Benennung[1]   => trim => cut 60
ApprovedOn      <-? Freigabedatum              => nil "00000000" => date "dd.MM.yyyy" or "yyyyMMdd"
Amount          <-? Nettopreis                 => number "1.234,56"
Amount/@currency = "EUR"
Subject         =  "{Unterlagenart} {Unterlagennummer}"
each Files/File <- $documents                  # facts about the pair and its PDFs
  Name          <- name
  Sha256        <- sha256
Link            <- $link
each Features/Feature <-? Sachmerkmale/Sachmerkmal
  @code         <- @code
  Value         <- Wert                        => trim
  Unit          <-? Einheit
ignore Bemerkung         "internal, must not leave the PDM"
ignore Stueckliste/**    "structures are not for sales"
"""


def test_the_example_of_the_design_gives_its_tree():
    tree = parse(EXAMPLE, "mapping.map")

    trimmed = [function("trim"), function("upper")]
    assert replace(tree, object=None, statements=()) == MappingTree(
        name="pdm-technical-quotation-to-crm-document",
        file="mapping.map",
        source=SchemaRef(file="pdm-export.xsd", root="Unterlage", place=ANY),
        target=SchemaRef(file="crm-import.xsd", root="Document", place=ANY),
        when=binary(path("Unterlagenart"), "=", text("TANG")),
        pdf=Pdf(need=PdfNeed.NAMED, path=path("Dateien/Datei/Name"), place=ANY),
        volatile=(path("@exportId"), path("@exportiertAm")),
        link=Link(name="pdm-document", place=ANY),
        tables=(
            Table(
                name="release-status",
                rows=(row("in Arbeit", "draft"), row("in Prüfung", "in_review"), row("freigegeben", "approved")),
                place=ANY,
            ),
        ),
        ignores=(
            Ignore(path=path("Bemerkung"), deep=False, reason="internal, must not leave the PDM", place=ANY),
            Ignore(path=path("Stueckliste"), deep=True, reason="structures are not for sales", place=ANY),
        ),
        place=ANY,
    )
    assert tree.object == ObjectBlock(
        kind="document",
        rules=(
            object_rule("number", "<-", path("Unterlagennummer"), functions=trimmed),
            object_rule("revision", "<-", path("Revisionsnummer"), template("-"), order=order("letters")),
            object_rule(
                "changed",
                "<-?",
                path("Aenderungsdatum"),
                functions=[function("datetime", ["dd.MM.yyyy HH:mm"], "zone", ["Europe/Berlin"])],
            ),
            object_rule("title", "<-", path("Benennung")),
            object_rule("status", "<-", path("Freigabestand"), functions=[function("map", "release-status")]),
            object_rule("customer", "<-?", path("Kunde/Kundennummer")),
        ),
        place=ANY,
    )
    assert tree.statements == (
        rule("@version", "=", template("1")),
        rule("@sourceId", "<-", path("@exportId")),
        rule(
            "Name",
            "<-",
            Path(steps=(step("Benennung", binary(path("@lang"), "=", text("de"))),), place=ANY),
            Path(steps=(step("Benennung", number("1")),), place=ANY),
            functions=[function("trim"), function("cut", "60")],
        ),
        rule(
            "ApprovedOn",
            "<-?",
            path("Freigabedatum"),
            functions=[function("nil", ["00000000"]), function("date", ["dd.MM.yyyy"], "or", ["yyyyMMdd"])],
        ),
        rule("Amount", "<-?", path("Nettopreis"), functions=[function("number", ["1.234,56"])]),
        rule("Amount/@currency", "=", template("EUR")),
        rule("Subject", "=", template(path("Unterlagenart"), " ", path("Unterlagennummer"))),
        Each(
            target=target("Files/File"),
            operator=Operator.REQUIRED,
            source=variable("documents"),
            body=(rule("Name", "<-", path("name")), rule("Sha256", "<-", path("sha256"))),
            place=ANY,
        ),
        rule("Link", "<-", variable("link")),
        Each(
            target=target("Features/Feature"),
            operator=Operator.OPTIONAL,
            source=path("Sachmerkmale/Sachmerkmal"),
            body=(
                rule("@code", "<-", path("@code")),
                rule("Value", "<-", path("Wert"), functions=[function("trim")]),
                rule("Unit", "<-?", path("Einheit")),
            ),
            place=ANY,
        ),
    )


def test_every_node_knows_its_line_and_column():
    tree = parse(EXAMPLE, "mapping.map")

    name = tree.statements[2]
    assert name.place == Place(line=24, column=1)
    assert name.value.alternatives[1].place == Place(line=24, column=47)
    assert name.value.functions[1].arguments[0].place == Place(line=24, column=77)
    subject = tree.statements[6].value.alternatives[0]
    assert subject.parts[2].place == Place(line=28, column=38)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("pdf required", Pdf(need=PdfNeed.REQUIRED, place=ANY)),
        ("pdf optional", Pdf(need=PdfNeed.OPTIONAL, place=ANY)),
        ("pdf none", Pdf(need=PdfNeed.NONE, place=ANY)),
        ("pdf <-? A/B", Pdf(need=PdfNeed.NAMED, path=path("A/B"), optional=True, place=ANY)),
    ],
)
def test_a_mapping_says_how_its_pdfs_are_found(written, expected):
    assert parse(HEAD + written, "m.map").pdf == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("order numbers", order("numbers")),
        ("=> trim order dotted", order("dotted")),
        ("order none", order("none")),
        ('order list "0" "P" "A"', order("list", "0", "P", "A")),
        ("", None),
    ],
)
def test_a_revision_has_an_order(written, expected):
    tree = parse(f"{HEAD}object d\n  number <- A\n  revision <- B {written}\n", "m.map")

    assert tree.object.rules[1].order == expected


def test_a_table_may_have_words_numbers_and_a_row_for_all_others():
    tree = parse(f"{HEAD}table t\n  ANG->quotation\n  'a b' -> \"c d\"\n  7 -> 7.5\n  * -> other\n", "m.map")

    assert tree.tables[0].rows == (
        row("ANG", "quotation"),
        row("a b", "c d"),
        row("7", "7.5"),
        row(None, "other"),
    )


def test_a_mapping_that_skips_has_no_target():
    tree = parse('mapping m\nsource a.xsd A\nskip "workshop drawings stay in the PDM"\n', "m.map")

    assert tree.skip == "workshop drawings stay in the PDM"
    assert tree.target is None


def test_a_mapping_without_rules_is_for_a_stylesheet():
    tree = parse(f"{HEAD}object d\n  number <- A\n", "m.map")

    assert tree.statements == ()


def test_a_schema_may_be_named_with_folders_spaces_and_a_prefix():
    tree = parse("mapping 8d-report\nsource 'my schemas/a b.xsd' p:A\ntarget xsd/b.xsd B\n", "m.map")

    assert tree.source == SchemaRef(file="my schemas/a b.xsd", root="A", prefix="p", place=ANY)
    assert tree.target == SchemaRef(file="xsd/b.xsd", root="B", place=ANY)
    assert tree.name == "8d-report"


def test_byte_order_mark_and_line_ends_of_windows_and_trailing_space_mean_nothing():
    tree = parse("\ufeff" + (HEAD + "T <- A  \n\n").replace("\n", "\r\n"), "m.map")

    assert tree == parse(HEAD + "T <- A", "m.map")


def test_a_number_sign_in_quotes_starts_no_comment():
    tree = parse(HEAD + "T = \"#1 it's\"  # a comment with \" and '\nU <- A[. = '#']\n", "m.map")

    assert tree.statements[0] == rule("T", "=", template("#1 it's"))
    assert len(tree.statements) == 2
