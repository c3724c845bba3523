"""What the pages show of a mail beside its words: its files and their text, what was folded, cut, signed or sealed."""

from __future__ import annotations

from consultant.mail.reading import read_mail
from tests.conversation import Conversation
from tests.integration.test_attached_files import CLAIM, SCAN, mail
from tests.integration.web.visitor import Page, Visitor

CASE = "/cases/C-2026-000001"
HISTORY = "On Mon, 2 Mar 2026, Payer <desk@payer.example> wrote:\n> 99213 was denied.\n"


def source(page: Page) -> str:
    """The text of the page in one line."""
    assert page.status == 200
    return " ".join(page.text.split())


def test_the_text_of_files_is_shown_and_what_was_not_read_is_said(post: Conversation, ana: Visitor) -> None:
    post.arrives(
        mail(
            "Is 96422 right?",
            ("claim.pdf", "application/pdf", CLAIM.replace(b"Claim:", b"<b>My:")),
            ("scan.pdf", "application/pdf", SCAN),
            ("tool.pdf", "application/pdf", b"MZ\x00\x01"),
        )
    )
    for path in (CASE, "/mail/1"):
        page = ana.opens(path)
        assert "<summary>Text of claim.pdf</summary>" in page.body.decode()
        assert "&lt;b&gt;My:" in page.body.decode()
        shown = source(page)
        assert "It was not read: there is no text in the file" in shown
        assert "Take care: its content is application/x-msdownload" in shown
    case = source(ana.opens(CASE))
    assert case.count("Text of claim.pdf") == 1
    assert '<b>My: <mark class="code" title="CPT">96413</mark> and <mark class="code" title="HCPCS">J1885' in case


def test_what_was_written_now_comes_first_and_the_rest_is_a_click_away(post: Conversation, ana: Visitor) -> None:
    post.arrives(mail(f"Is 96422 right?\n\n{HISTORY}", Subject="Re: Denial"))
    for path in (CASE, "/mail/1"):
        shown = source(ana.opens(path))
        at = shown.index('<details class="folded"')
        assert "right?" in shown[:at]
        assert "99213 was denied" not in shown[:at]
        assert "> 99213 was denied." in shown[at:]


def test_a_mail_with_nothing_to_fold_has_nothing_to_click(post: Conversation, ana: Visitor) -> None:
    post.arrives(mail("Is 96422 right?"))
    assert "folded" not in ana.opens("/mail/1").text


def test_what_is_signed_sealed_or_cut_is_said(post: Conversation, ana: Visitor) -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIs 96422 right?\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
    )
    post.arrives(mail(signed))
    for path in (CASE, "/mail/1"):
        assert "Signed with PGP, as the mail says: the signature was not checked." in source(ana.opens(path))
    sealed = mail(
        "-----BEGIN PGP MESSAGE-----\n\nhQEMA0f==\n-----END PGP MESSAGE-----\n", **{"Message-ID": "<s@x.example>"}
    )
    shown = source(ana.opens(f"/mail/{post.arrives(sealed)}"))
    assert "Encrypted with PGP: what is encrypted cannot be read here." in shown
    assert all(each in shown for each in read_mail(sealed).cut)
    assert "set_aside_encrypted" in shown


def test_pictures_within_the_text_are_named_as_such(post: Conversation, ana: Visitor) -> None:
    picture = (
        b"From: Maria Lopez <maria@clinic.example>\r\nTo: consult@consult.example\r\nSubject: x\r\n"
        b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n\r\nIs 96422 right?\r\n--b\r\n"
        b"Content-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"iVBORw0KGgo=\r\n--b--\r\n"
    )
    post.arrives(picture)
    for path in (CASE, "/mail/1"):
        assert "logo.png image/png, 8 B, shown within the text" in source(ana.opens(path)).replace("<small>", "")
