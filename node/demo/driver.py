"""The demo's scenario: three companies relay whom they reject, from the letter to the verdict.

It knows the nodes from outside alone: their command line, their pages, their counters
and the mails that arrive.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from node.demo import applicants, cast
from node.demo.candidates import Candidate, press_stop
from node.demo.cast import Part
from node.demo.errors import DemoError
from node.demo.mailbox import Mail, Mailbox
from node.demo.narrator import Narrator
from node.demo.nodes import DemoNode, Printed, at_once, fingerprint, pool, read_json, run_verb
from node.demo.openings import openings_json
from node.demo.recruiters import Recruiter
from node.demo.waiting import wait_for, wait_until

_PEERS: Final = 2
_BUSY: Final = 6  # candidates who use the pages at one moment
_ASKED_BY_ALPHA: Final = 6  # besides the first two: five accept, one declines
# A quarter less: the same money for 20 hires, 5 of them free (case A of DOMAIN A19).
COST: Final = {"direct_hires": 15, "relay_hires": 5, "hires": 20, "change_percent": -25.0}


@dataclass(slots=True)
class Scenario:
    """The companies, their people and their candidates."""

    nodes: dict[str, DemoNode]
    folder: Path
    today: date
    tell: Narrator
    mailboxes: dict[str, Mailbox] = field(init=False)
    recruiters: dict[str, Recruiter] = field(init=False)
    parts: dict[str, Part] = field(default_factory=dict)  # by address: the latest consent
    imported: int = 0
    letters: int = 0
    _asked: set[str] = field(default_factory=set, repr=False)  # links of requests

    def __post_init__(self) -> None:
        self.mailboxes = {company: Mailbox(self.folder / "mail", company) for company in self.nodes}
        self.recruiters = {company: Recruiter(node) for company, node in self.nodes.items()}

    def run(self) -> None:
        """Do all of it.

        Raises:
            DemoError: something does not go as it must.
        """
        self.import_applications()
        self.send_letters()
        self.end_two_consents_early()
        self.consent()
        self.count()
        self.add_openings()
        self.take_back_a_yes()
        self.propose_and_answer()
        self.hire()
        self.report()
        self.let_silence_pass()

    def import_applications(self) -> None:
        """Import each company's file; whom it rejected gets a letter queued."""
        self.tell.step("取り込み", "Import the applications")
        for company, result in zip(
            self.nodes, at_once([partial(self._import, node) for node in self._all]), strict=True
        ):
            self.imported += _number(result, "added")
            self.tell.say(
                f"{company}: {result['rows']} applications in {result['encoding']}, "
                f"{result['errors']} errors, {result['letters_queued']} letters to confirm"
            )

    def send_letters(self) -> None:
        """Let a person confirm the head-count: at alpha by the verb, elsewhere on the page."""
        self.tell.step("結果通知", "Confirm and send the rejection letters")
        at_once([recruiter.log_in for recruiter in self.recruiters.values()])
        media = sum(at_once([one.check_media for one in self.recruiters.values()]))
        self.tell.say(f"ticked that the terms of the media were read: {media}")
        counts = dict(
            zip(
                self.nodes,
                at_once([partial(self._confirm, company) for company in self.nodes]),
                strict=True,
            )
        )
        for company, count in counts.items():
            box = self.mailboxes[company]
            wait_until(f"{count} letters of {company}", partial(_has_results, box, count))
        self.letters = sum(len(mailbox.results()) for mailbox in self.mailboxes.values())
        self.tell.say(
            ", ".join(f"{company} {count}" for company, count in counts.items())
            + f": {self.letters} mails arrived"
        )
        self.tell.say(f"read them in {self.folder / 'mail'}, each as .eml and as .txt")

    def end_two_consents_early(self) -> None:
        """One person agrees twice, one withdraws: both before anybody is counted."""
        self.tell.step("最初の2人", "Two consents that end before they are counted")
        acts = cast.first_acts(self.mailboxes["alpha"].offers(), today=self.today)
        self._all_do([partial(self._agree, part) for part in (acts.doubled, acts.withdrawn)])
        self._wait_for_counter("alpha", "deliveries_delivered", 2 * _PEERS)
        self.tell.say("both were published and fetched by both peers")
        again = partial(self._agree, acts.doubled, again=True)
        self._all_do([partial(press_stop, acts.withdrawn.mail), again])
        self.tell.say("one pressed “unsubscribe” in the mail program (RFC 8058): withdrawn")
        self.tell.say("one agreed anew on the same page: the first tokens are replaced")

    def consent(self) -> None:
        """Everybody else opens the letter and decides."""
        self.tell.step("同意", "Candidates decide on the page behind their letter")
        casts = [
            cast.cast(company, mailbox.offers(), self._acted(company), today=self.today)
            for company, mailbox in self.mailboxes.items()
        ]
        self._all_do(
            [partial(self._agree, part) for one in casts for part in one.agreeing]
            + [
                partial(part.candidate.decline_offer, part.mail)
                for one in casts
                for part in one.declining
            ]
            + [partial(press_stop, mail) for one in casts for mail in one.never_asked_again]
        )
        for one in casts:
            keyless = sum(part.candidate.key is None for part in one.agreeing)
            self.tell.say(
                f"{one.company}: {cast.AGREE[one.company]} persons agreed, {keyless} of them "
                f"without a key (E0); {len(one.declining)} declined, "
                f"{len(one.never_asked_again)} asked never to be asked"
            )
        self.tell.say(
            "at alpha one blocked gamma, one has beta as present employer: they get decoys"
        )
        self._wait_until_none("tokens_queued")
        self.tell.say("one token a receiver was published, decoys included, and witnessed")
        self._check_a_receipt(casts[0].agreeing[-1])

    def count(self) -> None:
        """Wait until the peers have receipted whom they were introduced to."""
        self.tell.step("台帳", "The ledger counts ten people as one credit")
        for company, counted in cast.COUNTED.items():
            self._wait_for_counter(company, "claims_counted", counted)
            self.tell.say(f"{company}: {counted} counted, {counted // 10} credits")

    def add_openings(self) -> None:
        """Add each company's openings."""
        self.tell.step("求人とマッチ", "Add openings and match them against the peers' tokens")
        at_once([partial(self._add_openings, node) for node in self._all])
        for company, recruiter in self.recruiters.items():
            found = recruiter.openings()
            fits = ", ".join(str(len(recruiter.matches(opening))) for opening in found)
            self.tell.say(f"{company}: {len(found)} openings, people who fit: {fits}")

    def take_back_a_yes(self) -> None:
        """One candidate accepts and withdraws before anything is given, one stays silent."""
        self.tell.step("承諾の後の撤回", "A yes that is taken back before the reveal")
        self._propose("alpha", 2)
        mail, silent = self._requests_of("alpha", 2)
        self._candidate(silent).leave_open(silent)
        part = self.parts[mail.to]
        part.candidate.accept(mail, report=False)
        part.candidate.withdraw(part.mail)
        self._wait_until_deleted(3 * _PEERS)
        self.tell.say("accepted, then withdrawn on the own page: nobody learns who it was")
        self.tell.say("all peers erased what they held and sent deletion receipts: 6")

    def propose_and_answer(self) -> None:
        """Make the other eight requests, and let the candidates answer them."""
        self.tell.step("連絡の依頼と承諾", "Recruiters ask, candidates answer")
        self._propose("alpha", _ASKED_BY_ALPHA)
        for company in ("beta", "gamma"):
            self._propose(company, 1, origin=self.nodes["alpha"].name)
        no, *yes = self._requests_of("alpha", _ASKED_BY_ALPHA)
        for company in ("beta", "gamma"):
            yes += self._requests_of(company, 1)
        # Two companies may ask one person, who answers one after the other, as people do.
        acts: dict[str, list[Callable[[], object]]] = {mail.to: [] for mail in (no, *yes)}
        acts[no.to].append(partial(self._candidate(no).decline, no))
        for mail in yes:
            acts[mail.to].append(partial(self._candidate(mail).accept, mail, report=True))
        self._all_do([partial(_in_turn, one) for one in acts.values()])
        self.tell.say(f"{len(yes)} accepted, 1 declined, 1 has not answered yet")
        for company, hires in cast.HIRES.items():
            self._wait_for_counter(company, "introductions_new", hires)
        self.tell.say("7 sealed reveals: logged first, then given, opened and receipted")

    def hire(self) -> None:
        """Let the recruiters interview and hire; the candidates allowed to tell it."""
        self.tell.step("採用", "Interviews and hires from the introductions page")
        for company, recruiter in self.recruiters.items():
            people = recruiter.introductions()
            for person in people:
                recruiter.mark(person, "interviewed")
                recruiter.mark(person, "hired")
            self.tell.say(f"{company}: {len(people)} hired through the relay")
        self._wait_until_none("envelopes_waiting")

    def let_silence_pass(self) -> None:
        """Wait for the end of the request that nobody answered."""
        self.tell.step("沈黙は「いいえ」", "Silence is a no")

        def has_lapsed() -> bool:
            return any(node.metrics().get("requests_expired", 0) for node in self._all)

        wait_until("the unanswered request to lapse", has_lapsed)
        self.tell.say("the request without an answer ended as a no; its hold is free again")

    def report(self) -> None:
        """Read what alpha's own selections cost with and without the relay.

        Raises:
            DemoError: it is not a quarter less.
        """
        self.tell.step("分析", "What alpha pays for a hire")
        report = read_json(self.nodes["alpha"].run("report", "--json", is_sealed=False))
        cost = report.get("cost_per_hire")
        found = {name: cost.get(name) for name in COST} if isinstance(cost, dict) else {}
        self.tell.say(", ".join(f"{name} {number}" for name, number in found.items()))
        if found != COST:
            raise DemoError(f"the report says {found}, not {COST}")

    @property
    def _all(self) -> tuple[DemoNode, ...]:
        return tuple(self.nodes.values())

    def _import(self, node: DemoNode) -> dict[str, Printed]:
        file = node.folder / "applications.csv"
        file.write_bytes(applicants.applications_csv(node.company, today=self.today))
        return read_json(node.run("import", str(file), "--json"))

    def _confirm(self, company: str) -> int:
        """Confirm the letters of a company and return how many go out."""
        if company != "alpha":
            return self.recruiters[company].confirm_letters()
        node = self.nodes[company]
        waiting = _number(read_json(node.run("letters", "list", "--json")), "waiting")
        node.run("letters", "confirm", str(waiting))
        return waiting

    def _add_openings(self, node: DemoNode) -> None:
        file = node.folder / "openings.json"
        file.write_text(openings_json(node.company, today=self.today), "utf-8")
        node.run("openings", "add", str(file), is_sealed=False)

    def _agree(self, part: Part, *, again: bool = False) -> None:
        part.candidate.agree(part.mail, part.wish, again=again)
        self.parts[part.candidate.address] = part

    def _check_a_receipt(self, part: Part) -> None:
        """Let a person download the receipt and verify it without the company."""
        file = self.nodes[part.mail.company].folder / "receipt.json"
        file.write_text(part.candidate.take_receipt(part.mail), "utf-8")
        run_verb("audit", str(file), "--trust", fingerprint(self.folder), "--json")
        self.tell.say("a candidate downloaded the receipt; it verifies offline")

    def _acted(self, company: str) -> list[Part]:
        return [part for part in self.parts.values() if part.mail.company == company]

    def _candidate(self, mail: Mail) -> Candidate:
        return self.parts[mail.to].candidate

    def _propose(self, company: str, count: int, *, origin: str = "") -> None:
        """Let a recruiter ask the best matches of each opening in turn."""
        recruiter = self.recruiters[company]
        openings = recruiter.openings()
        for made in range(count):
            turns = openings[made % len(openings) :] + openings[: made % len(openings)]

            # While a peer's newest entries are not read its tokens rest: a person reloads.
            def ask(turns: list[str] = turns) -> bool:
                return any(recruiter.propose(opening, origin=origin) for opening in turns)

            wait_until(f"{company} to find somebody to ask", ask)
        self.tell.say(f"{company} asked {count}")

    def _requests_of(self, company: str, count: int) -> list[Mail]:
        """Return the next *count* mails that ask for *company*, once they are there."""
        name = self.nodes[company].name
        mailboxes = [box for other, box in self.mailboxes.items() if other != company]

        def look() -> list[Mail] | None:
            found = [mail for box in mailboxes for mail in box.requests() if name in mail.text]
            fresh = [mail for mail in found if mail.link not in self._asked]
            return fresh if len(fresh) >= count else None

        requests = wait_for(f"{count} requests by {company}", look)
        self._asked.update(mail.link for mail in requests)
        return requests

    def _wait_for_counter(self, company: str, name: str, number: int) -> None:
        node = self.nodes[company]

        def is_there() -> bool:
            return node.metrics().get(name, 0) >= number

        wait_until(f"{name} of {company} to be {number}", is_there)

    def _wait_until_none(self, name: str) -> None:
        def is_none() -> bool:
            return not any(node.metrics().get(name, 0) for node in self._all)

        wait_until(f"{name} to be 0 everywhere", is_none)

    def _wait_until_deleted(self, number: int) -> None:
        def is_there() -> bool:
            counts = [node.metrics().get("deliveries_deleted", 0) for node in self._all]
            return sum(counts) >= number

        wait_until(f"{number} deletion receipts", is_there)

    def _all_do(self, acts: Sequence[Callable[[], None]]) -> None:
        """Let a few candidates act at a time; the first failure ends it."""
        with pool(_BUSY) as workers:
            for future in [workers.submit(act) for act in acts]:
                future.result()


def _has_results(box: Mailbox, count: int) -> bool:
    return len(box.results()) >= count


def _number(document: dict[str, Printed], name: str) -> int:
    found = document.get(name)
    if not isinstance(found, int):
        raise DemoError(f"a verb told no {name}")
    return found


def _in_turn(acts: list[Callable[[], object]]) -> None:
    for act in acts:
        act()
