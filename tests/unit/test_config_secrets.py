"""A secret never stands in config.ini, and is never shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sync.config.secrets import reference
from sync.errors import ConfigurationError
from tests.config import problems, with_lines


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_PASSWORD", "geheim")

    assert reference("${env:CRM_PASSWORD}").reveal() == "geheim"


def test_a_secret_comes_from_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("geheim\n")
    file.chmod(0o600)

    assert reference(f"${{file:{file}}}").reveal() == "geheim"


def test_a_secret_in_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("geheim\n")
    file.chmod(0o640)

    with pytest.raises(ConfigurationError, match="others can read the file"):
        reference(f"${{file:{file}}}").reveal()


def test_a_secret_comes_from_the_credentials_of_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "crm").write_text("geheim")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    assert reference("${cred:crm}").reveal() == "geheim"


@pytest.mark.parametrize("text", ["${env:NOT_SET_ANYWHERE}", "${file:/nowhere/at/all}", "${cred:crm}"])
def test_a_secret_that_is_missing_is_named_by_its_reference(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)

    with pytest.raises(ConfigurationError, match=re.escape(text)):
        reference(text).reveal()


@pytest.mark.parametrize("section", ["[pairsync]", "[folder in]", "[route there]"])
@pytest.mark.parametrize(
    "key", ["password", "passwd", "pwd", "db-pass", "kennwort", "token", "api_token", "api-key", "credentials", "oauth"]
)
def test_what_is_called_like_a_secret_is_refused_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, section: str, key: str
) -> None:
    (found,) = problems(tmp_path, monkeypatch, with_lines(section, f"{key} = geheim"))

    assert f'{section} {key} = "**********": ' in found
    assert "geheim" not in found


def test_a_secret_is_never_shown() -> None:
    secret = reference("${env:CRM_PASSWORD}")

    assert f"{secret}" == "**********"
