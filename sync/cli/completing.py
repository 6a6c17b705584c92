"""What the shell completes; read without the settings' checks, so that a key press is answered at once."""

from __future__ import annotations

import configparser
from contextlib import suppress
from pathlib import Path

import click


def route_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Give the routes of config.ini that begin so."""
    sections = _read(context).sections()
    names = [title.removeprefix("route ") for title in sections if title.startswith("route ")]
    return [name for name in names if name.startswith(incomplete)]


def mapping_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Give the mappings that begin so."""
    folder = _config(context).parent / _read(context).get("pairsync", "mappings", fallback="mappings")
    return sorted(file.parent.name for file in folder.glob("*/mapping.map") if file.parent.name.startswith(incomplete))


def _read(context: click.Context) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    with suppress(OSError, UnicodeDecodeError, configparser.Error):
        parser.read_string(_config(context).read_text(encoding="utf-8-sig"))
    return parser


def _config(context: click.Context) -> Path:
    return Path(context.find_root().params.get("config") or "config.ini")
