"""History that bears no quote marks, as Outlook, phones and mail turned from HTML leave it below a reply.

It starts with a line such as "-----Original Message-----", with an attribution that names an address, or
with the header fields of the mail that it is: From, Sent, To, Subject, in any of many languages. What the
writer forwards, introduces with a colon, or announces to have answered below, is no history: it stays.
"""

import re
from collections.abc import Sequence

from consultant.mail.visible.attributions import attribution_start, may_end_attribution
from consultant.mail.visible.fields import is_field_block, may_be_field
from consultant.mail.visible.quotes import QUOTE, is_blank

_LONGEST_LINE = 500  # characters
_MOST_CANDIDATES = 1000

_ORIGINAL = (
    r"original (?:message|appointment|e-?mail)|reply message|ursprüngliche (?:nachricht|e-?mail)|"
    r"originalnachricht|original-nachricht|antwort ?nachricht|"
    r"message d['’]origine|message (?:original|initial)|e-?mail d['’]origine|mensaje original|messaggio originale|"
    r"oorspronkelijk(?:e)? (?:bericht|e-?mail)|origineel bericht|oprindelig (?:meddelelse|besked|mail)|"
    r"original(?:t)? meddelande|ursprungligt meddelande|originalmeddelande|opprinnelig (?:melding|e-post)|"
    r"original melding|mensagem original|"
    r"(?:wiadomość|wiadomosc) oryginalna|oryginalna (?:wiadomość|wiadomosc)|alkuperäinen viesti|"
    r"původní (?:zpráva|e-mail)|"
    r"pôvodná správa|eredeti üzenet|mesaj(?:ul)? original|исходное сообщение|оригинальное сообщение|"
    r"вихідне повідомлення|orijinal (?:mesaj|ileti)|özgün ileti|izvorna poruka|izvirno sporočilo|originalna poruka|"
    r"αρχικό μήνυμα|missatge original|thư gốc|pesan asli|"
    r"原始邮件|原始郵件|原邮件|元のメッセージ|원본 메시지|원본 메일|הודעה מקורית|الرسالة الأصلية"
)
_ORIGINAL_MESSAGE = re.compile(
    rf"\s*(?:[-_*=]\s?){{1,40}}\s?(?:{_ORIGINAL})[^\n]{{0,3}}\s?(?:[-_*=]\s?){{1,40}}\s*", re.IGNORECASE
)
_FORWARDED_MESSAGE = re.compile(
    r"[\s*_=-]{0,100}(?:begin )?(?:forwarded (?:message|by|e-?mail)|weitergeleitete (?:nachricht|e-?mail)|"
    r"anfang der weitergeleiteten|message (?:transféré|réexpédié)|début du message|(?:mensaje|correo) reenviado|"
    r"inicio del mensaje|messaggio (?:inoltrato)|inizio messaggio|inizia il messaggio|mensagem (?:encaminhada|"
    r"reencaminhada)|"
    r"início da mensagem|doorgestuurd bericht|begin doorgestuurd|vidarebefordrat|vidarebefordrade|"
    r"vidaresen|videresend|"
    r"start på videresendt|välitetty viesti|edelleenlähetetty|(?:treść )?przekazan[ae]|wiadomość przesłana|"
    r"přeposlaná|preposlaná|továbbított|mesaj redirecționat|пересыла|переслан|пересланн|iletilen|προωθημένο|"
    r"转发|轉寄|転送|전달된)",
    re.IGNORECASE,
)
# A writer who says so has put answers into the unmarked history, or wants it read.
_ANSWERS_BELOW = re.compile(
    r"\b(?:below|beneath|in-?line|in line|interleaved|in (?:red|blue|green|bold|caps|capitals)|unten|im text|"
    r"ci-dessous|"
    r"dans le texte|en rouge|abajo|en rojo|hieronder|in het rood|nedenfor|nedan|poniżej|sotto|di seguito|abaixo|"
    r"em vermelho|alla|níže|ниже)\b|下記|以下|下面",
    re.IGNORECASE,
)
_may_be_a_sign = re.compile("[-:：_=*성]").search  # saves the closer look at most lines
_MARKED_ANSWER = re.compile(
    r"\s*(?:[-=*]{1,5}>+|<{2,}|>{2,}|\[(?!cid|image|inline|http|logo|mailto)[^\W\d_][\w .]{0,25}\]:?\s+\S|"
    r"(?:answer|antwort|réponse|respuesta|risposta|resposta)\s?:)",
    re.IGNORECASE,
)


def unmarked_history_start(lines: Sequence[str], end: int) -> int | None:
    """The first line of history without quote marks in front of line `end`; None when there is none, or doubt."""
    start = _first_sign(lines, end)
    if start is None or _is_introduced(lines, start) or _may_hold_answers(lines, start, end):
        return None
    return start


def _first_sign(lines: Sequence[str], end: int) -> int | None:
    candidates = 0
    for at in range(end):
        line = lines[at]
        if not _may_be_a_sign(line) or len(line) > _LONGEST_LINE:
            continue
        if _may_be_separator(line) and _FORWARDED_MESSAGE.match(line):
            return None
        if not (may_end_attribution(line) or may_be_field(line)):
            continue
        candidates += 1
        if candidates > _MOST_CANDIDATES:
            return None
        start = _history_at(lines, at, end)
        if start is not None:
            return start
    return None


def _may_be_separator(line: str) -> bool:
    return line[0] in "-_=* " or line.rstrip()[-1:] in (":", "：", "-", "=")


def _history_at(lines: Sequence[str], at: int, end: int) -> int | None:
    if _ORIGINAL_MESSAGE.fullmatch(lines[at]) or is_field_block(lines, at, end):
        return at
    return attribution_start(lines, at + 1, quoted=False) if may_end_attribution(lines[at]) else None


def is_greeting(lines: Sequence[str]) -> bool:
    """Whether nothing, or no more than a greeting, stands there: then the reply must be further down."""
    written = [line.strip() for line in lines if not is_blank(line)]
    return not written or (len(written) == 1 and _GREETING.fullmatch(written[0]) is not None)


_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen)|liebe\w*|"
    r"sehr geehrte\w*|bonjour|hola|"
    r"estimad\w+|buenos días|ciao|olá|bom dia|hej|hei|cześć|beste)\b(?:[^.?!:\d]{0,40}[,:]|\s[^.?!:\d]{2,40})",
    re.IGNORECASE,
)


def _is_introduced(lines: Sequence[str], history: int) -> bool:
    """Whether the writer's own words lead over to it: "see what the payer wrote:", "this is what they sent us"."""
    above = (lines[at] for at in range(history - 1, -1, -1))
    last = next((line for line in above if not is_blank(line) and any(each.isalnum() for each in line)), "").rstrip()
    return last.endswith((":", "：")) or _LEADS_OVER.search(last[-_LONGEST_LINE:]) is not None


_LEADS_OVER = re.compile(
    r"\b(?:wrote|said|sent|answered|replied|responded|received|got)(?: (?:to|us|me|them|back|this|today|"
    r"yesterday|from \w+)){0,4}"
    r"\s?[.…]*$|\b(?:the following|as follows|pasted|copied)\b[^.]{0,40}[.…]*$",
    re.IGNORECASE,
)


def _may_hold_answers(lines: Sequence[str], history: int, end: int) -> bool:
    """Whether the writer says that answers are below, or something there looks like one."""
    if _ANSWERS_BELOW.search("\n".join(lines[:history])):
        return True
    return any(QUOTE.match(line) or _MARKED_ANSWER.match(line) for line in lines[history:end])
