"""Draw the letters of inquiries under examples/crm/."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from reportlab.lib.colors import HexColor, black
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from tests.papers import texts as papers
from tests.papers.drawing import (
    GREY,
    LEFT,
    OUR_ADDRESS,
    RIGHT,
    finish,
    foot,
    lines,
    new_pdf,
    paragraph,
    table,
)
from tests.papers.texts import Letter


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


#: every one under examples/ and what draws it
PDFS: dict[str, Callable[[], bytes]] = {
    "crm/ANF-2026-0815.pdf": partial(letter, papers.PALLETS),
    "crm/Anfrage Förderband Süd.pdf": partial(letter, papers.BELT),
    "crm/ANF-2026-0822.pdf": partial(letter, papers.COOLING),
    "crm/ANF-2026-0829.pdf": partial(letter, papers.ROLLERS),
}
