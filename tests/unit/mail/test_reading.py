"""What a mail says, whatever its bytes are."""

import hashlib
import time
from datetime import UTC, datetime

import pytest

from consultant.mail.reading import read_mail
from tests.unit.mail.letters import letter, multipart


def test_an_ordinary_mail_is_read_whole() -> None:
    mail = read_mail(letter(cc="Bo <BO@clinic.example>", in_reply_to="<0@desk.example>"))
    assert mail.message_id == "<1@clinic.example>"
    assert mail.in_reply_to == ("<0@desk.example>",)
    assert (mail.from_address, mail.from_name) == ("ana@clinic.example", "Ana Coder")
    assert mail.to == ("consult@desk.example", "bo@clinic.example")
    assert mail.subject == mail.header("subject") == "Modifier 25"
    assert mail.date == datetime(2025, 6, 2, 15, tzinfo=UTC)
    assert mail.text == mail.reply_text == "May we bill 99213-25 with 96413?"
    assert mail.attachments == () == mail.defects
    assert not mail.html_only


def test_where_it_was_delivered_is_kept() -> None:
    raw = b"Delivered-To: a@desk.example\r\nDelivered-To: b@desk.example\r\nX-Original-To: c@desk.example\r\n"
    mail = read_mail(raw + letter())
    assert mail.delivered_to == ("a@desk.example", "b@desk.example", "c@desk.example")
    assert mail.all_headers("DELIVERED-TO") == ("a@desk.example", "b@desk.example")


def test_an_unknown_charset_is_guessed_and_said() -> None:
    mail = read_mail(letter("café au lait\n".encode("cp1252"), content_type="text/plain; charset=x-foo"))
    assert mail.text == "café au lait"
    assert mail.defects == ("unknown charset 'x-foo': read as windows-1252",)


@pytest.mark.parametrize("charset", ["punycode", "base64", "zlib", "../../etc", "rot13", "x\0y"])
def test_a_charset_that_is_none_is_not_used(charset: str) -> None:
    assert read_mail(letter("plain\n", content_type=f'text/plain; charset="{charset}"')).text == "plain"


def test_a_valid_charset_is_honoured() -> None:
    mail = read_mail(letter("Привет\n".encode("koi8-r"), content_type="text/plain; charset=KOI8-R"))
    assert mail.text == "Привет"


@pytest.mark.parametrize(
    ("declared", "written"), [("iso-8859-1", "“quoted” – 5 €".encode("cp1252")), ("gb2312", "朱镕基".encode("gbk"))]
)
def test_a_charset_is_read_as_what_senders_mean_by_it(declared: str, written: bytes) -> None:
    mail = read_mail(letter(written, content_type=f"text/plain; charset={declared}"))
    assert mail.text in ("“quoted” – 5 €", "朱镕基")


def test_text_without_a_charset_is_utf_8_when_it_can_be() -> None:
    assert read_mail(letter("café\n", content_type="text/plain; charset=us-ascii")).text == "café"


def test_only_really_invalid_bytes_are_replaced() -> None:
    mail = read_mail(letter(b"caf\xc3\xa9 \xff!\n", content_type="text/plain; charset=utf-8"))
    assert mail.text == "café \ufffd!"
    assert mail.defects == ("bytes invalid in utf-8: shown as \ufffd",)


def test_no_message_id_and_no_from() -> None:
    mail = read_mail(letter(from_=None, message_id=None, **{"from": None}))
    assert (mail.message_id, mail.from_address, mail.from_name) == (None, None, "")
    assert mail.defects == ("no usable From address", "no Message-ID")


@pytest.mark.parametrize("sender", ["a@x.example, b@y.example", "a@x.example\r\nFrom: b@y.example"])
def test_several_senders_are_no_sender(sender: str) -> None:
    mail = read_mail(letter(**{"from": sender}))
    assert mail.from_address is None
    assert "several From addresses: none of them counts as the sender" in mail.defects


def test_a_name_with_a_bare_comma_still_has_its_address() -> None:
    mail = read_mail(letter(**{"from": "Coder, Ana <ana@clinic.example>"}))
    assert (mail.from_address, mail.from_name) == ("ana@clinic.example", "Coder, Ana")


def test_an_address_without_angle_brackets_is_found_behind_its_name() -> None:
    mail = read_mail(letter(**{"from": '"Ana, Coder" ana@clinic.example'}))
    assert (mail.from_address, mail.from_name) == ("ana@clinic.example", "Ana, Coder")
    assert read_mail(letter(**{"from": "boss@clinic.example ana@clinic.example"})).from_address is None


def test_what_is_cut_of_names_and_lists_is_said() -> None:
    many = " ".join(f"<{number}@x.example>" for number in range(300))
    field = f'attachment; filename="{"x" * 500}.pdf"'
    mail = read_mail(letter("x", references=many, content_disposition=field, **{"from": f"{'n' * 300} <a@b.example>"}))
    assert (len(mail.from_name), len(mail.references), len(mail.attachments[0].name)) == (200, 200, 200)
    assert len(mail.cut) == 3


def test_an_encoded_name_cannot_pose_as_an_address() -> None:
    word = "=?utf-8?q?ana=40clinic=2Eexample=3E=2C?="
    mail = read_mail(letter(**{"from": f"{word} <mallory@evil.example>"}))
    assert mail.from_address == "mallory@evil.example"
    assert mail.from_name == "ana@clinic.example>,"


def test_an_empty_body_is_empty() -> None:
    mail = read_mail(letter(""))
    assert (mail.text, mail.reply_text, mail.html_only) == ("", "", False)


def test_html_alone_becomes_text_without_its_script() -> None:
    body = (
        "<html><head><style>p{}</style></head><body><script>steal()</script><p>May we bill?</p><table>"
        "<tr><th>Code</th><th>Units</th></tr><tr><td>964<span>13</span></td><td>1</td></tr></table>"
        '<p style="display: none">hidden</p></body></html>'
    )
    mail = read_mail(letter(body, content_type="text/html; charset=utf-8"))
    assert mail.html_only
    assert mail.text.splitlines() == ["May we bill?", "", "Code   Units", "96413  1"]


def test_deep_html_is_read_line_by_line() -> None:
    mail = read_mail(letter("<div>" * 1_500 + "May we bill?", content_type="text/html"))
    assert mail.text == "May we bill?"
    assert mail.defects == ("HTML too large or too deep to lay out: read line by line",)


def test_html_too_deep_to_be_read_says_so() -> None:
    mail = read_mail(letter("first<div>" + "<div>" * 5_000 + "deepest", content_type="text/html"))
    assert mail.text == "first"
    assert mail.defects == ("HTML nested too deep: what is deepest was left unread",)


def test_plain_text_is_preferred_to_its_html() -> None:
    body, content_type = multipart(
        "alternative",
        "Content-Type: text/plain\r\n\r\nplain words",
        "Content-Type: text/html\r\n\r\n<p>html words</p>",
    )
    mail = read_mail(letter(body, content_type=content_type))
    assert (mail.text, mail.html_only) == ("plain words", False)


def test_an_empty_plain_part_gives_way_to_html() -> None:
    body, content_type = multipart(
        "alternative", "Content-Type: text/plain\r\n\r\n \r\n", "Content-Type: text/html\r\n\r\n<p>words</p>"
    )
    mail = read_mail(letter(body, content_type=content_type))
    assert (mail.text, mail.html_only) == ("words", True)


def test_text_before_and_behind_a_file_is_all_text() -> None:
    body, content_type = multipart(
        "mixed",
        "\r\nfirst",
        "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD",
        "\r\nsecond",
    )
    mail = read_mail(letter(body, content_type=content_type))
    assert mail.text == "first\n\nsecond"
    (pdf,) = mail.attachments
    assert (pdf.name, pdf.type, pdf.size) == ("a.pdf", "application/pdf", 3)
    assert pdf.sha256 == hashlib.sha256(b"ABC").hexdigest()


def test_an_attached_message_is_a_file_and_not_the_text() -> None:
    body, content_type = multipart(
        "mixed", "\r\nsee this", b"Content-Type: message/rfc822\r\n\r\n" + letter("inner words\n")
    )
    mail = read_mail(letter(body, content_type=content_type))
    assert mail.text == "see this"
    assert [(a.name, a.type) for a in mail.attachments] == [("attachment-1.eml", "message/rfc822")]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\notes\\op note.pdf", "op note.pdf"),
        ("=?utf-8?q?a=0D=0ABcc=3A_x.pdf?=", "a Bcc_ x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("..", "attachment-1.txt"),
        ("x" * 500 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_file_name_is_made_safe(written: str, name: str) -> None:
    field = f'attachment; filename="{written}"'
    (file,) = read_mail(letter("x", content_type="application/pdf", content_disposition=field)).attachments
    assert file.name == name


def test_a_file_name_in_sections_is_joined() -> None:
    field = "attachment; filename*0*=utf-8''op%20n%C3; filename*1*=%B6te; filename*2=.pdf"
    (file,) = read_mail(letter("x", content_type="application/pdf", content_disposition=field)).attachments
    assert file.name == "op nöte.pdf"


def test_a_subject_stays_on_one_line() -> None:
    mail = read_mail(
        letter(subject="=?utf-8?q?Modifier=0025=0D=0ABcc=3A_all=40clinic=2Eexample?=\r\n =?utf-8?b?4oCu?= end")
    )
    assert mail.subject == "Modifier 25 Bcc: all@clinic.example end"


def test_encoded_words_may_be_cut_inside_of_a_character() -> None:
    assert read_mail(letter(subject="=?utf-8?b?w7bD?= =?utf-8?b?vA==?= =?x-no?q?=E9?=")).subject == "öüé"


def test_bare_8_bit_header_fields_are_read() -> None:
    assert read_mail(letter(subject="Frage zu Übelkeit")).subject == "Frage zu Übelkeit"
    assert read_mail(letter(subject="Frage zu Übelkeit".encode("latin-1"))).subject == "Frage zu Übelkeit"


@pytest.mark.parametrize("date", ["soon", "Mon, 99 Foo 2025 10:00:00", "1" * 9000, "Mon, 1 Jan 1900 00:00:00 +1400"])
def test_a_bad_date_is_none(date: str) -> None:
    mail = read_mail(letter(date=date))
    assert mail.date is None
    assert "unreadable Date" in mail.defects


def test_flowed_lines_are_joined_and_codes_kept() -> None:
    text = "May we bill \n99213-25 \nand C:\\x?\n> old \n> words\n-- \nAna\n"
    mail = read_mail(letter(text, content_type="text/plain; format=flowed"))
    assert mail.text == "May we bill 99213-25 and C:\\x?\n> old words\n-- \nAna"


def test_flowed_lines_without_their_blanks() -> None:
    mail = read_mail(letter("964 \n13\n", content_type="text/plain; format=flowed; delsp=yes"))
    assert mail.text == "96413"


def test_controls_do_not_reach_the_text() -> None:
    mail = read_mail(letter("a\x00b\x1b[31m\u202egfe\u202c\tc\u200b\n"))
    assert mail.text == "ab[31mgfe\tc"


def test_a_forwarded_question_is_what_is_asked() -> None:
    text = "Please see.\n\nFrom: Bo\nSent: Monday\nTo: Ana\nSubject: Units\n\nHow many units?\n"
    assert "How many units?" in read_mail(letter(text, subject="FW: Units")).reply_text
    assert "How many units?" not in read_mail(letter(text, subject="RE: Units")).reply_text


def test_base64_that_is_broken_is_read_as_far_as_it_goes() -> None:
    mail = read_mail(letter("TWF5IHd\n\n!lIGJpbGw_/", content_transfer_encoding="base64"))
    assert mail.text.startswith("May we bill")


def test_a_mail_with_bare_carriage_returns_is_read() -> None:
    mail = read_mail(letter("one\ntwo\n").replace(b"\r\n", b"\r"))
    assert (mail.from_address, mail.text) == ("ana@clinic.example", "one\ntwo")


def test_a_multipart_without_its_boundary_is_still_shown() -> None:
    mail = read_mail(letter("the words\n", content_type="multipart/mixed; boundary=none"))
    assert mail.text == "the words"
    assert mail.defects == ("a multipart without its boundary: read as plain text",)


def test_the_key_stays_the_same_whichever_way_the_mail_came() -> None:
    raw = letter()
    traced = (
        b"Delivered-To: other@desk.example\r\nReceived: from a by b;\r\n\tMon\r\nReturn-Path: <x@y.example>\r\n" + raw
    )
    unix = raw.replace(b"\r\n", b"\n")
    folded = raw.replace(b"Subject: Modifier", b"Subject:\r\n Modifier")
    keys = {read_mail(written).content_key for written in (raw, traced, unix, folded, raw + b"\r\n")}
    assert len(keys) == 1


@pytest.mark.parametrize("field", ["subject", "date", "message_id", "from"])
def test_the_key_tells_another_mail(field: str) -> None:
    assert read_mail(letter()).content_key != read_mail(letter(**{field: "<other@clinic.example>"})).content_key


def test_the_key_tells_another_body_under_the_same_message_id() -> None:
    assert read_mail(letter("a")).content_key != read_mail(letter("b")).content_key


def _nested(depth: int) -> bytes:
    level = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
    return b"".join(level % (n, n) for n in range(depth)) + b"\r\nwords"


HOSTILE = {
    "a body line of 10 MB": b"From: a@b.example\r\n\r\n" + b"x" * 10_000_000,
    "a name of 10 MB": b"From: " + b"n" * 10_000_000 + b" <a@b.example>\r\n\r\n",
    "a million addresses": b"To: " + b"a@b.example, " * 1_000_000 + b"\r\n\r\n",
    "mime nested 10,000 deep": b"From: a@b.example\r\n" + _nested(10_000),
    "messages nested 10,000 deep": b"Content-Type: message/rfc822\r\n\r\n" * 10_000,
    "a million header lines": b"X-A: v\r\n" * 1_000_000 + b"\r\nwords",
    "a header line of 30 MB": b"Subject: " + b"x" * 30_000_000 + b"\r\n\r\nwords",
    "a hundred thousand parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
    "open comments": b"From: " + b"(" * 60_000 + b"\r\n\r\n",
    "open encoded words": b"Subject: " + b"=?a?q?" * 10_000 + b"\r\n\r\n",
    "html 100,000 deep": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"x",
    "html tables in tables": b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>a" * 3_000,
    "html with one wide cell": b"Content-Type: text/html\r\n\r\n<table><tr><td>"
    + b"x" * 100_000
    + b"</td></tr>"
    + b"<tr><td>a</td><td>b</td></tr>" * 8_000,
    "html of tags in many parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + (b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<b>x</b>" * 9_000 + b"\r\n") * 300,
    "html of absurd margins": b"Content-Type: text/html\r\n\r\n" + b'<p style="margin-top:99999999em">x</p>' * 1_000,
    "carriage returns": b"From: a@b.example\n\n" + b"\r" * 1_000_000,
    "quote marks": b"From: a@b.example\n\n" + b"> x\r\n" * 200_000,
    "attributions": b"From: a@b.example\n\n" + b"On 1 x wrote:\r\n" * 60_000,
    "base64 of pads": b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A=" * 2_000_000,
    "uuencode of one line": b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n" + b"M" * 3_000_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mail_costs_little(raw: bytes) -> None:
    started = time.process_time()
    mail = read_mail(raw)
    assert time.process_time() - started < 5
    assert len(mail.text) <= 1_000_000


def test_what_is_cut_is_said() -> None:
    deep, many = read_mail(HOSTILE["mime nested 10,000 deep"]), read_mail(HOSTILE["a hundred thousand parts"])
    long, lines = read_mail(letter("x" * 1_000_001)), read_mail(HOSTILE["a million header lines"])
    assert any("nested deeper than 50" in defect for defect in deep.defects)
    assert any("more than 1000 parts" in defect for defect in many.defects)
    assert any("longer than 1000000 characters" in defect for defect in long.defects)
    assert any("header section too long" in defect for defect in lines.defects)
    assert all(mail.cut for mail in (deep, many, long, lines))
    assert lines.text == "words"


def test_a_file_of_30_mb_is_measured() -> None:
    raw = letter(b"QUJD" * 10_000_000, content_type="application/pdf", content_transfer_encoding="base64")
    (file,) = read_mail(raw).attachments
    assert file.size == 30_000_000
