"""What the PDFs under examples/ say: three inquiries, and the papers of three technical quotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """Who writes a letter."""

    name: str
    street: str
    town: str
    phone: str
    mail: str
    colour: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """An inquiry as a customer's buyer writes it."""

    sender: Customer
    date: str
    number: str
    subject: str
    before: Sequence[str]
    table: Sequence[Sequence[str]]
    after: Sequence[str]
    signature: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DataSheet:
    """A technical data sheet of a quotation."""

    number: str
    revision: str
    date: str
    author: str
    customer: str
    title: str
    summary: str
    data: Sequence[Sequence[str]]
    scope: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Conveyor:
    """What a dimension drawing shows; lengths in millimetres."""

    number: str
    revision: str
    date: str
    author: str
    title: str
    length: int
    height: int
    width: int
    supports: int


MUELLER = Customer(
    name="Maschinenbau Müller GmbH",
    street="Gießereistraße 21",
    town="73999 Obertal",
    phone="+49 30 23125-110",
    mail="einkauf@mueller.example",
    colour="#8a1f1f",
)
GETRAENKE = Customer(
    name="Süddeutsche Getränke GmbH & Co. KG",
    street="Am Brunnenhof 3",
    town="86999 Quellstadt",
    phone="+49 30 23125-340",
    mail="technik@sued-getraenke.example",
    colour="#1d6b45",
)
KOEHLER = Customer(
    name="Großbäckerei Köhler KG",
    street="Mühlenweg 48",
    town="01999 Brotfelde",
    phone="+49 30 23125-570",
    mail="werkstechnik@koehler.example",
    colour="#9a6410",
)

PALLETS = Letter(
    sender=MUELLER,
    date="06.02.2026",
    number="EK/Gr 2026-047",
    subject="Anfrage: Palettenförderer für das Bearbeitungszentrum in Halle 3",
    before=(
        "Sehr geehrte Damen und Herren,",
        "für die Verkettung unseres neuen Bearbeitungszentrums mit dem Fertigwarenlager suchen wir einen "
        "Palettenförderer mit zwei Übergabestellen. Bitte bieten Sie uns die Anlage gemäß den folgenden Angaben "
        "einschließlich Montage und Inbetriebnahme an.",
    ),
    table=(
        ("Pos.", "Anforderung", "Wert"),
        ("1", "Fördergut", "Europalette 1200 × 800 mm"),
        ("2", "Gewicht je Palette, höchstens", "800 kg"),
        ("3", "Förderlänge", "14,5 m"),
        ("4", "Förderhöhe", "620 mm ± 20 mm"),
        ("5", "Leistung", "45 Paletten je Stunde"),
        ("6", "Umgebung", "Kühlschmierstoff, 10 °C bis 40 °C"),
    ),
    after=(
        "Die Steuerung soll an unsere vorhandene Leittechnik angebunden werden. Wir bitten um Ihr Angebot bis zum "
        "13.03.2026; die Lieferung ist für das dritte Quartal 2026 vorgesehen.",
        "Für Rückfragen zur Technik steht Ihnen Herr Bäumler aus der Instandhaltung gern zur Verfügung.",
    ),
    signature="i. A. Jürgen Groß, Einkauf",
)
BELT = Letter(
    sender=GETRAENKE,
    date="26.10.2026",
    number="ANF-2026-0820",
    subject="Anfrage Förderband Süd – Verbindung zwischen Abfüllung und Versand",
    before=(
        "Sehr geehrter Herr Lößner,",
        "wie bei Ihrem Besuch besprochen, möchten wir die Gebindeförderung in der Halle Süd erneuern. Das bestehende "
        "Förderband ist seit 2004 in Betrieb und genügt den heutigen Anforderungen an Lärm und Hygiene nicht mehr.",
    ),
    table=(
        ("Pos.", "Anforderung", "Wert"),
        ("1", "Fördergut", "Kästen und Mehrweggebinde, 8 bis 22 kg"),
        ("2", "Bandbreite", "600 mm"),
        ("3", "Achsabstand", "8,4 m"),
        ("4", "Geschwindigkeit, regelbar", "0,2 bis 0,8 m/s"),
        ("5", "Schalldruckpegel in 1 m Abstand", "höchstens 72 dB(A)"),
    ),
    after=(
        "Das Band muss täglich nass gereinigt werden können. Die Maße der Halle liegen Ihnen vor.",
        "Bitte senden Sie uns Datenblatt und Maßblatt bis zum 20.11.2026.",
    ),
    signature="Dr. Käthe Vögele, Leiterin Technik",
)
COOLING = Letter(
    sender=KOEHLER,
    date="09.11.2026",
    number="ANF-2026-0822, Änderungsindex B",
    subject="Anfrage: Kühlförderer für die Brötchenlinie 2 (ersetzt unser Schreiben vom 12.10.2026)",
    before=(
        "Sehr geehrte Damen und Herren,",
        "gegenüber unserer ersten Anfrage hat sich die Leistung der Linie geändert: Statt 9.000 sollen nun 12.000 "
        "Brötchen je Stunde gekühlt werden. Bitte legen Sie Ihrem Angebot die folgenden Werte zugrunde.",
    ),
    table=(
        ("Pos.", "Anforderung", "Wert bisher", "Wert neu"),
        ("1", "Leistung", "9.000 St./h", "12.000 St./h"),
        ("2", "Verweilzeit", "18 min", "18 min"),
        ("3", "Eintrittstemperatur", "95 °C", "95 °C"),
        ("4", "Austrittstemperatur, höchstens", "30 °C", "28 °C"),
        ("5", "Bandbreite", "400 mm", "500 mm"),
    ),
    after=(
        "Alle Teile mit Produktberührung sind in Edelstahl 1.4301 auszuführen. Die übrigen Angaben der ersten Anfrage "
        "gelten unverändert. Den Angebotstermin 04.12.2026 bitten wir einzuhalten.",
    ),
    signature="ppa. Sören Weiß, Werksleitung",
)
ROLLERS = Letter(
    sender=MUELLER,
    date="16.11.2026",
    number="ANF-2026-0829",
    subject="Anfrage: Ersatz der Rollenbahn am Prüfstand",
    before=(
        "Sehr geehrte Damen und Herren,",
        "die Rollenbahn an unserem Prüfstand soll ersetzt werden. Bitte bieten Sie uns eine gleichwertige Bahn mit den "
        "folgenden Maßen an.",
    ),
    table=(
        ("Pos.", "Anforderung", "Wert"),
        ("1", "Länge", "3,2 m"),
        ("2", "Breite", "500 mm"),
        ("3", "Last je Meter", "120 kg"),
    ),
    after=("Ihr Angebot erbitten wir bis zum 11.12.2026.",),
    signature="i. A. Jürgen Groß, Einkauf",
)

PALLET_SHEET = DataSheet(
    number="TA-4711",
    revision="A",
    date="12.03.2026",
    author="M. Weiß",
    customer=MUELLER.name,
    title="Palettenförderer PF 800",
    summary="Gurtförderer auf Rollenbett mit zwei Hubtischen für Europaletten, Steuerung im Schaltschrank daran.",
    data=(
        ("Förderlänge", "14.500", "mm"),
        ("Förderhöhe", "620", "mm"),
        ("Gurtbreite", "1.000", "mm"),
        ("Tragfähigkeit je Palette", "800", "kg"),
        ("Durchsatz", "48", "Paletten/h"),
        ("Geschwindigkeit", "0,20", "m/s"),
        ("Antriebsleistung", "3,0", "kW"),
        ("Schutzart", "IP54", ""),
        ("Gewicht der Anlage", "2.350", "kg"),
    ),
    scope=(
        "Gurtförderer, 6 Segmente",
        "2 Hubtische mit Übergabe",
        "Schaltschrank, Profinet",
        "Montage und Inbetriebnahme",
    ),
)
BELT_SHEET = DataSheet(
    number="TA-4712",
    revision="-",
    date="16.11.2026",
    author="A. Lößner",
    customer=GETRAENKE.name,
    title="Förderband FB 600, Halle Süd",
    summary="Gurtförderer für Kästen und Mehrweggebinde, nass zu reinigen, mit leisem Trommelmotor.",
    data=(
        ("Achsabstand", "8.400", "mm"),
        ("Bandbreite", "600", "mm"),
        ("Förderhöhe", "850", "mm"),
        ("Geschwindigkeit, regelbar", "0,20 bis 0,80", "m/s"),
        ("Streckenlast", "65", "kg/m"),
        ("Antriebsleistung", "1,10", "kW"),
        ("Schalldruckpegel", "69", "dB(A)"),
    ),
    scope=("Gurtförderer mit Trommelmotor", "5 Stützen, verstellbar", "Seitenführungen in Edelstahl"),
)
COOLING_SHEET = DataSheet(
    number="TA-4698",
    revision="B",
    date="18.11.2026",
    author="M. Weiß",
    customer=KOEHLER.name,
    title="Kühlförderer KF 500",
    summary="Gliederband in Edelstahl mit Umluftkühlung; Leistung gegenüber Revision A auf 12.000 St./h erhöht.",
    data=(
        ("Leistung", "12.000", "St./h"),
        ("Verweilzeit", "18", "min"),
        ("Austrittstemperatur", "max. 28", "°C"),
        ("Bandbreite", "500", "mm"),
        ("Bandlänge", "36.000", "mm"),
        ("Kälteleistung", "22,5", "kW"),
        ("Werkstoff, produktberührt", "1.4301", ""),
    ),
    scope=(
        "Gliederbandförderer, 3 Etagen",
        "Umluftkühler mit Filterstufe",
        "Reinigungsklappen",
        "Steuerung mit Rezepten",
    ),
)
ROLLER_SHEET = DataSheet(
    number="TA-4720",
    revision="A",
    date="19.11.2026",
    author="A. Lößner",
    customer=MUELLER.name,
    title="Rollenbahn RB 500",
    summary="Schwerkraftrollenbahn für den Prüfstand.",
    data=(
        ("Länge", "3.200", "mm"),
        ("Breite", "500", "mm"),
        ("Last je Meter", "150", "kg"),
        ("Rollenteilung", "100", "mm"),
    ),
    scope=("Rollenbahn, 2 Segmente", "6 Stützen, verstellbar"),
)
BELT_DRAWING = Conveyor(
    number="TA-4712",
    revision="-",
    date="16.11.2026",
    author="A. Lößner",
    title="Förderband FB 600",
    length=8400,
    height=850,
    width=600,
    supports=5,
)
COOLING_DRAWING = Conveyor(
    number="TA-4698",
    revision="B",
    date="18.11.2026",
    author="M. Weiß",
    title="Kühlförderer KF 500",
    length=6200,
    height=1100,
    width=500,
    supports=4,
)
