"""The command line's root: what is common to all commands, and which there are."""

from __future__ import annotations

import os
from pathlib import Path

import click

import sync
from sync.cli.installing import check, completion, db, init
from sync.cli.linking import link
from sync.cli.mappings import mapping
from sync.cli.records import list_, show, status
from sync.cli.run import run
from sync.cli.session import Session
from sync.cli.wishes import pause, resend, resume, retry


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("config.ini"),
    show_default=True,
    envvar="PAIRSYNC_CONFIG",
    show_envvar=True,
    help="The settings.",
)
@click.version_option(sync.__version__, prog_name="pairsync")
@click.pass_context
def pairsync(context: click.Context, config: Path) -> None:
    """Carry pairs of XML metadata and PDFs between the systems of an engineering company."""
    context.ensure_object(Session).config = config
    if os.environ.get("NO_COLOR"):
        context.color = False


for command in (run, status, list_, show, link, retry, resend, pause, resume, check, mapping, db, init, completion):
    pairsync.add_command(command)
