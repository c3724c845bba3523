"""What every test can ask for, the order of the run, and an honest account of what could not run."""

import signal

import pytest

from tests.services import missing

pytest_plugins = ["tests.services.fixtures"]

ORDER = ("unit", "house", "integration", "e2e")


def pytest_configure() -> None:
    # A terminated run tears its fixtures down, as an interrupted one does: no server outlives it.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first."""
    items.sort(key=lambda item: next((ORDER.index(part) for part in item.path.parts if part in ORDER), len(ORDER)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly which tests could not run, and for want of what."""
    ended = [*terminalreporter.getreports("skipped"), *terminalreporter.getreports("error")]
    said = [str(report.longrepr) for report in ended]
    for reason in missing.reasons(said):
        tests = sum(reason in each for each in said)
        terminalreporter.write_line(f"not run: {tests} tests, because {reason}", yellow=True)
