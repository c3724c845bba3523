"""Automatic replies: what vacation programs write into header, subject and text (RFC 3834), in many languages.

Word lists and forms only. A subject proves nothing by itself, because people ask about vacations too.
"""

import re

# Fields that only programs that answer by themselves write.
FIELDS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-autoresponse",
    "x-autoreply-from",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-amavis-autoreply",
    "x-away",
    "x-oof",
    "x-fc-machinegenerated",
)
_SUBJECT = re.compile(
    r"\bout of (?:the )?office|\boff?line\b.*\bauto|\bauto(?:mat\w*)?[- ]?(?:reply|response|responder|answer)|"
    r"\bvacation\b|\bon (?:annual )?leave\b|\baway from (?:my|the) (?:office|desk|mail|e-?mail)|\babwesend|"
    r"automatische antwort|abwesenheit|nicht im (?:büro|haus)|autoreply|"
    r"réponse automatique|absence du bureau|absent du bureau|message d['’]absence|respuesta autom[aá]tica|"
    r"fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|resposta autom[aá]tica|ausência|"
    r"automatisch antwoord|afwezig|autosvar|automatiskt svar|automatisk svar|frånvar|fravær|"
    r"automaattinen vastaus|poissaolo|autodpowiedź|autoodpowiedź|odpowiedź automatyczna|automatická odpověď|"
    r"automatická odpoveď|automatikus válasz|răspuns automat|otomatik yanıt|automatisk[aā] atbilde|"
    r"autom[aā]tisk[aā] atbilde|"
    r"automatinis atsakymas|automaatvastus|samodejni odgovor|automatski odgovor|αυτόματη απάντηση|автоответ|"
    r"автоматический ответ|"
    r"автоматична відповідь|自動応答|自動返信|不在通知|自动回复|自動回覆|자동 ?회신|부재중",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"\s*(?:re|fwd?|aw|wg|sv|tr|vs|antw)\s*:", re.IGNORECASE)
_ABSENT = re.compile(
    r"\b(?:i am|i['’]m|i will be|i['’]ll be|we are|am currently|is) (?:\w+ ){0,2}"
    r"(?:out of (?:the )?office|away|on (?:\w+ )?(?:leave|vacation|holiday)|not in (?:the )?office|travell?ing|"
    r"unavailable|"
    r"out (?:until|from|on))|(?:no|not|limited) (?:\w+ )?access to (?:my )?e-?mail|"
    r"automat\w+ (?:reply|response|generated)|"
    r"(?:ich bin|bin ich) (?:\w+ ){0,5}(?:nicht im|abwesend|im urlaub|außer haus|nicht erreichbar)|"
    r"je (?:suis|serai) (?:\w+ ){0,2}(?:absent|en congé|en déplacement|hors du bureau)|"
    r"(?:estoy|estaré|me encuentro) (?:\w+ ){0,2}(?:fuera|ausente|de vacaciones)|(?:sono|"
    r"sarò) (?:\w+ )?(?:fuori|assente|in ferie)|"
    r"(?:estou|estarei) (?:\w+ )?(?:ausente|fora|de férias)|ik ben (?:\w+ ){0,3}(?:afwezig|niet aanwezig|(?:op|"
    r"met) vakantie)|"
    r"jag är (?:\w+ ){0,3}(?:på semester|borta|ledig|inte på)|jeg er (?:\w+ ){0,3}(?:på ferie|væk|borte|ikke på)|"
    r"olen (?:\w+ ){0,3}(?:poissa|lomalla)|(?:jestem|będę|przebywam) (?:\w+ ){0,3}(?:nieobecn|na urlopie|poza biurem)",
    re.IGNORECASE,
)
_READ_SUBJECT = re.compile(
    r"\s*(?:(?:not )?read|gelesen|(?:non )?lu|leído|letto|lida|gelezen|läst|læst|luettu|przeczytano|return receipt|"
    r"read receipt|lesebestätigung|accusé de (?:lecture|réception)|confirmación de lectura|"
    r"conferma di lettura)\b[^:\n]{0,30}:?",
    re.IGNORECASE,
)
_READ_TEXT = re.compile(
    r"(?:your message|ihre nachricht|votre message|su mensaje|il messaggio|a sua mensagem|uw bericht)\b"
    r".{0,200}?\b(?:to|subject|sent|an|betreff|à|objet|para|asunto|oggetto|assunto|onderwerp)\s?:.{0,400}?"
    r"\b(?:was (?:read|deleted without being read|displayed)|wurde .{0,60}gelesen|a été lu|fue leído|"
    r"è stato letto|foi lida|is gelezen)|"
    r"this is a return receipt for the mail|return receipt.{0,80}displayed",
    re.IGNORECASE | re.DOTALL,
)
_BEGINNING = 800  # characters


def says_out_of_office(subject: str) -> bool:
    """Whether the subject says, in the words of vacation programs, that nobody is there."""
    return _SUBJECT.search(subject) is not None


def is_bare_reply(subject: str, text: str) -> bool:
    """Whether a mail without any other sign is an automatic reply all the same: the subject says so and names
    what it answers or nothing, the text says at once who is away, and nothing is asked."""
    said = None if _PREFIX.match(subject) else _SUBJECT.search(subject)
    if said is None or not (":" in subject[said.end() :] or len(subject) - said.end() < 3):
        return False
    return _ABSENT.search(text, 0, _BEGINNING) is not None and "?" not in text and "？" not in text


def is_read_receipt(subject: str, text: str) -> bool:
    """Whether it is a receipt in words, as programs send that know no disposition notification (RFC 8098)."""
    return _READ_SUBJECT.match(subject) is not None and _READ_TEXT.search(text, 0, _BEGINNING) is not None
