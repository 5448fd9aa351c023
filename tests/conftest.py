"""What holds for the whole suite."""

from collections.abc import Iterator

import pytest

from tests.postgres import Cluster, NoPostgresError, binaries, cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Give the run's PostgreSQL server; where there is none, say so and skip."""
    try:
        binaries()
    except NoPostgresError as error:
        pytest.skip(str(error))
    with cluster() as found:
        yield found


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """Give the address of a fresh database with the newest schema."""
    url = postgres.database()
    yield url
    postgres.drop(url)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what this machine could not check: a skip is never meant to pass unseen."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else "unknown"
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in sorted(reasons.items()):
        line = f"WARNING: {count} not checked on this machine: {reason.removeprefix('Skipped: ')}"
        terminalreporter.write_line(line, red=True, bold=True)
