"""What the writer of a reply wrote now, without the quoted history and the signature below it.

Only ends are ever cut off, and only ends that are recognisably history or a signature: an answer between
quoted lines stays, with those lines. In doubt everything stays; a member's words are worth more than a
short page.
"""

import re

_QUOTE = re.compile(r"\s{0,3}>")

_WROTE = (
    r"wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|kirjoitti|napisał(?:\(a\)|"
    r"a)?|napsala?|"
    r"pisze|a scris|írta|написала?|пише"
)
_STARTS = r"On|Am|Le|El|Il|Em|Op|Den|Dnia|W dniu|Dne|Pe|În data de|Dňa|Il giorno|Den \w{3}"
_DATED_WORDS = re.compile(rf"(?:{_STARTS})\b.{{4,300}}?(?:{_WROTE})(?!\w).{{0,120}}[:：]", re.IGNORECASE)
_WROTE_AT_END = re.compile(rf"(?=\D{{0,300}}\d).{{4,500}}?(?:{_WROTE})(?!\w).{{0,120}}[:：]", re.IGNORECASE)
_ADDRESS_AT_END = re.compile(r"(?=.{0,300}\d).{4,300}<[^<>\s]+@[^<>\s]+>\s?[:：]")
_ATTRIBUTIONS = (_DATED_WORDS, _WROTE_AT_END, _ADDRESS_AT_END)
_NAMES_AN_ADDRESS = re.compile(r"\S@\S")
_MOST_ATTRIBUTION_LINES = 4

_ORIGINAL_MESSAGE = re.compile(
    r"\s*-{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|message d['’]origine|"
    r"message original|mensaje original|messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|"
    r"ursprungligt meddelande|opprinnelig melding|mensagem original|wiadomość oryginalna|"
    r"alkuperäinen viesti|původní zpráva)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\*?(?:From|Von|De|Da|Van|Fra|Från|Od|Lähettäjä|Expéditeur)\s?:\*?\s?\S.*", re.IGNORECASE)
_SENT = re.compile(
    r"\s*\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Inviato|Data|Fecha|Verzonden|Sendt|Dato|"
    r"Skickat|"
    r"Wysłano|Odesláno|Lähetetty)\s?:\*?\s?\S.*",
    re.IGNORECASE,
)
_OTHER_FIELD = re.compile(
    r"\s*\*?(?:To|Cc|An|À|Para|A|Aan|Til|Till|Do|Komu|Vastaanottaja|Subject|Betreff|Objet|Asunto|"
    r"Oggetto|Onderwerp|"
    r"Emne|Ämne|Temat|Assunto|Předmět|Aihe|Reply-To|Importance|Attachments)\s?:\*?.*",
    re.IGNORECASE,
)
_FIELD_LINES = 6
_RULE = re.compile(r"\s*(?:[_*-]\s?){5,}\s*")
# A writer who says so has put answers into the unmarked history.
_ANSWERS_BELOW = re.compile(
    r"\b(?:below|in-?line|in line|in (?:red|blue|green|bold)|unten|im Text|ci-dessous|abajo|hieronder|"
    r"nedenfor|"
    r"nedan|poniżej|sotto|abaixo)\b",
    re.IGNORECASE,
)

_SIGNATURE_MARK = re.compile(r"--[ \u00a0]\s*")
_BARE_MARK = re.compile(r"--")
_LONGEST_SIGNATURE = 30  # lines behind "-- " (RFC 3676 section 4.3)
_LONGEST_BARE_SIGNATURE = 8  # lines behind a "--" that lost its blank, which may be a rule as well
_DEVICE = (
    r"(?:iphone|ipad|ipod|blackberry|phone|handy|mobile|mobil\w*|móvil|celular|device|gerät|samsung|"
    r"galaxy|android|"
    r"smartphone|tablet|pixel|huawei|xiaomi|nokia|windows|outlook|yahoo|proton\s?mail|gmail|mail|ios|"
    r"apple watch)"
)
_MOBILE_FOOTER = re.compile(
    r"\s*(?:(?:sent|gesendet|envoyé|enviado|inviato|verzonden|verstuurd|skickat|sendt|wysłan[eo]|"
    r"odesláno|lähetetty)"
    rf"\s[^,;?!]{{0,45}}\b{_DEVICE}\b[^,;?!]{{0,30}}|von mein\w+ [^,;?!]{{0,30}}gesendet\.?|"
    rf"get outlook for \S.{{0,80}})\s*",
    re.IGNORECASE,
)
_LIST_FOOTER_RULE = re.compile(r"_{30,}\s*")


def visible_reply(text: str) -> str:
    """The text without the history and the signature at its end; the whole text when nothing else would be
    left.

    The result is always a beginning of the text, so no word of it is changed or moved.
    """
    lines = text.split("\n")
    end = _end_of_written(lines, len(lines))
    history = _start_of_unmarked_history(lines, end)
    if history is not None and not _may_hold_answers(lines, history, end):
        end = _end_of_written(lines, history) or end
    return "\n".join(lines[:end]).strip("\n").rstrip() or text


def _end_of_written(lines: list[str], end: int) -> int:
    """The line behind the last one that is neither history, signature, footer nor blank."""
    while True:
        before = end
        for strip in (_without_blank_lines, _without_footer, _without_signature, _without_quote):
            end = strip(lines, end)
        if end == before:
            return end


def _without_blank_lines(lines: list[str], end: int) -> int:
    while end and (not lines[end - 1].strip() or _RULE.fullmatch(lines[end - 1])):
        end -= 1
    return end


def _without_footer(lines: list[str], end: int) -> int:
    """Without a phone's last line, or the lines a mailing list adds."""
    if end and _MOBILE_FOOTER.fullmatch(lines[end - 1]):
        return end - 1
    for at in range(end - 1, max(end - 6, -1), -1):
        if _LIST_FOOTER_RULE.fullmatch(lines[at]):
            return at if "mailing list" in "\n".join(lines[at:end]).lower() else end
    return end


def _without_signature(lines: list[str], end: int) -> int:
    for at in range(end - 1, max(end - 2 - _LONGEST_SIGNATURE, -1), -1):
        marked = _SIGNATURE_MARK.fullmatch(lines[at])
        if marked or _BARE_MARK.fullmatch(lines[at]):
            below = lines[at + 1 : end]
            longest = _LONGEST_SIGNATURE if marked else _LONGEST_BARE_SIGNATURE
            is_signature = len(below) <= longest and not any("?" in line or _QUOTE.match(line) for line in below)
            return at if is_signature else end
    return end


def _without_quote(lines: list[str], end: int) -> int:
    at = end
    while at and (_QUOTE.match(lines[at - 1]) or not lines[at - 1].strip()):
        at -= 1
    if at == end:
        return end
    return _attribution_start(lines, at) or at


def _attribution_start(lines: list[str], end: int) -> int | None:
    """Where the attribution begins that ends in front of line `end`; None when there is none."""
    for count in range(1, min(_MOST_ATTRIBUTION_LINES, end) + 1):
        block = lines[end - count : end]
        if not block[0].strip():
            return None
        joined = " ".join(line.strip() for line in block)
        if len(joined) <= 700 and any(pattern.fullmatch(joined) for pattern in _ATTRIBUTIONS):
            return end - count
    return None


def _start_of_unmarked_history(lines: list[str], end: int) -> int | None:
    """The first line of history that bears no quote marks, as Outlook and HTML replies leave it."""
    for at in range(end):
        if _ORIGINAL_MESSAGE.fullmatch(lines[at]) or _is_field_block(lines, at, end):
            return at
        if lines[at].rstrip().endswith((":", "：")):
            start = _attribution_start(lines, at + 1)
            if start is not None and _NAMES_AN_ADDRESS.search(" ".join(lines[start : at + 1])):
                return start
    return None


def _may_hold_answers(lines: list[str], history: int, end: int) -> bool:
    """Whether the writer says that answers are below, or text follows quoted lines there."""
    announced = _ANSWERS_BELOW.search("\n".join(lines[:history])) is not None
    return announced or any(_QUOTE.match(line) for line in lines[history:end])


def _is_field_block(lines: list[str], at: int, end: int) -> bool:
    """Whether From, Sent and one more field stand here together, as Outlook puts them above what it
    quotes."""
    if not _FROM.fullmatch(lines[at]):
        return False
    following = []
    for line in lines[at + 1 : min(at + 1 + _FIELD_LINES, end)]:
        if not line.strip():
            break
        following.append(line)
    sent = any(_SENT.fullmatch(line) for line in following)
    return sent and any(_OTHER_FIELD.fullmatch(line) for line in following)
