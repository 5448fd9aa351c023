from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from node.connectors.mail.outgoing import TemporaryMailError
from node.connectors.mail.returned import MaildirReturned
from node.domain.errors import LetterError
from node.domain.letters import Letter as FilledLetter
from node.domain.recipients import Scope
from node.domain.return_token import ReturnTokens, return_address
from node.storage import people
from node.storage.database import Tx
from node.storage.tables.bounce import Bounce
from node.storage.tables.letter import Letter
from tests.node.dsn import complaint, report
from tests.node.services.intake_world import RETURNS, World, open_world, row

ADDRESS = "hanako1@example.jp"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def sent(world: World) -> str:
    """Return the id of a letter that went to ADDRESS."""
    world.queue([row(1, メールアドレス=ADDRESS)])
    world.letters.confirm(1)
    world.letters.send_due()
    with world.db.read() as tx:
        return letters(tx)[0].id


def letters(tx: Tx) -> list[Letter]:
    return list(tx.exec(select(Letter)))


def bounce(world: World, letter_id: str) -> tuple[bool, str] | None:
    with world.db.read() as tx:
        found = tx.get(Bounce, letter_id)
        return None if found is None else (found.is_hard, found.status)


def is_written_to(world: World, address: str) -> bool:
    with world.db.read() as tx:
        (letter,) = letters(tx)
        return address in world.recipients.usable(tx, letter.person_id).mails


def test_hard_bounce_ends_the_address(world: World, sent: str) -> None:
    content = report(message_id=f"<{RETURNS.of(sent)}@hiyodori.example.jp>", recipient=ADDRESS)
    assert world.bounces.take(content) == 1
    assert bounce(world, sent) == (True, "5.1.1")
    assert not is_written_to(world, ADDRESS)


def test_t19_who_names_anothers_address_beside_the_own_cannot_end_it(world: World) -> None:
    world.queue([row(1, メールアドレス=f"{ADDRESS}、other@example.jp")])
    world.letters.confirm(1)
    world.letters.send_due()
    assert world.mail.receivers == [ADDRESS]
    with world.db.read() as tx:
        token = RETURNS.of(letters(tx)[0].id)
    world.bounces.take(report(message_id=f"<{token}@x>", recipient="other@example.jp"))
    assert is_written_to(world, "other@example.jp")


def test_verp_address_names_the_letter_alone(world: World, sent: str) -> None:
    to = return_address("bounce@hiyodori.example.jp", RETURNS.of(sent))
    assert world.bounces.take(report(to=f"<{to.upper()}>", recipient=ADDRESS.upper())) == 1
    assert not is_written_to(world, ADDRESS)


def test_soft_bounce_is_counted_and_the_address_stays(world: World, sent: str) -> None:
    token = f"<{RETURNS.of(sent)}@x>"
    assert world.bounces.take(report(message_id=token, recipient=ADDRESS, status="5.2.2")) == 1
    assert bounce(world, sent) == (False, "5.2.2")
    assert is_written_to(world, ADDRESS)
    # Worse news of the same letter is news; the same, or better, is none.
    assert world.bounces.take(report(message_id=token, recipient=ADDRESS, status="4.2.2")) == 0
    assert world.bounces.take(report(message_id=token, recipient=ADDRESS)) == 1
    assert world.bounces.take(report(message_id=token, recipient=ADDRESS, status="4.2.2")) == 0
    assert bounce(world, sent) == (True, "5.1.1")


def forgeries(letter_id: str) -> Iterator[bytes]:
    """Give reports by people who never saw the letter."""
    token = RETURNS.of(letter_id)
    other_key = ReturnTokens(b"x" * 32).of(letter_id)
    changed = ("b" if token[0] != "b" else "c") + token[1:]
    for name in (other_key, changed, letter_id, "a" * 42, ""):
        yield report(message_id=f"<{name}@hiyodori.example.jp>", recipient=ADDRESS)
        yield report(to=f"<bounce+{name}@hiyodori.example.jp>", recipient=ADDRESS)
    # The words of a mail are no place for a token.
    yield report(recipient=ADDRESS).replace(b"could not deliver", token.encode())
    yield f"Subject: {token}\r\nTo: {token}@x\r\n\r\n5.1.1 failed {ADDRESS}".encode()


def test_t19_forged_report_changes_nothing(world: World, sent: str) -> None:
    assert [world.bounces.take(content) for content in forgeries(sent)] == [0] * 12
    assert bounce(world, sent) is None
    assert is_written_to(world, ADDRESS)


def test_t19_report_reaches_no_address_but_the_receivers_own(world: World, sent: str) -> None:
    token = f"<{RETURNS.of(sent)}@x>"
    assert world.bounces.take(report(message_id=token, recipient="other@example.jp")) == 1
    assert is_written_to(world, ADDRESS)


@pytest.mark.parametrize("line", ["\r\n", "\n", "\r", "\x00", "\u2028"])
def test_t19_line_ends_in_an_address_make_no_header(world: World, sent: str, line: str) -> None:
    recipient = f"{ADDRESS}{line}Bcc: other@example.jp"
    world.bounces.take(report(message_id=f"<{RETURNS.of(sent)}@x>", recipient=recipient))
    assert len(world.mail.taken) == 1


def test_complaint_of_a_mail_program_counts_for_its_letter(world: World, sent: str) -> None:
    name = f"<{RETURNS.of(sent)}@hiyodori.example.jp>"
    assert world.bounces.take(complaint(message_id=name, kind="not-spam")) == 0
    assert world.bounces.take(complaint(message_id=f"<{'a' * 42}@x>")) == 0
    assert world.bounces.take(complaint(message_id=name)) == 1
    assert (bounce(world, sent), is_written_to(world, ADDRESS)) == (None, True)
    with world.db.read() as tx:
        (letter,) = letters(tx)
        assert letter.complained_at is not None
        assert people.is_suppressed(tx, people.indexes(tx, letter.person_id), Scope.ASK)


def test_report_on_a_letter_that_never_left_changes_nothing(world: World) -> None:
    world.queue([row(1)])
    with world.db.read() as tx:
        (letter,) = letters(tx)
    assert world.bounces.take(report(message_id=f"<{RETURNS.of(letter.id)}@x>")) == 0


def test_folder_is_read_once(world: World, sent: str, tmp_path: Path) -> None:
    (tmp_path / "box" / "new").mkdir(parents=True)
    folder = MaildirReturned(tmp_path / "box")
    token = f"<{RETURNS.of(sent)}@x>"
    (tmp_path / "box" / "new" / "1").write_bytes(report(message_id=token, recipient=ADDRESS))
    (tmp_path / "box" / "new" / "2").write_bytes(b"Subject: hello\r\n\r\n")
    assert world.bounces.read(folder) == 1
    assert world.bounces.read(folder) == 0
    assert sorted(path.name for path in (tmp_path / "box" / "cur").iterdir()) == ["1:2,S", "2:2,S"]


def test_mailbox_that_is_away_is_read_another_time(world: World) -> None:
    class Away:
        def mails(self) -> Iterator[bytes]:
            raise TemporaryMailError("away")

        def arrived(self, message_id: str) -> bytes | None:
            raise TemporaryMailError(message_id)

    assert world.bounces.read(Away()) == 0


@pytest.mark.parametrize(
    "address",
    [
        "a@example.jp\r\nBcc: other@example.jp",
        "a@example.jp\nRCPT TO:<other@example.jp>",
        "a@example.jp\r",
        "a@example.jp\x00",
        "a@example.jp\u2028b",
        "a@example.jp\x85b",
        "a@example.jp> SIZE=1",
        "a@example.jp, other@example.jp",
        "架空@example.jp",
    ],
    ids=range(9),
)
def test_t19_address_cannot_end_its_line(world: World, address: str) -> None:
    with pytest.raises(LetterError):
        world.messages.message("0" * 32, "ja", to=address, text=FilledLetter("件名", "本文"))


def test_t19_subject_cannot_end_its_line(world: World) -> None:
    text = FilledLetter("件名\r\nBcc: other@example.jp", "本文")
    with pytest.raises(ValueError, match="linefeed"):
        world.messages.message("0" * 32, "ja", to=ADDRESS, text=text)


def test_letter_says_that_a_machine_wrote_it(world: World) -> None:
    """RFC 3834: absence notes stay away; the words are UTF-8, whatever the server speaks."""
    world.queue([row(1)])
    world.letters.confirm(1)
    world.letters.send_due()
    (message,) = world.mail.taken
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_charset() == "utf-8"
    assert message["Content-Transfer-Encoding"] == "base64"
    assert message.as_bytes().isascii()
