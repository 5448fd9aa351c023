"""Personal data is sown, the whole chain runs, and nothing of it is found where it must not be."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from traceback import format_exception

import pytest

from config import log as log_settings
from node.assembly.apps import console_app, ops_app, portal_app
from node.assembly.reports import Reports
from node.assembly.words import read_vocabulary
from node.cli.report_text import words
from node.domain.errors import FileRefusedError
from node.services.errors import ServiceError
from node.storage import trees
from protocol.audit.verdict import verify
from protocol.errors import ProtocolError
from protocol.http_signature import Request
from tests.scenarios.applicants import file_of
from tests.scenarios.canary import EMPLOYER, INTERVIEWER, MAIL, MARKS, NAME, Sown, forms, leaks
from tests.scenarios.consortium import Consortium, Member, founded
from tests.scenarios.person import Person
from tests.scenarios.relay import asked_person, balance, opening_at, proposed, state_of

PEOPLE = {"alpha": 100, "beta": 10}
BAD = (
    {"メールアドレス": f"{Sown(0).mail} at nowhere"},
    {"電話番号": Sown(0).name},
    {"応募日": Sown(0).name},
    {"現在の勤務先法人番号": Sown(0).name},
)
_URL = re.compile(r"https?://[^\s<>\"']+")


class EveryField(logging.Formatter):
    """Writes all that a record holds, before anything is redacted."""

    def format(self, record: logging.LogRecord) -> str:
        found = dict(vars(record))
        trace = format_exception(*record.exc_info) if record.exc_info else []
        return f"{record.getMessage()} {found!r} {''.join(trace)}"


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    """Give three nodes that log at DEBUG into their folder: as they do, and all of it."""
    root = logging.getLogger()
    before, levels = (
        root.handlers,
        {room: logging.getLogger(room).level for room in log_settings.ROOMS},
    )
    with (tmp_path / "json.log").open("w") as lines, (tmp_path / "raw.log").open("w") as raw:
        log_settings.configure("DEBUG", lines)
        every = logging.StreamHandler(raw)
        every.setFormatter(EveryField())
        root.addHandler(every)
        with founded(tmp_path) as found:
            found.tick(2)
            yield found
        root.handlers = before
        for room, level in levels.items():
            logging.getLogger(room).setLevel(level)
        logging.captureWarnings(capture=False)


def imported(consortium: Consortium, name: str) -> list[Person]:
    """Import a company's people with some bad rows, and send them their letters."""
    member = consortium[name]
    first = 0 if name == "alpha" else PEOPLE["alpha"]
    sown = [Sown(first + at) for at in range(PEOPLE[name])]
    bad = [Sown(200 + at).row(**change) for at, change in enumerate(BAD)]
    rows = [one.row() for one in sown]
    result = member.node.people.intake.import_file(
        file_of(*rows[:5], *bad, *rows[5:]),
        "a.csv",
        source="csv",
        progress=lambda _done, _all: None,
    )
    assert (result.added, len(result.errors)) == (len(rows), len(BAD))
    letters = member.node.people.letters
    letters.queue_rejections()
    letters.confirm(len(rows))
    consortium.tick()
    assert len(member.mail.letters) == len(rows)
    return [Person(member, one.mail) for one in sown]


def chain(consortium: Consortium) -> None:
    """Go from the import to the reveal, a withdrawal, the report and the audit."""
    people = imported(consortium, "alpha")
    peers = imported(consortium, "beta")
    employer = f"{EMPLOYER}0株式会社"
    for person in people[:10]:
        person.agree(consortium["beta"].id, consortium["gamma"].id, blocks=(employer,))
    for person in peers:
        person.agree(consortium["alpha"].id, consortium["gamma"].id)
    people[10].member.node.people.consents.decline(people[10].visit("consent"))
    consortium.tick(8)
    assert balance(consortium, "beta").earned == 1
    revealed = proposed(consortium, "beta")
    person = asked_person(people)
    person.accept()
    consortium.tick(8)
    assert state_of(consortium, "beta", revealed) == "revealed"
    other = next(one for one in people[:10] if one is not person)
    other.member.node.people.consents.withdraw(other.visit("consent"))
    consortium.tick(4)


def said(*acts: Callable[[], object]) -> list[bytes]:
    """Return all that the refusals of some acts say."""
    found = []
    for act in acts:
        with pytest.raises((ServiceError, ProtocolError, FileRefusedError)) as raised:
            act()
        found.append("".join(format_exception(raised.value)).encode())
        found.append(repr(raised.value).encode())
    return found


def refusals(consortium: Consortium) -> list[bytes]:
    """Bring personal data to doors that refuse it."""
    alpha = consortium["alpha"].node
    person = Person(consortium["alpha"], Sown(20).mail)
    secret, _ = person.link("consent")
    one = Sown(21)
    return said(
        lambda: alpha.people.intake.import_file(
            one.name.encode(), "a.csv", source="csv", progress=lambda _done, _all: None
        ),
        lambda: alpha.people.intake.import_file(
            file_of(one.row()), "a.csv", source=one.name, progress=lambda _done, _all: None
        ),
        lambda: alpha.people.links.visit(one.name, "consent", "000000"),
        lambda: alpha.people.links.visit(secret, "consent", one.phone),
        lambda: person.agree(one.name),
        lambda: person.agree(consortium["beta"].id, fields=frozenset({one.name})),
        lambda: alpha.hiring.introductions.get(one.name),
        lambda: alpha.inbox.open(consortium["beta"].id, one.name.encode()),
        lambda: alpha.network.deliveries.answer(consortium["beta"].id, one.name.encode()),
        lambda: alpha.network.witness.add_checkpoint(one.name.encode()),
    )


def answers(consortium: Consortium) -> list[bytes]:
    """Return what apps answer to people who are neither logged in nor meant."""
    alpha = consortium["alpha"].node
    found = []
    for app in (portal_app(alpha), console_app(alpha)):
        browser = app.test_client()
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static" or "path" in rule.arguments:
                continue
            built = rule.build(dict.fromkeys(rule.arguments, "1" * 32) | {"lang": "ja"})
            assert built is not None
            for method in {"GET", "POST"} & (rule.methods or set()):
                answer = browser.open(built[1], method=method, base_url="https://alpha.example.jp")
                found.append(str(answer.headers).encode() + answer.data)
    return found


def log_entries(member: Member) -> list[bytes]:
    node = member.node
    with node.own.db.read() as tx:
        return [
            entry
            for other in ("alpha", "beta", "gamma")
            for entry in trees.entries(
                tx,
                f"{other}.example.jp/tasuki/v1/log/0001",
                0,
                trees.size(tx, node.own.origin) + 999,
            )
        ]


def report(member: Member) -> bytes:
    found = Reports.of(member.node).analytics.report()
    return "\n".join(words(found, read_vocabulary(), "ja")).encode()


def places(consortium: Consortium, folder: Path) -> Mapping[str, Iterable[bytes]]:
    """Return every writing in which no personal data may stand."""
    members = list(consortium.members.values())
    found: dict[str, Iterable[bytes]] = {
        "wire": consortium.wire.sent,
        "log entries": [entry for member in members for entry in log_entries(member)],
        "bundles": [member.node.bundles.export() for member in members],
        "report": [report(member) for member in members],
        "metrics": [ops_app(member.node).test_client().get("/metrics").data for member in members],
        "counters": [repr(member.node.counters()).encode() for member in members],
        "urls": [
            url.encode()
            for member in members
            for letter in member.mail.letters
            for text in (letter.get_content(), str(letter["List-Unsubscribe"]))
            for url in _URL.findall(text)
        ],
    }
    # Databases with their logs and journals, markers, locks, the files of the logging.
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.parent.name != "errors":
            found[str(path.relative_to(folder))] = [path.name.encode(), path.read_bytes()]
    return found


def test_personal_data_stays_where_it_belongs(consortium: Consortium, tmp_path: Path) -> None:
    chain(consortium)
    refused = refusals(consortium)
    shown = answers(consortium)
    found = dict(places(consortium, tmp_path))
    assert len(found["bundles"][0]) > 10_000  # type: ignore[index]
    assert {"alpha/data/node.sqlite3", "alpha/marker", "json.log", "raw.log"} <= set(found)
    assert len((tmp_path / "raw.log").read_bytes()) > 1000
    assert leaks(found | {"exceptions": refused, "answers to strangers": shown}) == []
    for member in consortium.members.values():
        assert verify(member.node.bundles.export(), consortium.trust).findings == ()
    check_letters(consortium)
    check_error_files(tmp_path)


def check_letters(consortium: Consortium) -> None:
    """A letter holds data of the person it goes to, and of nobody else."""
    for member in consortium.members.values():
        for letter in member.mail.letters:
            (number,) = re.findall(rf"{MAIL}\.(\d+)@", str(letter["To"]))
            text = f"{letter.as_string()} {letter.get_content()}"
            assert INTERVIEWER not in text
            others = (Sown(other) for other in range(110) if other != int(number))
            assert not [word for other in others for word in other.words if word in text]


def check_error_files(folder: Path) -> None:
    """The file of bad rows holds them whole, for the owner alone."""
    files = sorted(folder.glob("*/data/errors/*"))
    assert len(files) == 2
    for path in files:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert NAME in path.read_text("utf-8-sig")


def test_a_planted_leak_is_found_in_every_place(consortium: Consortium, tmp_path: Path) -> None:
    """The search has teeth."""
    one = Sown(7)
    alpha = consortium["alpha"].node
    assert leaks(places(consortium, tmp_path)) == []
    logging.getLogger("node.planted").debug("sent to %s", one.name)
    logging.getLogger("node.planted").debug("sent", extra={"to": one.kana})
    consortium.wire.send(
        Request("GET", f"https://beta.example.jp/{one.mail}", {}, one.name.encode()), timeout=1
    )
    opening = opening_at(consortium["alpha"])
    with alpha.own.db.begin() as tx:
        tx.connection().exec_driver_sql(
            "UPDATE opening SET title = ? WHERE id = ?", (one.name, opening)
        )
    (tmp_path / "alpha" / "marker").write_text(f"1 {one.phone}")
    found = {place for place, _ in leaks(places(consortium, tmp_path))}
    files = {"alpha/marker", "json.log", "raw.log"}
    assert files | {"wire"} <= found
    assert found & {"alpha/data/node.sqlite3", "alpha/data/node.sqlite3-wal"}


@pytest.mark.parametrize("mark", MARKS)
def test_every_way_of_writing_is_found(mark: str) -> None:
    for form in forms(mark):
        assert leaks({"place": [b"before" + form + b"after"]}, [mark]) == [("place", mark)]
    assert leaks({"place": [b"nothing"]}, [mark]) == []
