"""What a node writes is readable by its own user alone, whatever the shell would allow (T25)."""

import os
import stat
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_no_file_of_a_new_node_is_open_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "alpha"
    data = folder / "data"
    data.mkdir(parents=True)  # as a package would: 0755
    values = {"folder": str(tmp_path), "peer": "1", "portal": "2", "console": "3", "ops": "4"}
    text = (ROOT / "config" / "demo" / "alpha.toml").read_text("utf-8")
    for name, value in (values | {"smtp": "5"}).items():
        text = text.replace(f"${name}", value)
    settings, secret = folder / "tasuki.toml", folder / "secret"
    settings.write_text(text, "utf-8")
    secret.write_text("correct horse battery\n", "utf-8")
    secret.chmod(0o600)
    before = os.umask(0o022)
    try:
        subprocess.run(  # noqa: S603 - our own program
            [
                *(sys.executable, str(ROOT / "run_node.py"), "init", "--founder"),
                *("--operator", "jinji@alpha.example.jp", "--settings", str(settings)),
                *("--passphrase-file", str(secret), "--password-file", str(secret)),
            ],
            check=True,
            capture_output=True,
        )
    finally:
        os.umask(before)
    written = [path for path in folder.rglob("*") if path.is_file() and path != settings]
    assert len(written) > 8
    assert [path.name for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
