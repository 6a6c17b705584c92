"""What the ledger knows of other systems reaches the conversion: `number-of` and `$target_number`."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from sync.findings import Code
from sync.ledger.wishes import What
from sync.mapping.convert import Converter
from sync.model import Asked
from tests import samples
from tests.installation import Installation, codes, only, states

MAPPING = "pdm-technical-quotation-to-crm-document/mapping.map"
PROJECT = "ProjectNo    <- Projekt/Projektnummer"


def _asks(here: Installation, line: str, instead: str) -> None:
    mapping = here.own_mappings() / MAPPING
    said = mapping.read_text("utf-8")
    assert line in said
    mapping.write_text(said.replace(line, instead), "utf-8")


def _drop_quotation(here: Installation, stem: str = "TA", **fields: str) -> None:
    here.put("pdm", f"{stem}.xml", samples.quotation(pdfs=[f"{stem}.pdf"], **fields))
    here.put("pdm", f"{stem}.pdf", samples.pdf())


def _delivered(here: Installation, name: str) -> etree._Element:
    return etree.parse(here.root / "outbox" / "crm" / f"{name}.xml").getroot()


def test_a_number_is_known_once_the_other_system_has_exported_the_object(here: Installation) -> None:
    _asks(here, PROJECT, f"{PROJECT} => number-of project crm")
    _drop_quotation(here)
    unknown = only(here.run("pdm-to-crm"))
    here.put("crm", "P.xml", samples.project("P-2026-001"))
    here.run("crm-to-pdm")

    here.ask(What.RETRY, unknown.source_id)
    known = only(here.run("pdm-to-crm"))

    assert (unknown.state, codes(unknown)) == ("rejected", [Code.NUMBER_UNKNOWN])
    assert known.state == "delivered"
    assert _delivered(here, "TA").findtext("{*}ProjectNo") == "P-2026-001"


def test_a_delivery_shows_no_number_there(here: Installation) -> None:
    _asks(here, PROJECT, f"{PROJECT} => number-of project pdm")
    here.put("crm", "P.xml", samples.project("P-2026-001"))
    here.run("crm-to-pdm")
    _drop_quotation(here)

    outcome = only(here.run("pdm-to-crm"))

    assert codes(outcome) == [Code.NUMBER_UNKNOWN]


def test_a_delivery_takes_back_no_number_that_an_export_showed(here: Installation) -> None:
    _asks(here, PROJECT, f"{PROJECT} => number-of project crm")
    here.put("crm", "P.xml", samples.project("P-2026-001"))
    here.run("crm-to-pdm")
    here.put("crm", "P.xml", samples.project("P-2026-001", Stage="quoted", ModifiedOn="2026-11-04T00:00:00Z"))
    here.take()
    here.run("crm-to-pdm")
    _drop_quotation(here)

    assert only(here.run("pdm-to-crm")).state == "delivered"


def test_documents_of_a_batch_are_told_apart(here: Installation) -> None:
    _asks(here, PROJECT, f"{PROJECT} => number-of project crm")
    here.put("crm", "P.xml", samples.project("P-2026-001"))
    here.run("crm-to-pdm")
    for number, project in (("TA-1", "P-2026-001"), ("TA-2", "P-2026-002"), ("TA-3", "P-2026-001")):
        _drop_quotation(here, number, number=number, Projektnummer=project)

    report = here.run("pdm-to-crm")

    assert states(report) == {"TA-1": "delivered", "TA-2": "rejected", "TA-3": "delivered"}


def test_the_target_number_is_empty_until_the_target_has_exported_the_object(here: Installation) -> None:
    _asks(here, 'Description  =? "Maschine {Maschinennummer}"', "Description  <-? $target_number")
    _drop_quotation(here, number="TA-1")
    here.run("pdm-to-crm")
    first = _delivered(here, "TA").findtext("{*}Description")
    here.take("outbox/crm")
    here.drop_inquiry("ANF", number="TA-1")  # the CRM's own export of it
    here.run("crm-to-pdm")

    _drop_quotation(here, number="TA-1", Benennung="Anders", Aenderungsdatum="13.11.2026 09:41")
    here.run("pdm-to-crm")

    assert first is None
    assert _delivered(here, "TA").findtext("{*}Description") == "TA-1"


def test_what_is_asked_only_where_the_target_has_the_object_is_looked_up(here: Installation) -> None:
    line = 'Description  =? "Maschine {Maschinennummer}"'
    asking = "if $target_number\n  Description <-? Projekt/Projektnummer => number-of project crm"
    _asks(here, line, asking)
    here.drop_inquiry("ANF", number="TA-1")
    here.put("crm", "P.xml", samples.project("P-2026-001"))
    here.run("crm-to-pdm")
    _drop_quotation(here, number="TA-1")

    here.run("pdm-to-crm")

    assert _delivered(here, "TA").findtext("{*}Description") == "P-2026-001"


def test_a_mistake_while_a_document_is_asked_stops_no_other(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> frozenset[Asked]:
        raise ValueError("of ours")

    _asks(here, PROJECT, f"{PROJECT} => number-of project crm")
    monkeypatch.setattr(Converter, "asks", fail)
    _drop_quotation(here)

    assert codes(only(here.run("pdm-to-crm"))) == [Code.NUMBER_UNKNOWN]


def test_what_asks_is_checked_against_the_systems_of_config_ini(here: Installation) -> None:
    _asks(here, PROJECT, f"{PROJECT} => number-of project cmr")

    checked = here.typed("check")

    assert checked.returncode == 78
    assert "config.ini has no folder of a system cmr" in checked.stdout + checked.stderr


def test_the_sheet_names_the_number_and_the_system(here: Installation) -> None:
    _asks(here, PROJECT, f"{PROJECT} => number-of project crm")
    _drop_quotation(here)

    sheet = Path(only(here.run("pdm-to-crm")).sheet).read_text("utf-8")

    assert "P-2026-001" in sheet
    assert "Welche Nummer das (project) im System crm hat, ist nicht bekannt." in sheet
