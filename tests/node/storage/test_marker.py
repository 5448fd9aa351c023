from pathlib import Path

import pytest

from node.storage.marker import Marker


def test_the_marker_keeps_the_last_size(tmp_path: Path) -> None:
    marker = Marker(tmp_path / "marker")
    assert marker.read() is None
    for size in (0, 7, 12):
        marker.write(size)
        assert marker.read() == size
    assert [path.name for path in tmp_path.iterdir()] == ["marker"]


@pytest.mark.parametrize("content", [b"", b"-1", b"1_0", "７".encode(), b"\xff", b"1 2", b"x"])
def test_what_is_no_size_is_not_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "marker").write_bytes(content)
    assert Marker(tmp_path / "marker").read() is None
