"""Whether two identities that share a mail address or a phone can be one person.

Families share phones and sometimes an address. To take two people for one would send
one's letter to the other, so what both files say must not contradict.
"""

from node.domain.applicant import Identity
from node.domain.contact import kana_key


def may_be_same(one: Identity, other: Identity) -> bool:
    """Tell whether nothing that is known of both speaks against one person.

    A birth date decides, since names change; without it the names must agree.
    """
    if one.born_on is not None and other.born_on is not None:
        return one.born_on == other.born_on
    if one.kana is not None and other.kana is not None:
        return kana_key(one.kana) == kana_key(other.kana)
    return "".join(one.name.split()) == "".join(other.name.split())


def renewed(old: Identity, new: Identity) -> Identity:
    """Return what is known after *new*, where a blank leaves the older value."""
    has_employer = new.employer.name is not None or new.employer.corporate_number is not None
    return Identity(
        name=new.name,
        kana=new.kana or old.kana,
        born_on=new.born_on or old.born_on,
        mails=new.mails or old.mails,
        phones=new.phones or old.phones,
        prefecture=new.prefecture or old.prefecture,
        employer=new.employer if has_employer else old.employer,
    )
