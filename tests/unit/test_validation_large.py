"""Large documents and many threads: the first fault only, in linear time and without a second tree."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from sync.findings import Code
from sync.mapping.schema import Schema
from sync.mapping.validation.documents import LARGE, validate
from tests.validated import END, XSD, document, found


def test_a_large_document_is_told_its_first_fault_quickly(schema):
    numbers = "<number>12</number>\n" * (LARGE - 3000) + '<number a="1">x</number>\n<number>x</number>\n' * 2000
    tree = document(numbers + END)

    start = time.perf_counter()
    findings = validate(tree, schema, file="a.xml")
    seconds = time.perf_counter() - start

    assert [finding.code for finding in findings] == [Code.SCHEMA_ATTRIBUTE_UNEXPECTED, Code.SCHEMA_ONLY_FIRST]
    assert (findings[0].line, findings[0].path) == (2 + LARGE - 3000, f"/r/number[{LARGE - 2999}]/@a")
    assert findings[1].details == {"elements": str(LARGE - 3000 + 4000 + 3)}
    assert seconds < 30  # quadratic time would take minutes


@pytest.mark.parametrize(
    ("end", "code", "path"),
    [
        ("<colour/>" + END, Code.SCHEMA_UNEXPECTED, "/r/colour"),
        ("<one>1</one>", Code.SCHEMA_MISSING, "/r/last"),
        ("<one>vielleicht</one><last>zu</last>", Code.SCHEMA_TYPE, "/r/one"),
        ('<part kind="a" of="y"/>' + END, Code.SCHEMA_IDREF, "/r/part/@of"),
    ],
)
def test_the_first_fault_of_a_large_document_is_located(schema, end, code, path):
    tree = document("<number>12</number>\n" * LARGE + end)

    findings = validate(tree, schema, file="a.xml")

    assert [(finding.code, finding.path) for finding in findings[:-1]] == [(code, path)]
    assert findings[0].line == (1 if code is Code.SCHEMA_MISSING else LARGE + 2)


def test_a_large_valid_document_gets_its_defaults(schema):
    tree = document("<number>12</number>" * LARGE + '<part kind="a"/>' + END)

    assert validate(tree, schema, file="a.xml") == []
    assert tree.find("{urn:t}part").get("unit") == "mm"


def test_many_faults_of_order_take_no_long_time(schema):
    tree = document("<number>x</number><status>weg</status>" * 2000 + END)

    start = time.perf_counter()
    findings = validate(tree, schema, file="a.xml")

    assert sum(finding.code is Code.SCHEMA_ENUMERATION for finding in findings) >= 1
    assert time.perf_counter() - start < 30


def test_threads_do_not_get_each_others_findings(schema):
    def fields(number: int) -> set[str | None]:
        body = f"<status>wrong{number}</status>" * 5 + END
        return {finding.value for _ in range(20) for finding in found(schema, body)}

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(fields, range(16)))

    assert results == [{f"wrong{number}"} for number in range(16)]


class Broken(Schema):
    """A schema whose validator fails, as it does where memory runs out."""

    class Validator:
        def validate(self, tree: object) -> bool:
            raise etree.XMLSchemaValidateError("Internal error in XML Schema validation.")

    validator = Validator()


def test_a_validator_that_fails_never_means_valid(tmp_path):
    (tmp_path / "s.xsd").write_text(XSD, "utf-8")
    broken = Broken.load(tmp_path / "s.xsd", [tmp_path])

    (finding,) = found(broken, END)

    assert finding.code is Code.SCHEMA_INTERNAL
    assert "Internal error" in finding.details["parser"]


MEASURED = """
import sys
from pathlib import Path
from lxml import etree
from sync.mapping.schema import Schema
from sync.mapping.validation.documents import validate

def peak():
    # Not ru_maxrss: that of a new process begins with its parent's.
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])

schema = Schema.load(Path(sys.argv[1]) / "s.xsd", [Path(sys.argv[1])])
content = ("<r xmlns='urn:t'>" + "<number>12</number>" * 300_000 + sys.argv[2] + "</r>").encode()
before = peak()
tree = etree.ElementTree(etree.fromstring(content))
parsed = peak()
assert validate(tree, schema, file="a.xml") == []
print(parsed - before, peak() - parsed)
"""


def test_a_large_document_is_validated_without_a_second_tree(tmp_path):
    (tmp_path / "s.xsd").write_text(XSD, "utf-8")

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path), END], capture_output=True, text=True, check=True
    )

    tree, more = map(int, done.stdout.split())
    assert more < tree
