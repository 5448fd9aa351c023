import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from node.cli import passphrase
from node.cli.errors import CommandError
from node.cli.main import _log_uncaught
from tests.node.cli.conftest import Place, run

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "arguments",
    [("nothing",), ("consortium", "adopt"), ("init", "--colour"), ("db", "nothing")],
    ids=range(4),
)
def test_wrong_usage_exits_two(arguments: tuple[str, ...]) -> None:
    assert run(*arguments) == 2


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    shown = capsys.readouterr().out
    for verb in ("init", "check", "doctor", "log", "consortium", "operator", "db"):
        assert f"\n  {verb} " in shown


def test_each_fault_of_the_settings_is_a_line(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.prepare("alpha")
    path = place.settings("alpha")
    path.write_text(path.read_text("utf-8").replace("http://", "hidden://"), encoding="utf-8")
    assert run("check", "--settings", path) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": write")[0] for line in lines] == [
        "tasuki: node.public_url",
        "tasuki: node.portal_url",
    ]


def test_init_writes_the_example_first(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    path = place.settings("alpha")
    assert run("init", "--settings", path) == 1
    assert "then run init again" in capsys.readouterr().out
    assert "[node]" in path.read_text("utf-8")


def test_init_makes_no_node_of_the_example(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = place.settings("alpha")
    assert run("init", "--settings", settings) == 1
    assert place.init("alpha") == 1
    told = capsys.readouterr().err
    for key in ("node.public_url", "company.name_ja", "company.corporate_number", "mail.sender"):
        assert f"{key}: " in told
    assert run("check", "--settings", settings, "--json") == 1
    assert "company.corporate_number: " in capsys.readouterr().out


def test_check_before_init_says_what_to_do(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.prepare("alpha")
    settings = place.settings("alpha")
    section = f'\n[sources.hrmos]\nfolder = "{place.folder}/share"\n'
    settings.write_text(settings.read_text("utf-8") + section, "utf-8")
    assert run("check", "--settings", settings) == 1
    shown = capsys.readouterr().out
    assert "data_folder does not exist: run init" in shown
    assert "sources.hrmos.folder is not there" in shown
    assert "the log key is missing" in shown
    assert not (place.folder / "alpha" / "data").exists()


def test_verbs_of_the_ceremony_need_init(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.prepare("alpha")
    assert run("log", "--settings", place.settings("alpha")) == 1
    assert "no request for membership" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "two\nlines", "x" * 2000], ids=["empty", "lines", "long"])
def test_other_secret_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "passphrase"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(CommandError, match="one line"):
        passphrase.read_secret_file(path)


def test_secret_file_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_text("correct horse battery")
    path.chmod(0o644)
    with pytest.raises(CommandError, match="0600"):
        passphrase.read_passphrase(path)
    with pytest.raises(CommandError, match="cannot read"):
        passphrase.read_passphrase(tmp_path / "none")


def test_passphrase_comes_from_the_credential_and_not_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASUKI_PASSPHRASE", "correct horse battery")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert passphrase.read_passphrase(None) is None
    with pytest.raises(CommandError, match="sealed"):
        passphrase.need_passphrase(None)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert passphrase.read_passphrase(None) is None
    (tmp_path / "tasuki-passphrase").write_text("battery horse correct")
    (tmp_path / "tasuki-passphrase").chmod(0o400)
    assert passphrase.need_passphrase(None) == "battery horse correct"


def test_short_passphrase_makes_no_keys(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_text("short")
    path.chmod(0o600)
    with pytest.raises(CommandError, match="12 characters"):
        passphrase.new_passphrase(path)


def test_without_a_terminal_nobody_is_asked() -> None:
    with pytest.raises(CommandError, match="--password-file"):
        passphrase.new_password(None)


def at_terminal(script: str, answers: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """Run *script* at a terminal of its own, typing an answer at each prompt."""
    keyboard, screen = os.openpty()
    try:
        with subprocess.Popen(  # noqa: S603 - our own interpreter and text
            [sys.executable, "-c", script],
            cwd=ROOT,
            stdin=screen,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            for answer in answers:
                # What is typed before the prompt is thrown away.
                while process.stderr.read(1) != b":":
                    assert process.poll() is None
                os.write(keyboard, f"{answer}\n".encode())
            out, err = process.stdout.read(), process.stderr.read()
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)
    finally:
        os.close(keyboard)
        os.close(screen)


ASK = "from node.cli import passphrase\nprint(passphrase.new_passphrase(None))\n"


def test_new_passphrase_is_typed_twice_and_not_shown() -> None:
    done = at_terminal(ASK, ["correct horse battery"] * 2)
    assert (done.returncode, done.stdout) == (0, b"correct horse battery\n")
    assert b"correct" not in done.stderr


def test_new_passphrase_typed_differently_is_refused() -> None:
    done = at_terminal(ASK, ["correct horse battery", "other"])
    assert done.returncode != 0
    assert b"not the same" in done.stderr


def test_uncaught_errors_show_no_values() -> None:
    script = (
        "import sys\n"
        "from node.cli import check, main\n"
        "def fail() -> None:\n"
        "    int('mizushima')\n"
        "check.check = fail\n"
        "sys.argv = ['run_node.py', 'check']\n"
        "main.main()\n"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "builtins.ValueError" in done.stderr
    assert "mizushima" not in done.stderr.replace("int('mizushima')", "")


def test_ctrl_c_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    _log_uncaught(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert capsys.readouterr().err == ""


def test_run_node_is_the_command_line() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, ROOT / "run_node.py", "nothing"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "No such command" in done.stderr
