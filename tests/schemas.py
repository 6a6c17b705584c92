"""Small schemas, written where a test wants them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.errors import ConfigurationError
from sync.mapping.schema import Schema


def write(folder: Path, name: str, body: str, head: str = 'xmlns="urn:t" targetNamespace="urn:t"') -> Path:
    """Write a schema file."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {head}>{body}</xs:schema>', "utf-8")
    return file


def load(folder: Path, body: str, head: str = 'xmlns="urn:t" targetNamespace="urn:t"') -> Schema:
    """Write a schema and load it."""
    return Schema.load(write(folder, "main.xsd", body, head), [folder])


def problems(folder: Path, file: Path) -> str:
    """Say what is wrong with a schema."""
    with pytest.raises(ConfigurationError) as caught:
        Schema.load(file, [folder])
    return str(caught.value)
