"""The documents name what is there: settings, verbs, targets, tests, files."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

from config.settings import LETTERS, Settings
from config.sources import SourceSection
from node.assembly.words import read_presets
from node.cli.main import application
from node.connectors.ats import SOURCES
from node.domain.error_file import REASONS
from protocol import disclosure, introduction_life, match_life, token_life
from protocol.audit.finding import Code
from protocol.audit.records import KINDS as RECORDS
from protocol.ledger import KINDS as LEDGER
from protocol.log.leaf import LeafKind
from protocol.membership import Params
from protocol.messages import KINDS as MESSAGES
from protocol.problem import STATUS_OF

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("docs/*/*.md")])
TARGET = re.compile(r"^([a-z]+):.*## ", re.MULTILINE)
TEST = re.compile(r"`(test_[a-z0-9_]+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
DEFINED = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)
MOST_DECISION_LINES = 60
BANDS = ("doc", "interview", "final")


def read(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def settings() -> Iterator[str]:
    for section, field in Settings.model_fields.items():
        model = SourceSection if section == "sources" else field.annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        yield from (f"{section}.{name}" for name in model.model_fields)


def verbs() -> Iterator[str]:
    command = typer.main.get_command(application(()))
    assert isinstance(command, typer.core.TyperGroup)
    for name, verb in command.commands.items():
        if isinstance(verb, typer.core.TyperGroup):
            yield from (f"{name} {below}" for below in verb.commands)
        else:
            yield name


def test_every_setting_is_explained() -> None:
    text = read("OPERATIONS")
    assert not [name for name in settings() if f"`{name}`" not in text]


def test_every_verb_is_explained() -> None:
    text = read("OPERATIONS")
    shown = r"`(?:run_node\.py )?{0}\b|^ +run_node\.py {0}\b"
    assert not [name for name in verbs() if not re.search(shown.format(name), text, re.MULTILINE)]


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_every_connector_has_a_page(kind: str) -> None:
    text = read(f"connectors/{kind}")
    found = SOURCES[kind]
    keys = [*found.secrets, *([found.hook_secret] if found.hook_secret else [])]
    said = [f'kind = "{kind}"', "**Read**", "**Written: nothing.**", "**Who ended it**"]
    if found.read_hook is not None:
        said.append(f"/hooks/{kind}")
    if kind == "kintone":
        said.remove("**Who ended it**")  # the company's own mapping says it
    assert not [words for words in (*said, *(f".{key}" for key in keys)) if words not in text]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("停止リンク", "{{ 停止リンク }}"),
        ("断っても、何もしなくても不利益はない", "不利益は"),
        ("結果は変わらない", "結果(?:は、どちらを選んでも変わりません|には関係ありません)"),
        ("何もしなければ紹介しない", "何もしなければ、どこにも紹介しません"),
    ],
)
def test_a_legal_line_is_in_the_letters_that_are_said_to_have_it(line: str, words: str) -> None:
    row = next(row for row in read("letters").splitlines() if row.startswith(f"| {line}"))
    said = {
        stem
        for name in re.findall("`([a-z.*]+)`", row.split("|")[2])
        for stem in ([f"{name[:-1]}{band}" for band in BANDS] if name.endswith("*") else [name])
    }
    texts = {path.name.removesuffix(".ja.toml"): path for path in LETTERS.glob("*.ja.toml")}
    assert said == {
        stem for stem, path in texts.items() if re.search(words, path.read_text("utf-8"))
    }


def test_every_column_of_the_import_is_explained() -> None:
    # The four columns of a stage are explained once.
    columns = {
        re.sub("^(?:一次|二次|最終|内定)", "書類", name)
        for name in read_presets()["tasuki"].columns
    }
    text = read("IMPORT")
    assert not [name for name in columns if f"`{name}`" not in text]


def test_every_reason_of_the_error_file_is_explained() -> None:
    text = read("IMPORT")
    assert not [code for code in REASONS if f"`{code}`" not in text]


def test_every_word_of_the_wire_is_explained() -> None:
    words = [
        *LeafKind,
        *MESSAGES,
        *LEDGER,
        *RECORDS,
        *STATUS_OF,
        *Params.model_fields,
        *disclosure.State,
        *match_life.State,
        *token_life.State,
        *introduction_life.State,
    ]
    text = read("PROTOCOL")
    word = r"(?<![\w.-]){0}(?![\w-])"
    assert not [one for one in words if not re.search(word.format(re.escape(one)), text)]


def test_every_finding_is_explained() -> None:
    text = read("AUDITOR")
    assert not [code for code in Code if f"`{code}`" not in text]


def test_every_test_that_a_document_names_exists() -> None:
    there = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in DEFINED.findall(path.read_text(encoding="utf-8"))
    }
    named = {name for page in PAGES for name in TEST.findall(page.read_text(encoding="utf-8"))}
    assert named
    assert named <= there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "README.ja.md", "CONTRIBUTING.md"])
def test_commands_that_are_shown_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    assert set(re.findall(r"\bmake ([a-z]+)\b", text)) <= targets
    shown = set(re.findall(r"run_node\.py ([a-z-]+(?: (?:draft|sign|adopt)\b)?)", text))
    assert shown <= set(verbs())


def test_decisions_are_short() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    assert decisions
    for path in decisions:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_DECISION_LINES, path
