import pytest

from node.domain.encoding import find_encoding
from node.domain.errors import FileRefusedError

TEXT = "応募ID,氏名\nA-1,髙﨑 ㈱①\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8", "cp932"])
def test_the_encoding_is_found(encoding: str) -> None:
    assert find_encoding(TEXT.encode(encoding)) == encoding


def test_utf_16_of_either_order_goes_by_its_bom() -> None:
    assert find_encoding(b"\xfe\xff" + TEXT.encode("utf-16-be")) == "utf-16"
    assert find_encoding(b"\xff\xfe" + TEXT.encode("utf-16-le")) == "utf-16"


@pytest.mark.parametrize("word", ["東京", "応募経路", "営業"])
def test_utf_8_that_would_pass_for_cp932_is_utf_8(word: str) -> None:
    assert word.encode().decode("cp932") != word
    assert find_encoding(word.encode()) == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_character_across_two_pieces_is_one(encoding: str) -> None:
    for shift in range(4):
        text = "x" * ((1 << 20) - shift) + "髙橋" * 10
        assert find_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        ("\u3000\n".encode(), "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"id,name\n1,\x00\n", "nul"),
        (b"id,name\n1,\x07\n", "undecodable"),
        (b"id,name\n1,\xfd\xfe\n", "undecodable"),
        (b"\xef\xbb\xbfid,\x83\x5c\n", "undecodable"),
    ],
)
def test_what_no_encoding_explains_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        find_encoding(content)
    assert refused.value.code == code
