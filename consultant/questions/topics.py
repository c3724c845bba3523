"""What a member wants to know, by the words used."""

from __future__ import annotations

import re

from consultant.questions.model import Topic

_WORDS: tuple[tuple[Topic, str], ...] = (
    (
        Topic.CODE_MEANING,
        (
            r"(?:what|which)(?:\s\w+){0,3}\scodes?\b|how\s(?:do|should|would|can|is|are|to)\s(?:i|we|"
            r"you|this|that|it|these)?\s?(?:best\s)?(?:be\s)?(?:code|coded|bill|report)\b|code\s+for\b|"
            r"right\scode|correct\scode|new\s(?:\S+\s)?codes|what\sdoes\s\S+\s(?:mean|include|cover)|"
            r"unlisted"
        ),
    ),
    (
        Topic.GUIDELINES,
        r"guidelines?|document(?:ation|ed|ing)?\b|\brules?\b|requirements?\b|split\s(?:the|care|billing)",
    ),
    (Topic.MODIFIERS, r"modifiers?\b|\bmods?\b|bilateral|both\ssides"),
    (
        Topic.CROSSWALKS,
        r"crosswalk|replac(?:ed|es|ement)\b|deleted\s(?:code|hcpcs|cpt)|\bdeleted\b|successor|icd-?9",
    ),
    (
        Topic.NCCI_EDITS,
        (
            r"\bncci\b|\bcci\b|bundl\w+|unbundl\w+|column\s(?:one|two|1|2)|\bptp\b|"
            r"separately\s(?:billable|reportable|paid)|billed?\s(?:in\saddition|together)|"
            r"together\swith"
        ),
    ),
    (Topic.COMPLIANCE, r"complian\w+|\baudit\w*|fraud|\boig\b|overpay\w+|self-?disclos\w+|incident[- ]to"),
    (
        Topic.MEDICARE_COVERAGE,
        r"medicare|\blcds?\b|\bncds?\b|\bcms\b|\babn\b|coverage|covered|beneficiar\w+|\bmac\b",
    ),
    (
        Topic.EM_LEVEL,
        (
            r"\be\s?[/+&]\s?m\b|evaluation\sand\smanagement|\blevel\s[1-5]\b|office\svisits?|\bmdm\b|"
            r"medical\sdecision|\bhpi\b|\bros\b|99(?:20[2-5]|21[1-5]|22[1-3]|23[1-9]|28[1-5])|"
            r"new\spatient|established\spatient|discharge"
        ),
    ),
    (
        Topic.UNITS,
        (
            r"\bunits?\b|\bmues?\b|how\smany\b|medically\sunlikely|\bx\s?[0-9]+\b|[0-9]\s?×\s?[0-9]|"
            r"quantity|(?:½|[0-9])\s?-?(?:hours?|hrs?)\b|[0-9]\s?-?min(?:ute)?s?\b"
        ),
    ),
    (
        Topic.GLOBAL_PERIOD,
        (
            r"global\s(?:period|surg\w+|days?|package|fee|ob)|surgical\spackage|post-?op\w*|\b(?:10|"
            r"90)[- ]day|\bglobal\b"
        ),
    ),
    (
        Topic.ADD_ON,
        r"add-?\s?on\b|additional\shours?|primary\s(?:code|procedure)|each\sadditional|\+[0-9]{5}",
    ),
    (Topic.DIAGNOSIS, r"diagnos[ie]s|\bdx\b|icd-?10|\bicd\b|medical\snecessity|sequenc\w+"),
    (
        Topic.DENIAL,
        (
            r"den(?:y|ied|ial|ials|ies)\b|reject\w+|appeal\w*|\bcarc\b|\brarc\b|\bco-?[0-9]{1,3}\b|"
            r"remittance|recoup\w+"
        ),
    ),
    (
        Topic.TELEHEALTH,
        (
            r"tele-?health|tele-?medicine|virtual\s(?:visit|check)|video\svisit|audio[- ]only|"
            r"\bpos\s?(?:02|10)\b"
        ),
    ),
    (
        Topic.DRUG_ADMIN,
        (
            r"infus\w+|inject\w+|hydration|chemo\w*|\biv\b|push\b|\bdrugs?\b|wastage|\bj-?codes?\b|"
            r"\bjw\b|\bjz\b|vaccin\w+|immuniz\w+"
        ),
    ),
)
_ANY = tuple((topic, re.compile(words)) for topic, words in _WORDS)


def read_topics(text: str) -> tuple[Topic, ...]:
    """The topics touched, in a fixed order; "other" where no word gives one away."""
    small = text.lower()
    return tuple(topic for topic, words in _ANY if words.search(small)) or (Topic.OTHER,)
