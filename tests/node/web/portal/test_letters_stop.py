"""The page behind the stop link of a digest."""

import re
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from node.domain.letter_life import State
from node.domain.operator import Role
from node.services.digests import Digests
from node.services.folder_report import FolderReport
from node.services.operators import Operators
from node.web.portal import letters_stop_pages
from node.web.portal.app import create_app
from node.web.ui.company import Company
from tests.node.services.intake_world import open_world, row
from tests.node.services.test_letters import text


def test_only_the_button_stops_the_letters(tmp_path: Path, company: Company) -> None:
    with open_world(tmp_path) as made:
        world = replace(made, hold="next-business-day")
        Operators(world.db, world.clock).add(
            mail="a@example.jp", name="三浦", role=Role.RECRUITER, password="long enough word"
        )
        world.queue([row(1)])
        world.letters.confirm(1, operator_id=1)
        world.clock.advance(timedelta(hours=7))
        folders = FolderReport(world.db, {})
        digests = Digests(world.db, world.clock, world.letters, world.messages, folders, world.mail)
        assert digests.send_due() == 1
        found = re.search(r"https://[^/]+(/s/\S+)", text(world.mail.taken[0]))
        assert found is not None
        pages = [letters_stop_pages.pages(digests)]
        app = create_app(company, pages, secret_key=b"k" * 32, is_behind_tls=False)
        browser = app.test_client()
        assert "2026年11月25日" in browser.get(found[1]).text
        assert world.letters.outbound().counts == {State.CONFIRMED: 1}
        assert "1通を止めました" in browser.post(found[1]).text
        assert world.letters.outbound().counts == {State.CANCELLED: 1}
        assert browser.get("/s/abc").status_code == HTTPStatus.NOT_FOUND
