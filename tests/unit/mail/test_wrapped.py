"""Text and files that other formats wrap are taken out; what a key is needed for is said."""

import pickle
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail import smime
from consultant.mail.pgp import without_encrypted
from consultant.mail.reading import attached_files, read_mail
from consultant.mail.tnef import SIGNATURE, read_tnef
from tests.unit.mail.letters import letter, multipart
from tests.unit.mail.wrapping import (
    ENVELOPED_DATA,
    attribute,
    base64_lines,
    der,
    properties,
    signed,
    winmail,
    with_winmail,
)


def test_the_files_in_a_winmail_dat_are_files() -> None:
    mail = read_mail(with_winmail("May we bill?", winmail(body=b"May we bill?\x00")))
    assert mail.text == "May we bill?"
    assert [(file.name, file.size) for file in mail.attachments][1:] == [("op nöte.txt", 13)]
    assert [file.content for file in attached_files(with_winmail("", winmail()))][1] == b"99213 with 25"


def test_the_body_in_a_winmail_dat_is_shown_when_the_text_lacks_it() -> None:
    assert read_mail(with_winmail("", winmail(body=b"May we bill 99213?\x00"))).text == "May we bill 99213?"
    html = properties((0x102, 0x1013, b"<p>May we bill 99213?</p>"))
    assert read_mail(with_winmail("", winmail(mapi=html))).text == "May we bill 99213?"
    assert read_mail(with_winmail("May we\nbill?", winmail(body=b"May we bill?\x00"))).text == "May we\nbill?"
    more = read_mail(with_winmail("Hello", winmail(body=b"Hello, may we bill 99213?\x00")))
    assert more.text == "Hello\n\nHello, may we bill 99213?"


def test_a_rich_body_in_a_winmail_dat_is_a_file() -> None:
    # The example of MS-OXRTFCP section 4.1.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    mail = read_mail(with_winmail("", winmail(mapi=properties((0x102, 0x1009, packed)))))
    assert mail.attachments[-1].name == "message.rtf"
    assert mail.attachments[-1].sniffed == "application/rtf"


def test_a_damaged_winmail_dat_is_said() -> None:
    mail = read_mail(with_winmail("May we bill?", winmail()[:-40]))
    assert "winmail.dat that is damaged: its end was left unread" in mail.cut
    assert [file.name for file in mail.attachments] == ["winmail.dat", "OPNTE_1.TXT"] or len(mail.attachments) == 2


@given(st.binary(max_size=200), st.integers(0, 300), st.binary(max_size=20))
def test_any_winmail_dat_is_read(tail: bytes, at: int, piece: bytes) -> None:
    whole = winmail(body=b"x", mapi=properties((0x1E, 0x1000, b"y\x00")))
    read_tnef(SIGNATURE + tail)
    read_tnef(whole[:at] + piece + whole[at + len(piece) :])


@pytest.mark.parametrize("pieces", [True, False])
def test_an_opaque_signature_is_opened(pieces: bool) -> None:
    body, content_type = multipart("mixed", "\r\nMay we bill 99213?", "Content-Type: image/png; name=a.png\r\n\r\nx")
    inner = b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    raw = letter(
        base64_lines(signed(inner, pieces=pieces)),
        content_type="application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
        content_transfer_encoding="base64",
    )
    mail = read_mail(raw)
    assert (mail.text, mail.signed, mail.encrypted) == ("May we bill 99213?", "S/MIME", None)
    assert [file.name for file in mail.attachments] == ["smime.p7m", "a.png"]


def test_a_clear_signature_is_shown_with_its_text() -> None:
    signature = "Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----"
    body, content_type = multipart("signed", "Content-Type: text/plain\r\n\r\nMay we bill?", signature)
    mail = read_mail(letter(body, content_type=content_type))
    assert (mail.text, mail.signed) == ("May we bill?", "PGP")


@pytest.mark.parametrize(
    ("raw", "scheme"),
    [
        (
            letter(
                base64_lines(der(0x30, ENVELOPED_DATA + der(0xA0, der(0x30, b"\x02\x01\x00")))),
                content_type="application/pkcs7-mime; smime-type=enveloped-data",
                content_transfer_encoding="base64",
            ),
            "S/MIME",
        ),
        (
            letter(
                "--cut\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--cut\n"
                "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--cut--\n",
                content_type='multipart/encrypted; protocol="application/pgp-encrypted"; boundary=cut',
            ),
            "PGP",
        ),
        (letter("-----BEGIN PGP MESSAGE-----\n\nabc=\n-----END PGP MESSAGE-----\n"), "PGP"),
    ],
)
def test_what_is_encrypted_is_said(raw: bytes, scheme: str) -> None:
    mail = read_mail(raw)
    assert mail.encrypted == scheme
    assert f"encrypted with {scheme}: it cannot be read without its key" in mail.cut


def test_text_signed_inline_loses_its_armour_only() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nMay we bill\n- -- \n- - 99213-25\n"
        "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n\nand J1885\n"
    )
    mail = read_mail(letter(text))
    assert (mail.text, mail.signed) == ("May we bill\n-- \n- 99213-25\n\nand J1885", "PGP")


@given(st.integers(0, 200), st.binary(max_size=12))
def test_any_signature_is_read(at: int, piece: bytes) -> None:
    whole = signed(b"Content-Type: text/plain\r\n\r\nx" * 4, pieces=bool(at % 2))
    smime.signed_content(whole[:at] + piece + whole[at + len(piece) :])


def signatures_in_signatures(count: int) -> bytes:
    """A signed mail that holds a signed mail, and so on."""
    raw = b"Content-Type: text/plain\r\n\r\nx"
    for _ in range(count):
        raw = b"Content-Type: application/pkcs7-mime\r\n\r\n" + signed(raw, pieces=False)
    return raw


WRAPPED = {
    "signatures in signatures": signatures_in_signatures(30),
    "lengths without end": letter(b"\x30\x80" * 500_000, content_type="application/pkcs7-mime"),
    "armour without end": letter(
        b"-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n" * 20_000 + b"\n-----BEGIN PGP SIGNATURE-----\n"
    ),
    "files that begin": letter(b"begin 644 x\n" * 80_000),
    "a winmail.dat of small files": with_winmail("", winmail() + attribute(2, 0x9002, b"") * 100_000),
}


@pytest.mark.parametrize("raw", WRAPPED.values(), ids=WRAPPED.keys())
def test_hostile_wrapping_costs_little(raw: bytes) -> None:
    started = time.process_time()
    mail = read_mail(raw)
    assert time.process_time() - started < 5
    assert mail.cut or mail.text


def test_a_mail_can_be_sent_between_processes() -> None:
    mail = read_mail(with_winmail("May we bill?", winmail()[:-40]))
    assert pickle.loads(pickle.dumps(mail)) == mail
    assert pickle.loads(pickle.dumps(mail)).cut == mail.cut


@given(st.lists(st.sampled_from(["-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----", "hQEM==", "99213?"])))
def test_what_stands_outside_of_encrypted_messages_is_left(lines: list[str]) -> None:
    left = without_encrypted("\n".join(lines))
    assert "-----BEGIN PGP MESSAGE-----" not in left.splitlines()
    if "-----BEGIN PGP MESSAGE-----" in lines:
        before = lines[: lines.index("-----BEGIN PGP MESSAGE-----")]
        assert left.startswith("\n".join(before))
    else:
        assert left == "\n".join(lines)
