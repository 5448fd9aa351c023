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

from crypto import aead, argon2
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
    for purpose in SIGNING_PURPOSES:
        key: SigningKey = getattr(keys, purpose)
        write_key(folder, purpose, key.seed, passphrase)
    write_key(folder, "vault", keys.vault, passphrase)
    write_key(folder, "blind-index", keys.blind_index, passphrase)


def read_node_keys(folder: Path, passphrase: str) -> NodeKeys:
    """Return the keys in *folder*.

    Raises:
        KeyFileError: a file is missing, open to others, altered or under another
            passphrase.
    """
    return NodeKeys(
        http=SigningKey(read_key(folder, "http", passphrase)),
        document=SigningKey(read_key(folder, "document", passphrase)),
        log=SigningKey(read_key(folder, "log", passphrase)),
        witness=SigningKey(read_key(folder, "witness", passphrase)),
        vault=read_key(folder, "vault", passphrase),
        blind_index=read_key(folder, "blind-index", passphrase),
    )


def write_key(folder: Path, purpose: str, secret: bytes, passphrase: str) -> None:
    """Store *secret* (32 bytes) as the key file of *purpose*.

    Raises:
        KeyFileError: that file exists; a key is never overwritten.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The purpose lies under the seal, so that no two files can be exchanged.
    wrapped = argon2.wrap(passphrase, purpose.encode("ascii") + b"\n" + secret)
    try:
        file = os.open(_path(folder, purpose), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileError(f"the key file of {purpose} exists and is never overwritten") from error
    with os.fdopen(file, "wb") as stream:
        stream.write(wrapped + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def read_key(folder: Path, purpose: str, passphrase: str) -> bytes:
    """Return the secret (32 bytes) in the key file of *purpose*.

    Raises:
        KeyFileError: it is missing, open to others, altered or under another
            passphrase.
    """
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
        secret = argon2.unwrap(passphrase, text.removesuffix(b"\n"))
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
