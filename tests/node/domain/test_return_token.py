import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.return_token import LENGTH, MAX_MAILBOX, ReturnTokens, return_address

TOKENS = ReturnTokens(b"k" * 32)
LETTER = "00112233445566778899aabbccddeeff"

ids = st.binary(min_size=16, max_size=16).map(bytes.hex)


@given(ids)
def test_token_names_its_letter(letter_id: str) -> None:
    token = TOKENS.of(letter_id)
    assert len(token) == LENGTH
    assert TOKENS.letters_in(return_address("bounce@example.jp", token)) == (letter_id,)
    assert TOKENS.letters_in(f"<{token.upper()}@example.jp>") == (letter_id,)


@given(ids, st.integers(0, LENGTH - 2), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_t19_token_that_was_changed_names_none(letter_id: str, place: int, sign: str) -> None:
    token = TOKENS.of(letter_id)
    changed = token[:place] + sign + token[place + 1 :]
    assert TOKENS.letters_in(changed) == ((letter_id,) if changed == token else ())


def test_t19_token_of_another_key_names_none() -> None:
    assert TOKENS.letters_in(ReturnTokens(b"x" * 32).of(LETTER)) == ()


@given(st.text(max_size=200))
def test_other_text_names_none(text: str) -> None:
    assert TOKENS.letters_in(text) == ()


def test_only_the_first_tokens_of_a_mail_are_tried() -> None:
    forged = " ".join("a" * 40 + two for two in ("aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh"))
    assert TOKENS.letters_in(f"{forged} {TOKENS.of(LETTER)}") == ()


def test_address_of_the_longest_mailbox_is_a_legal_one() -> None:
    address = return_address("b" * MAX_MAILBOX + "@example.jp", TOKENS.of(LETTER))
    assert len(address.partition("@")[0]) == 64


def test_key_is_not_shown() -> None:
    assert repr(TOKENS) == "ReturnTokens()"


@pytest.mark.parametrize("text", ["", "=" * 42, "a" * 41, "a" * 43, "1" * 42])
def test_what_is_no_token_names_none(text: str) -> None:
    assert TOKENS.letters_in(text) == ()
