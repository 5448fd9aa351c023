"""What leaves the origin in a token, whatever people choose and whoever signs (PROTOCOL 6)."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crypto.ed25519 import SigningKey
from node.services.choices import ConsentChoice
from node.storage import consents, peer_tokens, people
from protocol.anonymity import GateRow
from protocol.audit.verdict import verify
from protocol.errors import MalformedError
from protocol.token import TokenValues
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import Consortium, Member, founded
from tests.scenarios.person import ALL_GATED, Person

K = 3
STRANGER = SigningKey(b"\x07" * 32)


@dataclass(frozen=True, slots=True)
class Wish:
    """What one person is, chooses, and whether the consent bears the person's own signature."""

    prefecture: str
    occupation: str
    years: str
    fields: frozenset[str]
    receivers: frozenset[str]
    is_signed: bool


WISHES = st.builds(
    Wish,
    prefecture=st.sampled_from(["愛知県", "東京都"]),
    occupation=st.sampled_from(["営業", "機械設計"]),
    years=st.sampled_from(["1", "6"]),
    fields=st.frozensets(st.sampled_from(sorted(ALL_GATED)), min_size=1),
    receivers=st.frozensets(st.sampled_from(["beta", "gamma"]), min_size=1),
    is_signed=st.booleans(),
)


def taken(member: Member, wishes: list[Wish]) -> list[Person]:
    rows = [
        applicant(number, 都道府県=wish.prefecture, 職種=wish.occupation, 経験年数=wish.years)
        for number, wish in enumerate(wishes)
    ]
    result = member.node.people.intake.import_file(
        file_of(*rows), "a.csv", source="csv", progress=lambda _done, _all: None
    )
    assert (result.added, result.errors) == (len(rows), ())
    member.node.people.letters.queue_rejections()
    member.node.people.letters.confirm(len(rows))
    return [Person(member, row["メールアドレス"]) for row in rows]


def answered(consortium: Consortium, person: Person, wish: Wish) -> str:
    """Give a person's answer, in vain where somebody else signs it; return the person's id."""
    visit = person.visit("consent")
    choice = ConsentChoice(
        receivers=frozenset(consortium[name].id for name in wish.receivers),
        fields=wish.fields,
        language_level=None,
        availability=None,
        skills=(),
        months=6,
        blocks=(),
        language="ja",
        text="the page as it was shown",
    )
    service = consortium["alpha"].node.people.consents
    draft = service.draft(visit, choice, person.public)
    signer = person if wish.is_signed else Person(person.member, person.mail, STRANGER)
    signature = signer.sign(draft.statement)
    if wish.is_signed:
        service.sign(visit, draft.statement.canonical(), signature)
    else:
        with pytest.raises(MalformedError):
            service.sign(visit, draft.statement.canonical(), signature)
    return visit.person_id


def check_tokens(consortium: Consortium, wishes: dict[str, Wish]) -> None:
    """Fail if a peer holds anything that no consent gave it, or that fewer than k share."""
    alpha = consortium["alpha"].node
    with alpha.own.db.read() as tx:
        register = people.register(tx, today=alpha.own.outside.clock.now().date().isoformat())
        for name in ("beta", "gamma"):
            with consortium[name].node.own.db.read() as peer:
                rows = peer_tokens.of_member(peer, consortium["alpha"].id)
            for row in rows:
                own = consents.token(tx, row.id)
                assert own is not None
                wish = wishes[own.person_id]
                assert wish.is_signed
                assert name in wish.receivers
                values = TokenValues.parse(row.values)
                assert set(values.fields) <= wish.fields
                shown = GateRow(values.region, values.occupation, values.years, values.stage)
                assert sum(shown.shares(other) for other in register) >= K


@settings(max_examples=4, deadline=None, phases=[Phase.generate])  # each is a consortium
@given(wishes=st.lists(WISHES, min_size=5, max_size=7))
def test_a24_a_token_rests_on_a_signed_consent_and_says_no_more_than_it_and_k_people(
    wishes: list[Wish],
) -> None:
    with (
        TemporaryDirectory() as folder,
        founded(Path(folder), parameters={"k_anon": str(K)}) as consortium,
    ):
        consortium.tick(2)
        persons = taken(consortium["alpha"], wishes)
        consortium.tick()
        ids = [
            answered(consortium, person, wish) for person, wish in zip(persons, wishes, strict=True)
        ]
        consortium.tick(4)
        counted = consortium["alpha"].node.counters()
        agreed = sum(wish.is_signed for wish in wishes)
        # One leaf a receiver and person: who was not chosen gets a decoy.
        assert counted.get("tokens_live", 0) + counted.get("tokens_decoy", 0) == 2 * agreed
        at_peers = sum(
            consortium[name].node.counters()["peer_tokens"] for name in ("beta", "gamma")
        )
        assert at_peers == counted.get("tokens_live", 0)
        check_tokens(consortium, dict(zip(ids, wishes, strict=True)))
        verdict = verify(consortium["alpha"].node.bundles.export(), consortium.trust)
        assert verdict.findings == ()


def test_a24_people_who_are_alike_show_what_they_released_and_who_is_alone_nothing(
    tmp_path: Path,
) -> None:
    wish = Wish("愛知県", "営業", "6", ALL_GATED, frozenset({"beta"}), is_signed=True)
    alone = Wish("東京都", "機械設計", "1", ALL_GATED, frozenset({"beta"}), is_signed=True)
    with founded(tmp_path, parameters={"k_anon": str(K)}) as consortium:
        consortium.tick(2)
        wishes = [wish, wish, wish, alone]
        persons = taken(consortium["alpha"], wishes)
        consortium.tick()
        ids = [
            answered(consortium, person, one) for person, one in zip(persons, wishes, strict=True)
        ]
        consortium.tick(4)
        with consortium["beta"].node.own.db.read() as peer:
            rows = peer_tokens.of_member(peer, consortium["alpha"].id)
        shown = {}
        with consortium["alpha"].node.own.db.read() as tx:
            for row in rows:
                own = consents.token(tx, row.id)
                assert own is not None
                shown[own.person_id] = frozenset(TokenValues.parse(row.values).fields)
        # No rung of the ladder is left for who is like nobody: a decoy.
        assert shown == dict.fromkeys(ids[:3], ALL_GATED)
