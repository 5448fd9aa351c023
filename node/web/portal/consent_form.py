"""The consent form as it came in, and the page that shows it again with the offer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from werkzeug.datastructures import ImmutableMultiDict

from node.domain.blocks import company_key, read_corporate_number
from node.domain.errors import UnreadableError
from node.domain.recipients import AskRules
from node.domain.vocabulary import Vocabulary
from node.i18n import Bilingual, Language, local_day
from node.services.choices import MONTHS, ConsentChoice, months_later
from node.services.offers import Offer
from node.web.portal.consent import (
    EMPLOYER,
    GATED,
    HERE,
    NO_AVAILABILITY,
    NO_FIELD,
    NO_LANGUAGE,
    NO_RECEIVER,
    NO_SKILL,
    UNKNOWN_COMPANY,
    Blocked,
    Closed,
    Conditions,
    ConsentPage,
    Crowd,
    Period,
    Receiver,
    ShownField,
)
from node.web.ui.parts import Choice, Complaint
from protocol.membership import Member
from protocol.taxonomy import Availability
from protocol.taxonomy import Language as Level
from protocol.token import MAX_SKILLS

MAX_BLOCKS = 50


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """What the person ticked and typed; nothing of it is checked yet."""

    secret: str = ""
    code: str = ""
    receivers: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    language: str = ""
    availability: str = ""
    skills: tuple[str, ...] = ()
    months: int = MONTHS[0]
    blocks: tuple[str, ...] = ()
    key_alg: str = ""
    key: str = ""

    @classmethod
    def parse(cls, form: ImmutableMultiDict[str, str]) -> Self:
        """Return the form; what it has too much of is dropped."""
        months = form.get("months", "")
        return cls(
            secret=form.get("secret", ""),
            code=form.get("code", ""),
            receivers=frozenset(form.getlist("to")),
            fields=frozenset(form.getlist("field")),
            language=form.get("language", ""),
            availability=form.get("availability", ""),
            skills=tuple(sorted(set(form.getlist("skill")))),
            months=int(months) if months in {str(number) for number in MONTHS} else MONTHS[0],
            blocks=tuple(
                dict.fromkeys(text.strip()[:200] for text in form.getlist("block") if text.strip())
            )[:MAX_BLOCKS],
            key_alg=form.get("key_alg", ""),
            key=form.get("key", ""),
        )

    def choice(self, language: Language, text: str) -> ConsentChoice:
        """Return the choice that the rules of consent check."""
        return ConsentChoice(
            receivers=self.receivers,
            fields=self.fields,
            language_level=self.language or None,
            availability=self.availability or None,
            skills=self.skills,
            months=self.months,
            blocks=self.blocks,
            language=language,
            text=text,
        )

    @property
    def unread_block(self) -> str:
        """The digits typed for a company that are no corporate number, empty if there are none."""
        return next((text for text in self.blocks if _is_bad_number(text)), "")

    def complaints(self) -> tuple[Complaint, ...]:
        """Return what is missing before the form can be an answer."""
        found = []
        if not self.receivers:
            found.append(NO_RECEIVER)
        if not self.fields:
            found.append(NO_FIELD)
        if "language" in self.fields and self.language not in set(Level):
            found.append(NO_LANGUAGE)
        if "availability" in self.fields and self.availability not in set(Availability):
            found.append(NO_AVAILABILITY)
        if "skills" in self.fields and not 1 <= len(self.skills) <= MAX_SKILLS:
            found.append(NO_SKILL)
        if self.unread_block:
            found.append(UNKNOWN_COMPANY)
        return tuple(found)


def page_of(
    offer: Offer,
    form: ConsentForm,
    vocabulary: Vocabulary,
    rules: AskRules,
    *,
    is_code_needed: bool,
    now: datetime,
    complaints: tuple[Complaint, ...] = (),
    counted: int | None = None,
    tries_left: int | None = None,
) -> ConsentPage:
    """Return the page with the offer, as the form has it so far."""
    # Digits that cannot be read go back into their field: nobody could take them away otherwise.
    typed = tuple(_blocked(text, offer) for text in form.blocks if not _is_bad_number(text))
    shut = {block.written for block in typed if block.is_member}
    members = [(member, reason) for member, reason in offer.members]
    closed = [Closed(member.name, EMPLOYER) for member, reason in members if reason is not None] + [
        Closed(offer.own.name, HERE, is_struck=False)
    ]
    return ConsentPage(
        secret=form.secret,
        receivers=tuple(
            Receiver(member.id, member.name, member.address, member.id in form.receivers)
            for member, reason in members
            if reason is None and not _is_named(member, shut)
        ),
        closed=tuple(closed),
        fields=_fields(offer, form, vocabulary),
        languages=_options(vocabulary, "language", form.language),
        availabilities=_options(vocabulary, "availability", form.availability),
        skills=tuple(
            Choice(code, vocabulary.word("skill", code), code in form.skills)
            for code in offer.skills
        ),
        open_fields=form.fields,
        crowds=_crowds(offer),
        periods=tuple(
            Period(months, local_day(months_later(now, months)), months == form.months)
            for months in MONTHS
        ),
        never=tuple(entry.name or entry.number or "" for entry in offer.blocked),
        conditions=_conditions(rules, vocabulary),
        blocked=typed,
        is_code_needed=is_code_needed,
        unread_block=form.unread_block,
        public_key=offer.key or "",
        code=form.code,
        counted=counted,
        tries_left=tries_left,
        complaints=complaints,
    )


def _conditions(rules: AskRules, vocabulary: Vocabulary) -> Conditions:
    routes = (term.code for term in vocabulary.terms("route") if term.code in rules.routes)
    return Conditions(
        rules.version,
        tuple(vocabulary.word("route", code) for code in routes),
        is_choosing=rules.only_recommended,
    )


def _fields(offer: Offer, form: ConsentForm, vocabulary: Vocabulary) -> tuple[ShownField, ...]:
    codes = {
        "occupation": ("occupation", offer.occupation),
        "stage": ("stage_band", offer.stage),
        "region": ("region", offer.region),
        "years": ("years", offer.years),
    }
    return tuple(
        ShownField(name, vocabulary.word(family, str(code)), name in form.fields)
        for name in GATED
        for family, code in [codes[name]]
        if code is not None
    )


def _crowds(offer: Offer) -> tuple[Crowd, ...]:
    return tuple(
        Crowd(
            occupation="occupation" in fields,
            stage="stage" in fields,
            region="region" in fields,
            years="years" in fields,
            people=people,
        )
        for fields, people in offer.crowds.items()
    )


def _options(vocabulary: Vocabulary, family: str, chosen: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(term.code, Bilingual(term.ja, term.en), term.code == chosen)
        for term in vocabulary.terms(family)
    )


def _blocked(text: str, offer: Offer) -> Blocked:
    """Return a company that was typed, with its name where it is a member."""
    for member, _ in offer.members:
        if _is_named(member, {text}):
            return Blocked(text, member.name, is_member=True)
    return Blocked(text, text, is_member=False)


def _is_named(member: Member, texts: set[str]) -> bool:
    keys = {company_key(member.name.ja), company_key(member.name.en)}
    return any(
        company_key(text) in keys or _number(text) == member.corporate_number for text in texts
    )


def _number(text: str) -> str | None:
    try:
        return read_corporate_number(text)
    except UnreadableError:
        return None


def _is_bad_number(text: str) -> bool:
    """Tell whether somebody typed digits that are no corporate number."""
    digits = text.replace("-", "").replace(" ", "")
    return digits.isdecimal() and _number(text) is None
