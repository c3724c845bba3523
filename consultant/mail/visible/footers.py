"""What programs add below a mail by themselves: a telephone's line, a virus scanner's, a mailing list's."""

import re
from collections.abc import Sequence

_SHORTEST, _LONGEST = 6, 200  # characters
# Names that stand for nothing else in the last line of a mail.
_NAMED = (
    r"i\s?phon\w*|i\s?pad\w*|i\s?pod\w*|blackberry\w*|samsung|galaxy|android\w*|smartphone\w*|huawei|xiaomi|"
    r"redmi|oppo|vivo|"
    r"realme|oneplus|nokia|lumia|htc|motorola|xperia|alcatel|zte|lenovo|windows|outlook|yahoo|aol|"
    r"proton\s?mail|gmail|gmx|"
    r"web\.de|zoho|fastmail|mailbox|airmail|thunderbird|bluemail|k-9|k9|ios|apple watch|macbook|imac|"
    r"verizon|at&t|t-mobile"
)
# Words that mean a device only beside "my": everybody sends things by mail and phone.
_THING = (
    r"phone|handy|mobile?|mobil\w*|móvil|celular|cell(?:\s?phone)?|telefon\w*|téléphone|teléfono|telefoon|"
    r"device|gerät|appareil|"
    r"dispositivo|tablet\w*|pixel"
)
_MY = r"my|an?|mein\w*|mon|ma|mi|mio|meu|mijn|min|mitt|minun|mojego|mého"
_SENT = (
    r"sent|written|typed|gesendet|envoyé|envoye|enviado|enviada|inviato|inviata|verzonden|verstuurd|skickat|sendt|"
    r"wysłane|wysłano|wysłana|odesláno|odoslané|poslano|lähetetty|trimis|küldve|enviat|dikirim|στάλθηκε|"
    r"отправлено|надіслано|изпратено|đã gửi"
)
_WORDS = r"(?:[\w'’.&+-]{1,20}\s){0,3}?"
_REST = r"(?:\s[\w'’.&+-]{1,20}){0,5}"
_EXCUSE = (
    r"(?:[\s.,;-]{1,4}(?:so |and )?(?:please |pls |kindly )?"
    r"(?:excuse|forgive|pardon|sorry|apolog\w+|ignore)\b[^\n]{0,80})?"
)
_LINK = r"(?:\s?[<(\[]?(?:https?:|www\.)\S{1,120})?"
_FOOTER = re.compile(
    rf"(?:{_SENT})\s(?:\w{{1,8}}['’]?\s?)?{_WORDS}(?:{_NAMED})(?:['’]\w{{1,4}})?{_REST}[.!]?{_EXCUSE}{_LINK}|"
    rf"(?:{_SENT})\s(?:\w{{1,8}}\s){{1,2}}?(?:{_MY})\s(?:[\w'’.&+-]{{1,20}}\s){{0,2}}(?:{_THING})(?:\s(?:{_THING}))?[.!]?{_EXCUSE}|"
    rf"sent (?:via|from|by) (?:mobile|phone)(?: (?:phone|device))?\.?|sent from mail|"
    rf"sent from my [\w-]{{1,15}}-?\d{{1,3}}|"
    rf"(?:von|vom) (?:mein\w+|unterwegs) (?:[\w-]{{1,20}}\s){{0,3}}?(?:(?:{_NAMED}|"
    rf"{_THING})\w*\s){{0,2}}(?:{_NAMED}|{_THING})?"
    rf"\s?(?:aus )?(?:gesendet|gesandt|versendet)\.?|"
    rf"diese (?:nachricht|e-?mail|mail) wurde (?:von|mit) [^?!\n]{{0,50}}(?:{_NAMED}|"
    rf"{_THING})[^?!\n]{{0,40}} (?:gesendet|versandt)\.?|"
    rf"(?:發自|发自|发送自|從|从)\s?(?:我的)?[^?？\n]{{0,20}}(?:{_NAMED}|手机|手機|郵件|邮箱)[^?？\n]{{0,15}}|"
    rf"[^?？\n]{{0,15}}(?:{_NAMED}|携帯)[^?？\n]{{0,15}}(?:から送信(?:されました)?|에서 보냄|에서 보낸 메일|"
    rf"küldve|gönderildi)\.?|"
    rf"נשלח מ[^?\n]{{0,15}}(?:{_NAMED})|أُ?رسلت? من [^?\n]{{0,15}}(?:{_NAMED})|"
    rf"(?:get|download|try|télécharge[rz]|obtenir|obtenez|obtener|obtén|descarg\w+|obter|obtenha|transferir|"
    rf"ottieni|scarica|"
    rf"holen sie sich|hol dir|hämta|hent|skaff deg|hanki|pobierz|získat|získejte|скачать|завантажити|obțineți)"
    rf"(?: o| the)? outlook(?:\s\w{{1,5}})?\s(?:ios|android|mac|windows|mobile)\.?{_LINK}|"
    rf"outlook (?:für|voor) (?:ios|android|mac|windows) (?:beziehen|herunterladen|downloaden){_LINK}|"
    rf"(?:virus-?free|virenfrei|sans virus|libre de virus|privo di virus|virusvrij)\.?{_LINK}|"
    rf"this (?:e-?mail|message) (?:has been|was) (?:checked|scanned) for (?:viruses|malware|spam)[^?!\n]{{0,80}}|"
    rf"diese e-?mail wurde von [^\n]{{2,30}} auf viren[^?!\n]{{0,60}}|"
    rf"l'absence de virus dans ce courrier[^?!\n]{{0,80}}|"
    rf"reply to this email directly[,.]? (?:or )?view it on[^?!\n]{{0,120}}",
    re.IGNORECASE,
)
# What no footer holds: a question, a procedure code.
_WRITTEN_NOW = re.compile(r"[?？]|\b\d{5}\b|\b[A-V]\d{4}\b")
_WRAPPED = re.compile(r"\s*[<(\[*_~]{0,4}\s?(.*?)\s?[>)\]*_~]{0,4}\s*")
_RULE = re.compile(r"[_-]{20,200}\s{0,20}")
_OF_A_LIST = re.compile(
    r"(?=.*(?:https?:|www\.|@)).*(?:mailing[\s-]?list|mailingliste|liste de diffusion|lista de correo|"
    r"lista di discussione|mailinglijst|e-postlista|listinfo|unsubscribe|google group|groups\.io)",
    re.IGNORECASE | re.DOTALL,
)
_ASKS = re.compile(r"[?？]\s")
_LONGEST_OF_LIST = 2000  # characters
_LONGEST_LIST_FOOTER = 8  # lines
_GROUP_FOOTER = re.compile(
    r"you (?:received|are receiving) this (?:message|e-?mail) because you (?:are|were) subscribed", re.IGNORECASE
)


def footer_start(lines: Sequence[str], end: int) -> int:
    """Where the footer in front of line `end` starts; `end` when there is none."""
    if not end:
        return end
    if _is_footer(lines[end - 1]):
        return end - 1
    for at in range(end - 1, max(end - 1 - _LONGEST_LIST_FOOTER, -1), -1):
        if _RULE.fullmatch(lines[at]):
            below = "\n".join(lines[at + 1 : end])
            return at if len(below) <= _LONGEST_OF_LIST and _OF_A_LIST.match(below) and not _ASKS.search(below) else end
        if _GROUP_FOOTER.match(lines[at].lstrip("- "), 0, _LONGEST):
            return at
    return end


def _is_footer(line: str) -> bool:
    if not _SHORTEST <= len(line) <= _LONGEST:
        return False
    inner = _WRAPPED.fullmatch(line)
    written = inner[1] if inner else line
    if _WRITTEN_NOW.search(written.partition("http")[0]):
        return False
    return _FOOTER.fullmatch(written) is not None
