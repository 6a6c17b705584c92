"""What engineering's PDFs under examples/pdm say: configuration sheets and a workshop drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigurationSheet:
    """What was chosen for a customer, as engineering writes it down."""

    number: str
    revision: str
    date: str
    author: str
    released_by: str
    customer: str
    project: str
    title: str
    characteristics: Sequence[Sequence[str]]
    changes: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulley:
    """A pulley with its shaft, as a workshop drawing shows it; lengths in millimetres."""

    number: str
    revision: str
    date: str
    author: str
    checked_by: str
    released_by: str
    title: str
    part: str
    material: str
    mass: str
    face: int  #: length of the shell
    diameter: int  #: of the shell
    shaft: int  #: length of the shaft
    seat: int  #: diameter of the shaft where the bearings sit
    notes: Sequence[str]


_CHARACTERISTICS = (
    ("FOERDERLAENGE", "Förderlänge", "14.500", "mm"),
    ("FOERDERHOEHE", "Förderhöhe", "620", "mm"),
    ("GURTBREITE", "Gurtbreite", "1.000", "mm"),
    ("TRAGFAEHIGKEIT", "Tragfähigkeit je Palette", "800", "kg"),
    ("GESCHWINDIGKEIT", "Geschwindigkeit", "0,20", "m/s"),
    ("ANTRIEBSLEISTUNG", "Antriebsleistung", "3,0", "kW"),
    ("SCHUTZART", "Schutzart", "IP54", ""),
    ("FARBE", "Farbe", "RAL 5010 Enzianblau", ""),
)
_FIRST = ("A", "29.05.2026", "Erste Freigabe nach Auftrag AUF-2026-0391", "M. Weiß")

CONVEYOR_A = ConfigurationSheet(
    number="47.1100.042",
    revision="A",
    date="29.05.2026",
    author="M. Weiß",
    released_by="J. Lößner",
    customer="104711 Maschinenbau Müller GmbH",
    project="P-2026-042 Palettenförderer Halle 3",
    title="Palettenförderer PF 800, Halle 3",
    characteristics=(*_CHARACTERISTICS, ("UMLENKROLLE", "Umlenkrolle", "Ø 133, zylindrisch", "")),
    changes=(_FIRST,),
)
CONVEYOR_B = ConfigurationSheet(
    number="47.1100.042",
    revision="B",
    date="17.11.2026",
    author="M. Weiß",
    released_by="J. Lößner",
    customer="104711 Maschinenbau Müller GmbH",
    project="P-2026-042 Palettenförderer Halle 3",
    title="Palettenförderer PF 800, Halle 3",
    characteristics=(*_CHARACTERISTICS, ("UMLENKROLLE", "Umlenkrolle", "Ø 133, ballig", "")),
    changes=(
        _FIRST,
        ("B", "17.11.2026", "AE-2026-0551: Umlenkrolle ballig, Lager abgedichtet (REK-2026-0023)", "M. Weiß"),
    ),
)
PULLEY = Pulley(
    number="WZG-2026-1187",
    revision="B",
    date="16.11.2026",
    author="A. Vogt",
    checked_by="M. Weiß",
    released_by="J. Lößner",
    title="Umlenkrolle Ø 133, ballig",
    part="310.0042.01",
    material="Rohr EN 10305, E355 / Welle C45+QT",
    mass="31,4 kg",
    face=1050,
    diameter=133,
    shaft=1240,
    seat=40,
    notes=(
        "Lauffläche ballig geschliffen, Überhöhung 1,0 mm",
        "Rundlauf der Lauffläche 0,2 mm zu den Lagersitzen",
        "Kanten gebrochen 0,5 × 45°",
        "Korrosionsschutz: gewachst",
    ),
)
