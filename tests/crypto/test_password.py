from concurrent.futures import ThreadPoolExecutor

import pytest

from crypto.errors import BadPasswordError
from crypto.password import hash_password, verify_password


def test_a_password_opens_its_own_hash_only() -> None:
    hashed = hash_password("correct horse")
    verify_password("correct horse", hashed)
    with pytest.raises(BadPasswordError):
        verify_password("correct house", hashed)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password("same") != hash_password("same")


def test_composed_and_decomposed_spellings_are_one_password() -> None:
    verify_password("パスワ\u30fc\u30c8\u3099", hash_password("パスワ\u30fc\u30c9"))


def test_a_hash_made_elsewhere_is_read() -> None:
    # By argon2-cffi 25.1.0, which wraps the reference code.
    foreign = (
        "$argon2id$v=19$m=64,t=1,p=4$PAsLwiHEZLWC//T88Oqk1g"
        "$NFPJNw5ofat3yQ3RIxMlzgEfIwMTeONhgsSjnpkAay4"
    )
    verify_password("foreign", foreign)


def test_passwords_are_verified_side_by_side() -> None:
    # With several lanes two at a time raised MemoryError or never came back.
    hashed = hash_password("correct horse battery")
    with ThreadPoolExecutor(4) as pool:
        tried = [pool.submit(verify_password, "correct horse battery", hashed) for _ in range(8)]
        for one in tried:
            one.result(timeout=60)
