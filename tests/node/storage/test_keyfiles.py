from pathlib import Path

import pytest

from node.storage.keyfiles import (
    KeyFileError,
    NodeKeys,
    missing_keys,
    read_key,
    read_node_keys,
    write_key,
    write_node_keys,
)

PASSPHRASE = "correct horse battery"
SECRET = bytes(range(32))


def test_node_keys_come_back(tmp_path: Path) -> None:
    keys = NodeKeys.generate()
    folder = tmp_path / "keys"
    assert len(missing_keys(folder)) == 6
    write_node_keys(folder, keys, PASSPHRASE)
    assert missing_keys(folder) == ()
    assert read_node_keys(folder, PASSPHRASE) == keys
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_no_secret_is_shown() -> None:
    keys = NodeKeys.generate()
    assert repr(keys) == "NodeKeys()"


def test_key_files_hold_no_secret_in_the_clear(tmp_path: Path) -> None:
    write_key(tmp_path, "org", SECRET, PASSPHRASE)
    assert SECRET not in (tmp_path / "org.key").read_bytes()


def test_another_passphrase_does_not_open(tmp_path: Path) -> None:
    write_key(tmp_path, "org", SECRET, PASSPHRASE)
    with pytest.raises(KeyFileError, match="does not open"):
        read_key(tmp_path, "org", PASSPHRASE + "x")


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    write_key(tmp_path, "org", SECRET, PASSPHRASE)
    with pytest.raises(KeyFileError, match="never overwritten"):
        write_key(tmp_path, "org", bytes(32), PASSPHRASE)
    assert read_key(tmp_path, "org", PASSPHRASE) == SECRET


def test_exchanged_key_files_are_refused(tmp_path: Path) -> None:
    write_key(tmp_path, "log", SECRET, PASSPHRASE)
    (tmp_path / "log.key").rename(tmp_path / "http.key")
    with pytest.raises(KeyFileError, match="another purpose"):
        read_key(tmp_path, "http", PASSPHRASE)


def test_key_open_to_others_is_refused(tmp_path: Path) -> None:
    write_key(tmp_path, "org", SECRET, PASSPHRASE)
    (tmp_path / "org.key").chmod(0o640)
    with pytest.raises(KeyFileError, match="0600"):
        read_key(tmp_path, "org", PASSPHRASE)


def test_missing_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="missing"):
        read_key(tmp_path, "org", PASSPHRASE)


@pytest.mark.parametrize("payload", [b"", b"\xff", b"x" * 5000], ids=["empty", "bytes", "large"])
def test_what_is_no_key_file_is_refused(tmp_path: Path, payload: bytes) -> None:
    path = tmp_path / "org.key"
    path.write_bytes(payload)
    path.chmod(0o600)
    with pytest.raises(KeyFileError):
        read_key(tmp_path, "org", PASSPHRASE)
