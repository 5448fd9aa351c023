import tomllib
from datetime import timedelta
from pathlib import Path
from string import Template

import pytest
from pydantic import ValidationError

from config.errors import SettingsError
from config.mail import ReturnedSection
from config.settings import EXAMPLE, Settings, load_settings
from config.sources import SourceSection

DEMO = EXAMPLE.parent / "demo"


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tasuki.toml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")


def problems(file: Path) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    return caught.value.problems


def test_the_example_is_valid_and_names_every_setting() -> None:
    settings = load_settings(EXAMPLE)
    assert settings.node.host == "tasuki.example.jp"
    assert settings.database_url == "sqlite:////var/lib/tasuki/node.sqlite3"
    text = EXAMPLE.read_text(encoding="utf-8")
    for name, section in Settings.model_fields.items():
        if name == "sources":
            assert "\n# [sources.csv]\n" in text
        else:
            assert f"\n[{name}]\n" in text
        model = SourceSection if name == "sources" else section.annotation
        assert model is not None
        for key in model.model_fields:
            shown = (f"\n{key} = ", f"\n# {key} = ", f"\n# [{name}.{key}]\n")
            assert any(line in text for line in shown), (name, key)
    for key in ReturnedSection.model_fields:
        assert f"\n# {key} = " in text.partition("[mail.returned]")[2], key


def test_the_defaults_are_those_of_the_example() -> None:
    plain = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    needed = {name: plain[name] for name in ("node", "company")}
    mail = {"smtp_host": plain["mail"]["smtp_host"], "sender": plain["mail"]["sender"]}
    assert Settings(**needed, mail=mail) == Settings(**plain)


@pytest.mark.parametrize("name", ["alpha", "beta", "gamma"])
def test_the_demo_settings_are_valid(name: str, tmp_path: Path) -> None:
    ports = {"portal": 9001, "console": 9002, "peer": 9003, "ops": 9004, "smtp": 9005}
    template = Template((DEMO / f"{name}.toml").read_text(encoding="utf-8"))
    path = tmp_path / "tasuki.toml"
    path.write_text(template.substitute(ports, folder=tmp_path), encoding="utf-8")
    settings = load_settings(path)
    assert settings.node.legal_mode == "sandbox"
    assert settings.jobs.poll_interval == timedelta(seconds=1)


def test_environment_goes_before_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASUKI_LOG__LEVEL", "debug")
    assert load_settings(file).log.level == "debug"


def test_the_file_goes_before_a_credential(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "tasuki-passphrase").write_text("not a setting")
    (folder / "tasuki_log__level").write_text("error")
    (folder / "tasuki_database__url").write_text("postgresql+psycopg://tasuki:hidden@/tasuki")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    settings = load_settings(file)
    assert settings.log.level == "info"
    assert settings.database_url == "postgresql+psycopg://tasuki:hidden@/tasuki"
    assert "hidden" not in repr(settings)


def test_misspelt_section_in_the_environment_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASUKI_NOED__PUBLIC_URL", "https://hidden.example.jp")
    assert problems(file) == (
        "TASUKI_NOED__PUBLIC_URL: no such section, did you mean TASUKI_NODE?",
    )


def test_misspelt_key_in_the_environment_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASUKI_NODE__PUBLC_URL", "https://hidden.example.jp")
    assert problems(file) == ("node.publc_url: no such setting, did you mean public_url?",)


def test_unreadable_value_in_the_environment_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASUKI_LOG", "hidden")
    (line,) = problems(file)
    assert "log" in line
    assert "hidden" not in line


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"/var/lib/tasuki-marker/size"', '"/var/lib/tasuki/size"', "node: marker_file: name a"),
        ('data_folder = "/var/lib/tasuki"', 'data_folder = "hidden"', "node.data_folder: write an"),
        (
            '"https://tasuki.example.jp"',
            '"https://hidden.example.jp/"',
            "node.public_url: end after",
        ),
        ('legal_mode = "sandbox"', 'legal_mode = "agency"', "node: licence: give the permit"),
        ('legal_mode = "sandbox"', 'legal_mode = "hidden"', "node.legal_mode: Input should be"),
        ('# licence = "13-ユ-300000"', 'licence = "13-ユ-300000"', "node: licence: leave it out"),
        ('"0000000000000"', '"000hidden0000"', "company.corporate_number: write the 13 digits"),
        ('country = "JP"', 'country = "hidden"', "company.country: write the two capital"),
        ('desk_name = "人事部', 'desk_name = "\\u0007', "company.desk_name: write one line"),
        ('"127.0.0.1:8402"', '"hidden"', "listen.console: write an address and a port"),
        ('"127.0.0.1:8402"', '"127.0.0.1:8401"', "listen: give each of portal"),
        ('sender = "saiyo@example.jp"', 'sender = "hidden"', "mail.sender: write one mail address"),
        ("# smtp_port = 25", "smtp_port = 0", "mail.smtp_port: Input should be greater"),
        ('template = "rejection"', 'template = "hidden"', "mail.template: Input should be"),
        ('tick_interval = "5s"', "tick_interval = 5", "jobs.tick_interval: write a whole number"),
        ("daily_limit = 300", "daily_limit = 0", "letters.daily_limit: Input should be greater"),
        ('hold = "next-business-day"', 'hold = "hidden"', "letters.hold: Input should be"),
        ('["own_site", ', '["agency", ', "letters.ask_routes: leave out agency"),
        ('["own_site", ', '["media", ', "letters.ask_routes: leave out agency"),
        ('ask = "all"', 'ask = "recommended"', "letters.ask: write"),
        (
            "assumed_most_yen = 600_000",
            "assumed_most_yen = 399_999",
            "cost: assumed_least_yen: write no more",
        ),
        ("allow_private = false", 'allow_private = "hidden"', "peers.allow_private: Input should"),
        ("[log]", "[lgo]", "lgo: no such setting, did you mean log?"),
        ('level = "info"', 'colour = "hidden"', "log.colour: no such setting: remove it"),
        ("[mail]", "[database]", ""),
        ('sender = "saiyo@example.jp"\n', "", "mail.sender: missing: give it in the settings file"),
        (
            '# url = "postgresql+psycopg://tasuki@/tasuki"',
            'url = "mysql://hidden"',
            "database.url: begin",
        ),
    ],
)
def test_every_bad_value_names_its_key_and_hides_itself(
    file: Path, old: str, new: str, said: str
) -> None:
    change(file, old, new)
    found = problems(file)
    assert any(line.startswith(said) for line in found), found
    assert "hidden" not in "".join(found)


def test_licensed_mode_with_its_number(file: Path) -> None:
    change(file, 'legal_mode = "sandbox"', 'legal_mode = "info-provision"')
    change(file, '# licence = "13-ユ-300000"', 'licence = "51-募-000123"')
    assert load_settings(file).node.licence == "51-募-000123"


def test_who_may_place_people_may_choose_whom_to_ask(file: Path) -> None:
    change(file, 'legal_mode = "sandbox"', 'legal_mode = "own-group"')
    change(file, '\nask = "all"', '\nask = "recommended"')
    assert load_settings(file).letters.ask == "recommended"


def test_missing_file_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.toml")[0].startswith("no settings file")


@pytest.mark.parametrize("payload", [b"[node", b"\xff\xfe"])
def test_what_is_no_toml_is_told(file: Path, payload: bytes) -> None:
    file.write_bytes(payload)
    assert "is not TOML" in problems(file)[0]


def test_settings_are_frozen(file: Path) -> None:
    settings = load_settings(file)
    with pytest.raises(ValidationError):
        settings.log.level = "debug"
