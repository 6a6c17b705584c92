"""What is drawn again and again: texts, tables, dimensions, the fields of a title block."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from unittest import mock

from reportlab.lib.colors import HexColor, black
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

GREY = HexColor("#5a6470")
PALE = HexColor("#eef1f4")
OUR_BLUE = HexColor("#17487a")
OUR_NAME = "Nordhang Fördertechnik GmbH"
OUR_ADDRESS = (OUR_NAME, "Vertrieb", "Werkstraße 7", "09999 Nordhang")
LEFT, RIGHT = 25 * mm, A4[0] - 20 * mm


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
