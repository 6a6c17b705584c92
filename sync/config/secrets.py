"""Secrets never stand in config.ini: it holds references to them, which are looked up when they are needed."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sync.config.values import NotAllowed
from sync.errors import ConfigurationError, Problem

#: Keys whose value is a secret, whatever the section.
KEYS = frozenset({"password", "passphrase", "secret", "token", "client-secret", "api-key"})
#: What such a key may be called by mistake; its value is not shown either.
_LIKE_KEYS = ("pass", "pwd", "kennwort", "secret", "token", "key", "cred", "auth")
HIDDEN = "**********"
HOW = "write ${env:NAME}, ${file:PATH} or ${cred:NAME} and keep the secret there"
_REFERENCE = re.compile(r"\$\{(\w+):([^{}]+)\}")
_URL_WITH_PASSWORD = re.compile(r"\w://[^/\s:@]*:[^/\s@]+@")


class Keeper(StrEnum):
    """Where a secret is kept."""

    ENV = "env"  #: an environment variable
    FILE = "file"  #: a file that only its owner can read
    CRED = "cred"  #: a credential that systemd passes to the service (LoadCredential=)


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """A reference to a secret; what it refers to is read by `reveal` and kept nowhere."""

    keeper: Keeper
    name: str

    def __str__(self) -> str:
        return HIDDEN

    def reveal(self) -> str:
        """Look the secret up; raises ConfigurationError that names the place, never the secret."""
        if self.keeper is Keeper.ENV:
            return self._variable()
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "") if self.keeper is Keeper.CRED else ""
        if self.keeper is Keeper.CRED and not folder:
            raise self._missing("systemd passes no credentials", "add LoadCredential= to the service")
        return self._content(Path(folder, self.name))

    def _variable(self) -> str:
        value = os.environ.get(self.name)
        if value is None:
            raise self._missing("the environment variable is not set", f"set {self.name}")
        return value

    def _content(self, path: Path) -> str:
        try:
            # systemd itself keeps others from its credentials; its files may be readable to a group of its own.
            if self.keeper is Keeper.FILE and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise self._missing("others can read the file", f"chmod 600 {path}")
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise self._missing(f"cannot be read: {error.strerror}", "") from error

    def _missing(self, what: str, suggestion: str) -> ConfigurationError:
        return ConfigurationError([Problem(file=f"${{{self.keeper}:{self.name}}}", what=what, suggestion=suggestion)])


def reference(text: str) -> Secret:
    """Read `${env:NAME}`, `${file:PATH}` or `${cred:NAME}`."""
    match = _REFERENCE.fullmatch(text)
    if not match:
        raise NotAllowed("a secret does not belong into this file", HOW)
    if match[1] == "keyring":
        raise NotAllowed("the keyring comes with a later version", HOW)
    if match[1] not in {str(keeper) for keeper in Keeper}:
        raise NotAllowed(f"secrets are not kept in {match[1]}", HOW)
    return Secret(keeper=Keeper(match[1]), name=match[2].strip())


def inline(text: str) -> bool:
    """Tell whether a value holds a password in a URL."""
    return _URL_WITH_PASSWORD.search(text) is not None


def shown(key: str, text: str) -> str:
    """Give *text* as a message may show it: not at all where it may hold a secret."""
    secret = any(word in key.lower() for word in _LIKE_KEYS) or inline(text)
    return HIDDEN if secret else text
