"""What config.ini says, typed and frozen; `docs/reference/settings.md` explains each key to a person.

A field is named as its key, `-` for `_`, unless it has an alias. Durations are seconds, sizes are bytes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic.dataclasses import dataclass

from sync.config import values
from sync.findings import Code, Policy

#: Findings about a PDF without which nothing could be known or delivered: no route may allow them.
_NO_POLICY = frozenset(
    {Code.PDF_NOT_PDF, Code.PDF_EMPTY, Code.PDF_CUT_OFF, Code.PDF_TOO_MANY_PAGES, Code.PDF_CPU, Code.PDF_MEMORY}
)
#: Findings about a PDF whose policy a route may set, by the key that does so.
PDF_POLICIES = {str(code): code for code in Code if code.startswith("pdf.") and code not in _NO_POLICY}


def _beside_the_file(path: Path, info: ValidationInfo) -> Path:
    """Make a path whole: it is relative to config.ini."""
    return _root(info) / path


def _in_the_folder(path: Path, info: ValidationInfo) -> Path:
    """Make a path whole: a plain name lies in the folder itself, a path is relative to config.ini."""
    folder = info.data.get("path") if path.name == str(path) else None
    return cast(Path, folder or _root(info)) / path


def _root(info: ValidationInfo) -> Path:
    return cast(Path, info.context)


Duration = Annotated[float, BeforeValidator(values.duration)]
Size = Annotated[int, BeforeValidator(values.size)]
Name = Annotated[str, BeforeValidator(values.name)]
Kinds = Annotated[tuple[str, ...], BeforeValidator(values.kinds)]
Names = Annotated[tuple[str, ...], BeforeValidator(values.names)]
Encoding = Annotated[str, BeforeValidator(values.encoding)]
DoneFile = Annotated[str, BeforeValidator(values.done_file)]
Cron = Annotated[str, BeforeValidator(values.cron)]
BesideTheFile = Annotated[Path, BeforeValidator(values.path), AfterValidator(_beside_the_file)]
InTheFolder = Annotated[Path, BeforeValidator(values.path), AfterValidator(_in_the_folder)]

#: Where a section's title, and its policies, stand among its values; no key can be written like this.
TITLE = "[title]"
POLICIES = "[pdf]"
_CONFIG = ConfigDict(alias_generator=lambda field: field.replace("_", "-"))


@dataclass(frozen=True, kw_only=True, slots=True, config=_CONFIG)
class General:
    """`[pairsync]`: what concerns the whole installation."""

    root: Path = Field(alias="[title]")  #: the folder of config.ini
    ledger: Annotated[Path, BeforeValidator(values.ledger), AfterValidator(_beside_the_file)] = Field(
        default_factory=lambda data: data["root"] / "var" / "ledger.sqlite"
    )
    language: Literal["de", "en"] = "de"
    log: Annotated[Annotated[Path, AfterValidator(_beside_the_file)] | None, BeforeValidator(values.log)] = Field(
        default_factory=lambda data: data["root"] / "var" / "pairsync.log"
    )  #: None: standard error
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    keep: Annotated[int | None, BeforeValidator(values.days)] = None  #: days; None: for ever
    mappings: BesideTheFile = Field(default_factory=lambda data: data["root"] / "mappings")


@dataclass(frozen=True, kw_only=True, slots=True, config=_CONFIG)
class Folder:
    """`[folder NAME]`: where a system exports pairs, or where it imports them."""

    name: str = Field(alias="[title]")
    system: Name
    path: BesideTheFile = Field(alias="url")
    documents: InTheFolder | None = None  #: where its PDFs lie; None: in the folder itself, with the XMLs
    done_file: DoneFile | None = None  #: waited for in an export folder, written last into an import folder

    # an export folder, which routes lead from
    quiet: Duration = 2.0
    deadline: Duration = values.DAY  #: of a missing half; then it is reported
    optional_wait: Duration = 60.0  #: for a PDF that a mapping calls optional
    encoding: Encoding | None = None  #: instead of what the exporter declares
    doctype: Literal["refuse", "strip"] = "refuse"
    max_xml: Size = 20_000_000
    max_pdf: Size = 100_000_000
    max_tags: Annotated[int, Field(ge=1)] = 1_000_000
    work: InTheFolder | None = None  #: None: hidden in the folder
    processed: InTheFolder | None = None  #: None: processed/ in the folder
    error: InTheFolder | None = None  #: None: error/ in the folder

    # an import folder, which routes lead to
    output_encoding: Encoding = "UTF-8"
    mode: Annotated[int | None, BeforeValidator(values.mode)] = None
    group: Name | None = None
    stage: InTheFolder | None = None  #: None: hidden in the folder


#: The keys that only the one or the other kind of folder has a use for.
EXPORT_KEYS = frozenset(
    {"quiet", "deadline", "optional-wait", "encoding", "doctype", "max-xml", "max-pdf", "max-tags"}
    | {"work", "processed", "error"}
)
IMPORT_KEYS = frozenset({"output-encoding", "mode", "group", "stage"})


@dataclass(frozen=True, kw_only=True, slots=True, config=_CONFIG)
class Route:
    """`[route NAME]`: one direction of travel, from an export folder to an import folder."""

    name: str = Field(alias="[title]")
    source: str = Field(alias="from")  #: a folder's name
    target: str = Field(alias="to")  #: a folder's name
    mappings: Names = ("*",)  #: names and patterns with * and ?
    batch: Annotated[int, Field(ge=1, le=10_000)] = 64
    delivered_name: Annotated[str, BeforeValidator(values.delivered_name)] = Field(default="{stem}", alias="name")
    pdf: Literal["required"] | None = None  #: more than the mappings ask for
    max_pages: Annotated[int, Field(ge=1)] = 5_000
    pdf_policies: Mapping[Code, Policy] = Field(default_factory=dict, alias="[pdf]")  #: only those that are set
    on_duplicate: Literal["quiet", "note", "deliver"] = "quiet"  #: what is done about what says nothing new
    paused: bool = False
    every: Duration | None = None  #: used by the service
    cron: Cron | None = None  #: used by the service


@dataclass(frozen=True, kw_only=True, slots=True, config=_CONFIG)
class Link:
    """`[link NAME]`: the template of the links that a mapping's `link NAME` makes, and `pairsync link`."""

    name: str = Field(alias="[title]")
    url: Annotated[str, BeforeValidator(values.url_template)]
    kind: Kinds = ()  #: of objects; none: those of the mappings that name it
    schemes: Names = ()  #: allowed besides http and https


#: What each kind of section says.
SECTIONS: Mapping[str, type[General | Folder | Route | Link]] = {
    "pairsync": General,
    "folder": Folder,
    "route": Route,
    "link": Link,
}


def keys(kind: str) -> list[str]:
    """Give the keys that a kind of section may have."""
    fields = SECTIONS[kind].__pydantic_fields__.values()  # type: ignore[union-attr]
    own = [str(field.alias) for field in fields if field.alias not in (TITLE, POLICIES)]
    return [*own, *PDF_POLICIES] if kind == "route" else own


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """All of config.ini."""

    file: Path
    general: General
    folders: Mapping[str, Folder]  #: by name, in the order of the file, as all of them
    routes: Mapping[str, Route]
    links: Mapping[str, Link]

    def source_folders(self) -> list[Folder]:
        """Give the folders that routes lead from, each once."""
        return [self.folders[name] for name in dict.fromkeys(route.source for route in self.routes.values())]

    def routes_from(self, folder: str) -> list[Route]:
        """Give the routes that lead from a folder."""
        return [route for route in self.routes.values() if route.source == folder]
