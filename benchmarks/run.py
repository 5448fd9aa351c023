"""Ratios against named peers, all measured in one run: `make bench`.

Absolute times are of this machine and this minute; only the ratio beside them is worth
comparing. Each row runs both sides three times in turn and takes the best of each.
"""

import gc
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

from benchmarks.intake import import_file, import_file_beside_objects
from benchmarks.row import DisagreementError, Row, measure
from crypto import merkle
from crypto.ed25519 import SigningKey
from crypto.hashing import sha256
from node.domain.matching import LiveToken, Match, TokenIndex, match
from node.domain.requirement import Requirement
from node.storage import trees
from node.storage.database import Database, open_database
from node.storage.schema import upgrade
from protocol.http_signature import Request, sign_request, verify_request
from protocol.identifiers import MemberId, key_id
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from protocol.log.leaf import Leaf
from protocol.log.note import ED25519 as NOTE_ED25519
from protocol.log.note import Verifier
from protocol.taxonomy import Region, Years
from protocol.vocabulary import OCCUPATIONS, SKILLS

RESULTS: Final = Path(__file__).parent / "results"
LOG: Final = "alpha.example.jp/tasuki/v1/log/0001"
KEY: Final = SigningKey(b"\x01" * 32)
PUBLIC: Final = KEY.public
MEMBER: Final = MemberId("a1" * 16)
REQUESTS: Final = 300
ENTRIES: Final = 2_048
TOKENS: Final = 20_000
SEARCHES: Final = 5
_GARBAGE_AT: Final = 50_000  # new objects


def signatures() -> Row:
    """Sign and verify requests by our profile, and by a general library of RFC 9421."""
    private = Ed25519PrivateKey.from_private_bytes(KEY.seed)
    name = key_id("http", PUBLIC.raw)
    covered = ("@method", "@target-uri", "content-type", "content-digest", "tasuki-to")
    now = datetime.now(UTC)  # noqa: TID251 - the other library reads the clock itself
    plain = Request(
        "POST",
        "https://alpha.example.jp/tasuki/v1/inbox",
        {"content-type": "application/json"},
        b"{}",
    )

    def ours() -> None:
        for _ in range(REQUESTS):
            at = int(now.timestamp())
            signed = sign_request(plain, to=MEMBER, key_id=name, key=KEY, nonce=bytes(16), now=at)
            verify_request(signed, me=MEMBER, keys=lambda _key: PUBLIC, now=at)

    def theirs() -> None:
        keys = MappingKeyResolver(
            public_keys={name: Ed25519PublicKey.from_public_bytes(PUBLIC.raw)},
            private_keys={name: private},
        )
        signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=keys)
        verifier = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=keys)
        fields = sign_request(
            plain, to=MEMBER, key_id=name, key=KEY, nonce=bytes(16), now=int(now.timestamp())
        ).headers
        kept = {field: fields[field] for field in ("content-type", "content-digest", "tasuki-to")}
        for _ in range(REQUESTS):
            message = _Message(plain.method, plain.target_uri, dict(kept))
            signer.sign(
                message,
                key_id=name,
                covered_component_ids=covered,
                created=now,
                expires=now + timedelta(seconds=300),
                nonce="AAAAAAAAAAAAAAAAAAAAAA",
                tag="tasuki/1",
                label="tasuki",
                body=plain.body,
                use_existing_digest=True,
            )
            verifier.verify(
                message, max_age=timedelta(seconds=300), expect_tag="tasuki/1", body=plain.body
            )

    return measure("sign and verify a request", "http-message-signatures", REQUESTS, ours, theirs)


@dataclass
class _Message:
    """A request in the form that the other library asks for."""

    method: str
    url: str
    headers: dict[str, str]


def feed() -> Row:
    """Verify entries by the log's one signature, and by a signature an entry."""
    entries = _entries()
    checkpoint = Checkpoint(LOG, ENTRIES, _root(entries))
    note = sign_checkpoint(checkpoint, KEY)
    log = Verifier(LOG, NOTE_ED25519, PUBLIC.raw)
    signed = [(entry, KEY.sign(entry)) for entry in entries]

    def ours() -> None:
        if open_checkpoint(note, log).root != _root(entries):
            raise DisagreementError

    def theirs() -> None:
        for entry, signature in signed:
            PUBLIC.verify(entry, signature)

    return measure("verify a feed", "an Ed25519 signature an entry", ENTRIES, ours, theirs)


def log_append() -> Row:
    """Append leaves with their tiles of hashes, and insert the same rows bare."""
    entries = _entries()
    kinds = [Leaf.parse(entry) for entry in entries]

    def ours() -> None:
        origin = next(names)
        with tiled.begin() as tx:
            trees.start(tx, origin, MEMBER)
            trees.append(tx, origin, entries)

    def theirs() -> None:
        origin = next(names)
        with bare.begin() as tx:
            tx.connection().connection.cursor().executemany(
                "INSERT INTO entry (origin, idx, leaf_id, kind, payload) VALUES (?, ?, ?, ?, ?)",
                [
                    (origin, place, leaf.id, str(leaf.kind), entry)
                    for place, (leaf, entry) in enumerate(zip(kinds, entries, strict=True))
                ],
            )

    names = (f"{LOG}/{number}" for number in count())
    with _database() as tiled, _database() as bare:
        return measure("append to the log", "bare executemany of the rows", ENTRIES, ours, theirs)


def search() -> Row:
    """Match an opening over an index of plain integers that is there already."""
    index = TokenIndex(_tokens())
    return _against_sql("match, index ready", lambda: index.match(_wanted()))


def index_and_search() -> Row:
    """Match an opening as the node does: the index is made for this one search."""
    tokens = _tokens()
    return _against_sql("match, index made anew", lambda: match(_wanted(), tokens))


def _against_sql(job: str, ours: Callable[[], tuple[Match, ...]]) -> Row:
    """Measure *ours* beside one query over normalised tables on SQLite."""
    tokens = _tokens()
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (id TEXT PRIMARY KEY, region, occupation, years)")
    connection.execute("CREATE TABLE s (skill, id, PRIMARY KEY (skill, id)) WITHOUT ROWID")
    connection.executemany(
        "INSERT INTO t VALUES (?, ?, ?, ?)",
        [(one.id, one.region, one.occupation, one.years) for one in tokens],
    )
    connection.executemany(
        "INSERT INTO s VALUES (?, ?)", [(skill, one.id) for one in tokens for skill in one.skills]
    )
    connection.execute("ANALYZE")
    query, values = _query(_wanted())
    if [(one.token, one.score) for one in ours()] != connection.execute(query, values).fetchall():
        raise DisagreementError

    def theirs() -> None:
        for _ in range(SEARCHES):
            connection.execute(query, values).fetchall()

    def side() -> None:
        for _ in range(SEARCHES):
            ours()

    row = measure(f"{job}, {TOKENS:,} tokens", "SQL on SQLite", SEARCHES, side, theirs)
    connection.close()
    return row


def _wanted() -> Requirement:
    required, *wanted = SKILLS[:6]
    return Requirement(
        occupations=frozenset(OCCUPATIONS[:2]),
        regions=frozenset(list(Region)[:3]),
        least_years=Years("2-4"),
        required_skills=frozenset([required]),
        wanted_skills={skill: weight for weight, skill in enumerate(wanted, 1)},
    )


def _tokens() -> list[LiveToken]:
    return [_token(number) for number in range(TOKENS)]


def _query(requirement: Requirement) -> tuple[str, list[str]]:
    """Return the rule of node.domain.matching as one query, with its values."""
    weights = requirement.wanted_skills
    score = " ".join(f"WHEN ? THEN {weight}" for weight in weights.values())
    occupations, regions = sorted(requirement.occupations), sorted(map(str, requirement.regions))
    years = ["2-4", "5-9", "10+"]
    marks = [", ".join("?" * len(group)) for group in (occupations, regions, years)]
    query = (
        f"SELECT t.id, COALESCE(SUM(CASE s.skill {score} END), 0) AS score"  # noqa: S608 - marks alone
        " FROM s AS needed JOIN t ON t.id = needed.id LEFT JOIN s ON s.id = t.id"
        f" WHERE needed.skill = ? AND (t.occupation IS NULL OR t.occupation IN ({marks[0]}))"
        f" AND (t.region IS NULL OR t.region IN ({marks[1]}))"
        f" AND (t.years IS NULL OR t.years IN ({marks[2]}))"
        " GROUP BY t.id ORDER BY score DESC, t.id LIMIT 50"
    )
    return query, [*weights, *requirement.required_skills, *occupations, *regions, *years]


def _token(number: int) -> LiveToken:
    """Return an invented token; equal numbers give equal tokens."""
    digits = sha256(number.to_bytes(8, "big"))
    regions, years = [*map(str, Region), None], [*map(str, Years), None]
    return LiveToken(
        id=digits[:16].hex(),
        region=regions[digits[16] % len(regions)],
        occupation=OCCUPATIONS[digits[17] % len(OCCUPATIONS)],
        years=years[digits[18] % len(years)],
        skills=frozenset(SKILLS[digit % len(SKILLS)] for digit in digits[19 : 19 + digits[31] % 9]),
    )


def _entries() -> list[bytes]:
    return [
        leaves.entry(f"{number:032x}", f"{number:064x}", "2026-04-01", 1).canonical()
        for number in range(ENTRIES)
    ]


def _root(entries: list[bytes]) -> bytes:
    """Return the root over the exact bytes, as whoever reads a feed computes it."""
    level = [merkle.leaf_hash(entry) for entry in entries]  # a power of two of them
    while len(level) > 1:
        level = [merkle.node_hash(*level[at : at + 2]) for at in range(0, len(level), 2)]
    return level[0]


@contextmanager
def _database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{folder}/node.sqlite3")
        upgrade(db)
        yield db
        db.close()


JOBS: Final = (
    signatures,
    feed,
    log_append,
    search,
    index_and_search,
    import_file,
    import_file_beside_objects,
)


def main() -> None:
    """Measure every row, print the table and keep it as JSON."""
    rows = []
    print(f"{'job':38} {'against':32} {'ours/s':>12} {'peer/s':>12} {'ratio':>7}")
    # As a node's own verbs do: to look for garbage again and again is no part of either side.
    gc.set_threshold(_GARBAGE_AT)
    for job in JOBS:
        row = job()
        ours, theirs = row.operations / row.ours_s, row.operations / row.peer_s
        print(f"{row.job:38} {row.peer:32} {ours:12,.0f} {theirs:12,.0f} {row.ratio:6.2f}x")
        if row.crypto_share is not None:
            print(f"{'':38} of our time for cryptography: {row.crypto_share:.0%}")
        rows.append(asdict(row))
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(rows, indent=2) + "\n"
    (RESULTS / "latest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
