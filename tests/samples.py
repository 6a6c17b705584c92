"""Valid pairs, built in code: what the tests drop into an export folder.

Fields are named as in the export schemas, attributes of the root included; `None` leaves one out, so
`inquiry(ReceivedOn=None)` is an inquiry without its date of receipt.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

CRM = "urn:pairsync:example:crm:1"
PDM = "urn:pairsync:example:pdm:1"


def project(number: str = "P-2026-001", **fields: str | None) -> bytes:
    """Give a customer project as the CRM exports it (transfer 1): no PDF."""
    known = {
        **_crm_record(number),
        "ProjectNo": number,
        "Name": "Palettenförderer Halle 3",
        "ProjectType": "QUOTATION",
        "AccountNo": "104711",
        "AccountName": "Maschinenbau Müller GmbH",
        "ProspectName": None,
        "OpportunityNo": None,
        "Stage": "propose",
        "StartOn": "2026-11-02",
        "DueOn": "2027-03-31",
    }
    root = _new_root("Project", CRM, ("exportId", "exportedAt", "schemaVersion"), _with(known, fields))
    return _written(root, "UTF-8")


def customers(countries: Mapping[str, str]) -> bytes:
    """Give a list of customers as the CRM exports it at night: the country by the customer's number."""
    first = _crm_record("customers")
    names = ("exportId", "exportedAt")
    root = _new_root("Accounts", CRM, names, {name: first[name] or "" for name in names})
    for number, country in countries.items():
        account = _add(root, "Account")
        known = {name: value for name, value in _crm_record(number).items() if name not in (*names, "schemaVersion")}
        facts = {"AccountNo": number, "Name": "Müller", "City": "Obertal", "Country": country, "StatusCode": "active"}
        for name, value in {**known, **facts}.items():
            _add(account, name, value)
    return _written(root, "UTF-8")


def inquiry(number: str = "ANF-2026-0815", index: str | None = "-", **fields: str | None) -> bytes:
    """Give a customer inquiry as the CRM exports it (transfer 2): its PDF has the same stem."""
    known = {
        **_crm_record(number),
        "DocumentNo": number,
        "ChangeIndex": index,
        "Subject": "Anfrage Palettenförderer für Halle 3",
        "DocumentType": "RFQ",
        "StatusCode": "approved",
        "AccountNo": "104711",
        "AccountName": "Maschinenbau Müller GmbH",
        "ProspectName": None,
        "ContactEmail": None,
        "OpportunityNo": None,
        "ProjectNo": "P-2026-001",
        "ReceivedOn": "2026-11-03",
        "DueOn": "2026-11-30",
        "CustomerMaterialNo": None,
        "Remark": None,
    }
    root = _new_root("Document", CRM, ("exportId", "exportedAt", "schemaVersion"), _with(known, fields))
    return _written(root, "UTF-8")


def quotation(
    number: str = "TA-4711",
    revision: str | None = "A",
    pdfs: Iterable[str] = ("a.pdf",),
    features: Iterable[tuple[str, str, str, str]] = (),
    **fields: str | None,
) -> bytes:
    """Give a technical quotation as the PDM exports it (transfer 6): it names *pdfs*.

    *features* are Sachmerkmale, each a code, its label, a value and a unit.
    """
    known = {
        "exportId": "88012",
        "exportiertAm": "12.11.2026 10:20:00",
        "version": None,
        "Unterlagennummer": number,
        "Revisionsnummer": revision,
        "Benennung": "Palettenförderer PF 800",
        "Benennung2": None,
        "Unterlagenart": "TANG",
        "Freigabestand": "freigegeben",
        "Freigabedatum": "12.11.2026",
        "FreigegebenVon": "Karin Schäfer",
        "Ersteller": "Max Weiß",
        "Aenderungsdatum": "12.11.2026 09:41",
        "Aenderungsnummer": None,
        "Teilenummer": None,
        "Maschinennummer": None,
        "Kunde/Kundennummer": fields.pop("Kundennummer", "104711"),
        "Kunde/Kundenname": fields.pop("Kundenname", None),
        "Interessent": None,
        "Projekt/Projektnummer": fields.pop("Projektnummer", "P-2026-001"),
        "Projekt/Projektname": fields.pop("Projektname", None),
        "Projekt/Projektart": fields.pop("Projektart", None),
        "Projekt/Projektphase": fields.pop("Projektphase", None),
        "Nettopreis": "184.500,00",
    }
    remark = fields.pop("Bemerkung", None)
    root = _new_root("Unterlage", PDM, ("exportId", "exportiertAm", "version"), _with(known, fields))
    _add_features(root, list(features))
    _add_files(root, list(pdfs))
    if remark is not None:
        _add(root, "Bemerkung", remark)
    return _written(root, "ISO-8859-1")


def pdf(text: str = "Anfrage Förderband", pages: int = 1) -> bytes:
    """Give a small whole PDF that says *text* on each of its pages."""
    kids = " ".join(f"{number} 0 R" for number in range(4, 4 + pages))
    letters = text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
    stream = b"BT /F1 12 Tf 72 770 Td (" + letters + b") Tj ET"
    page = f"<< /Type /Page /Parent 2 0 R /Contents {4 + pages} 0 R >>".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] /MediaBox [0 0 595 842]"
        " /Resources << /Font << /F1 3 0 R >> >> >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *[page] * pages,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    return _with_cross_references(objects)


def _crm_record(number: str) -> dict[str, str | None]:
    """Give what every record of the CRM has; the same number always has the same key."""
    return {
        "exportId": "E-000123",
        "exportedAt": "2026-11-03T08:20:00Z",
        "schemaVersion": None,
        "RecordId": str(uuid.uuid5(uuid.NAMESPACE_URL, number)),
        "OwnerId": "k.schaefer",
        "ModifiedOn": "2026-11-03T08:15:00Z",
    }


def _with(known: dict[str, str | None], fields: Mapping[str, str | None]) -> dict[str, str]:
    """Set *fields* among the *known* ones, keep their order, and drop those that are None."""
    if unknown := fields.keys() - known.keys():
        raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
    return {name: value for name, value in {**known, **fields}.items() if value is not None}


def _new_root(name: str, namespace: str, attributes: Sequence[str], fields: Mapping[str, str]) -> etree._Element:
    """Build a document of *fields*; a name with a slash stands in an element of its own."""
    root = etree.Element(f"{{{namespace}}}{name}", nsmap={None: namespace})
    for field, value in fields.items():
        outer, _, inner = field.rpartition("/")
        if field in attributes:
            root.set(field, value)
        elif outer:
            _add(root[-1] if etree.QName(root[-1]).localname == outer else _add(root, outer), inner, value)
        else:
            _add(root, field, value)
    return root


def _add_features(root: etree._Element, features: Sequence[tuple[str, str, str, str]]) -> None:
    parent = _add(root, "Sachmerkmale") if features else None
    for code, label, value, unit in features:
        feature = _add(parent, "Sachmerkmal")
        feature.set("code", code)
        for name, text in (("Bezeichnung", label), ("Wert", value), ("Einheit", unit)):
            _add(feature, name, text)


def _add_files(root: etree._Element, names: Sequence[str]) -> None:
    parent = _add(root, "Dateien") if names else None
    for name in names:
        file = _add(parent, "Datei")
        _add(file, "Name", name)
        _add(file, "Unterlagenart", "DBL")


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    """Append an element in the namespace of *parent*."""
    element = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}")
    element.text = text
    return element


def _written(root: etree._Element, encoding: str) -> bytes:
    return bytes(etree.tostring(root, encoding=encoding, xml_declaration=True, pretty_print=True))


def _with_cross_references(objects: Sequence[bytes]) -> bytes:
    """Number the objects and put the table of their offsets behind them."""
    whole = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(whole), len(objects) + 1
    whole += b"xref\n0 %d\n0000000000 65535 f \n" % size
    whole += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    whole += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(whole)
