"""A consortium of two invented companies, founded once by the real verbs."""

import io
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

import pytest

from config.log import ROOMS
from config.settings import EXAMPLE
from node.cli.main import main
from node.services.ceremony import read_draft
from protocol.membership import fingerprint

PASSPHRASE = "correct horse battery"
PASSWORD = "a password of an operator"
PORTS = {
    "alpha": {"portal": 9401, "console": 9402, "peer": 9403, "ops": 9404},
    "beta": {"portal": 9411, "console": 9412, "peer": 9413, "ops": 9414},
    "gamma": {"portal": 9421, "console": 9422, "peer": 9423, "ops": 9424},
}
Verb = Callable[..., int]


@contextmanager
def _untouched_process() -> Iterator[None]:
    """Put back what the command line changes for its process."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers, root.level, sys.excepthook
    arguments, stdin = sys.argv, sys.stdin
    yield
    root.handlers, sys.excepthook = handlers, hook
    sys.argv, sys.stdin = arguments, stdin
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    for room in ROOMS:
        logging.getLogger(room).setLevel(logging.NOTSET)


def run(*arguments: object, typed: str = "") -> int:
    """Do one verb as the shell would, with what is *typed* into it; return its exit code."""
    with _untouched_process():
        sys.argv = ["run_node.py", *map(str, arguments)]
        if typed:
            sys.stdin = io.TextIOWrapper(io.BytesIO(typed.encode()))
        try:
            return main()
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else 0


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with what two operators would have in theirs."""

    folder: Path

    @property
    def passphrase(self) -> Path:
        return self.folder / "passphrase"

    @property
    def password(self) -> Path:
        return self.folder / "password"

    @property
    def draft(self) -> Path:
        return self.folder / "consortium.json"

    def settings(self, name: str) -> Path:
        return self.folder / name / "tasuki.toml"

    def request(self, name: str) -> Path:
        return self.folder / name / "data" / "request.json"

    def prepare(self, *names: str) -> None:
        for path, text in ((self.passphrase, PASSPHRASE), (self.password, PASSWORD)):
            path.write_text(text + "\n", encoding="utf-8")
            path.chmod(0o600)
        for name in names:
            (self.folder / name).mkdir()
            template = Template((EXAMPLE.parent / "demo" / f"{name}.toml").read_text("utf-8"))
            filled = template.substitute(PORTS[name], smtp=9405, folder=self.folder)
            self.settings(name).write_text(filled, encoding="utf-8")

    def init(self, name: str, *more: str) -> int:
        return run(
            *("init", *more, "--settings", self.settings(name)),
            *("--operator", f"saiyo@{name}.example.jp"),
            *("--passphrase-file", self.passphrase, "--password-file", self.password),
        )

    def keyed(self, name: str) -> tuple[object, ...]:
        """Return the options of a verb that needs the keys of *name*."""
        return ("--settings", self.settings(name), "--passphrase-file", self.passphrase)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two nodes after the whole ceremony; tests only look at it."""
    place = Place(tmp_path_factory.mktemp("founded"))
    place.prepare("alpha", "beta")
    for name in ("alpha", "beta"):
        assert place.init(name, "--founder") == 0
    requests = [place.request(name) for name in ("alpha", "beta")]
    drafted = run("consortium", "draft", *requests, "--name", "架空リレー", "-o", place.draft)
    assert drafted == 0
    for name in ("alpha", "beta"):
        assert run("consortium", "sign", place.draft, *place.keyed(name)) == 0
    return place


@pytest.fixture(scope="session")
def adopted(founded: Place) -> str:
    """Let both nodes adopt their consortium; return its fingerprint."""
    trust = fingerprint(read_draft(founded.draft.read_bytes()))
    for name in ("alpha", "beta"):
        options = founded.keyed(name)
        assert run("consortium", "adopt", founded.draft, "--trust", trust, *options) == 0
    return trust
