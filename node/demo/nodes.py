"""Three real nodes in one folder: set up by the command line, started, ended as processes.

Only processes that were started here are ended here, by their id.
"""

import json
import os
import shutil
import signal
import socket
import string
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import urllib3

from crypto.encoding import b64url_encode
from crypto.randomness import random_bytes
from node.demo.errors import DemoError
from node.demo.waiting import wait_until

T = TypeVar("T")
Printed: TypeAlias = "bool | int | float | str | list[Printed] | dict[str, Printed] | None"

COMPANIES: Final = ("alpha", "beta", "gamma")
PARAMETERS: Final = {
    "k_anon": 5,
    "count_level": "E1",
    "reveal_level": "E0",
    "issuer_cap": 10,
    "undo_s": 0,
    "count_hold_s": 5,
    "batch_min": 1,
}
_ROOT: Final = Path(__file__).parents[2]
_TEMPLATES: Final = _ROOT / "config" / "demo"
_MARK: Final = ".tasuki-demo"
_PRIVATE: Final = 0o600
_PORTS_A_NODE: Final = 4
_VERB_LIMIT: Final = timedelta(minutes=3)
_END_LIMIT: Final = timedelta(seconds=15)
_HTTP_LIMIT_S: Final = 10.0
_TAIL_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class DemoNode:
    """One company's node, seen from outside."""

    company: str
    folder: Path
    ports: tuple[int, int, int, int]  # portal, console, peer, ops
    password: str = field(repr=False)

    @property
    def name(self) -> str:
        """What the company is called in Japanese."""
        section = tomllib.loads(self.settings.read_text("utf-8"))["company"]
        return str(section["name_ja"])

    @property
    def settings(self) -> Path:
        """The node's settings file."""
        return self.folder / "tasuki.toml"

    @property
    def passphrase(self) -> Path:
        """The file with the passphrase of the node's keys."""
        return self.folder / "passphrase"

    @property
    def operator(self) -> str:
        """The mail address that logs in to the console."""
        return f"jinji@{self.company}.example.jp"

    @property
    def portal(self) -> str:
        """Where candidates reach the node."""
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def console(self) -> str:
        """Where the company's own people log in."""
        return f"http://127.0.0.1:{self.ports[1]}"

    @property
    def peer(self) -> str:
        """Where the other members, witnesses and monitors reach the node."""
        return f"http://127.0.0.1:{self.ports[2]}"

    @property
    def ops(self) -> str:
        """Where health and counters are."""
        return f"http://127.0.0.1:{self.ports[3]}"

    def run(self, *verb: str, is_sealed: bool = True) -> str:
        """Run a verb of the command line on this node and return what it prints.

        *is_sealed* tells whether the verb opens the keys, so needs the passphrase.

        Raises:
            DemoError: it ended with another status than 0.
        """
        keys = ("--passphrase-file", str(self.passphrase)) if is_sealed else ()
        return run_verb(*verb, "--settings", str(self.settings), *keys)

    def metrics(self) -> Mapping[str, int]:
        """Return the counters that the node shows an administrator.

        Raises:
            DemoError: the node does not answer.
        """
        lines = _ask(f"{self.ops}/metrics").data.decode("utf-8").splitlines()
        pairs = (line.removeprefix("tasuki_").rsplit(" ", 1) for line in lines)
        return {name: int(number) for name, number in pairs}

    def is_ready(self) -> bool:
        """Tell whether the node answers and works."""
        try:
            return _ask(f"{self.ops}/readyz").status == HTTPStatus.OK
        except DemoError:
            return False


def run_verb(*verb: str) -> str:
    """Run a verb of run_node.py with this interpreter and return what it prints.

    Raises:
        DemoError: it ended with another status than 0, or never.
    """
    status, output = try_verb(*verb)
    if status:
        raise DemoError(f"run_node.py {' '.join(verb[:2])} ended with {status}: {_tail(output)}")
    return output


def try_verb(*verb: str) -> tuple[int, str]:
    """Run a verb and return its status and what it printed; after a failure its errors, too.

    Raises:
        DemoError: it does not end.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script
            [sys.executable, str(_ROOT / "run_node.py"), *verb],
            capture_output=True,
            encoding="utf-8",
            env=_environment(),
            timeout=_VERB_LIMIT.total_seconds(),
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise DemoError(f"run_node.py {' '.join(verb[:2])} does not end") from None
    return done.returncode, done.stdout + (done.stderr if done.returncode else "")


def read_json(output: str) -> dict[str, Printed]:
    """Return the object that a verb printed with ``--json``.

    Raises:
        DemoError: it printed something else.
    """
    try:
        found: Printed = json.loads(output)
    except ValueError:
        raise DemoError("a verb printed no JSON") from None
    if not isinstance(found, dict):
        raise DemoError("a verb printed no JSON object")
    return found


def at_once(work: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of *work* beside each other and return the results in its order."""
    with pool(len(work)) as workers:
        return [future.result() for future in [workers.submit(one) for one in work]]


@contextmanager
def pool(size: int) -> Iterator[ThreadPoolExecutor]:
    """Give *size* workers; a failure, or Ctrl-C, does not wait for what they do."""
    workers = ThreadPoolExecutor(size)
    try:
        yield workers
    except BaseException:
        workers.shutdown(wait=False, cancel_futures=True)
        raise
    workers.shutdown()


def empty_folder(folder: Path) -> None:
    """Make *folder* a new, empty one; only what an earlier demo left is removed.

    Raises:
        DemoError: something else is there.
    """
    if folder.exists():
        if not (folder / _MARK).is_file() and any(folder.iterdir()):
            raise DemoError(f"{folder} holds something that is not a demo: move it away")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()


def set_up(folder: Path, smtp_port: int) -> tuple[DemoNode, ...]:
    """Make the nodes of the three companies in *folder* and found their consortium."""
    ports = iter(free_ports(_PORTS_A_NODE * len(COMPANIES)))
    nodes = tuple(
        DemoNode(
            company,
            folder / company,
            (next(ports), next(ports), next(ports), next(ports)),
            password=_secret(),
        )
        for company in COMPANIES
    )
    at_once([partial(_init, node, folder, smtp_port) for node in nodes])
    _found(nodes, folder / "consortium.json")
    return nodes


@contextmanager
def running(nodes: Sequence[DemoNode]) -> Iterator[None]:
    """Start the nodes, wait until all are ready, and end them in any case."""
    with ExitStack() as stack:
        processes = [stack.enter_context(_serving(node)) for node in nodes]
        for node, process in zip(nodes, processes, strict=True):
            _wait_until_ready(node, process)
        stack.callback(_tell_to_end, processes)
        yield


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback address that nobody listens on just now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def fingerprint(folder: Path) -> str:
    """Return the fingerprint of the demo's consortium, which its founders told each other."""
    return (folder / "fingerprint").read_text("ascii")


def _init(node: DemoNode, folder: Path, smtp_port: int) -> None:
    node.folder.mkdir()
    template = string.Template((_TEMPLATES / f"{node.company}.toml").read_text("utf-8"))
    names = ("portal", "console", "peer", "ops")
    ports = {name: str(port) for name, port in zip(names, node.ports, strict=True)}
    text = template.substitute(ports, folder=folder, smtp=smtp_port)
    node.settings.write_text(text, "utf-8")
    password = node.folder / "password"
    for path, content in ((node.passphrase, _secret()), (password, node.password)):
        path.touch(_PRIVATE)
        path.write_text(content + "\n", "ascii")
    node.run("init", "--founder", "--operator", node.operator, "--password-file", str(password))


def _found(nodes: Sequence[DemoNode], file: Path) -> None:
    """Draft version 1, have all three board keys sign it, adopt it at each node."""
    requests = [str(node.folder / "data" / "request.json") for node in nodes]
    changes = [
        part for name, value in PARAMETERS.items() for part in ("--param", f"{name}={value}")
    ]
    draft = ("consortium", "draft", *requests, "--name", "tasuki-demo", "--output", str(file))
    printed = run_verb(*draft, *changes).splitlines()[-1]
    trust = printed.removeprefix("fingerprint ")
    for node in nodes:
        node.run("consortium", "sign", str(file))
    adopt = ("consortium", "adopt", str(file), "--trust", trust)
    at_once([partial(node.run, *adopt) for node in nodes])
    (file.parent / "fingerprint").write_text(trust, "ascii")


@contextmanager
def _serving(node: DemoNode) -> Iterator[subprocess.Popen[bytes]]:
    verb = ("serve", "--settings", str(node.settings), "--passphrase-file", str(node.passphrase))
    with (node.folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, str(_ROOT / "run_node.py"), *verb],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_environment(),
            # Ctrl-C at the terminal is for the demo, which then ends its nodes.
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _end(process)


def _wait_until_ready(node: DemoNode, process: subprocess.Popen[bytes]) -> None:
    def is_ready() -> bool:
        if process.poll() is not None:
            log = (node.folder / "serve.log").read_text("utf-8", errors="replace")
            raise DemoError(f"the node of {node.company} ended: {_tail(log)}")
        return node.is_ready()

    wait_until(f"the node of {node.company} to be ready", is_ready)


def _tell_to_end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Let all begin to end, so that the wait is for the slowest and not for their sum."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_END_LIMIT.total_seconds())
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _ask(url: str) -> urllib3.BaseHTTPResponse:
    try:
        return urllib3.request("GET", url, timeout=_HTTP_LIMIT_S, retries=False)
    except urllib3.exceptions.HTTPError as error:
        raise DemoError(f"a node does not answer: {type(error).__name__}") from None


def _environment() -> dict[str, str]:
    """Return the environment without settings of a node that is not of the demo."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TASUKI_") and name != "CREDENTIALS_DIRECTORY"
    }


def _secret() -> str:
    return b64url_encode(random_bytes(18))


def _tail(text: str) -> str:
    return " | ".join(text.strip().splitlines()[-_TAIL_LINES:])
