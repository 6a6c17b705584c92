"""`pairsync link`: the address of a page, the same that deliveries carry and that a CRM makes of its own numbers."""

from __future__ import annotations

import re
import string
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import etree

from sync import system
from sync.names import linked
from tests import samples
from tests.commands import Command
from tests.installation import REPOSITORY, Installation

ENGINEERING = REPOSITORY / "examples" / "pdm"
#: Where the CRM has what the placeholders ask for: docs/how-to/links.md.
KINDS = {
    "Document": ("document", "DocumentNo", "ChangeIndex"),
    "Article": ("article", "ArticleNo", "ChangeIndex"),
    "Project": ("project", "ProjectNo", ""),
    "Complaint": ("complaint", "ComplaintNo", ""),
}
TWO_FOR_DOCUMENTS = "[link erp-document]\nurl = https://erp.example/{number}\n"


@pytest.fixture
def shipped(here: Installation) -> Installation:
    """An installation with the shipped settings, into which all samples of engineering were carried."""
    text = (REPOSITORY / "config.ini").read_text(encoding="utf-8")
    mappings = f"[pairsync]\nmappings = {REPOSITORY / 'mappings'}\n"
    (here.root / "config.ini").write_text(text.replace("[pairsync]\n", mappings, 1), encoding="utf-8")
    for file in ENGINEERING.iterdir():
        here.put("pdm", file.name, file.read_bytes())
    here.run("pdm-to-crm")
    return here


def _records(shipped: Installation) -> list[etree._Element]:
    files = sorted((shipped.root / "outbox" / "crm").glob("*.xml"))
    return [etree.fromstring(file.read_bytes()) for file in files]


def _field(record: etree._Element, name: str) -> str:
    return record.findtext(f"{{{samples.CRM}}}{name}") or ""


def test_every_record_for_the_crm_carries_the_link_that_is_printed(shipped: Installation, pairsync: Command) -> None:
    carried, printed = [], []

    for record in _records(shipped):
        kind, number, revision = KINDS[etree.QName(record).localname]
        named = [_field(record, name) for name in (number, revision) if name]
        carried.append(_field(record, "Link"))
        printed.append(pairsync("link", kind, *named).out.strip())

    assert {link.split("/")[3] for link in carried} == {"documents", "parts", "projects", "complaints"}
    assert printed == carried


def test_a_crm_makes_the_same_links_of_its_own_numbers(shipped: Installation) -> None:
    page = (REPOSITORY / "docs" / "how-to" / "links.md").read_text(encoding="utf-8")
    rows = [[cell.strip(" `") for cell in line.split("|")] for line in page.splitlines() if line.startswith("| `")]
    templates = {kind: template for _, kind, template, *_ in rows}

    for record in _records(shipped):
        kind, number, revision = KINDS[etree.QName(record).localname]
        url = templates[kind].replace("{number}", quote(_field(record, number), safe=""))
        made = url.replace("{revision}", quote(_field(record, revision) or "-", safe="")) if revision else url

        assert made == _field(record, "Link")


def test_values_are_encoded_as_the_how_to_page_says() -> None:
    page = (REPOSITORY / "docs" / "how-to" / "links.md").read_text(encoding="utf-8")
    (plain,) = re.findall(r"`A`–`Z` `a`–`z` `0`–`9` (`.*`) stay", page)
    stays = {*string.ascii_letters, *string.digits, *plain.replace("`", "").split()}

    encoded = {character: linked("{number}", {"number": character}) for character in [*string.printable, "ä", "€"]}

    assert {character for character, text in encoded.items() if text == character} == stays
    assert (encoded["/"], encoded[" "], encoded["+"]) == ("%2F", "%20", "%2B")
    assert (encoded["ä"], encoded["€"]) == ("%C3%A4", "%E2%82%AC")


def test_the_revision_that_is_left_out_is_the_latest_that_was_delivered(here: Installation, pairsync: Command) -> None:
    for stem, revision in (("first", "A"), ("second", "AA"), ("third", "B")):
        here.put("pdm", f"{stem}.xml", samples.quotation("TA-1", revision, pdfs=(f"{stem}.pdf",)))
        here.put("pdm", f"{stem}.pdf", samples.pdf())
        here.run()

    assert pairsync("link", "document", "TA-1").out == "https://pdm.example.com/documents/TA-1/AA\n"
    assert pairsync("link", "document", "TA-1", "A").out == "https://pdm.example.com/documents/TA-1/A\n"


@pytest.mark.parametrize("had_a_run", [True, False])
def test_a_revision_that_nobody_knows_is_asked_for(here: Installation, pairsync: Command, had_a_run: bool) -> None:
    if had_a_run:
        here.run()

    answer = pairsync("link", "document", "TA-1")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "pairsync: no revision of document TA-1 was ever delivered, and the link pdm-document needs {revision}: "
        "pairsync link document TA-1 REVISION\n"
    )


def test_a_customer_in_a_template_is_the_one_that_was_delivered(here: Installation, pairsync: Command) -> None:
    here.configure(more="[link shop]\nkind = spare\nurl = https://a.example/{customer}/{number}\n")
    config = here.root / "config.ini"
    config.write_text(config.read_text().replace("documents/{number}", "{customer}/documents/{number}"))
    here.put("pdm", "a.xml", samples.quotation("TA-1", "A"))
    here.put("pdm", "a.pdf", samples.pdf())
    here.run()

    known, unknown = pairsync("link", "document", "TA-1", "B"), pairsync("link", "spare", "1")

    assert known.out == "https://pdm.example.com/104711/documents/TA-1/B\n"
    assert (unknown.code, unknown.out) == (1, "")
    assert "no customer of spare 1" in unknown.err


def test_a_link_says_itself_which_kinds_it_is_for(here: Installation, pairsync: Command) -> None:
    here.configure(more="[link people]\nkind = customer, contact\nurl = https://pdm.example/{kind}/{number}\n")

    answers = [pairsync("link", kind, "104 711").out for kind in ("customer", "contact")]

    assert answers == ["https://pdm.example/customer/104%20711\n", "https://pdm.example/contact/104%20711\n"]


def test_a_kind_without_any_link_is_told_which_there_are(here: Installation, pairsync: Command) -> None:
    near, far = pairsync("link", "dokument", "TA-1"), pairsync("link", "order", "7")

    assert (near.code, far.code) == (2, 2)
    assert "config.ini has no link for dokument (did you mean document?)" in near.err
    assert "no link for order (there are links for article, complaint, document, project)" in far.err


def _second_link_for_documents(here: Installation, kind: str = "") -> None:
    """Let a mapping of documents name a link of its own."""
    mappings = here.own_mappings(more=TWO_FOR_DOCUMENTS + kind)
    folder = mappings / "pdm-technical-quotation-to-crm-document"
    text = (folder / "mapping.map").read_text(encoding="utf-8")
    other = folder.with_name("pdm-second")
    other.mkdir()
    other_text = text.replace(f"mapping {folder.name}", f"mapping {other.name}").replace("pdm-document", "erp-document")
    (other / "mapping.map").write_text(other_text, encoding="utf-8")


def test_two_links_for_a_kind_are_no_answer_until_one_says_so(here: Installation, pairsync: Command) -> None:
    _second_link_for_documents(here)
    ambiguous = pairsync("link", "document", "TA-1", "A")
    here.configure(mappings="mappings", more=TWO_FOR_DOCUMENTS + "kind = document\n")

    chosen = pairsync("link", "document", "TA-1", "A")

    assert (ambiguous.code, ambiguous.out) == (78, "")
    assert "[link erp-document] and [link pdm-document] are for document" in ambiguous.err
    assert "add kind = document to one of them" in ambiguous.err
    assert chosen.out == "https://erp.example/TA-1\n"


def test_a_broken_mapping_only_matters_where_it_may_be_the_one(here: Installation, pairsync: Command) -> None:
    mappings = here.own_mappings()
    (mappings / "pdm-project-status-to-crm-project" / "mapping.map").write_text("mapping broken\n", encoding="utf-8")

    document, project = pairsync("link", "document", "TA-1", "A"), pairsync("link", "project", "P-2026-042")

    assert (document.code, document.out) == (0, "https://pdm.example.com/documents/TA-1/A\n")
    assert (project.code, project.out) == (78, "")
    assert "pdm-project-status-to-crm-project" in project.err


def test_programs_get_the_link_with_what_it_is_of(here: Installation, pairsync: Command) -> None:
    answer = pairsync("link", "document", "TA-1", "-", "--json")

    (told,) = answer.objects
    assert told == {
        "schema": 1,
        "type": "link",
        "link": "pdm-document",
        "kind": "document",
        "number": "TA-1",
        "revision": "-",
        "url": "https://pdm.example.com/documents/TA-1/-",
    }


def test_a_link_needs_no_lock_and_leaves_nothing_behind(here: Installation, pairsync: Command) -> None:
    here.run()
    before = _files(here.root)

    with system.lock(here.root / "inbox" / "pdm" / ".pairsync" / "lock"):
        answer = pairsync("link", "project", "P-2026-042")

    assert answer.out == "https://pdm.example.com/projects/P-2026-042\n"
    assert _files(here.root) == before


def _files(root: Path) -> set[Path]:
    return set(root.rglob("*"))
