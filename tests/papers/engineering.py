"""Draw engineering's PDFs under examples/pdm: configuration sheets and a workshop drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from reportlab.lib.colors import black, white
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from tests.papers import engineering_texts as papers
from tests.papers.drawing import (
    GREY,
    LEFT,
    OUR_BLUE,
    OUR_NAME,
    PALE,
    RIGHT,
    caption,
    centre_line,
    finish,
    foot,
    horizontal,
    lines,
    new_pdf,
    paragraph,
    table,
    titled_cell,
    vertical,
)
from tests.papers.engineering_texts import ConfigurationSheet, Pulley

_SCALE = 5  #: the workshop drawing is 1 : 5


def configuration_sheet(content: ConfigurationSheet) -> bytes:
    """Draw what was chosen for a customer: the characteristics, and what changed since."""
    canvas, paper = new_pdf(f"Konfigurationsblatt {content.title}", content.author, content.date, A4)
    top = A4[1] - 24 * mm
    canvas.setFillColor(OUR_BLUE)
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(LEFT, top, OUR_NAME)
    facts = (f"Teil {content.number}", f"Revision {content.revision}", f"{content.date} · {content.author}")
    lines(canvas, RIGHT, top + 2 * mm, facts, size=9, colour=GREY, right=True)
    canvas.setStrokeColor(OUR_BLUE)
    canvas.line(LEFT, top - 12 * mm, RIGHT, top - 12 * mm)
    y = paragraph(canvas, top - 24 * mm, "Konfigurationsblatt zum Kundenprodukt", size=10) - 3 * mm
    y = paragraph(canvas, y, content.title, font="Helvetica-Bold", size=19, leading=9 * mm)
    y = paragraph(canvas, y, f"Kunde {content.customer}")
    y = paragraph(canvas, y, f"Projekt {content.project}") - 3 * mm
    header = ("Sachmerkmal", "Bezeichnung", "Wert", "Einheit")
    y = table(canvas, y, (header, *content.characteristics), colour=OUR_BLUE) - 12 * mm
    y = paragraph(canvas, y, "Änderungen", font="Helvetica-Bold", size=11)
    y = table(canvas, y, (("Rev.", "Datum", "Änderung", "Name"), *content.changes), colour=OUR_BLUE) - 14 * mm
    stamp(canvas, LEFT, y - 8 * mm, f"freigegeben {content.date} · {content.released_by}")
    foot(canvas, f"{OUR_NAME} · {content.number} Revision {content.revision} · Seite 1 von 1", A4[0])
    return finish(canvas, paper)


def stamp(canvas: Canvas, x: float, y: float, text: str) -> None:
    """Draw the stamp of a release."""
    canvas.setStrokeColor(OUR_BLUE)
    canvas.setFillColor(OUR_BLUE)
    canvas.setLineWidth(1.2)
    canvas.roundRect(x, y, 78 * mm, 10 * mm, 2 * mm)
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawCentredString(x + 39 * mm, y + 3.6 * mm, text)


def workshop_drawing(content: Pulley) -> bytes:
    """Draw a pulley for the workshop, with its frame, its title block and its notes."""
    size = landscape(A3)
    canvas, paper = new_pdf(f"Werkstattzeichnung {content.title}", content.author, content.date, size)
    frame(canvas, size)
    pulley_from_the_side(canvas, 70 * mm, 190 * mm, content)
    pulley_from_its_end(canvas, 365 * mm, 190 * mm, content)
    notes(canvas, 25 * mm, 75 * mm, content.notes)
    title_block(canvas, size[0] - 10 * mm - 180 * mm, 10 * mm, content)
    return finish(canvas, paper)


def frame(canvas: Canvas, size: tuple[float, float]) -> None:
    """Draw the frame of a sheet with the letters and numbers of its fields."""
    left, low, wide, high = 20 * mm, 10 * mm, size[0] - 30 * mm, size[1] - 20 * mm
    canvas.setLineWidth(1.4)
    canvas.rect(left, low, wide, high)
    canvas.setLineWidth(0.4)
    for index in range(8):
        x = left + (index + 0.5) * wide / 8
        caption(canvas, x, low - 4.5 * mm, str(index + 1))
        caption(canvas, x, low + high + 2 * mm, str(index + 1))
    for index in range(6):
        y = low + high - (index + 0.5) * high / 6
        caption(canvas, left - 4 * mm, y, "ABCDEF"[index])


def pulley_from_the_side(canvas: Canvas, x: float, y: float, content: Pulley) -> None:
    """Draw shell and shaft, *x* and *y* being the left end of the shell on its axis."""
    face, radius = content.face / _SCALE * mm, content.diameter / 2 / _SCALE * mm
    over, half = (content.shaft - content.face) / 2 / _SCALE * mm, content.seat / 2 / _SCALE * mm
    crown = 1.2 * mm  # drawn larger than it is: nobody would see it
    canvas.setLineWidth(0.9)
    for sign in (1, -1):
        path = canvas.beginPath()
        path.moveTo(x, y + sign * radius)
        path.curveTo(
            x + face / 3, y + sign * (radius + crown), x + face * 2 / 3, y + sign * (radius + crown),
            x + face, y + sign * radius,
        )  # fmt: skip
        canvas.drawPath(path)
    for edge in (x, x + face):
        canvas.line(edge, y - radius, edge, y + radius)
    for start in (x - over, x + face):
        canvas.setFillColor(PALE)
        canvas.rect(start, y - half, over, 2 * half, fill=1)
    centre_line(canvas, x - over - 6 * mm, y, x + face + over + 6 * mm, y)
    below = y - radius
    horizontal(canvas, x, x + face, below - 18 * mm, below, str(content.face))
    horizontal(canvas, x - over, x + face + over, below - 30 * mm, y - half, str(content.shaft))
    vertical(canvas, y - half, y + half, x - over - 10 * mm, x - over, f"Ø {content.seat} k6")
    vertical(canvas, y - radius, y + radius, x + face + over + 14 * mm, x + face, f"Ø {content.diameter}")
    caption(canvas, x + face / 2, y + radius + 8 * mm, "Ra 3,2 · Lauffläche ballig")


def pulley_from_its_end(canvas: Canvas, x: float, y: float, content: Pulley) -> None:
    """Draw shell and shaft as circles around *x* and *y*."""
    radius, wall = content.diameter / 2 / _SCALE * mm, 1.6 * mm
    canvas.setLineWidth(0.9)
    canvas.setFillColor(white)
    canvas.circle(x, y, radius)
    canvas.circle(x, y, radius - wall)
    canvas.circle(x, y, content.seat / 2 / _SCALE * mm)
    centre_line(canvas, x - radius - 5 * mm, y, x + radius + 5 * mm, y)
    centre_line(canvas, x, y - radius - 5 * mm, x, y + radius + 5 * mm)


def notes(canvas: Canvas, x: float, y: float, texts: Sequence[str]) -> None:
    """Write the numbered notes of a drawing."""
    numbered = [f"{index}.  {text}" for index, text in enumerate(texts, start=1)]
    canvas.setFont("Helvetica-Bold", 9)
    canvas.setFillColor(black)
    canvas.drawString(x, y, "Bemerkungen")
    lines(canvas, x, y - 6 * mm, numbered, size=9, colour=black)


def title_block(canvas: Canvas, x: float, y: float, content: Pulley) -> None:
    """Draw the title block, its lower left corner being at *x* and *y*."""
    row, third = 9 * mm, 60 * mm
    cells = (
        (("Zeichnungsnummer", content.number), ("Revision", content.revision), ("Blatt", "1 von 1")),
        (("Teilenummer", content.part), ("Maßstab", f"1 : {_SCALE}"), ("Gewicht", content.mass)),
        (("Erstellt", f"{content.author} · 12.11.2026"), ("Geprüft", f"{content.checked_by} · 13.11.2026"),
         ("Freigegeben", f"{content.released_by} · {content.date}")),
        (("Werkstoff", content.material), ("Allgemeintoleranzen", "ISO 2768-mK"), ("Oberflächen", "ISO 1302")),
    )  # fmt: skip
    canvas.setStrokeColor(black)
    canvas.setLineWidth(0.6)
    for index, line in enumerate(cells):
        for column, (label, value) in enumerate(line):
            small = 7 if len(value) > 24 else 9
            titled_cell(canvas, x + column * third, y + index * row, third, row, label, value, size=small)
    titled_cell(canvas, x, y + 4 * row, 2 * third, 12 * mm, "Werkstattzeichnung", content.title, size=14)
    titled_cell(canvas, x + 2 * third, y + 4 * row, third, 12 * mm, "Weitergabe nur mit Zustimmung", "", size=9)
    canvas.setFillColor(OUR_BLUE)
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(x + 2 * third + 2 * mm, y + 4 * row + 3 * mm, OUR_NAME)


#: every PDF of engineering under examples/ and what draws it
PDFS: dict[str, Callable[[], bytes]] = {
    "pdm/47.1100.042_A_Konfigurationsblatt.pdf": partial(configuration_sheet, papers.CONVEYOR_A),
    "pdm/47.1100.042_B_Konfigurationsblatt.pdf": partial(configuration_sheet, papers.CONVEYOR_B),
    "pdm/WZG-2026-1187_B.pdf": partial(workshop_drawing, papers.PULLEY),
}
