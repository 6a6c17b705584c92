"""What the papers of an order, an internal order, a delivery and a complaint under examples/crm/ say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.papers.texts import GETRAENKE, MUELLER, Customer, Letter


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """A table: its columns' widths in millimetres, negative where they are flush right, and its rows."""

    widths: Sequence[float]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A customer's purchase order; it has what a letter has, sums and terms besides."""

    sender: Customer
    date: str
    number: str
    subject: str
    before: Sequence[str]
    positions: Grid
    sums: Sequence[tuple[str, str]]
    terms: Sequence[tuple[str, str]]
    after: Sequence[str]
    signature: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """A customer's complaint with its findings."""

    sender: Customer
    date: str
    number: str
    subject: str
    before: Sequence[str]
    findings: Grid
    sketch: str  #: what stands below it
    after: Sequence[str]
    signature: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form of our own house: named fields, a table, and who signs."""

    title: str
    number: str
    date: str
    author: str
    address: Sequence[str]
    fields: Sequence[tuple[str, str]]
    table: Grid
    remarks: Sequence[str]
    signatures: Sequence[tuple[str, str]]


PALLET_ORDER = Order(
    sender=MUELLER,
    date="25.03.2026",
    number="4500117823",
    subject="Bestellung 4500117823 – Palettenförderer für Halle 3",
    before=(
        "Sehr geehrte Frau Schäfer,",
        "auf der Grundlage Ihres technischen Angebots TA-4711, Revision A, und unserer Verhandlung vom 19.03.2026 "
        "bestellen wir:",
    ),
    positions=Grid(
        widths=(12, 80, -17, 15, -20, -21),
        rows=(
            ("Pos.", "Bezeichnung", "Menge", "Einheit", "Preis €", "Gesamt €"),
            (
                "10",
                "Palettenförderer PF 800, Förderlänge 14,5 m\nunsere Nr. H3-FB-0042",
                "1",
                "Stk",
                "118.400,00",
                "118.400,00",
            ),
            ("20", "Eckumsetzer mit Hubtisch HT 800", "2", "Stk", "14.850,00", "29.700,00"),
            (
                "30",
                "Schaltschrank mit Steuerung, Anbindung an die\nvorhandene Leittechnik über Profinet",
                "1",
                "Stk",
                "21.600,00",
                "21.600,00",
            ),
            ("40", "Schutzzaun, 2 m hoch, mit zwei Lichtgittern", "12,5", "m", "320,00", "4.000,00"),
            ("50", "Montage und Inbetriebnahme in Obertal", "1", "psch.", "10.800,00", "10.800,00"),
        ),
    ),
    sums=(("Summe netto", "184.500,00"), ("zzgl. 19 % Umsatzsteuer", "35.055,00"), ("Gesamtbetrag", "219.555,00")),
    terms=(
        ("Liefertermin", "Pos. 10 bis 40: 03.08.2026, Pos. 50 abgeschlossen bis 28.08.2026"),
        ("Lieferbedingung", "DAP Obertal, Halle 3 (Incoterms 2020)"),
        ("Zahlung", "30 % nach Auftragsbestätigung, 60 % nach Lieferung, 10 % nach Abnahme, je 30 Tage netto"),
        ("Gewährleistung", "24 Monate ab Abnahme"),
    ),
    after=(
        "Bitte bestätigen Sie uns die Bestellung bis zum 03.04.2026. Es gelten unsere Einkaufsbedingungen, Stand "
        "01/2025.",
    ),
    signature="ppa. Dr. Ulrike Hänel, Einkaufsleitung / i. A. Jürgen Groß, Einkauf",
)
BELT_COMPLAINT = Complaint(
    sender=MUELLER,
    date="02.10.2026",
    number="IH/Bm 2026-119",
    subject="Mängelrüge: Palettenförderer PF 800, Maschine NF-26-0042 – Fördergurt läuft ab",
    before=(
        "Sehr geehrte Frau Schäfer,",
        "an dem im August abgenommenen Palettenförderer läuft der Fördergurt seit Mitte September zur Antriebsseite "
        "hin ab und schleift am Seitenprofil. Das Lager der Umlenkrolle wird dabei so heiß, dass wir die Anlage "
        "zweimal anhalten mussten. Im Einzelnen haben wir festgestellt:",
    ),
    findings=Grid(
        widths=(22, 24, 93, -26),
        rows=(
            ("Datum", "Betriebsstd.", "Feststellung", "Stillstand"),
            ("16.09.2026", "212 h", "Gurt 6 mm außer Mitte, nachgespannt und ausgerichtet", "0,5 h"),
            ("24.09.2026", "291 h", "Gurt 14 mm außer Mitte, Kante ausgefranst auf 1,2 m", "3,0 h"),
            ("30.09.2026", "344 h", "Lager der Umlenkrolle 96 °C, Fett ausgetreten", "4,5 h"),
        ),
    ),
    sketch="Umlenkstation von oben, gemessen am 30.09.2026 (Maße in mm)",
    after=(
        "Wir bitten um Abhilfe bis zum 19.10.2026. Aus unserer Sicht genügt ein neues Lager nicht: Die Rolle sollte "
        "den Gurt in der Mitte halten, und das Lager muss gegen Kühlschmierstoff abgedichtet sein. Die Kosten unserer "
        "Instandhaltung (8 Stunden und eine Rolle aus dem Ersatzteilpaket, zusammen 2.640 Euro) behalten wir uns vor.",
    ),
    signature="i. A. Thomas Bäumler, Leiter Instandhaltung",
)
INTERNAL_ORDER = Form(
    title="Interner Auftrag",
    number="IA-2026-0107",
    date="30.03.2026",
    author="Karin Schäfer",
    address=(),
    fields=(
        ("Auftraggeber", "Vertrieb, Karin Schäfer"),
        ("Auftragnehmer", "Konstruktion, Max Weiß"),
        ("Kundenprojekt", "P-2026-042 Palettenförderer Halle 3"),
        ("Kundenauftrag", "AUF-2026-0391 vom 25.03.2026"),
        ("Kostenstelle", "4120"),
        ("Fertig bis", "24.07.2026"),
    ),
    table=Grid(
        widths=(12, 85, 40, -28),
        rows=(
            ("Nr.", "Leistung", "Verantwortlich", "Stunden"),
            ("1", "Konstruktion Palettenförderer mit zwei Hubtischen", "Max Weiß", "340"),
            ("2", "Schaltplan und Steuerung, Anbindung Leittechnik", "Anna Vogt", "210"),
            ("3", "Fertigung und Vormontage im Werk", "Werkstatt", "620"),
            ("4", "Werksabnahme mit dem Kunden vorbereiten", "Max Weiß", "24"),
            ("", "Summe", "", "1.194"),
        ),
    ),
    remarks=(
        "Grundlage ist das technische Angebot TA-4711, Revision A. Der Kunde hat die Förderhöhe auf 620 mm festgelegt; "
        "die Lage der Eckumsetzer ist vor dem Beginn der Fertigung mit Herrn Bäumler abzustimmen.",
        "Liefertermin beim Kunden: 03.08.2026, Inbetriebnahme bis 28.08.2026.",
    ),
    signatures=(
        ("Vertrieb", "30.03.2026  K. Schäfer"),
        ("Konstruktion", "30.03.2026  M. Weiß"),
        ("Geschäftsleitung", "31.03.2026  Lößner"),
    ),
)
DELIVERY_NOTE = Form(
    title="Lieferschein",
    number="ETL-2026-0064",
    date="14.09.2026",
    author="Tarik Özkan",
    address=("Maschinenbau Müller GmbH", "Instandhaltung, Herr Bäumler", "Gießereistraße 21", "73999 Obertal"),
    fields=(
        ("Kundennummer", "104711"),
        ("Maschine", "NF-26-0042, Palettenförderer PF 800"),
        ("Ihre Bestellung", "4500121190 vom 08.09.2026"),
        ("Versand", "Spedition, 1 Palette, 64 kg"),
        ("Sendungsnummer", "00340434161094042557"),
        ("Bearbeiter", "Tarik Özkan, Ersatzteildienst"),
    ),
    table=Grid(
        widths=(12, 32, 83, -20, 18),
        rows=(
            ("Pos.", "Teilenummer", "Bezeichnung", "Menge", "Einheit"),
            ("1", "310.0042.01", "Umlenkrolle Ø 133 mit Lager", "1", "Stk"),
            ("2", "310.0077", "Fördergurt PVC, 2-lagig, endlos verschweißt", "29,6", "m"),
            ("3", "420.0113.07", "Reflexlichtschranke mit Halter", "2", "Satz"),
            ("4", "900.0008", "Wälzlagerfett KP2K-20", "0,4", "kg"),
        ),
    ),
    remarks=(
        "Bitte prüfen Sie die Sendung bei der Annahme. Äußerlich erkennbare Schäden sind dem Frachtführer sofort, "
        "andere uns innerhalb von sieben Tagen mitzuteilen.",
        "Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum.",
    ),
    signatures=(("Ausgeliefert", "14.09.2026  Özkan"), ("Ware erhalten: Datum, Unterschrift", "")),
)
STOP_COMPLAINT = Letter(
    sender=GETRAENKE,
    date="17.11.2026",
    number="T/Vö 2026-31",
    subject="Not-Halt an der Rollenbahn Leergut ohne Wirkung, Maschine NF-19-0034",
    before=(
        "Sehr geehrte Damen und Herren,",
        "bei der monatlichen Prüfung hat die Rollenbahn Leergut nicht angehalten, als der Not-Halt am Auslauf betätigt "
        "wurde. Wir haben die Anlage stillgesetzt.",
    ),
    table=(
        ("Prüfung am 17.11.2026", "Ergebnis"),
        ("Not-Halt Einlauf", "hält an"),
        ("Not-Halt Auslauf", "keine Wirkung"),
        ("Wiederholung nach Neustart", "keine Wirkung"),
    ),
    after=("Bitte rufen Sie uns sofort an; ohne die Bahn steht unsere Leergutannahme.",),
    signature="Dr. Käthe Vögele, Leiterin Technik",
)
