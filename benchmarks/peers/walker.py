"""The work as Python that walks a tree with lxml."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from lxml import etree

from benchmarks.workload import SOURCE, TARGET

_STATUS = {
    "in Arbeit": "draft",
    "in Prüfung": "in_review",
    "freigegeben": "approved",
    "gesperrt": "blocked",
    "ersetzt": "superseded",
    "ungültig": "withdrawn",
}
_CATEGORY = {"Antrieb": "DRV", "Gehäuse": "HSG", "Lager": "BRG"}


def walk(tree: etree._ElementTree) -> etree._ElementTree:
    """Convert a document; raises ValueError or KeyError for one that a mapping would refuse."""
    root = etree.Element(f"{{{TARGET}}}Document", nsmap={None: TARGET})
    for part in tree.getroot():
        number = etree.QName(part).localname.removeprefix("Teil")
        _part(part, etree.SubElement(root, f"{{{TARGET}}}Part{number}", kind="QUOTED"))
    return etree.ElementTree(root)


def _part(source: etree._Element, target: etree._Element) -> None:
    def put(name: str, value: str) -> None:
        if value:
            etree.SubElement(target, f"{{{TARGET}}}{name}").text = value

    put("Number", _needed(source, "Nummer").strip().upper())
    put("ChangeIndex", _text(source, "Revision") or "-")
    put("Subject", _subject(source)[:60])
    put("Type", "TECHNICAL_QUOTATION")
    put("Status", _STATUS[_needed(source, "Freigabestand").strip()])
    approved = _text(source, "Freigabedatum").strip()
    put("ApprovedOn", "" if approved == "00000000" else _day(approved))
    put("Amount", _number(_text(source, "Nettopreis")))
    price = source.find(f"{{{SOURCE}}}Nettopreis")
    if price is not None and price.get("waehrung"):
        target[-1].set("currency", price.get("waehrung"))
    put("Author", _needed(source, "Ersteller").strip())
    customer = source.find(f"{{{SOURCE}}}Kunde")
    if customer is not None:
        put("AccountNo", _text(customer, "Kundennummer"))
        put("AccountName", _text(customer, "Kundenname").strip()[:40])
    put("ProjectNo", _needed(source, "Projektnummer"))
    machine = _text(source, "Maschinennummer")
    put("Description", machine and f"Maschine {machine}")
    put("ReceivedOn", datetime.fromisoformat(_needed(source, "Eingang").strip()).strftime("%d.%m.%Y"))
    changed = datetime.strptime(_needed(source, "Geaendert").strip(), "%d.%m.%Y %H:%M")  # as it is
    put("ModifiedOn", changed.isoformat())
    put("Weight", _number(_text(source, "Gewicht")))
    put("PartNo", _text(source, "Teilenummer").removeprefix("TEIL-"))
    put("Language", _needed(source, "Sprache").lower())
    put("Code", _needed(source, "Kennung").rjust(8, "0"))
    put("Remark", _text(source, "Bemerkung").replace(";", ","))
    put("Category", _CATEGORY.get(_needed(source, "Gruppe").strip(), "OTH"))
    put("DueOn", _day(_text(source, "Wunschtermin")))
    put("Country", _text(source, "Land").upper())
    _features(source, target)


def _features(source: etree._Element, target: etree._Element) -> None:
    found = source.findall(f"{{{SOURCE}}}Merkmal")
    features = etree.SubElement(target, f"{{{TARGET}}}Features") if found else None
    for position, one in enumerate(found, start=1):
        code = {"code": one.get("code"), "position": str(position)}
        feature = etree.SubElement(features, f"{{{TARGET}}}Feature", code)
        etree.SubElement(feature, f"{{{TARGET}}}Label").text = _needed(one, "Bezeichnung").strip()
        etree.SubElement(feature, f"{{{TARGET}}}Value").text = _needed(one, "Wert").strip()
        if unit := _text(one, "Einheit"):
            etree.SubElement(feature, f"{{{TARGET}}}Unit").text = unit


def _subject(source: etree._Element) -> str:
    titles = source.findall(f"{{{SOURCE}}}Benennung")
    german = [one.text for one in titles if one.get("lang") == "de" and one.text.strip()]
    return str((german or [titles[0].text])[0]).strip()


def _text(source: etree._Element, name: str) -> str:
    text = source.findtext(f"{{{SOURCE}}}{name}") or ""
    return text if text.strip() else ""


def _needed(source: etree._Element, name: str) -> str:
    if not (text := _text(source, name)):
        raise ValueError(name)
    return text


def _day(text: str) -> str:
    if not text:
        return ""
    form = "%d.%m.%Y" if "." in text else "%Y%m%d"
    return datetime.strptime(text.strip(), form).date().isoformat()  # a day has no zone


def _number(text: str) -> str:
    if not text:
        return ""
    return format(Decimal(text.strip().replace(".", "").replace(",", ".")).normalize(), "f")
