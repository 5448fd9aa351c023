"""A PostgreSQL cluster for one test run, in a folder of its own, gone at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from node.storage.database import open_database
from node.storage.schema import upgrade

INSTALLED = Path("/usr/lib/postgresql")
TEMPLATE = "tasuki_template"
MISSING = "storage on PostgreSQL: no PostgreSQL server is installed"
UNPRIVILEGED = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")


class NoPostgresError(Exception):
    """This machine has no PostgreSQL server."""


@dataclass(slots=True)
class Cluster:
    """A running server; its socket lies in *folder* and it listens nowhere else."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def database(self, template: str = TEMPLATE) -> str:
        """Return the address of a fresh database, by default with the newest schema."""
        return self.create(f"test_{next(self._numbers)}", template)

    def empty(self) -> str:
        """Return the address of a fresh database without a schema."""
        return self.database("template0")

    def create(self, name: str, template: str) -> str:
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._do(words.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, url: str) -> None:
        name = make_url(url).database or ""
        self._do(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _do(self, command: sql.Composed) -> None:
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(command)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a server until the block ends.

    Raises:
        NoPostgresError: there is none to run.
    """
    programs = binaries()
    # A short path: the name of a socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="tasuki-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        here = folder / "cluster"
        made = ("-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        _run(programs / "initdb", "-D", here, *made)
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        control = programs / "pg_ctl"
        _run(control, "-w", "-D", here, "-l", folder / "log", "-o", options, "start")
        try:
            found = Cluster(folder)
            template = open_database(found.create(TEMPLATE, "template0"))
            upgrade(template)
            template.close()
            yield found
        finally:
            _run(control, "-w", "-D", here, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def binaries() -> Path:
    """Return the folder of the server's programs.

    Raises:
        NoPostgresError: there is none.
    """
    versions = INSTALLED.glob("*/bin") if INSTALLED.is_dir() else ()
    folders = sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)
    asked = shutil.which("pg_config")
    if asked is not None:
        told = subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=True)  # noqa: S603 - found on the path
        folders.insert(0, Path(told.stdout.strip()))
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgresError(MISSING)


def _run(*words: str | Path) -> None:
    """Run a program of the server; as root it would refuse, so as nobody."""
    prefix = UNPRIVILEGED if os.geteuid() == 0 else ()
    done = subprocess.run(  # noqa: S603 - programs of the server with our own words
        [*prefix, *map(str, words)],
        cwd="/",
        stdout=subprocess.DEVNULL,  # pg_ctl's child would hold a pipe open
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{Path(words[0]).name} failed with {done.returncode}")
