"""A peer that answers, but never to the end: nobody waits longer than was said (T21)."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from node.transport import HttpTransport, UnreachableError
from protocol.http_signature import Request

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"


@contextmanager
def dripping(opening: bytes, drop: bytes) -> Iterator[int]:
    """Serve *opening* and then *drop* again and again, slowly; give the port."""
    stopped = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(opening)
                while not stopped.wait(0.1):
                    try:
                        connection.sendall(drop)
                    except OSError:
                        return

        worker = threading.Thread(target=serve)
        worker.start()
        try:
            yield server.getsockname()[1]
        finally:
            stopped.set()
            worker.join()


@pytest.mark.parametrize(
    ("opening", "drop"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n", id="fields"),
        pytest.param(b"HTTP/1.1 200 OK\r\nx-endless: ", b"a", id="one field"),
        pytest.param(HEAD + b"\r\n", b"x", id="content"),
        pytest.param(HEAD + b"Connection: close\r\n\r\n", b"x", id="content of a closing one"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", id="chunks"
        ),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n", b"x", id="content without a length"),
    ],
)
def test_an_answer_that_drips_ends_with_the_time_for_it(opening: bytes, drop: bytes) -> None:
    with dripping(opening, drop) as port:
        request = Request("GET", f"http://127.0.0.1:{port}/tasuki/v1/status", {})
        begun = time.monotonic()
        with pytest.raises(UnreachableError):
            HttpTransport(allow_private=True).send(request, timeout=0.5)
        assert time.monotonic() - begun < 3
