"""Every source beside the server that speaks like its vendor."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from node.clock import StandingClock
from node.connectors.ats import SOURCES
from node.connectors.ats.source import Access, ApplicantSource, SourceError
from node.transport import HttpTransport
from tests.node.connectors.ats import (
    greenhouse_server,
    herp_server,
    kintone_server,
    lever_server,
)
from tests.node.connectors.ats.server import Vendor, serving


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of source: its server, its credentials, and how many rows a page of it has."""

    kind: str
    server: Callable[[], Vendor]
    secrets: dict[str, str]
    page: int
    number: Callable[[int], str]  # of an applicant, as the vendor writes it
    path: str = ""
    place: str = ""
    is_incremental: bool = True


CASES = {
    case.kind: case
    for case in (
        Case(
            "herp",
            herp_server.HerpServer,
            {"api_key": herp_server.HerpServer.key},
            herp_server.PAGE,
            lambda number: f"459ba99c-8f28-4744-bac1-{number:012}",
            path="/hire",
            is_incremental=False,
        ),
        Case(
            "kintone",
            kintone_server.KintoneServer,
            {"api_token": kintone_server.KintoneServer.key},
            kintone_server.MOST,
            str,
            place=kintone_server.KintoneServer.app,
        ),
        Case(
            "greenhouse",
            greenhouse_server.GreenhouseServer,
            {
                "client_id": "client-id",
                "client_secret": greenhouse_server.GreenhouseServer.key,
                "webhook_secret": greenhouse_server.GreenhouseServer.hook_key,
            },
            50,
            str,
            place="/token",
        ),
        Case(
            "lever",
            lever_server.LeverServer,
            {
                "api_key": lever_server.LeverServer.key,
                "webhook_token": lever_server.LeverServer.hook_key,
            },
            lever_server.MOST,
            lambda number: f"8bd304b4-b8e7-41cd-bca8-{number:012}",
            path="/v1",
        ),
    )
}


@dataclass(slots=True)
class Running:
    """A server that runs, and the way to it."""

    case: Case
    vendor: Vendor
    access: Access
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def clock(self) -> StandingClock:
        assert isinstance(self.access.clock, StandingClock)
        return self.access.clock

    def connect(self) -> ApplicantSource:
        connect = SOURCES[self.case.kind].connect
        assert connect is not None
        return connect(self.access)


@contextmanager
def running(kind: str, clock: StandingClock | None = None) -> Iterator[Running]:
    """Give the server of a kind of source, and access to it."""
    case = CASES[kind]
    vendor, secrets = case.server(), dict(case.secrets)
    transport = HttpTransport(allow_private=True)

    def secret(name: str) -> str:
        if name not in secrets:
            raise SourceError("no-credentials")
        return secrets[name]

    with serving(vendor.take) as url:
        if isinstance(vendor, greenhouse_server.GreenhouseServer):
            vendor.url = url
        place = url + case.place if case.place.startswith("/") else case.place
        access = Access(
            url=url + case.path,
            place=place,
            transport=transport,
            clock=clock or StandingClock(datetime(2026, 11, 24, 1, 0, tzinfo=UTC)),
            secret=secret,
            timeout=20.0,
        )
        try:
            yield Running(case, vendor, access, secrets)
        finally:
            for pool in transport._pools.values():
                pool.close()
