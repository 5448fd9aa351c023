"""Whether two identities that share a mail address or a phone can be one person.

Families share phones and sometimes an address. To take two people for one would send
one's letter to the other, so what both files say must not contradict.
"""

import unicodedata

from node.domain.applicant import Identity
from node.domain.contact import MatchKey, kana_key, match_keys


def may_be_same(one: Identity, other: Identity) -> bool:
    """Tell whether nothing that is known of both speaks against one person.

    Another birth date decides against it. Names change, so a shared mail address or
    phone carries another name; without one, namesakes of one birthday would get each
    other's letters, so the written names must agree.
    """
    if one.born_on is not None and other.born_on is not None:
        if one.born_on != other.born_on:
            return False
        return bool(_ways(one) & _ways(other)) or _written(one) == _written(other)
    if one.kana is not None and other.kana is not None:
        return kana_key(one.kana) == kana_key(other.kana)
    return _written(one) == _written(other)


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


def _written(identity: Identity) -> str:
    """Return the name as compared: width and spaces say nothing."""
    return "".join(unicodedata.normalize("NFKC", identity.name).split())


def _ways(identity: Identity) -> set[MatchKey]:
    """Return the mail addresses and phones as compared."""
    return {key for key in match_keys(identity) if key.kind in {"mail", "phone"}}
