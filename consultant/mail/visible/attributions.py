"""The lines that mail programs put above what they quote: "On 2 June, Ana wrote:", in the languages they speak.

An attribution says when, or gives an address, and ends in a colon, a verb or dashes. Each test is a search
for one sign on a short text, so that no line is looked at for long.
"""

import re
from collections.abc import Sequence

_MOST_LINES = 5
_LONGEST = 500  # characters

_VERBS = (
    r"wrote|writes|sent|said|schrieb|schrieben|geschrieben|écrit|escribió|escribio|ha scritto|scrisse|"
    r"escreveu|schreef|skrev|skreiv|kirjoitti|napisał(?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|"
    r"napísal(?:\(a\)|a)?|a scris|írta|написал(?:\(а\)|а)?|пишет|пише|написав|написала|написа|yazdı|"
    r"έγραψε|כתב(?:/ה|ה)?|מאת|كتب|نوشت|đã viết|menulis|va escriure|kirjutas|rakstīja|rašė|napisao|napisala|"
    r"je napisal|skrifaði|เขียน|quoting|zitat von|citando a"
)
_VERB = re.compile(
    rf"(?<!\w)(?:{_VERBS})(?!\w)|写道|寫道|写到|のメール|のメッセージ|書きました|작성|님이 쓴", re.IGNORECASE
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]{1,100}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}")
_ADDRESS_AT_END = re.compile(r"<\s?[^<>\s]{1,100}@[^<>\s]{1,200}>\s*$")
_DATE = re.compile(
    r"\b(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[:.h]\d\d(?!\d)|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\d{1,2}\s?[月월]"
)
_DAY_OR_TIME = re.compile(
    r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\d{1,2},?\s(?:\w{3,12}\s)?(?:19|20)\d\d"
)
_DASHES = re.compile(r"\s*-{2,20}\s*(?=\w)(.*?\w.*?)\s*-{2,20}\s*")

_FIRST_WORDS = (
    r"on|am|le|el|il|em|op|den|dnia|w dniu|dne|pe|în data de|dňa|il giorno|på|em|no dia|a|la|tirsdag|vào|"
    r"vào lúc|pada|στις|in a message dated|in einer (?:e-?mail|nachricht) vom|la data de|dana|na|ons|von|"
    r"quoting|zitat von|citando a|den \w{2,4}|lúc|tanggal|em \w{3}"
)
_FIRST_WORD = re.compile(rf"[\s*_-]{{0,30}}(?:(?:{_FIRST_WORDS})[\s,]|在)", re.IGNORECASE)
_QUOTING = re.compile(r"\s{0,3}(?:quoting|zitat von|citando a)\s", re.IGNORECASE)
# "pe 20. lokakuuta", "ср, 30 апр.", "2025-06-02", "05.06.2025".
_DATE_FIRST = re.compile(r"[\s*_-]{0,30}(?:[^\W\d_]{1,12}[.,]{0,2}\s){0,2}\d")
# "Ana Coder <ana@clinic.example>": a name has no sentence in it.
_NAME_FIRST = re.compile(r"\s{0,3}[\"']?[^<>:;?!@]{0,60}[\"']?,?\s*[<(\[]+\s?(?:mailto:)?[^<>\s]{1,100}@")
_SENTENCE = re.compile(r"(?<!\.M)(?<!\.m)[.!?]\s+[A-Z]\w{2,}\s+\w+\s+\w")
_ENDS_A_SENTENCE = re.compile(r"(?<!\s\d)(?<!\s\d\d)[.?!:：]\s*$")  # "am So., 23." goes on


def attribution_start(lines: Sequence[str], end: int, *, quoted: bool) -> int | None:
    """The first line of the attribution that ends in front of line `end`; None when there is none.

    `quoted`: marked lines follow. Where none follow, more proof is asked for: people write "on 3 March the
    payer wrote:" too.
    """
    best: int | None = None
    block = ""
    for at in range(end - 1, max(end - 1 - _MOST_LINES, -1), -1):
        line = lines[at]
        if not line.strip() or len(line) > _LONGEST or (block and _ENDS_A_SENTENCE.search(line)):
            break
        block = f"{line.strip()} {block}".rstrip()
        if len(block) > _LONGEST:
            break
        if _is_attribution(block, quoted=quoted) and (best is None or _says_when(line)):
            best = at
            if _FIRST_WORD.match(block) or _DATE.search(block):
                return at
    return best


def _says_when(line: str) -> bool:
    """Whether the line is where an attribution begins that goes on below it."""
    return _FIRST_WORD.match(line) is not None and _DAY_OR_TIME.search(line) is not None


def may_end_attribution(line: str) -> bool:
    """Whether an attribution can end with this line: a quick look for whoever searches a whole text."""
    return line.rstrip()[-1:] in (":", "：", "-", "성")


def _is_attribution(block: str, *, quoted: bool) -> bool:
    dashed = _DASHES.fullmatch(block)
    written = dashed[1] if dashed else block
    verb = _VERB.search(written)
    address = _ADDRESS.search(written)
    date = _DATE.search(written)
    if not (dashed or written.endswith((":", "：")) or _ends_openly(written, quoted=quoted)):
        return False
    if not (verb and (date or address)) and not (date and address):
        return False
    if not quoted and not address and not (dashed and verb and date):
        return False
    return _starts_well(written, has_verb=verb is not None)


def _ends_openly(written: str, *, quoted: bool) -> bool:
    """Whether it ends as some programs do that put no colon: in an address, or in the Korean verb."""
    return written.endswith("작성") or (quoted and _ADDRESS_AT_END.search(written) is not None)


def _starts_well(written: str, *, has_verb: bool) -> bool:
    first_word = _FIRST_WORD.match(written)
    if first_word and (_DATE.search(written, 0, 80) or _QUOTING.match(written)) and not _SENTENCE.search(written):
        return True
    if _DATE_FIRST.match(written) and _DATE.search(written, 0, 60):
        return True
    if has_verb and _NAME_FIRST.match(written) and not _SENTENCE.search(written):
        return True
    # A date behind a few words of a language that is not in the list, and an address at the end.
    return _ADDRESS_BEFORE_COLON.search(written) is not None and _FEW_WORDS_AND_A_DATE.match(written) is not None


_ADDRESS_BEFORE_COLON = re.compile(r"<[^<>\s]{1,100}@[^<>\s]{1,200}>\s?[:：]$")
_FEW_WORDS_AND_A_DATE = re.compile(r"[^.?!;:\d]{0,30}\d{1,4}[^?!;]{0,160}<")
