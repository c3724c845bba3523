"""Bytes become the text that their writer saw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.charsets import decode

CHARSETS = (
    "utf-8", "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-15", "windows-1250", "windows-1251",
    "windows-1252", "windows-1253", "koi8-r", "shift_jis", "euc-jp", "iso-2022-jp", "gb2312", "gbk", "big5", "euc-kr",
    "utf-16", "utf-7", "us-ascii", "macintosh",
)  # fmt: skip


@given(
    st.sampled_from(CHARSETS),
    st.text(alphabet=st.sampled_from("99213-25 C:\\x \\ . - é Ж я λ 漢 字 あ 한\n"), max_size=60),
)
def test_a_valid_declaration_is_honoured(charset: str, text: str) -> None:
    written = text.encode(charset, "ignore")
    assert decode(written, charset)[0] == written.decode(charset)


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("iso-8859-1", "naïve café".encode()),
        ("windows-1251", "Можно ли выставить 99213?".encode()),
        ("us-ascii", "naïve café".encode()),
        ("charset=utf-8", "naïve café".encode()),
    ],
)
def test_utf_8_that_is_declared_as_something_else_is_read_as_such(declared: str, written: bytes) -> None:
    assert decode(written, declared)[0] == written.decode()


def test_a_declaration_that_no_letter_obeys_is_not_believed() -> None:
    text, remark = decode("naïve café – 99213".encode("cp1252"), "utf-8")
    assert (text, remark) == ("naïve café – 99213", "declared as utf-8, which it is not: read as windows-1252")


def test_a_few_bad_bytes_do_not_make_it_another_charset() -> None:
    text, remark = decode("naïve café caf".encode() + b"\xe9 99213", "utf-8")
    assert (text, remark) == ("naïve café caf\ufffd 99213", "bytes invalid in utf-8: shown as \ufffd")


def test_a_long_cyrillic_text_without_a_charset_is_recognised() -> None:
    text = "Можно ли выставить код вместе с модификатором, если визит был отдельным? Спасибо за быстрый ответ."
    assert decode(text.encode("cp1251"), None)[0] == text


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_tells_the_charset(codec: str) -> None:
    assert decode("99213 ü".encode(codec), None)[0] == "99213 ü"


def test_seven_bit_japanese_without_a_charset_is_recognised() -> None:
    assert decode("質問 99213".encode("iso-2022-jp"), None)[0] == "質問 99213"


@pytest.mark.parametrize("charset", ["utf-8", "utf-7", "iso-2022-jp", "shift_jis", "x-unknown", "hz", "utf-16", None])
@given(data=st.binary(max_size=300))
def test_any_bytes_are_some_text(charset: str | None, data: bytes) -> None:
    assert isinstance(decode(data, charset)[0], str)


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        (
            "koi8-r",
            "Можно ли выставить код вместе с модификатором, если визит был отдельным? Спасибо за быстрый ответ.",
        ),
        ("cp1253", "Μπορούμε να χρεώσουμε τον κωδικό μαζί με τον τροποποιητή; Ευχαριστώ για τη γρήγορη απάντηση."),
        ("shift_jis", "この処置を診察と一緒に請求できますか。よろしくお願いいたします。"),
        ("gb18030", "请问这个治疗可以和门诊一起收费吗？谢谢您的帮助，期待回复。"),
    ],
)
def test_text_of_another_script_without_a_charset_is_recognised(charset: str, text: str) -> None:
    assert decode(text.encode(charset), None)[0] == text


def test_text_that_was_cut_within_a_character_keeps_its_charset() -> None:
    assert decode("Übelkeit, geäußert".encode()[:-6] + "ä".encode()[:1], None)[0].startswith("Übelkeit, geä")
