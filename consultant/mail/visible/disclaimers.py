"""Confidentiality and legal notices that a firm's server puts below every mail.

A paragraph is one when it begins as such notices do and speaks of several of the things they speak of.
Members write about confidential records too: a paragraph that asks something, or names a code, stays.
"""

import re
from collections.abc import Sequence

from consultant.mail.visible.quotes import is_blank

# A heading that says what follows.
_NAMED = re.compile(
    r"[\s*_\"'\[({-]{0,20}(?:(?:important )?(?:confidential(?:ity)?|legal|privacy|hipaa|e-?mail)"
    r"(?: and privilege\w*)? (?:notice|note|statement|warning|disclaimer)\b|disclaimer\b|confidential\s?(?:[:-]|$)|"
    r"privileged (?:and|&|/) confidential|if you are not the (?:intended|named|addressee)|avis de confidentialité|"
    r"aviso (?:legal|de confidencial\w+)|vertraulichkeitshinweis|avvertenze|clausola di riservatezza|"
    r"vertrouwelijkheid)",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"[\s*_\"'\[({-]{0,20}(?:(?:the |all )?(?:information|contents?)\b[^.\n]{0,40}\b(?:this|e-?mail|message|transmi)|"
    r"this (?:e-?mail|electronic|message|communication|transmission|correspondence)\b|"
    r"if you have received this|please (?:consider|think of|think about|do not print)|think before you print|"
    r"diese (?:e-?mail|nachricht|mail)\b|der inhalt dieser|ce (?:message|courriel|mail|courrier)\b|"
    r"este (?:mensaje|correo|e-?mail)|la información (?:contenida|de este)|"
    r"questo (?:messaggio|e-?mail)|questa (?:e-?mail|comunicazione)|le informazioni contenute|"
    r"esta (?:mensagem|comunicação)|dit (?:bericht|e-?mail)|deze (?:e-?mail|boodschap)|de informatie in|"
    r"denne (?:e-?mail|e-post|mail|besked|melding)|detta (?:e-?post|mail|meddelande)|det här (?:mejlet|meddelandet)|"
    r"ta wiadomość|niniejsza wiadomość|treść tej wiadomości|tato zpráva|"
    r"данное сообщение|это (?:сообщение|письмо)|настоящее сообщение)",
    re.IGNORECASE,
)
_NAMED_OR_BEGINS = re.compile(f"(?:{_NAMED.pattern})|(?:{_BEGINS.pattern})", re.IGNORECASE)
_SPEAKS_OF = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        (
            r"confidential|privileged|vertraulich|confidentiel|confidencial|riservat|confidenziali|"
            r"vertrouwelijk|fortrolig|konfidentiell|sekretess|poufn|důvěrn|конфиденциальн|proprietary|"
            r"protected health|legally protected|geschützt"
        ),
        (
            r"intended|recipient|addressee|named above|empfänger|adressat|destinataire|destinatario|"
            r"destinatário|geadresseerde|bestemd|modtager|mottag|mottak|adresat|příjemc|получател|addressed to|"
            r"entitled"
        ),
        (
            r"in error|mistake|notify|inform(?:ieren| the sender)|delete|destroy|irrtümlich|löschen|par erreur|"
            r"détrui|por error|elimin|per errore|cancell|por engano|apag|abusievelijk|verwijder|slet|radera|"
            r"slett|usun|smaz|удалит|vernichten"
        ),
        (
            r"unauthori[sz]ed|prohibited|disclos|disseminat|distribution|copying|unlawful|unbefugt|unerlaubt|"
            r"nicht gestattet|interdit|prohib|vietat|proibid|niet toegestaan|forbudt|zabronion|dissémin|divulga"
        ),
        (r"virus|liab|warrant|haft|responsab|aansprakelijk|ansvar|odpowiedzial"),
        (
            r"consider the environment|before printing|think before you print|umwelt|environnement|"
            r"medio ?ambiente|ambiente"
        ),
        (r"hipaa|phi\b|45 cfr|privacy (?:act|rule)|electronic communications privacy"),
    )
)
_PAPER = re.compile(
    r"\benvironment|before (?:you )?print|\bprint(?:ing)? this|umwelt|ausdrucken|environnement|imprim|"
    r"medio ?ambiente|ambiente",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"[\s*_\"'\[({-]{0,20}(?:(?:confidentiality|legal|privacy|hipaa|important) )?(?:notice|disclaimer|"
    r"note)[\s*_:.\"'\])}-]{0,20}",
    re.IGNORECASE,
)
# No notice asks something or names a procedure code.
_WRITTEN_NOW = re.compile(r"[?？]|\b[A-V]\d{4}\b|\b\d{5}\b|\b\d{4}[FTU]\b")
_MOST_LINES = 60
_LONGEST = 8000  # characters of a paragraph


def disclaimer_start(lines: Sequence[str], end: int) -> int:
    """Where the legal notice in front of line `end` starts; `end` when there is none.

    One paragraph at a time, from the end: a paragraph that is no notice ends it.
    """
    top = max(end - _MOST_LINES, 0)
    at = end
    while at > top and not is_blank(lines[at - 1]):
        at -= 1
    if at == top and top:
        return end
    for start in range(at, end):
        if _NAMED_OR_BEGINS.match(lines[start], 0, 200):
            return start if _is_notice(lines[start:end]) else end
    return end


def _is_notice(paragraph: Sequence[str]) -> bool:
    text = " ".join(paragraph)
    if len(text) > _LONGEST or _WRITTEN_NOW.search(text):
        return False
    spoken_of = sum(pattern.search(text) is not None for pattern in _SPEAKS_OF)
    if _NAMED.match(text):
        return spoken_of >= 2 or _HEADING.fullmatch(text) is not None
    return spoken_of >= 3 or _is_about_paper(text)


def _is_about_paper(text: str) -> bool:
    return len(text) < 250 and _PAPER.search(text) is not None and "mail" in text.lower()
