from pathlib import Path

import pytest

from node.storage.error_files import ErrorFiles
from protocol.identifiers import new_id


def test_an_error_file_is_for_the_owner_alone(tmp_path: Path) -> None:
    files, batch = ErrorFiles(tmp_path / "errors"), new_id()
    path = files.write(batch, b"rows")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert files.read(batch) == b"rows"
    assert files.read(new_id()) is None


def test_an_error_file_is_never_overwritten(tmp_path: Path) -> None:
    files, batch = ErrorFiles(tmp_path / "errors"), new_id()
    files.write(batch, b"rows")
    with pytest.raises(FileExistsError):
        files.write(batch, b"other")


@pytest.mark.parametrize("name", ["", "..", "../secret", "a" * 31, "A" * 32])
def test_what_is_no_id_names_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.csv").write_bytes(b"secret")
    assert ErrorFiles(tmp_path / "errors").read(name) is None
