"""Which text a mail shows, and what becomes of what stands in it."""

import pytest

from consultant.mail.reading import read_mail
from tests.unit.mail.letters import letter, multipart

PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n"


def alternative(plain: str, html: str) -> bytes:
    """A mail with both."""
    body, content_type = multipart("alternative", PLAIN + plain, HTML + html)
    return letter(body, content_type=content_type)


def test_a_plain_text_that_is_a_stub_gives_way_to_the_html() -> None:
    mail = read_mail(alternative("This mail needs a newer program.", "<p>May we bill 99213 with 96413?</p>"))
    assert mail.text == "This mail needs a newer program.\n\nMay we bill 99213 with 96413?"
    assert "HTML that says more than the plain text beside it: it was read" in mail.defects


def test_html_that_says_all_and_more_is_shown_alone() -> None:
    html = "<p>May we bill this visit?</p><table><tr><td>99213</td><td>25</td></tr></table>"
    mail = read_mail(alternative("May we bill this visit?", html))
    assert mail.text.split() == ["May", "we", "bill", "this", "visit?", "99213", "25"]
    assert mail.html_only


def test_the_same_words_are_shown_once() -> None:
    html = "<html><head><title>x</title><style>p {}</style></head><p>May we <b>bill</b> 99213&nbsp;?</p></html>"
    mail = read_mail(alternative("May we *bill* 99213 ?", html))
    assert (mail.text, mail.defects) == ("May we *bill* 99213 ?", ())


def test_a_uuencoded_file_in_the_text_is_a_file() -> None:
    mail = read_mail(letter("see the file\n\nbegin 644 note.txt\n#0V%T\n`\nend\nand 99213\n"))
    assert mail.text == "see the file\n\n\nand 99213"
    assert [(file.name, file.size) for file in mail.attachments] == [("note.txt", 3)]


@pytest.mark.parametrize(
    "text", ["begin 644 the day\nwith 99213\nend", "begin 644 x\n", "Please begin 644 x\n#0V%T\nend"]
)
def test_what_only_looks_like_a_uuencoded_file_stays(text: str) -> None:
    mail = read_mail(letter(text))
    assert mail.text == text.strip("\n")
    assert mail.attachments == ()


def test_words_behind_base64_stay() -> None:
    mail = read_mail(letter("TWF5IHdlIGJpbGw/\n\n____\nsent through the list\n", content_transfer_encoding="base64"))
    assert mail.text.startswith("May we bill?")
    assert mail.text.endswith("sent through the list")


def test_soft_line_breaks_that_got_a_blank_are_mended() -> None:
    mail = read_mail(letter("9921= \n3 =3D \\x\n", content_transfer_encoding="quoted-printable"))
    assert mail.text == "99213 = \\x"


INVITATION = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Chicago
BEGIN:STANDARD
DTSTART:19701101T020000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Audit of 99213\\, J1885
DTSTART;TZID=Chicago:20260302T090000
DTEND:20260302T160000Z
LOCATION:Room C:\\\\2
ORGANIZER;CN="Ana: Coder":mailto:ana@clinic.example
DESCRIPTION:Bring the
  notes.\\nAll of them.
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_readable() -> None:
    mail = read_mail(letter(INVITATION, content_type="text/calendar; charset=utf-8"))
    assert mail.text.splitlines() == [
        "Invitation",
        "",
        "Audit of 99213, J1885",
        "Start: 2026-03-02 09:00 (Chicago)",
        "End: 2026-03-02 16:00 UTC",
        "Where: Room C:\\2",
        "Organizer: ana@clinic.example",
        "",
        "Bring the notes.",
        "All of them.",
    ]


def test_a_calendar_is_a_file_beside_text_and_text_without_it() -> None:
    calendar = "Content-Type: text/calendar\r\n\r\n" + INVITATION
    body, content_type = multipart("alternative", PLAIN + "Please come.", calendar)
    mail = read_mail(letter(body, content_type=content_type))
    assert (mail.text, [file.name for file in mail.attachments]) == ("Please come.", ["attachment-1.ics"])
    body, content_type = multipart("mixed", calendar, "Content-Type: image/png\r\n\r\nx")
    assert "Audit of 99213, J1885" in read_mail(letter(body, content_type=content_type)).text


def test_enriched_text_loses_its_commands_only() -> None:
    mail = read_mail(letter("May we <bold>bill</bold>\n99213 << 99214?\n\nAna\n", content_type="text/enriched"))
    assert mail.text == "May we bill 99213 < 99214?\nAna"


def test_a_text_file_at_the_front_is_shown_and_listed() -> None:
    part = 'Content-Type: text/plain\r\nContent-Disposition: inline; filename="note.txt"\r\n\r\nMay we bill 99213?'
    body, content_type = multipart("mixed", part, "Content-Type: image/png\r\n\r\nx")
    mail = read_mail(letter(body, content_type=content_type))
    assert (mail.text, mail.attachments[0].name) == ("May we bill 99213?", "note.txt")


def test_a_picture_within_the_text_is_told_from_a_file() -> None:
    picture = "Content-Type: image/png\r\nContent-ID: <p1@x.example>\r\n\r\n\x89PNG"
    file = "Content-Type: image/png\r\nContent-Disposition: attachment; filename=scan.png\r\n\r\nx"
    body, content_type = multipart("related", HTML + '<p>see <img src="cid:p1@x.example"></p>', picture, file)
    within, apart = read_mail(letter(body, content_type=content_type)).attachments
    assert (within.inline, within.content_id) == (True, "p1@x.example")
    assert (apart.inline, apart.content_id) == (False, None)
