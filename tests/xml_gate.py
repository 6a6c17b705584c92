"""What the tests of the XML gate share."""

from __future__ import annotations

import pytest
from lxml import etree

from sync.errors import PairRejected
from sync.findings import Finding
from sync.gates.xml import Prolog, XmlLimits, inspect, parse

GOOD = '<?xml version="1.0" encoding="{}"?>\n<Unterlage>\n<Benennung>Maßblatt Förderband</Benennung>\n</Unterlage>\n'


def look(data: bytes | str, **limits: object) -> Prolog:
    """Inspect *data*."""
    return inspect(data.encode() if isinstance(data, str) else data, XmlLimits(**limits), file="4711.xml")


def read(data: bytes | str, **limits: object) -> etree._Element:
    """Inspect and parse *data*."""
    return parse(look(data, **limits)).getroot()


def refusal(data: bytes | str, **limits: object) -> Finding:
    """Give the one finding for which *data* is refused."""
    with pytest.raises(PairRejected) as raised:
        parse(look(data, **limits))
    (finding,) = raised.value.findings
    assert finding.file == "4711.xml"
    return finding
