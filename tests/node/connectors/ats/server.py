"""A server on this machine that speaks like a vendor: what it is asked, and how it fails."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from tests.node.connectors.ats.applicants import Applicant


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor answers."""

    content: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    after: float = 0.0  # seconds

    @property
    def body(self) -> bytes:
        return json.dumps(self.content).encode() if self.raw is None else self.raw


class Vendor:
    """What the servers of all vendors share; a fault is answered in an answer's place."""

    def __init__(self) -> None:
        self.people: dict[int, Applicant] = {}
        self.came: list[Asked] = []
        self.faults: list[Answer | None] = []  # None: this call is answered
        self.extra: dict[str, object] = {}  # laid over what is said of every application
        self.each: Callable[[], object] = list  # done at each call

    def take(self, asked: Asked) -> Answer:
        self.came.append(asked)
        self.each()
        fault = self.faults.pop(0) if self.faults else None
        return fault or self.answer(asked)

    def answer(self, asked: Asked) -> Answer:
        raise NotImplementedError


@contextmanager
def serving(take: Callable[[Asked], Answer]) -> Iterator[str]:
    """Give the address of a server that answers with *take*."""

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two segments

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            answer = take(Asked(self.command, parts.path, query, headers, body))
            time.sleep(answer.after)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the library's names

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
