"""The house itself: what the repository promises about its own files."""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = sorted((Path(__file__).resolve().parents[2] / "sync").rglob("*.py"))
SCRIPTS = ("run", "test", ".ci/environment.sh")


@pytest.fixture(scope="module")
def setup_cfg(root: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    parser.read(root / "setup.cfg", encoding="utf-8")
    return parser


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(module.parents[1]).as_posix())
def test_a_module_is_not_longer_than_400_lines(module: Path) -> None:
    lines = module.read_text(encoding="utf-8").count("\n")

    assert lines <= 400


def test_every_package_is_listed_in_setup_cfg(root: Path, setup_cfg: configparser.RawConfigParser) -> None:
    packages = {".".join(module.parent.relative_to(root).parts) for module in MODULES}

    assert set(setup_cfg["options"]["packages"].split()) == packages


def test_every_import_is_a_dependency_that_setup_cfg_names(setup_cfg: configparser.RawConfigParser) -> None:
    required = setup_cfg["options"]["install_requires"].lower()
    named = {re.match(r"[\w.-]+", line)[0] for line in required.split("\n") if line}

    imported = {name.lower() for module in MODULES for name in _imported(module)}

    assert imported - set(sys.stdlib_module_names) - {"sync"} <= named


def _imported(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_every_dependency_stands_in_the_table(root: Path, setup_cfg: configparser.RawConfigParser) -> None:
    table = (root / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    extras = setup_cfg["options.extras_require"]
    named = setup_cfg["options"]["install_requires"] + "".join(extras.values())

    missing = [line for line in re.findall(r"^[\w.-]+", named, re.MULTILINE) if line.lower() not in table]

    assert missing == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_posix_sh(root: Path, script: str) -> None:
    checked = subprocess.run(["sh", "-n", root / script], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("script", [*SCRIPTS, ".ci/run"])
def test_a_script_is_clean(root: Path, script: str) -> None:
    checked = subprocess.run(["shellcheck", "-x", script], cwd=root, capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.parametrize("script", ["run", "test", ".ci/run"])
def test_a_script_can_be_run(root: Path, script: str) -> None:
    assert os.access(root / script, os.X_OK)


@pytest.mark.parametrize("folder", ["inbox/crm", "inbox/pdm", "outbox/crm", "outbox/pdm"])
def test_what_is_dropped_or_delivered_is_never_part_of_a_commit(root: Path, folder: str, tmp_path: Path) -> None:
    clone = tmp_path / folder
    (clone / "processed" / "2026-11-23").mkdir(parents=True)
    shutil.copy(root / folder / ".gitignore", clone)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (clone / "processed" / "2026-11-23" / "a.xml").touch()
    (clone / "b.pdf").touch()

    status = ["git", "-C", tmp_path, "status", "--porcelain", "--untracked-files=all"]
    changed = subprocess.run(status, capture_output=True, text=True, check=True).stdout

    assert changed == f"?? {folder}/.gitignore\n"


@pytest.mark.parametrize(("ci", "code"), [("true", pytest.ExitCode.TESTS_FAILED), ("", pytest.ExitCode.OK)])
def test_in_ci_a_skipped_test_fails_the_run(root: Path, tmp_path: Path, ci: str, code: pytest.ExitCode) -> None:
    shutil.copy(root / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\ndef test_well(): pass\n\n@pytest.mark.skip\ndef test_never(): pass\n"
    )

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", tmp_path]
    run = subprocess.run(command, cwd=tmp_path, env={**os.environ, "CI": ci}, capture_output=True, check=False)

    assert run.returncode == code
