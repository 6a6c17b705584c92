"""The nightly list of customers: the sample, record by record, and that a list says what the records alone would."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tests.installation import REPOSITORY, Installation

EXAMPLES = REPOSITORY / "examples" / "crm"
LIST = "Kundenliste_Inland_2026-11-18.xml"
HEADER = ("exportId", "exportedAt", "schemaVersion")


def drop(here: Installation, *names: str) -> None:
    for name in names:
        here.put("crm", name, (EXAMPLES / name).read_bytes())


def alone(record: etree._Element, header: etree._Element) -> bytes:
    """Write a record of the list as the CRM exports one customer."""
    root = etree.Element(record.tag, {name: header.get(name) for name in HEADER}, record.nsmap)
    root.extend(etree.fromstring(etree.tostring(record)))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def test_of_the_sample_what_is_new_is_delivered_and_what_is_wrong_rejected(here: Installation) -> None:
    drop(here, "KUNDE_102288.xml", "KUNDE_104690.xml", "KUNDE_104711.xml")
    here.run()
    here.take()
    drop(here, LIST)

    here.run()

    found = {one.facts.number: (one.record, str(one.state)) for one in here.transfers() if one.record and one.facts}
    assert found == {
        "104690": (1, "duplicate"),
        "104711": (2, "duplicate"),
        "102288": (3, "delivered"),
        "104802": (4, "rejected"),
        "105161": (5, "delivered"),
    }
    assert here.names("outbox/pdm") == [f"{Path(LIST).stem}_{number}.xml" for number in ("102288", "105161")]


def test_a_customer_of_the_list_says_the_same_as_one_that_comes_alone(here: Installation) -> None:
    whole = etree.parse(EXAMPLES / LIST).getroot()
    for number, record in enumerate(whole, start=1):
        here.put("crm", f"{number}.xml", alone(record, whole))
    here.run()
    before = {path.stem: path.read_bytes() for path in (here.root / "outbox/pdm").iterdir() if path.is_file()}
    (here.root / "var/ledger.sqlite").unlink()
    here.take()
    drop(here, LIST)

    here.run()

    numbers = {number: record.findtext("{*}AccountNo") for number, record in enumerate(whole, start=1)}
    after = {name: (here.root / "outbox/pdm" / name).read_bytes() for name in here.names("outbox/pdm")}
    assert after == {f"{Path(LIST).stem}_{numbers[int(stem)]}.xml": content for stem, content in before.items()}
    assert len(after) == 4
