from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok

from node.services.api_keys import ApiKeys, Scope
from node.services.row_intake import RowIntake
from node.web.api import applicants
from node.web.api.app import create_app
from tests.node.services.intake_world import open_world


def test_every_answer_is_as_the_description_says(tmp_path: Path) -> None:
    with open_world(tmp_path) as world:
        keys = ApiKeys(world.db, world.clock)
        secret = keys.add("schemathesis", frozenset(Scope))
        pages = applicants.pages(keys, RowIntake(world.intake), {"csv"}, lambda: None)
        described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app([pages]))
        called = set()
        for found in described.get_all_operations():
            assert isinstance(found, Ok)
            operation = found.ok()

            @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy())
            def call(case: Any) -> None:
                case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})

            call()
            called.add(operation.label)
    assert called == {"POST /api/v1/applicants"}
