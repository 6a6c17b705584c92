"""Draw the PDFs of orders, deliveries and complaints under examples/crm/."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from tests.papers import sales_texts as papers
from tests.papers.drawing import (
    GREY,
    LEFT,
    OUR_BLUE,
    OUR_NAME,
    PALE,
    RIGHT,
    arrow,
    caption,
    centre_line,
    finish,
    foot,
    horizontal,
    lines,
    new_pdf,
    paragraph,
)
from tests.papers.inquiries import letter, letterhead
from tests.papers.sales_texts import Complaint, Form, Grid, Order
from tests.papers.texts import Letter

OUR_STREET = "Werkstraße 7 · 09999 Nordhang"


def order(content: Order) -> bytes:
    """Draw a purchase order on the customer's letterhead: positions, sums, terms."""
    canvas, paper, y = opened(content)
    y = grid(canvas, y, content.positions, HexColor(content.sender.colour))
    y = sums(canvas, y - 1.5 * mm, content.sums) - 5 * mm
    y = pairs(canvas, y, content.terms) - 2 * mm
    closed(canvas, y, content.after, content.signature)
    return finish(canvas, paper)


def complaint(content: Complaint) -> bytes:
    """Draw a complaint on the customer's letterhead: what was found, and a sketch of it."""
    canvas, paper, y = opened(content)
    y = grid(canvas, y, content.findings, HexColor(content.sender.colour)) - 8 * mm
    y = tail_drum(canvas, y, content.sketch) - 9 * mm
    closed(canvas, y, content.after, content.signature)
    return finish(canvas, paper)


def opened(content: Order | Complaint) -> tuple[Canvas, io.BytesIO, float]:
    """Begin a letter and give the height below its first paragraphs."""
    canvas, paper = new_pdf(content.subject, content.sender.name, content.date, A4)
    head = Letter(
        sender=content.sender,
        date=content.date,
        number=content.number,
        subject=content.subject,
        before=(),
        table=(),
        after=(),
        signature="",
    )
    letterhead(canvas, head)
    y = paragraph(canvas, A4[1] - 103 * mm, content.subject, font="Helvetica-Bold", size=11) - 2 * mm
    for text in content.before:
        y = paragraph(canvas, y, text) - 2 * mm
    return canvas, paper, y


def closed(canvas: Canvas, y: float, texts: Iterable[str], signature: str) -> None:
    """End a letter."""
    for text in (*texts, "Mit freundlichen Grüßen"):
        y = paragraph(canvas, y, text) - 2 * mm
    paragraph(canvas, y - 9 * mm, signature)


def form(content: Form) -> bytes:
    """Draw a form of our own: letterhead, perhaps an address, fields, a table, signatures."""
    canvas, paper = new_pdf(f"{content.title} {content.number}", content.author, content.date, A4)
    y = own_head(canvas, content)
    if content.address:
        lines(canvas, LEFT, y, content.address, size=10.5, colour=black)
        y -= 30 * mm
    y = boxes(canvas, y, content.fields) - 8 * mm
    y = grid(canvas, y, content.table, OUR_BLUE) - 8 * mm
    for text in content.remarks:
        y = paragraph(canvas, y, text) - 2 * mm
    signatures(canvas, y - 24 * mm, content.signatures)
    foot(canvas, f"{OUR_NAME} · {OUR_STREET}", A4[0])
    return finish(canvas, paper)


def own_head(canvas: Canvas, content: Form) -> float:
    """Draw our name, what form it is, its number and date."""
    top = A4[1] - 24 * mm
    canvas.setFillColor(OUR_BLUE)
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(LEFT, top, OUR_NAME)
    lines(canvas, LEFT, top - 5 * mm, (OUR_STREET,), size=8.5, colour=GREY)
    canvas.setFillColor(black)
    canvas.setFont("Helvetica-Bold", 17)
    canvas.drawRightString(RIGHT, top, content.title)
    lines(canvas, RIGHT, top - 6 * mm, (f"Nr. {content.number}", content.date), size=10, colour=black, right=True)
    canvas.setStrokeColor(OUR_BLUE)
    canvas.setLineWidth(1)
    canvas.line(LEFT, top - 15 * mm, RIGHT, top - 15 * mm)
    return top - 27 * mm


def boxes(canvas: Canvas, y: float, fields: Sequence[tuple[str, str]]) -> float:
    """Draw named fields, two in a row, and give the height below them."""
    width, height = (RIGHT - LEFT) / 2, 11 * mm
    canvas.setLineWidth(0.5)
    canvas.setStrokeColor(GREY)
    for number, (name, value) in enumerate(fields):
        x, low = LEFT + number % 2 * width, y - (number // 2 + 1) * height
        canvas.rect(x, low, width, height)
        lines(canvas, x + 2 * mm, low + height - 3.5 * mm, (name,), size=7, colour=GREY)
        lines(canvas, x + 2 * mm, low + 2.6 * mm, (value,), size=10, colour=black)
    return y - (len(fields) + 1) // 2 * height


def grid(canvas: Canvas, y: float, content: Grid, colour: HexColor) -> float:
    """Draw a table whose cells may have several lines, and give the height below it."""
    canvas.setLineWidth(0.6)
    for index, row in enumerate(content.rows):
        height = 2.6 * mm + max(cell.count("\n") + 1 for cell in row) * 4.2 * mm
        y -= height
        if index % 2 == 0:
            canvas.setFillColor(PALE if index else colour)
            canvas.rect(LEFT, y, RIGHT - LEFT, height, stroke=0, fill=1)
        canvas.setFillColor(black if index else white)
        canvas.setFont("Helvetica" if index else "Helvetica-Bold", 9)
        grid_row(canvas, y + height - 4.8 * mm, row, content.widths)
    canvas.setStrokeColor(colour)
    canvas.line(LEFT, y, RIGHT, y)
    return y


def grid_row(canvas: Canvas, y: float, row: Sequence[str], widths: Sequence[float]) -> None:
    """Write the cells of a row, its first line at height *y*."""
    x = LEFT
    for cell, width in zip(row, widths, strict=True):
        for number, line in enumerate(cell.split("\n")):
            if width < 0:
                canvas.drawRightString(x - width * mm - 2 * mm, y - number * 4.2 * mm, line)
            else:
                canvas.drawString(x + 2 * mm, y - number * 4.2 * mm, line)
        x += abs(width) * mm


def sums(canvas: Canvas, y: float, rows: Sequence[tuple[str, str]]) -> float:
    """Write sums below the last column of a table, the last one bold."""
    for number, (name, value) in enumerate(rows, start=1):
        y -= 5 * mm
        canvas.setFillColor(black)
        canvas.setFont("Helvetica-Bold" if number == len(rows) else "Helvetica", 9.5)
        canvas.drawRightString(RIGHT - 28 * mm, y, name)
        canvas.drawRightString(RIGHT - 2 * mm, y, value)
    return y


def pairs(canvas: Canvas, y: float, rows: Sequence[tuple[str, str]]) -> float:
    """Write names and what holds for them in two columns."""
    for name, value in rows:
        y -= 5 * mm
        canvas.setFillColor(black)
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawString(LEFT, y, name)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(LEFT + 30 * mm, y, value)
    return y - 5 * mm


def signatures(canvas: Canvas, y: float, who: Sequence[tuple[str, str]]) -> None:
    """Draw the lines on which people sign."""
    width = (RIGHT - LEFT) / len(who)
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.5)
    for number, (name, signed) in enumerate(who):
        x = LEFT + number * width
        canvas.line(x, y, x + width - 8 * mm, y)
        canvas.setFillColor(OUR_BLUE)
        canvas.setFont("Times-Italic", 13)
        canvas.drawString(x + 1 * mm, y + 1.5 * mm, signed)
        lines(canvas, x, y - 4 * mm, (name,), size=7.5, colour=GREY)


def tail_drum(canvas: Canvas, y: float, text: str) -> float:
    """Draw a drum from above with a belt that has left its middle, and give the height below it."""
    drum, belt, height = 80 * mm, 62 * mm, 11 * mm
    x, low, off = LEFT + 42 * mm, y - 35 * mm, 7 * mm
    canvas.setLineWidth(0.8)
    canvas.setStrokeColor(black)
    for bearing in (x - 12 * mm, x + drum + 4 * mm):
        canvas.rect(bearing, low - 1 * mm, 8 * mm, height + 2 * mm)
    canvas.rect(x - 4 * mm, low + height / 2 - 1.5 * mm, drum + 8 * mm, 3 * mm)
    canvas.setFillColor(white)
    canvas.rect(x, low, drum, height, fill=1)
    canvas.setFillColor(HexColor("#c9d0d6"))
    canvas.rect(x + (drum - belt) / 2 + off, low - 4 * mm, belt, 34 * mm, fill=1)
    centre_line(canvas, x + drum / 2, low - 8 * mm, x + drum / 2, low + 35 * mm)
    ragged_edge(canvas, x + (drum + belt) / 2 + off, low + height + 2 * mm)
    horizontal(canvas, x + drum - 9 * mm, x + drum - 9 * mm + off, low + 36 * mm, low + 30 * mm, "14")
    note_beside(canvas, x + drum + 8 * mm, low + height + 1 * mm, "Lager 96 °C", 8 * mm)
    caption(canvas, x - 13 * mm, low + 22 * mm, "Seitenprofil")
    caption(canvas, x + drum / 2 - 16 * mm, low + 14 * mm, "Fördergurt")
    canvas.setLineWidth(1.6)
    for side in (x - 2 * mm, x + drum + 2 * mm):
        canvas.line(side, low + height + 1 * mm, side, low + 30 * mm)
    caption(canvas, (LEFT + RIGHT) / 2, low - 12 * mm, text)
    return low - 12 * mm


def ragged_edge(canvas: Canvas, x: float, y: float) -> None:
    """Draw the frayed edge of a belt upwards from *x*, *y*."""
    canvas.setLineWidth(0.4)
    for number in range(9):
        step = y + number * 1.8 * mm
        canvas.line(x, step, x + (1.8 if number % 2 else 1.1) * mm, step + 1.2 * mm)


def note_beside(canvas: Canvas, x: float, y: float, text: str, away: float) -> None:
    """Write a note above right of a place, with a line that leads to it."""
    canvas.setLineWidth(0.35)
    canvas.line(x, y, x, y + away)
    arrow(canvas, x, y, 0, 1)
    caption(canvas, x + 6 * mm, y + away + 1.5 * mm, text)


#: every PDF of an order, a delivery or a complaint and what draws it
PDFS: dict[str, Callable[[], bytes]] = {
    "crm/AUF-2026-0391.pdf": partial(order, papers.PALLET_ORDER),
    "crm/IA-2026-0107.pdf": partial(form, papers.INTERNAL_ORDER),
    "crm/ETL-2026-0064.pdf": partial(form, papers.DELIVERY_NOTE),
    "crm/REK-2026-0023.pdf": partial(complaint, papers.BELT_COMPLAINT),
    "crm/REK-2026-0025.pdf": partial(letter, papers.STOP_COMPLAINT),
}
