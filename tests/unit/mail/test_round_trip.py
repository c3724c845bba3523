"""What another program composes is read as it was meant, letter by letter."""

from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.reading import attached_files, read_mail

# Letters that charsets, encodings, folding, flowing and markup are tempted by.
LETTERS = "99213-25 J1885x4 M17.11 C:\\n \\\\ =3D =\t. .. -- _ ~ ` ^ ? = & < > \" ' % + / é ü ß € – Ж я λ 漢字 あ 😀 "
texts = st.text(alphabet=st.sampled_from(LETTERS), max_size=400)
lines = st.lists(texts.map(lambda text: " ".join(text.split())), max_size=30).map("\n".join)
words = st.text(alphabet=st.sampled_from(LETTERS.replace("\t", "")), max_size=120).map(
    lambda text: " ".join(text.split())
)
names = st.text(alphabet=st.sampled_from("op note-99213_25 é ü 漢字 Ж,;='()+&%#@!~."), min_size=1, max_size=80)
encodings = st.sampled_from(["quoted-printable", "base64", "8bit"])


def composed(text: str, encoding: str, subject: str = "x") -> EmailMessage:
    """A mail with that text."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Ana Coder <ana@clinic.example>"
    mail["Subject"] = subject
    mail.set_content(text, cte=encoding, charset="utf-8")
    return mail


def same_text(read: str, written: str) -> bool:
    """Equal but for blank lines at either end."""
    return read.strip("\n") == written.strip("\n") or not written.strip()


@given(lines, encodings)
def test_text_is_verbatim(text: str, encoding: str) -> None:
    assert same_text(read_mail(composed(text, encoding).as_bytes()).text, text)


@given(words)
def test_a_subject_is_verbatim(subject: str) -> None:
    assert read_mail(composed("x", "8bit", subject).as_bytes()).subject == subject


@given(lines, names.map(lambda name: " ".join(name.split()).strip(" .") or "a"), st.binary(max_size=300))
def test_files_are_what_was_attached(text: str, name: str, content: bytes) -> None:
    mail = composed(text, "quoted-printable")
    mail.add_alternative("<p>x</p>", subtype="html")
    mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    raw = mail.as_bytes()
    (file,) = attached_files(raw)
    assert (file.attachment.name, file.content) == (name, content)
    assert file.attachment == read_mail(raw).attachments[0]
