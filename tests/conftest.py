"""What all tests share: `--full`, and that nothing is skipped in CI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the long sweeps whole, not a fixed-seed sample of them")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest first, so that no process is left with them when the others are through."""
    items.sort(key=lambda item: item.path.parent.name != "faults")


def pytest_configure(config: pytest.Config) -> None:
    # The machine may be busy, so no example has a deadline; without --full the examples are the same every time.
    settings.register_profile("pairsync", deadline=None, derandomize=not config.getoption("--full"))
    settings.load_profile("pairsync")
    if os.environ.get("CI") == "true":
        config.pluginmanager.register(_NoSkips(), "no-skips")


class _NoSkips:
    """Fail a run in which something was skipped: in CI a missing tool is a mistake, not a circumstance."""

    def __init__(self) -> None:
        self._skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._skipped.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._skipped:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._skipped:
            terminalreporter.section("skipped, and in CI nothing may be")
            terminalreporter.write_line("\n".join(self._skipped))


@pytest.fixture(scope="session", autouse=True)
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the processes that tests start share compiled modules, outside the repository and whatever is set here."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPYCACHEPREFIX", str(shared / "compiled"))
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the long sweeps run whole (`./test --full`)."""
    return bool(request.config.getoption("--full"))
