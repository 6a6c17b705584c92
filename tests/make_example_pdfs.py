"""Draw the PDFs under examples/: inquiry letters, data sheets, dimension drawings, a floor plan.

Run it from the repository as `python -m tests.make_example_pdfs`; the same bytes come out every time, and a test holds
the files in examples/ against them. Nothing is compressed: zlib's output differs from build to build.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from unittest import mock

from reportlab.lib.colors import HexColor, black
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from tests import example_papers as papers
from tests.example_papers import Conveyor, DataSheet, Letter

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
GREY = HexColor("#5a6470")
PALE = HexColor("#eef1f4")
OUR_BLUE = HexColor("#17487a")
OUR_NAME = "Nordhang Fördertechnik GmbH"
OUR_ADDRESS = (OUR_NAME, "Vertrieb", "Werkstraße 7", "09999 Nordhang")
LEFT, RIGHT = 25 * mm, A4[0] - 20 * mm


def main() -> None:
    """Write every PDF to its place under examples/."""
    for name, draw in PDFS.items():
        (EXAMPLES / name).write_bytes(draw())


def letter(content: Letter) -> bytes:
    """Draw an inquiry on the customer's letterhead."""
    canvas, paper = new_pdf(content.subject, content.sender.name, content.date, A4)
    letterhead(canvas, content)
    y = A4[1] - 105 * mm
    canvas.setFont("Helvetica-Bold", 11)
    y = paragraph(canvas, y, content.subject, font="Helvetica-Bold", size=11) - 3 * mm
    for text in content.before:
        y = paragraph(canvas, y, text) - 2.5 * mm
    y = table(canvas, y, content.table, colour=HexColor(content.sender.colour)) - 9 * mm
    for text in (*content.after, "Mit freundlichen Grüßen"):
        y = paragraph(canvas, y, text) - 2.5 * mm
    paragraph(canvas, y - 12 * mm, content.signature)
    return finish(canvas, paper)


def letterhead(canvas: Canvas, content: Letter) -> None:
    """Draw the head, the address window and the foot of a letter."""
    sender = content.sender
    top = A4[1] - 22 * mm
    canvas.setFillColor(HexColor(sender.colour))
    canvas.rect(0, A4[1] - 9 * mm, A4[0], 9 * mm, stroke=0, fill=1)
    canvas.setFont("Helvetica-Bold", 17)
    canvas.drawString(LEFT, top, sender.name)
    lines(
        canvas, RIGHT, top, (sender.street, sender.town, sender.phone, sender.mail), size=8.5, colour=GREY, right=True
    )
    canvas.setFillColor(GREY)
    canvas.setFont("Helvetica", 6.5)
    canvas.drawString(LEFT, A4[1] - 48 * mm, f"{sender.name} · {sender.street} · {sender.town}")
    lines(canvas, LEFT, A4[1] - 56 * mm, OUR_ADDRESS, size=10.5, colour=black)
    facts = (f"Datum: {content.date}", f"Unser Zeichen: {content.number}")
    lines(canvas, RIGHT, A4[1] - 85 * mm, facts, size=9.5, colour=black, right=True)
    foot(canvas, f"{sender.name} · {sender.street} · {sender.town} · Tel. {sender.phone} · {sender.mail}", A4[0])


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


def titled_cell(
    canvas: Canvas, x: float, y: float, width: float, height: float, label: str, value: str, size: float = 9
) -> None:
    """Draw one field of a title block."""
    canvas.rect(x, y, width, height)
    canvas.setFillColor(GREY)
    canvas.setFont("Helvetica", 5.5)
    canvas.drawString(x + 1 * mm, y + height - 2.4 * mm, label)
    canvas.setFillColor(black)
    canvas.setFont("Helvetica-Bold", size)
    canvas.drawString(x + 2 * mm, y + 1.8 * mm, value)


def horizontal(canvas: Canvas, x1: float, x2: float, y: float, body: float, text: str) -> None:
    """Draw a horizontal dimension at height *y*, its extension lines starting near *body*."""
    canvas.setLineWidth(0.35)
    sign = 1 if y > body else -1
    for x in (x1, x2):
        canvas.line(x, body + sign * 1 * mm, x, y + sign * 2 * mm)
    canvas.line(x1, y, x2, y)
    arrow(canvas, x1, y, 1, 0)
    arrow(canvas, x2, y, -1, 0)
    caption(canvas, (x1 + x2) / 2, y + 1.2 * mm, text)


def vertical(canvas: Canvas, y1: float, y2: float, x: float, body: float, text: str) -> None:
    """Draw a vertical dimension at *x*, left of *body*; its text reads from the right."""
    canvas.setLineWidth(0.35)
    for y in (y1, y2):
        canvas.line(body - 1 * mm, y, x - 2 * mm, y)
    canvas.line(x, y1, x, y2)
    arrow(canvas, x, y1, 0, 1)
    arrow(canvas, x, y2, 0, -1)
    canvas.saveState()
    canvas.translate(x - 1.2 * mm, (y1 + y2) / 2)
    canvas.rotate(90)
    caption(canvas, 0, 0, text)
    canvas.restoreState()


def arrow(canvas: Canvas, x: float, y: float, dx: int, dy: int) -> None:
    """Draw an arrow head whose tip is at *x*, *y* and whose shaft goes in the direction given."""
    canvas.setFillColor(black)
    long, half = 2.6 * mm, 0.45 * mm
    path = canvas.beginPath()
    path.moveTo(x, y)
    path.lineTo(x + dx * long + dy * half, y + dy * long + dx * half)
    path.lineTo(x + dx * long - dy * half, y + dy * long - dx * half)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def floor(canvas: Canvas, x1: float, x2: float, y: float) -> None:
    """Draw the floor with its hatching."""
    canvas.setLineWidth(0.6)
    canvas.line(x1, y, x2, y)
    canvas.setLineWidth(0.25)
    x = x1 + 2 * mm
    while x < x2:
        canvas.line(x, y, x - 2 * mm, y - 2 * mm)
        x += 3 * mm


def centre_line(canvas: Canvas, x1: float, y1: float, x2: float, y2: float) -> None:
    """Draw a thin dash-dotted line."""
    canvas.saveState()
    canvas.setLineWidth(0.25)
    canvas.setDash([6, 1.5, 1, 1.5])
    canvas.line(x1, y1, x2, y2)
    canvas.restoreState()


def caption(canvas: Canvas, x: float, y: float, text: str) -> None:
    """Write a small text, centred."""
    canvas.setFillColor(black)
    canvas.setFont("Helvetica", 8)
    canvas.drawCentredString(x, y, text)


def table(
    canvas: Canvas, y: float, rows: Sequence[Sequence[str]], colour: HexColor, numbers: int | None = None
) -> float:
    """Draw a table, the column *numbers* set flush right, and give the height below it."""
    height, widths = 7 * mm, column_widths(rows)
    for index, row in enumerate(rows):
        y -= height
        canvas.setFillColor(colour if index == 0 else PALE)
        if index % 2 == 0:
            canvas.rect(LEFT, y, RIGHT - LEFT, height, stroke=0, fill=1)
        canvas.setFillColor(HexColor("#ffffff") if index == 0 else black)
        canvas.setFont("Helvetica-Bold" if index == 0 else "Helvetica", 9.5)
        x = LEFT
        for column, (text, width) in enumerate(zip(row, widths, strict=True)):
            if column == numbers:
                canvas.drawRightString(x + width - 6 * mm, y + 2.2 * mm, text)
            else:
                canvas.drawString(x + 2 * mm, y + 2.2 * mm, text)
            x += width
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, y, RIGHT, y)
    return y


def column_widths(rows: Sequence[Sequence[str]]) -> list[float]:
    """Share the width of the page among the columns, as their longest texts ask for."""
    longest = [max(len(text) for text in column) + 4 for column in zip(*rows, strict=True)]
    return [(RIGHT - LEFT) * length / sum(longest) for length in longest]


def paragraph(
    canvas: Canvas, y: float, text: str, font: str = "Helvetica", size: float = 10, leading: float = 5 * mm
) -> float:
    """Write *text* in as many lines as it takes and give the height below it."""
    canvas.setFillColor(black)
    canvas.setFont(font, size)
    for line in simpleSplit(text, font, size, RIGHT - LEFT):
        canvas.drawString(LEFT, y, line)
        y -= leading
    return y


def lines(
    canvas: Canvas, x: float, y: float, texts: Iterable[str], size: float, colour: HexColor, right: bool = False
) -> None:
    """Write short lines one below the other, flush left at *x* or flush right."""
    canvas.setFillColor(colour)
    canvas.setFont("Helvetica", size)
    for text in texts:
        (canvas.drawRightString if right else canvas.drawString)(x, y, text)
        y -= size * 1.35


def foot(canvas: Canvas, text: str, width: float) -> None:
    """Write the line at the foot of a page."""
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.4)
    canvas.line(LEFT, 17 * mm, RIGHT, 17 * mm)
    canvas.setFillColor(GREY)
    canvas.setFont("Helvetica", 7)
    canvas.drawCentredString(width / 2, 12 * mm, text)


def new_pdf(title: str, author: str, date: str, size: tuple[float, float]) -> tuple[Canvas, io.BytesIO]:
    """Open a PDF that is dated by its content, not by the clock."""
    epoch = datetime.strptime(f"{date} 10:00 +0000", "%d.%m.%Y %H:%M %z").astimezone(UTC).timestamp()
    paper = io.BytesIO()
    with mock.patch.dict(os.environ, {"SOURCE_DATE_EPOCH": str(int(epoch))}):
        canvas = Canvas(paper, pagesize=size, pageCompression=0, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    return canvas, paper


def finish(canvas: Canvas, paper: io.BytesIO) -> bytes:
    """Close the only page and give the file."""
    canvas.showPage()
    canvas.save()
    return paper.getvalue()


#: every PDF under examples/ and what draws it
PDFS: dict[str, Callable[[], bytes]] = {
    "crm/ANF-2026-0815.pdf": partial(letter, papers.PALLETS),
    "crm/Anfrage Förderband Süd.pdf": partial(letter, papers.BELT),
    "crm/ANF-2026-0822.pdf": partial(letter, papers.COOLING),
    "crm/ANF-2026-0829.pdf": partial(letter, papers.ROLLERS),
    "pdm/TA-4711_A_Datenblatt.pdf": partial(data_sheet, papers.PALLET_SHEET),
    "pdm/TA-4712_Datenblatt.pdf": partial(data_sheet, papers.BELT_SHEET),
    "pdm/TA-4712_Maßblatt.pdf": partial(dimension_drawing, papers.BELT_DRAWING),
    "pdm/TA-4720_A_Datenblatt.pdf": partial(data_sheet, papers.ROLLER_SHEET),
    "pdm/TA-4698_B_Datenblatt.pdf": partial(data_sheet, papers.COOLING_SHEET),
    "pdm/TA-4698_B_Maßblatt.pdf": partial(dimension_drawing, papers.COOLING_DRAWING),
    "pdm/TA-4698_B_Aufstellplan.pdf": partial(floor_plan, papers.COOLING_DRAWING),
}

if __name__ == "__main__":
    main()
