import tomllib
from pathlib import Path

import pytest

import config
from node.domain.vocabulary import Vocabulary, vocabulary_from


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    folder = Path(config.__file__).parent / "vocabulary"
    return vocabulary_from(
        {path.stem: tomllib.loads(path.read_text("utf-8")) for path in folder.glob("*.toml")}
    )
