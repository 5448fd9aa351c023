import pytest

from protocol.errors import MalformedError
from protocol.messages.referral import ReferralRefuse, RefusalReason
from tests.protocol.companies import edited


@pytest.mark.parametrize("reason", RefusalReason)
def test_refusal_gives_one_of_the_listed_reasons(reason: RefusalReason) -> None:
    refuse = ReferralRefuse(reason=reason)
    assert ReferralRefuse.parse(refuse.canonical()) == refuse
    with pytest.raises(MalformedError):
        ReferralRefuse.parse(edited(refuse, reason="disliked"))
