"""Draw the papers of technical quotations under examples/pdm/: data sheets, dimension drawings, a floor plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from tests.papers import texts as papers
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
    floor,
    foot,
    horizontal,
    lines,
    new_pdf,
    paragraph,
    table,
    titled_cell,
    vertical,
)
from tests.papers.texts import Conveyor, DataSheet


def data_sheet(content: DataSheet) -> bytes:
    """Draw a technical data sheet with its table and the scope of supply."""
    canvas, paper = new_pdf(f"Datenblatt {content.title}", content.author, content.date, A4)
    top = A4[1] - 24 * mm
    canvas.setFillColor(OUR_BLUE)
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(LEFT, top, OUR_NAME)
    facts = (
        f"Technisches Angebot {content.number}",
        f"Revision {content.revision}",
        f"{content.date} · {content.author}",
    )
    lines(canvas, RIGHT, top + 2 * mm, facts, size=9, colour=GREY, right=True)
    canvas.setStrokeColor(OUR_BLUE)
    canvas.line(LEFT, top - 12 * mm, RIGHT, top - 12 * mm)
    y = paragraph(canvas, top - 24 * mm, "Datenblatt", size=10) - 3 * mm
    y = paragraph(canvas, y, content.title, font="Helvetica-Bold", size=19, leading=8 * mm)
    y = paragraph(canvas, y, f"für {content.customer}") - 3 * mm
    y = paragraph(canvas, y, content.summary) - 5 * mm
    y = table(canvas, y, (("Merkmal", "Wert", "Einheit"), *content.data), colour=OUR_BLUE, numbers=1) - 12 * mm
    y = paragraph(canvas, y, "Lieferumfang", font="Helvetica-Bold", size=11) - 1 * mm
    for item in content.scope:
        y = paragraph(canvas, y, f"–\u00a0\u00a0{item}")
    foot(canvas, f"{OUR_NAME} · Technische Änderungen vorbehalten · Seite 1 von 1", A4[0])
    return finish(canvas, paper)


def dimension_drawing(content: Conveyor) -> bytes:
    """Draw a conveyor from the side and from its end, with its main dimensions."""
    size = landscape(A4)
    canvas, paper = new_pdf(f"Maßblatt {content.title}", content.author, content.date, size)
    sheet(canvas, size, content, "Maßblatt", scale="1 : 50")
    side_view(canvas, 30 * mm, 95 * mm, content)
    end_view(canvas, 235 * mm, 95 * mm, content)
    return finish(canvas, paper)


def side_view(canvas: Canvas, x: float, y: float, content: Conveyor) -> None:
    """Draw the belt on its supports, *x* and *y* being the floor under its left end."""
    length, height, drum = content.length / 50 * mm, content.height / 50 * mm, 2.5 * mm
    belt = y + height - drum
    canvas.setLineWidth(0.8)
    canvas.roundRect(x - drum, belt - drum, length + 2 * drum, 2 * drum, drum)
    for centre in (x, x + length):
        canvas.circle(centre, belt, drum - 0.8 * mm)
        centre_line(canvas, centre, belt - 6 * mm, centre, belt + 6 * mm)
    for index in range(content.supports):
        foot_x = x + length * (index + 0.5) / content.supports
        canvas.rect(foot_x - 1 * mm, y + 1 * mm, 2 * mm, belt - drum - y - 1 * mm)
        canvas.rect(foot_x - 3 * mm, y, 6 * mm, 1 * mm, fill=1)
    floor(canvas, x - 8 * mm, x + length + 8 * mm, y)
    horizontal(canvas, x, x + length, y - 14 * mm, belt - 7 * mm, str(content.length))
    vertical(canvas, y, y + height, x - 12 * mm, x - drum, str(content.height))
    caption(canvas, x + length / 2, y + height + 12 * mm, "Seitenansicht")


def end_view(canvas: Canvas, x: float, y: float, content: Conveyor) -> None:
    """Draw the belt's cross-section, *x* and *y* being the floor under its left edge."""
    width, height = content.width / 50 * mm, content.height / 50 * mm
    canvas.setLineWidth(0.8)
    canvas.rect(x, y + height - 5 * mm, width, 5 * mm)
    for edge in (x - 1.5 * mm, x + width):
        canvas.rect(edge, y + height - 6 * mm, 1.5 * mm, 8 * mm)
    for leg in (x + 0.5 * mm, x + width - 2.5 * mm):
        canvas.rect(leg, y + 1 * mm, 2 * mm, height - 6 * mm)
        canvas.rect(leg - 1 * mm, y, 4 * mm, 1 * mm, fill=1)
    centre_line(canvas, x + width / 2, y - 3 * mm, x + width / 2, y + height + 5 * mm)
    floor(canvas, x - 7 * mm, x + width + 7 * mm, y)
    horizontal(canvas, x, x + width, y - 14 * mm, y, str(content.width))
    caption(canvas, x + width / 2, y + height + 12 * mm, "Ansicht A")


def floor_plan(content: Conveyor) -> bytes:
    """Draw where the conveyor stands in the customer's hall."""
    size = landscape(A4)
    canvas, paper = new_pdf(f"Aufstellplan {content.title}", content.author, content.date, size)
    sheet(canvas, size, content, "Aufstellplan", scale="1 : 100")
    left, low, wide, deep = 50 * mm, 75 * mm, 160 * mm, 90 * mm
    canvas.setLineWidth(2)
    canvas.rect(left, low, wide, deep)
    canvas.setLineWidth(0.8)
    place(canvas, left + 15 * mm, low + 50 * mm, 30 * mm, 20 * mm, "Backofen")
    place(canvas, left + 55 * mm, low + 57.5 * mm, content.length / 100 * mm, content.width / 100 * mm, "")
    caption(canvas, left + 86 * mm, low + 52 * mm, content.title)
    place(canvas, left + 125 * mm, low + 50 * mm, 25 * mm, 20 * mm, "Verpackung")
    place(canvas, left + 70 * mm, low + 12 * mm, 22 * mm, 12 * mm, "Schaltschrank")
    horizontal(canvas, left, left + wide, low - 10 * mm, low, "16000")
    horizontal(canvas, left + 55 * mm, left + 117 * mm, low + 80 * mm, low + 64 * mm, str(content.length))
    vertical(canvas, low, low + deep, left - 10 * mm, left, "9000")
    return finish(canvas, paper)


def place(canvas: Canvas, x: float, y: float, width: float, height: float, name: str) -> None:
    """Draw one machine of a floor plan."""
    canvas.setFillColor(PALE)
    canvas.rect(x, y, width, height, fill=1)
    caption(canvas, x + width / 2, y + height / 2 - 1 * mm, name)


def sheet(canvas: Canvas, size: tuple[float, float], content: Conveyor, kind: str, scale: str) -> None:
    """Draw the frame and the title block of a drawing."""
    width, height = size
    canvas.setLineWidth(1.2)
    canvas.rect(10 * mm, 10 * mm, width - 20 * mm, height - 20 * mm)
    x, y, wide, row = width - 140 * mm, 10 * mm, 130 * mm, 8 * mm
    cells = (
        (("Ersteller", content.author), ("Datum", content.date), ("Maßstab", scale)),
        (("Unterlage", content.number), ("Revision", content.revision), ("Maße in", "mm")),
    )
    canvas.setLineWidth(0.6)
    for index, line in enumerate(cells):
        for column, (label, value) in enumerate(line):
            titled_cell(canvas, x + column * wide / 3, y + index * row, wide / 3, row, label, value)
    titled_cell(canvas, x, y + 2 * row, wide, row + 2 * mm, kind, content.title, size=12)
    canvas.setFillColor(OUR_BLUE)
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(x + 2 * mm, y + 3 * row + 4 * mm, OUR_NAME)
    canvas.setFillColor(black)


#: every one under examples/ and what draws it
PDFS: dict[str, Callable[[], bytes]] = {
    "pdm/TA-4711_A_Datenblatt.pdf": partial(data_sheet, papers.PALLET_SHEET),
    "pdm/TA-4712_Datenblatt.pdf": partial(data_sheet, papers.BELT_SHEET),
    "pdm/TA-4712_Maßblatt.pdf": partial(dimension_drawing, papers.BELT_DRAWING),
    "pdm/TA-4720_A_Datenblatt.pdf": partial(data_sheet, papers.ROLLER_SHEET),
    "pdm/TA-4698_B_Datenblatt.pdf": partial(data_sheet, papers.COOLING_SHEET),
    "pdm/TA-4698_B_Maßblatt.pdf": partial(dimension_drawing, papers.COOLING_DRAWING),
    "pdm/TA-4698_B_Aufstellplan.pdf": partial(floor_plan, papers.COOLING_DRAWING),
}
