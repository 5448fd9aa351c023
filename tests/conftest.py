"""What holds for the whole suite."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what this machine could not check: a skip is never meant to pass unseen."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else "unknown"
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in sorted(reasons.items()):
        line = f"WARNING: {count} not checked on this machine: {reason.removeprefix('Skipped: ')}"
        terminalreporter.write_line(line, red=True, bold=True)
