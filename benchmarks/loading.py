"""How long it takes to load mappings: the shipped ones, and one between UBL's schemas and the shipped PDM."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import MILLISECOND, interleaved
from benchmarks.report import Line
from sync.mapping.store import MappingStore

ROOT = Path(__file__).resolve().parents[1]
UBL = ROOT.parent / "shared" / "schemas" / "ubl-2.1" / "xsd"
_LINKS = dict.fromkeys(("pdm-document", "pdm-article", "pdm-project"), "https://example.invalid/{number}")
_UBL = """mapping ubl
source xsd/maindoc/UBL-RequestForQuotation-2.1.xsd RequestForQuotation
target ../schemas/pdm/import.xsd Unterlage
pdf    optional

object document
  number   <- ID
  title    <- ID

@version         = "1"
Fremdschluessel  <- ID
Fremdschluessel/@system = "CRM"
Unterlagennummer <- ID
Revisionsnummer  = "-"
Benennung        <-? Note[1]
Unterlagenart    = "KANF"
Freigabestand    = "freigegeben"
Kundennummer     <-? OriginatorCustomerParty/Party/PartyIdentification[1]/ID
"""


def measure(*, rounds: int) -> list[Line]:
    """Load all shipped mappings and the one of UBL, and list them without loading."""
    with tempfile.TemporaryDirectory() as folder:
        runs: dict[str, Callable[[], object]] = {
            "all shipped mappings": _load(ROOT / "mappings"),
            "mappings of a run with nothing to convert": lambda: MappingStore.load(ROOT / "mappings", _LINKS).met(),
        }
        if UBL.exists():
            runs["a mapping with UBL's RequestForQuotation"] = _load(_with_ubl(Path(folder)))
        taken = interleaved(runs, rounds)
    limits = {"all shipped mappings": 150.0, "a mapping with UBL's RequestForQuotation": 200.0}
    lines = [
        Line(name=f"loading: {name}", value=seconds * MILLISECOND, unit="ms", at_most=limits.get(name))
        for name, seconds in taken.items()
    ]
    return lines if UBL.exists() else [*lines, Line(name="loading: UBL's schemas are not here, so they are left out")]


def _load(folder: Path) -> Callable[[], object]:
    return lambda: len(MappingStore.load(folder, _LINKS).mappings)


def _with_ubl(folder: Path) -> Path:
    shutil.copytree(ROOT / "mappings" / "schemas", folder / "schemas")
    shutil.copytree(UBL, folder / "ubl" / "xsd")
    (folder / "ubl" / "mapping.map").write_text(_UBL, "utf-8")
    return folder
