"""A12: from an installed node and a file to letters that wait, by the pages alone."""

import re
import time
from pathlib import Path

from werkzeug.test import Client

from node.assembly.apps import console_app
from node.domain.operator import Role
from tests.node.web.hand import Hand
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import founded

MAIL, PASSWORD = "miura@example.jp", "a long enough password"


def test_a12_285_rejections_become_285_queued_letters_in_five_acts(tmp_path: Path) -> None:
    with founded(tmp_path, ("alpha", "beta")) as consortium:
        node = consortium["alpha"].node
        node.people.operators.add(
            mail=MAIL, name="三浦 さやか", role=Role.RECRUITER, password=PASSWORD
        )
        hand = Hand(Client(console_app(node)))
        hand.look("/login")
        hand.type("mail", MAIL)
        hand.type("password", PASSWORD)
        hand.click("ログインする")
        hand.acts = 0
        hand.click("取り込み")
        hand.choose("file", file_of(*(applicant(number) for number in range(285))), "応募者.csv")
        hand.click("ファイルを読む")
        hand.click("内容の確認へ進む")
        hand.click("取り込む")
        deadline = time.monotonic() + 60
        while "285通" not in hand.look(hand.place):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert hand.acts == 5
        assert node.people.letters.to_confirm() == 285
        # With the head-count typed they go: three acts more.
        hand.click("285通が確認を待っています")
        hand.type("count", "285")
        assert "285通" in hand.click("通知を送る")
        assert node.people.letters.to_confirm() == 0
        # History is told as such before it is taken in.
        hand.click("取り込み")
        old = {"応募日": "2022/04/01", "書類実施日": "", "一次実施日": "", "終了日": "2022/05/01"}
        rows = [applicant(number, **old) for number in range(300, 303)]
        hand.choose("file", file_of(*rows), "過去.csv")
        hand.click("ファイルを読む")
        preview = hand.click("内容の確認へ進む")
        assert re.search(r"<dt>通知済み</dt><dd>3</dd>", preview)
        assert "利用開始より前か、31日以上前の不採用。通知しません" in preview
