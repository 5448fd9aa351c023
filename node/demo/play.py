"""One run of the demo: set up, play the scenario, judge it, and leave no process."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

from node.clock import SystemClock
from node.demo import nodes, verdicts
from node.demo.browser import Browser
from node.demo.driver import Scenario
from node.demo.errors import DemoError
from node.demo.mailbox import Mail, Mailbox
from node.demo.narrator import Narrator
from node.demo.nodes import COMPANIES, DemoNode
from node.demo.sink import MailSink
from node.demo.tally import tally
from node.i18n import local_day

SMTP_PORTS = 1
_CHECKPOINT = "/tasuki/v1/log/0001/checkpoint"


def play(folder: Path) -> bool:
    """Run the demo in *folder*; return whether all was as it must be.

    Raises:
        DemoError: something did not go as it must.
    """
    tell = Narrator()
    with _stage(folder, tell) as companies:
        return _played(folder, companies, tell)


def play_and_serve(folder: Path) -> bool:
    """Run the demo and leave its nodes running until Ctrl-C; return as :func:`play`.

    Raises:
        DemoError: something did not go as it must.
    """
    tell = Narrator()
    with _stage(folder, tell) as companies:
        is_right = _played(folder, companies, tell)
        tell.step("公開中", "The nodes stay up until Ctrl-C")
        for node in companies:
            tell.say(f"{node.company}: console {node.console}/login")
            tell.say(f"   log in as {node.operator}, password {node.password}")
            mail = _undecided(folder, node)
            tell.say(f"   a candidate's page {mail.link}, code {mail.code}")
            tell.say(f"   log {node.peer}{_CHECKPOINT}, monitoring {node.ops}/metrics")
        tell.say(f"mails, each as .eml and as .txt, with everybody's link: {folder / 'mail'}")
        with suppress(KeyboardInterrupt):
            Event().wait()
        tell.say("stopping the nodes")
        return is_right


def _undecided(folder: Path, node: DemoNode) -> Mail:
    """Return a letter whose reader has not decided: it is left to the spectator."""
    for mail in Mailbox(folder / "mail", node.company).offers():
        browser = Browser()
        is_open = browser.get(mail.link).has_form("/c/consent")
        browser.close()
        if is_open:
            return mail
    raise DemoError(f"every candidate of {node.company} has decided")


@contextmanager
def _stage(folder: Path, tell: Narrator) -> Iterator[tuple[DemoNode, ...]]:
    """Give the running nodes and their mail server, and end them."""
    tell.step("準備", "Set up three companies and found their consortium")
    nodes.empty_folder(folder)
    (port,) = nodes.free_ports(SMTP_PORTS)
    with MailSink(folder / "mail", COMPANIES, port):
        companies = nodes.set_up(folder, port)
        tell.say("legal_mode is sandbox: the people and companies are invented")
        parameters = ", ".join(f"{name} {value}" for name, value in nodes.PARAMETERS.items())
        tell.say(f"parameters: {parameters}")
        tell.say(f"consortium {nodes.fingerprint(folder)}")
        with nodes.running(companies):
            for node in companies:
                tell.say(f"{node.company}: {node.name}, {node.peer}")
            yield companies


def _played(folder: Path, companies: tuple[DemoNode, ...], tell: Narrator) -> bool:
    """Play the scenario and judge it by the audit bundles."""
    scenario = Scenario(
        {node.company: node for node in companies},
        folder,
        local_day(SystemClock().now()),
        tell,
    )
    scenario.run()
    tell.step("監査", "Export each node's audit bundle and verify it offline")
    for node in companies:
        verdicts.wait_for_rest(node)
    audited = verdicts.audit(companies, folder)
    for one in audited:
        tell.say(f"{one.company}: exit {one.status}; {'; '.join(one.words)}")
    verdict = "ok" if all(one.status == 0 for one in audited) else "failed"
    tell.say(f"all of it took {tell.elapsed().seconds} s")
    sums = tally(
        (one.payload for one in audited), imported=scenario.imported, letters=scenario.letters
    )
    return tell.finish(sums, verdict)
