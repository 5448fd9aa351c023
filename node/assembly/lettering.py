"""Letters, and who gets them, wired."""

from node.assembly.mailing import letter_messages
from node.assembly.own import Own
from node.domain.recipients import AskRules
from node.domain.source import Source
from node.services.identities import Identities
from node.services.letter_sending import LetterSending
from node.services.letters import Letters
from node.services.links import Links
from node.services.pace import Pace
from node.services.recipients import Recipients


def letters_of(own: Own, links: Links, identities: Identities) -> Letters:
    """Return the letters of a node."""
    db, clock, settings = own.db, own.outside.clock, own.settings
    messages = letter_messages(own, links)
    sources = {
        name: Source(name, section.mail_owner, section.go_live, section.notice_from)
        for name, section in settings.sources.items()
    }
    rules = AskRules(
        frozenset(settings.letters.ask_routes),
        only_recommended=settings.letters.ask == "recommended",
    )
    recipients = Recipients(clock, identities, sources, rules, settings.mail.template)
    hold, limit = settings.letters.hold, settings.letters.daily_limit
    pace = Pace(clock, settings.mail.pace)
    sending = LetterSending(db, clock, recipients, messages, own.outside.mail, hold, limit, pace)
    return Letters(db, clock, recipients, messages, sending, hold)
