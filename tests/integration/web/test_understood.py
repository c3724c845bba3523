"""The page of a case shows everything that was understood of it."""

from tests.conversation import MARIA, Conversation
from tests.integration.test_corrections import ASKED, in_one_line
from tests.integration.web.visitor import Visitor


def test_what_was_understood_and_corrected_is_shown(post: Conversation, ana: Visitor) -> None:
    post.writes(MARIA, "Infusion", ASKED + " The claim was denied with CO-97. 96413-96417?")
    post.answers(MARIA, post.letter_to(MARIA), "The payer is Aetna, sorry.")
    page = in_one_line(ana.opens(f"/cases/{post.case().reference}").text)
    for shown in (
        "Payer: Medicare → Aetna",
        "office",
        "CO-97",
        "<dd>5 h</dd>",
        "left",
        "96413 to 96417 holds",
        "96416",
    ):
        assert shown in page
