"""The real transport against addresses that it must not ask and servers that do not behave."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from node.transport import MAX_ANSWER_BYTES, HttpTransport, UnreachableError, is_public
from protocol.http_signature import Request

# RFC 6890 and the IANA registries of special addresses, their first and last where it matters.
NOT_PUBLIC = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.1.2.3
    169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.170
    192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1
    203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::10.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1
    ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::8.8.8.8 64:ff9b:1::1
    100::1 2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
    2002:7f00:1:: 2002:808:808::1 3fff::1 4000::1 5f00::1 8000::1 fc00::1 fd00::1
    fe80::1 fe80::1%1 fec0::1 ff02::1 ff05::2 ff0e::1
"""
PUBLIC = """
    1.1.1.1 8.8.8.8 9.9.9.9 100.63.255.255 100.128.0.1 128.0.0.1 172.15.255.255 172.32.0.1
    192.0.1.1 192.167.255.255 198.17.255.255 198.20.0.1 203.0.112.255 223.255.255.255
    ::ffff:8.8.8.8 2001:200::1 2001:4860:4860::8888 2400:cb00::1 2606:4700:4700::1111
    2a00:1450::1 2c0f:fb50::1
"""


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_an_address_that_is_not_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_an_address_of_the_open_internet(address: str) -> None:
    assert is_public(address)


class Server(ThreadingHTTPServer):
    """A peer on this machine; it answers by its path and notes what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.came: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two segments

    @property
    def peer(self) -> Server:
        assert isinstance(self.server, Server)
        return self.server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.peer.came.append((self.command, self.path, headers, body))
        match self.path:
            case "/redirect":
                self.answer(302, b"", location=f"{self.peer.url}/target")
            case "/large":
                self.answer(200, bytes(MAX_ANSWER_BYTES + 1))
            case "/largest":
                self.answer(200, bytes(MAX_ANSWER_BYTES))
            case "/packed":
                self.answer(200, b"not gzip at all", content_encoding="gzip")
            case "/broken":
                self.wfile.write(b"no HTTP\r\n\r\n")
                self.close_connection = True
            case "/refused":
                self.answer(409, b"conflict")
            case _:
                self.answer(200, body or b"found", x_sign="1")

    do_POST = do_GET  # noqa: N815 - the library's name

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as found:
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    found = HttpTransport(allow_private=True)
    yield found
    for pool in found._pools.values():
        pool.close()


def get(url: str) -> Request:
    return Request("GET", url, {}, b"")


def test_a_query_is_sent_as_it_stands(server: Server, transport: HttpTransport) -> None:
    transport.send(get(f"{server.url}/rows?page=2&q=%24id%20%3E%201"), timeout=5)
    assert server.came[0][1] == "/rows?page=2&q=%24id%20%3E%201"


def test_a_request_arrives_as_it_was_signed(server: Server, transport: HttpTransport) -> None:
    request = Request("POST", f"{server.url}/inbox", {"content-type": "application/json"}, b"{}")
    answer = transport.send(request, timeout=5)
    assert (answer.status, answer.body, answer.headers["x-sign"]) == (200, b"{}", "1")
    method, path, headers, body = server.came[0]
    assert (method, path, body) == ("POST", "/inbox", b"{}")
    assert headers["host"] == f"127.0.0.1:{server.server_port}"
    assert headers["content-type"] == "application/json"


def test_one_connection_serves_many_requests(server: Server, transport: HttpTransport) -> None:
    for _ in range(3):
        assert transport.send(get(f"{server.url}/x"), timeout=5).body == b"found"
    assert transport.send(get(f"{server.url}/refused"), timeout=5).status == 409
    (pool,) = transport._pools.values()
    assert pool.num_connections == 1


def test_a_redirect_is_not_followed(server: Server, transport: HttpTransport) -> None:
    assert transport.send(get(f"{server.url}/redirect"), timeout=5).status == 302
    assert [path for _, path, _, _ in server.came] == ["/redirect"]


def test_an_answer_is_taken_up_to_the_limit(server: Server, transport: HttpTransport) -> None:
    assert len(transport.send(get(f"{server.url}/largest"), timeout=20).body) == MAX_ANSWER_BYTES
    with pytest.raises(UnreachableError, match="too large"):
        transport.send(get(f"{server.url}/large"), timeout=20)
    # The rest of it is not read as the answer to the next request.
    assert transport.send(get(f"{server.url}/x"), timeout=5).body == b"found"


def test_an_answer_is_not_unpacked(server: Server, transport: HttpTransport) -> None:
    """A signature is over the bytes that were sent, and a small file can unpack to a huge one."""
    assert transport.send(get(f"{server.url}/packed"), timeout=5).body == b"not gzip at all"


def test_what_is_no_http_is_no_answer(server: Server, transport: HttpTransport) -> None:
    with pytest.raises(UnreachableError):
        transport.send(get(f"{server.url}/broken"), timeout=5)


def test_a_private_address_is_refused_before_it_is_asked(server: Server) -> None:
    careful = HttpTransport(allow_private=False)
    for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
        with pytest.raises(UnreachableError, match="private"):
            careful.send(get(f"{url}/x"), timeout=5)
    assert server.came == []


def test_nobody_there_is_no_answer(transport: HttpTransport) -> None:
    with _closed_port() as port, pytest.raises(UnreachableError):
        transport.send(get(f"http://127.0.0.1:{port}/x"), timeout=5)


@pytest.mark.parametrize(
    "url",
    [
        "https://node.example.jp:99999/x",
        "https://node..example.jp/x",
        f"https://{'a' * 64}.example.jp/x",
        "https://[::1/x",
    ],
)
def test_what_is_no_address_is_no_answer(url: str) -> None:
    with pytest.raises(UnreachableError):
        HttpTransport(allow_private=False).send(Request("GET", url, {}, b""), timeout=1)


def test_a_name_that_is_unknown_is_no_answer(transport: HttpTransport) -> None:
    with pytest.raises(UnreachableError):
        transport.send(get("http://none.invalid/x"), timeout=5)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_silence_is_bounded(scheme: str, transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"{scheme}://127.0.0.1:{deaf.getsockname()[1]}/x"
        with pytest.raises(UnreachableError):
            transport.send(get(url), timeout=0.3)


def test_a_plain_server_is_no_server_of_tls(server: Server, transport: HttpTransport) -> None:
    with pytest.raises(UnreachableError):
        transport.send(get(f"https://127.0.0.1:{server.server_port}/x"), timeout=5)


@contextmanager
def _closed_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_a_peer_that_moved_is_looked_up_again(server: Server) -> None:
    """An address is pinned for as long as somebody answers there."""
    answers = ["127.0.0.9", "127.0.0.1"]

    def look_up(host: str, port: int) -> str:
        assert (host, port) == ("beta.example.jp", server.server_port)
        return answers.pop(0)

    transport = HttpTransport(allow_private=True, look_up=look_up)
    url = f"http://beta.example.jp:{server.server_port}/x"
    with pytest.raises(UnreachableError):
        transport.send(get(url), timeout=2)
    for _ in range(2):
        assert transport.send(get(url), timeout=5).body == b"found"
    assert answers == []
