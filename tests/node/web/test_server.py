import socket
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus

import pytest
import urllib3

from node.web.ops.app import create_app as ops_app
from node.web.peer.app import create_app as peer_app
from node.web.server import Listener, Servers, open_servers

HOST = "127.0.0.1"


@pytest.fixture
def servers() -> Iterator[Servers]:
    ops = ops_app(lambda: None, lambda: {"tokens_live": 3})
    listeners = [
        Listener("ops", ops, HOST, 0, max_body_bytes=1024, threads=1),
        Listener("peer", peer_app([]), HOST, 0, max_body_bytes=1024, threads=1),
    ]
    with open_servers(listeners) as servers:
        thread = threading.Thread(target=servers.serve)
        thread.start()
        yield servers
        servers.stop()
        thread.join(timeout=5)
        assert not thread.is_alive()


def get(servers: Servers, name: str, path: str) -> urllib3.BaseHTTPResponse:
    address = f"http://{HOST}:{servers.port(name)}{path}"
    with urllib3.PoolManager(retries=False) as pool:
        return pool.request("GET", address, headers={"Connection": "close"})


def test_each_listener_answers_for_its_own_app(servers: Servers) -> None:
    assert get(servers, "ops", "/healthz").data == b"ok\n"
    assert get(servers, "peer", "/healthz").status == HTTPStatus.NOT_FOUND


def test_slow_connections_to_one_leave_the_other_answerable(servers: Servers) -> None:
    slow = []
    for _ in range(50):
        connection = socket.create_connection((HOST, servers.port("peer")))
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx")
        slow.append(connection)
    started = time.monotonic()
    assert get(servers, "ops", "/healthz").status == HTTPStatus.OK
    assert time.monotonic() - started < 2
    for connection in slow:
        connection.close()


def test_a_body_over_the_limit_is_refused(servers: Servers) -> None:
    with urllib3.PoolManager(retries=False) as pool:
        answer = pool.request(
            "POST",
            f"http://{HOST}:{servers.port('peer')}/",
            body=b"x" * 5000,
            headers={"Connection": "close"},
        )
    assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_a_taken_address_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        listener = Listener("ops", peer_app([]), HOST, taken.getsockname()[1], 1024)
        with pytest.raises(OSError, match="in use"), open_servers([listener]):
            pass
