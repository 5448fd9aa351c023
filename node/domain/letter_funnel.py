"""What became of each version of a letter: sent, opened, agreed, declined (DOMAIN 6.1, A17)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from node.domain import business_days
from node.domain.letters import Answer, LetterKind
from node.i18n import Bilingual

NOTICE_DAYS: Final = 10  # working days until a rejected person should have been told
FUNNEL_DEFINITION: Final = Bilingual(
    ja="送った通数のうち。「開いた」は初めて正しい番号を入れた人、「届かず」は不達の知らせが来たものです。"
    "新しいリンクのメールへのお返事は、元の通知に数えます。「苦情」は下の欄に書いたものと、"
    "メールソフトの「迷惑メール」の知らせが来たものです。",
    en="Of the letters sent. Opened: the right code was typed once. Bounced: a notice of"
    " non-delivery came. An answer to a renewed link counts for the letter before it."
    " Complaints: noted below, or reported by a mail program's button for unwanted mail.",
)
SILENT_DEFINITION: Final = Bilingual(
    ja="見送りから10営業日たっても、当社からの結果通知が届いていない人です。",
    en="People who have had no letter of result from us 10 working days after the rejection.",
)


@dataclass(frozen=True, slots=True)
class Version:
    """One text as it was sent; *link* is the code of a static link, None for all others."""

    template: str
    number: str
    language: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """One letter that was sent, and what came of it."""

    person: str
    version: Version
    sent_at: int
    is_bounced: bool
    is_opened: bool
    answer: Answer | None
    has_consented: bool
    has_withdrawn: bool  # the consent given on it stands no more by the person's own act
    has_complained: bool


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """The counts of one version; each is a number of letters."""

    version: Version
    sent: int
    bounced: int
    opened: int
    consented: int
    declined: int
    withdrew: int
    stopped: int  # asked never to be asked again
    complained: int


def funnel(fates: Iterable[Fate]) -> tuple[FunnelLine, ...]:
    """Return a line a version, by template, then the version sent first."""
    chains = _chains(sorted(fates, key=lambda fate: fate.sent_at))
    by_version: dict[Version, list[list[Fate]]] = defaultdict(list)
    for chain in chains:
        by_version[chain[0].version].append(chain)
    lines = [_line(version, found) for version, found in by_version.items()]
    return tuple(sorted(lines, key=lambda line: line.version.template))


def is_silent(ended_on: date, today: date) -> bool:
    """Tell whether somebody rejected on *ended_on* should have been told before *today*."""
    return business_days.after(ended_on, NOTICE_DAYS) < today


def _chains(fates: list[Fate]) -> list[list[Fate]]:
    """Return each letter with the renewed links that followed it."""
    chains: list[list[Fate]] = []
    latest: dict[str, list[Fate]] = {}
    for fate in fates:
        if fate.version.template == LetterKind.LINK and fate.person in latest:
            latest[fate.person].append(fate)
            continue
        latest[fate.person] = [fate]
        chains.append(latest[fate.person])
    return chains


def _line(version: Version, chains: list[list[Fate]]) -> FunnelLine:
    def count(holds: Iterable[bool]) -> int:
        return sum(holds)

    consented = [any(fate.has_consented for fate in chain) for chain in chains]
    return FunnelLine(
        version=version,
        sent=len(chains),
        bounced=count(chain[0].is_bounced for chain in chains),
        opened=count(any(fate.is_opened for fate in chain) for chain in chains),
        consented=count(consented),
        declined=count(
            not agreed and any(fate.answer is Answer.DECLINED for fate in chain)
            for agreed, chain in zip(consented, chains, strict=True)
        ),
        withdrew=count(any(fate.has_withdrawn for fate in chain) for chain in chains),
        stopped=count(any(fate.answer is Answer.NEVER for fate in chain) for chain in chains),
        complained=count(any(fate.has_complained for fate in chain) for chain in chains),
    )
