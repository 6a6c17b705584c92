"""Vocabularies that nobody made for pairsync go its whole way: UBL 2.1 into the shipped PDM, and out of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lxml import etree

from tests import samples
from tests.installation import REPOSITORY, Installation, codes, only, states

UBL = REPOSITORY / "../shared/schemas/ubl-2.1"
FOREIGN = REPOSITORY / "tests/foreign"
PDM = {None: "urn:pairsync:example:pdm:1"}
COMMON = "{urn:oasis:names:specification:ubl:schema:xsd:Common%sComponents-2}"
CBC, CAC = COMMON % "Basic", COMMON % "Aggregate"

pytestmark = pytest.mark.skipif(not UBL.is_dir(), reason="the UBL 2.1 schemas are not at ../shared/schemas/ubl-2.1")

#: A third system that speaks UBL: it exports into the PDM, and the PDM's released quotations go to it, too.
SECTIONS = """
[folder ubl-export]
system = purchasing
url = inbox/ubl
quiet = 0s
[folder ubl-import]
system = purchasing
url = outbox/ubl
[route ubl-to-pdm]
from = ubl-export
to = pdm-import
mappings = ubl-*
[route pdm-to-ubl]
from = pdm-export
to = ubl-import
mappings = *-to-ubl-*
"""


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """An installation that knows the shipped mappings and those of tests/foreign, beside copies of UBL's schemas."""
    here = Installation(tmp_path)
    mappings = here.own_mappings(crm_to_pdm="mappings = crm-*", pdm_to_crm="mappings = *-to-crm-*", more=SECTIONS)
    for folder in FOREIGN.iterdir():
        shutil.copytree(folder, mappings / folder.name)
        shutil.copytree(UBL / "xsd", mappings / folder.name / "ubl")
    for name in ("inbox/ubl", "outbox/ubl"):
        (here.root / name).mkdir(parents=True)
    return here


def drop(here: Installation, example: str) -> None:
    """Drop one of OASIS's example documents, with a PDF."""
    shutil.copyfile(UBL / "xml" / f"{example}.xml", here.root / "inbox/ubl" / f"{example}.xml")
    here.put("ubl", f"{example}.pdf", samples.pdf(example))


def delivered(here: Installation, name: str) -> etree._Element:
    """Give a delivered document."""
    return etree.parse(here.root / "outbox" / name).getroot()


def fields(root: etree._Element, *names: str) -> dict[str, str | None]:
    """Give the texts of these fields of a document of the PDM."""
    return {name: root.findtext(name, namespaces=PDM) for name in names}


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        (
            "UBL-RequestForQuotation-2.1-Example",
            {
                "Benennung": "Bestilling af computere",
                "Interessent": "Gentofte Kommune",
                "Eingangsdatum": "19.04.2008",
                "Termin": "24.04.2008",
            },
        ),
        (
            "UBL-RequestForQuotation-2.0-Example",
            {
                "Benennung": "sample",
                "Interessent": "The Terminus",
                "Eingangsdatum": "19.06.2005",
                "Termin": "29.06.2005",
            },
        ),
    ],
)
def test_a_request_for_quotation_of_ubl_becomes_an_inquiry_of_the_pdm(here, example, expected):
    drop(here, example)

    report = here.run()

    assert states(report) == {example: "delivered"}
    inquiry = delivered(here, f"pdm/{example}.xml")
    assert fields(inquiry, *expected) == expected
    assert fields(inquiry, "Unterlagennummer", "Unterlagenart") == {
        "Unterlagennummer": "ANF-G867B",
        "Unterlagenart": "KANF",
    }


@pytest.mark.parametrize(
    ("example", "number", "buyer", "positions"),
    [
        (
            "UBL-Order-2.1-Example",
            "BEST-34",
            "Johnssons byggvaror",
            [("0001", "Falu Rödfärg", "120,000", "l"), ("0002", "Pensel 20 mm", "15,000", "Stk")],
        ),
        ("UBL-Order-2.0-Example", "BEST-AEG012345", "IYT Corporation", [("0001", "beeswax", "100,000", "kg")]),
        (
            "UBL-Order-2.0-Example-International",
            "BEST-AEG012345",
            "IYT Corporation",
            [("0001", "Acme Beeswax", "100,000", "kg")],
        ),
    ],
)
def test_an_order_of_ubl_becomes_a_customers_order_of_the_pdm(here, example, number, buyer, positions):
    drop(here, example)

    report = here.run()

    assert states(report) == {example: "delivered"}
    order = delivered(here, f"pdm/{example}.xml")
    assert fields(order, "Unterlagennummer", "Interessent") == {"Unterlagennummer": number, "Interessent": buyer}
    found = order.findall(".//Position", PDM)
    assert [(one.get("nummer"), *fields(one, "Benennung", "Menge", "Einheit").values()) for one in found] == positions


def test_a_released_quotation_of_the_pdm_becomes_a_valid_quotation_of_ubl(here):
    characteristics = [("LAENGE", "Förderlänge", "12.400", "mm"), ("FARBE", "Farbe", "RAL 7035", "-")]
    here.put(
        "pdm", "TA.xml", samples.quotation("TA-4711", pdfs=["Datenblatt.pdf", "Maß.pdf"], features=characteristics)
    )
    for name in ("Datenblatt.pdf", "Maß.pdf"):
        here.put("pdm", name, samples.pdf(name))

    report = here.run()

    assert {(outcome.route, outcome.state) for outcome in report.outcomes} == {
        ("pdm-to-crm", "delivered"),
        ("pdm-to-ubl", "delivered"),
    }
    quotation = delivered(here, "ubl/TA.xml")
    etree.XMLSchema(file=UBL / "xsd/maindoc/UBL-Quotation-2.1.xsd").assertValid(quotation)
    assert quotation.findtext(f"{CBC}ID") == "TA-4711"
    assert [one.text for one in quotation.iter(f"{CBC}URI")] == ["Datenblatt.pdf", "Maß.pdf"]
    assert [one.findtext(f"{CBC}Value") for one in quotation.iter(f"{CAC}AdditionalItemProperty")] == [
        "12.400",
        "RAL 7035",
    ]
    amount = quotation.find(f".//{CBC}PayableAmount")
    assert (amount.text, amount.get("currencyID")) == ("184500", "EUR")


def test_a_quotation_that_is_still_worked_on_does_not_leave_as_ubl(here):
    here.put("pdm", "TA.xml", samples.quotation("TA-4711", pdfs=["a.pdf"], Freigabestand="in Arbeit"))
    here.put("pdm", "a.pdf", samples.pdf())

    report = here.run()

    assert [(outcome.route, outcome.state) for outcome in report.outcomes] == [("pdm-to-crm", "delivered")]


def test_a_copy_of_a_request_is_no_inquiry(here):
    name = "UBL-RequestForQuotation-2.1-Example"
    drop(here, name)
    file = here.root / "inbox/ubl" / f"{name}.xml"
    file.write_text(file.read_text("utf-8").replace("Indicator>false<", "Indicator>true<"), "utf-8")

    outcome = only(here.run())

    assert (outcome.state, [str(code) for code in codes(outcome)]) == ("rejected", ["mapping.none"])
