"""Masking: what is covered, everywhere in a mail, and never the length of anything."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.cases.discretion import Discretion
from consultant.mail.reading import read_mail
from consultant.questions import read_question
from consultant.questions.editions import edition, in_editions
from consultant.questions.passages import MOST_READ

MASKING, BY_QUARTER = Discretion(masks=True), Discretion(masks=True, masks_days=True)
MAIL = b"""Subject: Jane Roe
Content-Type: multipart/mixed; boundary=b

--b

Patient: Jane Roe, MRN 4455667. 96422 on 3/3/2026?

On Mon, 2 Mar 2026 at 08:00, Ana wrote:
> jane roe, SSN 123-45-6789
--b
Content-Disposition: attachment; filename="Jane Roe.txt"

Hello
--b--
"""


def test_what_is_announced_once_is_covered_wherever_it_stands() -> None:
    mail = MASKING.mail(read_mail(MAIL))
    shown = " ".join((mail.subject, mail.text, mail.reply_text, mail.folded, *(each.name for each in mail.attachments)))
    assert not re.search("jane|roe|4455667|6789", shown, re.IGNORECASE)
    assert "96422 on 3/3/2026?" in mail.reply_text


def test_days_are_covered_where_only_their_edition_is_kept() -> None:
    assert BY_QUARTER.text("96422 on 3/3/2026, paid March 9, 2026") == f"96422 on {8 * '█'}, paid {13 * '█'}"
    assert Discretion(masks_days=True).text("MRN 4455667, DOS 3/3/2026") == f"MRN 4455667, DOS {8 * '█'}"
    assert MASKING.text("DOS 3/3/2026") == "DOS 3/3/2026"


def test_a_long_text_is_covered_to_its_end() -> None:
    text = "MRN 4455667\n" * (MOST_READ // 5)
    assert "4455667" not in MASKING.text(text)


def test_nothing_is_covered_unless_it_is_wanted() -> None:
    mail = read_mail(MAIL)
    assert Discretion().mail(mail) is mail
    assert Discretion().texts(["Patient: Jane Roe"]) == ["Patient: Jane Roe"]


@given(st.lists(st.text(max_size=120) | st.just("Patient: Jane Roe DOB 3/4/1961"), max_size=4))
def test_every_offset_into_a_text_holds(texts: list[str]) -> None:
    covered = BY_QUARTER.texts(texts)
    assert [len(each) for each in covered] == [len(each) for each in texts]
    assert all(
        now in (was, "█") for new, old in zip(covered, texts, strict=True) for now, was in zip(new, old, strict=True)
    )


@pytest.mark.parametrize(
    ("day", "first"), [((2026, 1, 1), (2026, 1, 1)), ((2026, 3, 31), (2026, 1, 1)), ((2025, 12, 31), (2025, 10, 1))]
)
def test_an_edition_begins_with_its_quarter(day: tuple[int, int, int], first: tuple[int, int, int]) -> None:
    assert edition(date(*day)) == date(*first)


def test_two_days_of_one_quarter_are_one_edition_and_two_quarters_are_none() -> None:
    one = in_editions(read_question("DOS 3/3/2026 and 3/5/2026", sent_on=date(2026, 3, 10)))
    two = in_editions(read_question("DOS 3/3/2026 and 4/5/2026", sent_on=date(2026, 4, 10)))
    assert (one.date_of_service, two.date_of_service) == (date(2026, 1, 1), None)
