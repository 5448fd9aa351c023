from collections.abc import Iterator
from pathlib import Path

import pytest

from node.clock import StandingClock
from node.i18n import Bilingual
from node.storage.database import Database, open_database
from node.web.ui.company import Company
from tests.sqlite import lay_schema


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/node.sqlite3")
    lay_schema(database)
    yield database
    database.close()


@pytest.fixture
def company() -> Company:
    return Company(
        name=Bilingual("ひよどり製作所株式会社", "Hiyodori Works, Inc."),
        address="〒450-0000 愛知県名古屋市中村区架空町1-2-3",
        representative="代表取締役 鵯田 一郎",
        desk_name="人事部 個人情報担当",
        desk_phone="052-000-0000",
        desk_hours="平日9:00〜17:00",
        legal_mode="info-provision",
        licence="51-募-000000",
    )
