"""Use cases on joining: a newcomer's request, on its way to the board."""

from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from node.clock import Clock
from node.services import ceremony
from node.services.errors import CeremonyError
from node.storage import members as versions
from node.storage.database import Database
from node.storage.members import Members
from node.transport import Transport
from protocol.admission import AdmissionRequest, open_request
from protocol.document import Signed
from protocol.errors import ConflictError, MalformedError, ProtocolError
from protocol.http_signature import Request, Response
from protocol.identifiers import MemberId, new_id
from protocol.membership import Consortium, fingerprint

MAX_WAITING = 32  # requests kept for the board
MAX_VERSIONS = 1000  # read from a node that is not trusted yet
_PREFIX = "/tasuki/v1"
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Admissions:
    """The requests that newcomers posted to this node."""

    db: Database
    members: Members
    clock: Clock
    waiting: Path  # the folder of admission requests

    def current(self) -> tuple[Consortium, str]:
        """Return the newest version and the fingerprint.

        Raises:
            CeremonyError: no consortium was adopted yet.
        """
        with self.db.read() as tx:
            if not versions.version_documents(tx):
                raise CeremonyError("no consortium was adopted yet")
            directory = self.members.directory(tx)
            return directory.current, directory.cs

    def ask_to_join(self, payload: bytes) -> AdmissionRequest:
        """Put a newcomer's request down for the board; the same company's again replaces it.

        Raises:
            TooLargeError: more than 16 KiB.
            MalformedError: not a newcomer's request, or for another consortium.
            ConflictError: a member already, or too many requests wait.
        """
        request = open_request(payload)
        current, cs = self.current()
        if request.cs != cs:
            raise MalformedError("an admission request for another consortium")
        taken = {(one.corporate_number, one.url) for one in current.members}
        numbers, urls = {number for number, _ in taken}, {url for _, url in taken}
        if request.member.corporate_number in numbers or request.member.url in urls:
            raise ConflictError("a member already")
        self.waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.waiting / f"{request.member.id}.json"
        if not path.exists() and len(self._undecided(current)) >= MAX_WAITING:
            raise ConflictError("too many admission requests wait")
        # In one step: half a file, as of a full disk, would hide all others from the board.
        fresh = path.with_name(f"{path.name}.{new_id()}")
        try:
            fresh.write_bytes(payload)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        return request

    def requests(self) -> tuple[AdmissionRequest, ...]:
        """Return the requests that wait for the board, by member id.

        Raises:
            CeremonyError: no consortium was adopted yet.
        """
        current, _ = self.current()
        return tuple(open_request(path.read_bytes()) for path in self._undecided(current))

    def draft_admission(self, member_id: str, *, lifetime: timedelta) -> Consortium:
        """Return the next version, with the company of a waiting request, still to be signed.

        Raises:
            CeremonyError: no such request, or it cannot be admitted.
        """
        for request in self.requests():
            if request.member.id == member_id:
                current, cs = self.current()
                return ceremony.draft_admission(
                    current, cs, request, lifetime=lifetime, now=self.clock.now()
                )
        raise CeremonyError("no such request waits: consortium show lists them")

    def _undecided(self, current: Consortium) -> list[Path]:
        """Return the files of the requests whose company is no member yet."""
        found = sorted(self.waiting.glob("*.json"))
        return [path for path in found if not current.is_member(MemberId(path.stem))]


@dataclass(frozen=True, slots=True)
class Entrance:
    """A member's node as a newcomer sees it: nothing of it is trusted yet."""

    transport: Transport = field(repr=False)
    url: str

    def versions(self) -> tuple[list[bytes], str]:
        """Return every version served, oldest first, and the fingerprint to be compared.

        Raises:
            UnreachableError: the node does not answer.
            CeremonyError: it serves no consortium.
        """
        found: list[bytes] = []
        while len(found) < MAX_VERSIONS:
            answer = self._send("GET", f"/membership/{len(found) + 1}", b"")
            if answer.status != HTTPStatus.OK:
                break
            found.append(answer.body)
        if not found:
            raise CeremonyError("that address serves no consortium")
        try:
            return found, fingerprint(Consortium.parse(Signed.parse(found[0]).doc))
        except ProtocolError as error:
            raise CeremonyError("that address serves something else") from error

    def post(self, payload: bytes) -> None:
        """Hand a signed request over for the board.

        Raises:
            UnreachableError: the node does not answer.
            CeremonyError: it did not take it.
        """
        answer = self._send("POST", "/admission", payload)
        if answer.status not in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
            raise CeremonyError(f"the member's node did not take the request ({answer.status})")

    def _send(self, method: str, path: str, body: bytes) -> Response:
        headers = {"content-type": "application/json"} if body else {}
        request = Request(method, self.url + _PREFIX + path, headers, body)
        return self.transport.send(request, timeout=_TIMEOUT_S)
