"""A13: from an import to the consent page without a hand."""

import re
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.test import Client

from node.assembly.apps import portal_app
from tests.node.services.test_letters import text
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import Member, founded

LINK = re.compile(r"https://\S+/c/\S+")


def take(member: Member, number: int) -> None:
    """Take in one rejected applicant, as a poll or a watched folder does."""
    member.node.people.intake.import_file(
        file_of(applicant(number)), "a.csv", source="csv", progress=lambda _done, _all: None
    )


def test_a13_no_hand_is_between_the_import_and_the_consent_page(tmp_path: Path) -> None:
    with founded(tmp_path, ("alpha", "beta")) as consortium:
        alpha = consortium["alpha"]
        people = alpha.node.people
        for number in (1, 2):
            take(alpha, number)
            people.letters.queue_rejections()
            people.letters.confirm(1, operator_id=1)
            consortium.tick(4)
        people.automatic.switch_on("csv", 1)
        consortium.tick()
        before = len(alpha.mail.letters)
        take(alpha, 3)
        consortium.tick(8)
        (letter,) = alpha.mail.letters[before:]
        link = LINK.search(text(letter))
        assert link is not None
        answer = Client(portal_app(alpha.node)).get(urlsplit(link[0]).path)
        assert answer.status_code == HTTPStatus.OK
        assert 'action="/c/consent"' in answer.text
