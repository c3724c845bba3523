"""What programs add below a mail by themselves: a telephone's line, a virus scanner's, a mailing list's."""

import re
from collections.abc import Sequence

_SHORTEST, _LONGEST = 6, 200  # characters
_DEVICE = (
    r"i\s?phon\w*|i\s?pad\w*|i\s?pod\w*|blackberry\w*|phone|handy|mobile|mobil\w*|móvil|celular|cell(?:phone)?|"
    r"telefon\w*|"
    r"téléphone|telefono|teléfono|telefoon|device|gerät|appareil|dispositivo|"
    r"samsung|galaxy|android\w*|smartphone\w*|tablet\w*|pixel|huawei|honor|xiaomi|redmi|mi|oppo|vivo|realme|"
    r"oneplus|nokia|lumia|"
    r"htc|motorola|moto|sony|xperia|alcatel|zte|lenovo|windows|surface|outlook|yahoo|aol|proton\s?mail|gmail|"
    r"gmx|web\.de|"
    r"zoho|fastmail|mail|mailbox|airmail|spark|thunderbird|bluemail|k-9|k9|ios|apple watch|mac(?:book)?|workspace|"
    r"verizon|at&t|t-mobile|4g|5g|lte"
)
_TAIL = (
    r"(?:[\s.,;-]{1,4}(?:so |and )?(?:please|pls|kindly|excuse|forgive|pardon|sorry|apologies|ignore)\b[^\n]{0,100})?"
)
_LINK = r"(?:\s?[<(\[]?https?:\S{1,120})?"
_SENT = (
    r"sent|written|typed|gesendet|envoyé|envoye|enviado|enviada|inviato|inviata|verzonden|verstuurd|skickat|sendt|"
    r"wysłane|wysłano|wysłana|odesláno|odoslané|poslano|lähetetty|trimis|küldve|enviat|dikirim|στάλθηκε|"
    r"отправлено|надіслано|изпратено|đã gửi"
)
_STARTS = re.compile(
    rf"(?:{_SENT})\s[^,;?!\n]{{0,45}}?(?<![\w.])(?:{_DEVICE})(?![\w@])[^,;?!\n]{{0,40}}?[.!]?{_TAIL}{_LINK}",
    re.IGNORECASE,
)
_GET = re.compile(
    r"(?:get|download|try|télécharge[rz]|obtenir|obtenez|obtener|obtén|descarga|obter o|obtenha o|transferir o|"
    r"ottieni|scarica|holen sie sich|"
    r"hol dir|hämta|hent|skaff deg|hanki|pobierz|získat|získejte|скачать|завантажити|obțineți|outlook|yahoo)\s"
    rf"(?:(?:the )?all[- ]new )?[^,;?!\n]{{0,40}}(?:outlook|ios|android|mac|windows|aol app|yahoo mail|"
    rf"mail app)[^,;?!\n]{{0,30}}{_LINK}",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"von (?:mein\w+|unterwegs)\s?[^,;?!\n]{0,40}(?:gesendet|gesandt|versendet)\.?|"
    r"diese (?:nachricht|e-?mail|mail) wurde (?:von|mit) [^?!\n]{3,80} (?:gesendet|verschickt|versandt)\.?|"
    r"(?:le )?(?:message|courriel) (?:est )?envoyé (?:de|depuis|avec) [^?!\n]{3,60}|"
    r"(?:null|nachricht )?sent (?:via|with|by|from) (?:my )?(?:mobile|phone)\b[^,;?!\n]{0,20}|"
    r"(?:我的|發自|发自|发送自|從我的|从我的|來自|来自)[^,;?!\n]{0,40}(?:傳送|发送|寄出)?|[^,;?!\n]{2,40}から送信|"
    r"[^,;?!\n]{2,40}에서 (?:보냄|보낸 메일)|(?:az )?[^,;?!\s]{2,20}(?:-omról|omról|-ról|-ről) küldve|"
    r"[^,;?!\n]{2,30}['’]?(?:umdan|ümden|imden|dan|den) gönderildi|נשלח מ[^,;?!\n]{2,30}|أُ?رسلت? من [^,;?!\n]{2,30}|"
    r"outlook (?:für|voor) [^,;?!\n]{2,20} (?:beziehen|herunterladen|downloaden)\S{0,120}|"
    r"(?:virus-?free|virenfrei|sans virus|libre de virus|privo di virus|virusvrij)\.?\s?\S{0,80}|"
    r"(?:this (?:e-?mail|message) (?:has been|was) (?:checked|scanned) (?:for viruses )?(?:by|with)|"
    r"diese e-?mail wurde von [^\n]{2,30} auf viren|l'absence de virus dans ce courrier)[^?!\n]{0,100}|"
    r"(?:reply to this email directly|unsubscribe from this (?:list|thread))[^?!\n]{0,120}",
    re.IGNORECASE,
)
_WRAPPED = re.compile(r"\s*[<(\[*_~]{0,4}\s?(.*?)\s?[>)\]*_~]{0,4}\s*")
_RULE = re.compile(r"[_-]{20,}\s*")
_OF_A_LIST = re.compile(
    r"mailing[\s-]?list|mailingliste|liste de diffusion|lista de correo|lista di discussione|mailinglijst|e-postlista|"
    r"listinfo|unsubscribe|google group|groups\.io",
    re.IGNORECASE,
)
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
        if _RULE.fullmatch(lines[at], 0, _LONGEST):
            below = "\n".join(line[:_LONGEST] for line in lines[at + 1 : end])
            return at if _OF_A_LIST.search(below) else end
        if _GROUP_FOOTER.match(lines[at].lstrip("- "), 0, _LONGEST):
            return at
    return end


def _is_footer(line: str) -> bool:
    if not _SHORTEST <= len(line) <= _LONGEST:
        return False
    inner = _WRAPPED.fullmatch(line)
    written = inner[1] if inner else line
    return any(pattern.fullmatch(written) is not None for pattern in (_STARTS, _GET, _WHOLE))
