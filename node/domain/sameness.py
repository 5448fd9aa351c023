"""Whether two identities that share a mail address or a phone can be one person.

Families share phones and sometimes an address. To take two people for one would send
one's letter to the other, so what both files say must not contradict.
"""

from node.domain.applicant import Identity
from node.domain.contact import MatchKey, kana_key, match_keys
from node.domain.name_variants import folded


def may_be_same(one: Identity, other: Identity) -> bool:
    """Tell whether nothing that is known of both speaks against one person.

    Another birth date decides against it. Names change, so a shared mail address or
    phone carries another name. Namesakes of one birthday would get each other's
    letters, so without one the names must agree, and an address that differs on both
    sides leaves the question to somebody who can ask (the list of possible duplicates).
    Who never told a name is on file by nothing but the address that both have.
    """
    if not (one.name and other.name):
        return True
    if one.born_on is None or other.born_on is None:
        if one.kana is not None and other.kana is not None:
            return kana_key(one.kana) == kana_key(other.kana)
        return folded(one.name) == folded(other.name)
    if one.born_on != other.born_on:
        return False
    ways, others = ways_to(one), ways_to(other)
    if ways and others:
        return bool(ways & others)
    sounds_else = one.kana and other.kana and kana_key(one.kana) != kana_key(other.kana)
    return folded(one.name) == folded(other.name) and not sounds_else


def renewed(old: Identity, new: Identity) -> Identity:
    """Return what is known after *new*, where a blank leaves the older value."""
    has_employer = new.employer.name is not None or new.employer.corporate_number is not None
    return Identity(
        name=new.name,
        kana=new.kana or old.kana,
        born_on=new.born_on or old.born_on,
        mails=new.mails or old.mails,
        phones=new.phones or old.phones,
        postal=new.postal or old.postal,
        prefecture=new.prefecture or old.prefecture,
        employer=new.employer if has_employer else old.employer,
    )


def ways_to(identity: Identity) -> set[MatchKey]:
    """Return the mail addresses and phones as compared."""
    return {key for key in match_keys(identity) if key.kind in {"mail", "phone"}}
