"""A node whose applicants are in Greenhouse, from the settings to the letter (A13, A14)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import Client

from config.errors import SettingsError
from config.settings import Settings
from config.sources import SourceSection
from node.assembly.apps import peer_app
from node.assembly.node import Node, assemble
from node.assembly.own import Outside
from node.assembly.reading import secret_faults, source_mapping
from node.clock import StandingClock
from node.storage.database import open_database
from node.storage.keyfiles import NodeKeys
from node.transport import HttpTransport
from protocol.identifiers import MemberId
from tests.node.connectors.ats.applicants import applicants
from tests.node.connectors.ats.greenhouse_server import GreenhouseServer
from tests.node.connectors.ats.server import serving
from tests.node.reading import HereReader
from tests.scenarios.consortium import Mailbox, settings
from tests.sqlite import lay_schema


@dataclass(frozen=True, slots=True)
class Company:
    """One company with its node and its Greenhouse."""

    node: Node
    clock: StandingClock
    mail: Mailbox
    vendor: GreenhouseServer

    def hook(self, action: str, number: int, event: str) -> int:
        """Send a webhook about an application and return the status of the answer."""
        payload = {"application": {"id": number}}
        headers, body = self.vendor.hook(action, payload, event)
        answer = Client(peer_app(self.node)).post("/hooks/ats", data=body, headers=headers)
        return answer.status_code

    def end(self, number: int, end: str) -> None:
        assert end in {"", "org"}
        people = self.vendor.people
        people[number] = people[number].ending("org" if end else "", self.clock.now())

    def tick(self) -> None:
        self.clock.advance(timedelta(seconds=5))
        self.node.reading.sources.poll_due()
        self.node.people.letters.send_due()


def with_greenhouse(folder: Path, url: str) -> Settings:
    plain = settings(folder, "alpha")
    source = SourceSection(kind="greenhouse", url=url, token_url=f"{url}/token")
    return plain.model_copy(update={"sources": {"ats": source}})


def put_keys(configured: Settings) -> None:
    folder = configured.node.data_folder / "secrets"
    folder.mkdir(parents=True)
    for name, key in (
        ("client_id", "client-id"),
        ("client_secret", GreenhouseServer.key),
        ("webhook_secret", GreenhouseServer.hook_key),
    ):
        path = folder / f"ats.{name}"
        path.write_text(f"{key}\n", encoding="utf-8")
        path.chmod(0o600)


@contextmanager
def opened(configured: Settings, vendor: GreenhouseServer) -> Iterator[Company]:
    db = open_database(configured.database_url)
    lay_schema(db)
    db.close()
    clock, mail = StandingClock(), Mailbox()
    transport = HttpTransport(allow_private=True)
    outside = Outside(clock, transport, mail, reader=HereReader())
    with assemble(configured, NodeKeys.generate(), MemberId("1" * 32), outside) as node:
        yield Company(node, clock, mail, vendor)
    for pool in transport._pools.values():
        pool.close()


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    vendor = GreenhouseServer()
    vendor.people = applicants(5)
    with serving(vendor.take) as url:
        vendor.url = url
        configured = with_greenhouse(tmp_path, url)
        put_keys(configured)
        assert secret_faults(configured) == ([], [])
        with opened(configured, vendor) as found:
            found.tick()
            yield found


def test_a_rejection_that_is_told_seven_times_is_one_letter(company: Company) -> None:
    company.end(2, "org")
    for _ in range(7):
        assert company.hook("reject_candidate", 2, "event-1") == 200
        company.tick()
    letters = company.node.people.letters
    assert letters.summary().letters == 1
    letters.confirm(1)
    for _ in range(3):
        company.tick()
        company.hook("reject_candidate", 2, "event-2")
    assert [letter["To"] for letter in company.mail.letters] == ["hanako2@mail.example.jp"]


def test_one_who_is_unrejected_after_the_confirmation_gets_none(company: Company) -> None:
    company.end(2, "org")
    company.hook("reject_candidate", 2, "event-1")
    company.clock.advance(timedelta(seconds=5))
    company.node.reading.sources.poll_due()
    company.node.people.letters.confirm(1)
    company.end(2, "")
    company.hook("unreject_candidate", 2, "event-2")
    for _ in range(3):
        company.tick()
    assert company.mail.letters == []
    assert company.node.people.letters.summary().letters == 0


def test_keys_that_are_missing_or_open_to_others_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    configured = with_greenhouse(tmp_path, "https://harvest.example.jp")
    faults, advice = secret_faults(configured)
    assert [fault.split(":")[0] for fault in faults] == [
        "no secret ats.client_id",
        "no secret ats.client_secret",
    ]
    assert [line.split(":")[0] for line in advice] == ["no secret ats.webhook_secret"]
    put_keys(configured)
    (configured.node.data_folder / "secrets" / "ats.client_secret").chmod(0o640)
    faults, advice = secret_faults(configured)
    assert faults == ["secrets/ats.client_secret is open to others: set its mode to 0600"]
    assert advice == []


def test_a_mapping_of_ones_own_is_used_or_refused_by_its_key(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    section = SourceSection(kind="lever", url="https://api.example.jp", mapping=own)
    for content, said in (
        (None, "cannot be read as TOML"),
        (b"[columns", "cannot be read as TOML"),
        (b"\xff", "cannot be read as TOML"),
        (b'[columns]\n"id" = "no_such_field"\n', "unreadable"),
    ):
        if content is not None:
            own.write_bytes(content)
        with pytest.raises(SettingsError, match=rf"^sources\.ats\.mapping: .*{said}"):
            source_mapping("ats", section)
    own.write_text('[columns]\n"id" = "application_id"\n[ends]\n"Ghosted" = "candidate"\n', "utf-8")
    assert source_mapping("ats", section).ends["ghosted"].ended_by == "candidate"


def test_a_source_whose_key_is_missing_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    configured = with_greenhouse(tmp_path, "https://harvest.example.jp")
    configured.node.data_folder.mkdir(parents=True)
    with opened(configured, GreenhouseServer()) as company:
        company.tick()
        (standing,) = company.node.reading.sources.standings()
        assert standing.fault == "no-credentials"
        assert company.hook("ping", 1, "event-1") == 401
