"""A node's secret keys: one 0600 file a purpose, wrapped under a passphrase (RFC 9106).

A stolen disk or backup is useless without the passphrase, and a lost passphrase is
final. The keys of the organisation and of its board vote are made in a folder of
their own, to be moved off the machine.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from crypto import aead
from crypto.argon2 import Wrapper
from crypto.ed25519 import SigningKey
from crypto.errors import BadCiphertextError
from protocol.descriptor import Purpose

SIGNING_PURPOSES: tuple[Purpose, ...] = ("http", "document", "log", "witness")
_SECRET_BYTES = 32
_MAX_FILE_BYTES = 4096


class KeyFileError(Exception):
    """A key file that is missing, open to others, altered or under another passphrase."""


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """All secrets of a running node."""

    http: SigningKey = field(repr=False)
    document: SigningKey = field(repr=False)
    log: SigningKey = field(repr=False)
    witness: SigningKey = field(repr=False)
    vault: bytes = field(repr=False)  # wraps the keys of persons
    blind_index: bytes = field(repr=False)  # keys the digests under which persons are found

    @classmethod
    def generate(cls) -> Self:
        """Return new random keys."""
        return cls(
            http=SigningKey.generate(),
            document=SigningKey.generate(),
            log=SigningKey.generate(),
            witness=SigningKey.generate(),
            vault=aead.new_key(),
            blind_index=aead.new_key(),
        )


def write_node_keys(folder: Path, keys: NodeKeys, passphrase: str) -> None:
    """Store *keys* in the new *folder*, one file a purpose.

    Raises:
        KeyFileError: there are keys already; they are never overwritten.
    """
    wrapper = Wrapper(passphrase)
    for purpose in SIGNING_PURPOSES:
        key: SigningKey = getattr(keys, purpose)
        _write(folder, purpose, key.seed, wrapper)
    _write(folder, "vault", keys.vault, wrapper)
    _write(folder, "blind-index", keys.blind_index, wrapper)


def read_node_keys(folder: Path, passphrase: str) -> NodeKeys:
    """Return the keys in *folder*.

    Raises:
        KeyFileError: a file is missing, open to others, altered or under another
            passphrase.
    """
    wrapper = Wrapper(passphrase)
    return NodeKeys(
        http=SigningKey(_read(folder, "http", wrapper)),
        document=SigningKey(_read(folder, "document", wrapper)),
        log=SigningKey(_read(folder, "log", wrapper)),
        witness=SigningKey(_read(folder, "witness", wrapper)),
        vault=_read(folder, "vault", wrapper),
        blind_index=_read(folder, "blind-index", wrapper),
    )


def write_key(folder: Path, purpose: str, secret: bytes, passphrase: str) -> None:
    """Store *secret* (32 bytes) as the key file of *purpose*.

    Raises:
        KeyFileError: that file exists; a key is never overwritten.
    """
    _write(folder, purpose, secret, Wrapper(passphrase))


def read_key(folder: Path, purpose: str, passphrase: str) -> bytes:
    """Return the secret (32 bytes) in the key file of *purpose*.

    Raises:
        KeyFileError: it is missing, open to others, altered or under another
            passphrase.
    """
    return _read(folder, purpose, Wrapper(passphrase))


def _write(folder: Path, purpose: str, secret: bytes, wrapper: Wrapper) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The purpose lies under the seal, so that no two files can be exchanged.
    wrapped = wrapper.wrap(purpose.encode("ascii") + b"\n" + secret)
    try:
        file = os.open(_path(folder, purpose), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileError(f"the key file of {purpose} exists and is never overwritten") from error
    with os.fdopen(file, "wb") as stream:
        stream.write(wrapped + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def _read(folder: Path, purpose: str, wrapper: Wrapper) -> bytes:
    path = _path(folder, purpose)
    try:
        mode = path.stat().st_mode
        text = path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"the key file of {purpose} is missing or unreadable") from error
    if stat.S_IMODE(mode) & 0o077:
        raise KeyFileError(f"the key file of {purpose} is open to others: set its mode to 0600")
    if len(text) > _MAX_FILE_BYTES:
        raise KeyFileError(f"the key file of {purpose} is no key file")
    try:
        secret = wrapper.unwrap(text.removesuffix(b"\n"))
    except BadCiphertextError as error:
        raise KeyFileError(
            f"the key file of {purpose} does not open: another passphrase, or it was altered"
        ) from error
    head = purpose.encode("ascii") + b"\n"
    if not secret.startswith(head) or len(secret) != len(head) + _SECRET_BYTES:
        raise KeyFileError(f"the key file of {purpose} holds a key of another purpose")
    return secret.removeprefix(head)


def missing_keys(folder: Path) -> tuple[str, ...]:
    """Return the purposes of a running node that have no key file."""
    purposes = (*SIGNING_PURPOSES, "vault", "blind-index")
    return tuple(name for name in purposes if not _path(folder, name).is_file())


def _path(folder: Path, purpose: str) -> Path:
    return folder / f"{purpose}.key"
