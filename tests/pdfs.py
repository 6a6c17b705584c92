"""PDFs as strangers write them: plain, odd, broken and hostile, each made from as few bytes as show the thing."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping

import pypdf
from reportlab.pdfgen.canvas import Canvas

from sync.findings import Code
from sync.gates.pdf import PdfFacts

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
NAME = "Maßblatt.pdf"  #: what messages call a PDF
CATALOG, PAGES, INFO, FIRST_PAGE, EXTRA = 1, 2, 3, 10, 1000

#: The objects of the smallest document there is.
PACKED = {
    1: b"<< /Type /Catalog /Pages 2 0 R >>",
    2: b"<< /Type /Pages /Count 1 /Kids [10 0 R] >>",
    10: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
}


def document(
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    pages: int = 1,
    tree: bytes | None = None,
    extra: Mapping[int, bytes] | None = None,
    date: bytes = b"D:20261102110000+01'00'",
    end: bytes = b"\n%%EOF\n",
) -> bytes:
    """A document with a classic cross-reference table; *catalog* and *page* are entries to add, *tree* replaces all."""
    numbers = range(FIRST_PAGE, FIRST_PAGE + pages)
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    objects = {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        PAGES: tree or b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        INFO: b"<< /CreationDate (%s) >>" % date,
    }
    objects |= dict.fromkeys(numbers, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>" % page)
    return table(objects | dict(extra or {}), end=end)


def table(
    objects: Mapping[int, bytes],
    *,
    trailer: bytes = b"/Root 1 0 R /Info 3 0 R",
    start: int | None = None,
    end: bytes = b"\n%%EOF\n",
) -> bytes:
    """Objects by number, with a cross-reference table that is right; *start* is what startxref says instead."""
    data = bytearray(HEADER)
    entries = [(0, b"0000000000 65535 f \n")]
    for number, body in objects.items():
        entries.append((number, b"%010d 00000 n \n" % len(data)))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(data)
    data += b"xref\n" + b"".join(b"%d 1\n%s" % entry for entry in sorted(entries))
    size = max(objects) + 1
    data += b"trailer\n<< /Size %d %s >>\nstartxref\n%d" % (size, trailer, at if start is None else start)
    return bytes(data + end)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object that is stored as it is."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def compressed(objects: Mapping[int, bytes], *, object_stream: bytes | None = None) -> bytes:
    """A document whose objects lie in an object stream (number 500), found by a cross-reference stream (501).

    *object_stream* replaces that object.
    """
    bodies = b" ".join(objects.values())
    offsets, at = [], 0
    for number, body in objects.items():
        offsets.append(b"%d %d" % (number, at))
        at += len(body) + 1
    index = b" ".join(offsets) + b" "
    facts = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(objects), len(index))
    data = bytearray(HEADER)
    rows = {number: (2, 500, place) for place, number in enumerate(objects)} | {500: (1, len(data), 0)}
    data += b"500 0 obj\n%s\nendobj\n" % (object_stream or stream(zlib.compress(index + bodies), facts))
    rows[501] = (1, len(data), 0)
    table = b"".join(bytes((kind,)) + place.to_bytes(4, "big") + bytes((last,)) for kind, place, last in rows.values())
    pairs = b" ".join(b"%d 1" % number for number in rows)
    start = len(data)
    facts = b"/Type /XRef /Size 502 /W [1 4 1] /Index [%s] /Root 1 0 R /Filter /FlateDecode" % pairs
    data += b"501 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(zlib.compress(table), facts), start)
    return bytes(data)


def bomb(megabytes: int, layers: int = 1) -> bytes:
    """Zeros, deflated in chunks and as many times over."""
    packer = zlib.compressobj(9)
    data = b"".join([packer.compress(bytes(1 << 20)) for _ in range(megabytes)] + [packer.flush()])
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    return data


def written(pages: int = 1, *, compress: bool = False) -> bytes:
    """A document as a real library writes it."""
    target = io.BytesIO()
    canvas = Canvas(target, pageCompression=1, invariant=1)
    for number in range(pages):
        canvas.drawString(72, 720, f"Maßblatt 4711, Blatt {number + 1}")
        canvas.showPage()
    canvas.save()
    if not compress:
        return target.getvalue()
    return saved(pypdf.PdfWriter(clone_from=io.BytesIO(target.getvalue())))


def encrypted(algorithm: str, *, user: str, owner: str) -> bytes:
    """A document that is encrypted; an empty *user* password opens for everybody."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(written(2)))
    writer.encrypt(user, owner, algorithm=algorithm)
    return saved(writer)


def with_attachment(name: str, content: bytes) -> bytes:
    """A document that carries another file, as ZUGFeRD does."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(written()))
    writer.add_attachment(name, content)
    return saved(writer)


def saved(writer: pypdf.PdfWriter) -> bytes:
    """What a writer of pypdf writes."""
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def updated(data: bytes) -> bytes:
    """An incremental update behind *data*, as a signature or a comment makes it."""
    writer = pypdf.PdfWriter(io.BytesIO(data), incremental=True)
    writer.add_metadata({"/Title": "Angebot 4711"})
    return saved(writer)


def codes(facts: PdfFacts) -> list[Code]:
    """Name what was found in a PDF."""
    assert all(finding.file == NAME for finding in facts.findings)
    return [finding.code for finding in facts.findings]
