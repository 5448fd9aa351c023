from pathlib import Path

import pytest

from config.errors import SettingsError
from config.secrets import MAX_BYTES, read_secret

SECRET = "hidden words"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    (tmp_path / "secrets").mkdir()
    return tmp_path


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.write_bytes(content)
    path.chmod(mode)


def test_secret_is_the_text_of_its_file(folder: Path) -> None:
    write(folder / "secrets" / "mail-password", f"{SECRET}\r\n".encode())
    assert read_secret(folder, "mail-password") == SECRET


def test_credential_of_systemd_goes_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "secrets" / "mail-password", b"other")
    given = folder / "credentials"
    given.mkdir()
    write(given / "mail-password", SECRET.encode(), 0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    assert read_secret(folder, "mail-password") == SECRET


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (None, 0, "no secret"),
        (SECRET.encode(), 0o640, "open to others"),
        (SECRET.encode(), 0o604, "open to others"),
        (b"\n", 0o600, "empty"),
        (b"\xff", 0o600, "cannot be read"),
        (b"x" * (MAX_BYTES + 1), 0o600, "too large"),
    ],
)
def test_other_file_is_refused_without_its_words(
    folder: Path, content: bytes | None, mode: int, said: str
) -> None:
    if content is not None:
        write(folder / "secrets" / "mail-password", content, mode)
    with pytest.raises(SettingsError, match=said) as caught:
        read_secret(folder, "mail-password")
    assert SECRET not in str(caught.value)
