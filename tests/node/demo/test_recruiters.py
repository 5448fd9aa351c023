from pathlib import Path

from flask import Flask

from node.demo.nodes import DemoNode
from node.demo.recruiters import Recruiter
from tests.node.demo.test_browser import served

OPENING = f"/openings/{'a' * 16}"
MATCH = f"{OPENING}/matches/{'b' * 32}/{'c' * 32}"
LIST = f'<ul class="cards"><li><a href="{MATCH}#match">a person</a></li></ul>'
FORM = f'<form method="post" action="{MATCH}"><button>Ask</button></form>'


def console(pages: list[str], answers: list[int]) -> Flask:
    """Return a console with one match, whose page and answer come from the lists."""
    app = Flask(__name__)
    app.add_url_rule(OPENING, view_func=lambda: LIST, endpoint="opening")
    app.add_url_rule(MATCH, view_func=lambda: pages.pop(0), endpoint="match")
    app.add_url_rule(
        MATCH, view_func=lambda: ("", answers.pop(0)), endpoint="ask", methods=["POST"]
    )
    return app


def test_a_match_that_is_gone_when_it_is_asked_is_asked_again_later(tmp_path: Path) -> None:
    pages, answers = ["no form by now", FORM, FORM], [409, 200]
    with served(console(pages, answers)) as address:
        port = int(address.rpartition(":")[2])
        node = DemoNode("alpha", tmp_path, (port, port, port, port), password="")
        recruiter = Recruiter(node)
        assert [recruiter.propose(OPENING) for _ in range(3)] == [False, False, True]
        recruiter.browser.close()
    assert (pages, answers) == ([], [])
