"""What a member wants to know, by the words used: single words by look-up, phrases where one of their words stands."""

from __future__ import annotations

import re

from consultant.questions.model import Topic
from consultant.questions.words import Words

_WORDS: dict[Topic, str] = {
    Topic.CODE_MEANING: "unlisted",
    Topic.GUIDELINES: (
        "guideline guidelines documentation documented documenting document rule rules requirement requirements"
    ),
    Topic.MODIFIERS: "modifier modifiers mod mods bilateral bilaterally",
    Topic.CROSSWALKS: "crosswalk crosswalks replaced replaces replacement deleted successor icd9",
    Topic.NCCI_EDITS: (
        "ncci cci ptp bundle bundled bundles bundling unbundle unbundled unbundles unbundling bundleable inclusive"
    ),
    Topic.COMPLIANCE: (
        "compliance compliant audit audits audited auditor auditors auditing fraud fraudulent oig overpayment "
        "overpayments overpaid"
    ),
    Topic.MEDICARE_COVERAGE: (
        "medicare lcd lcds ncd ncds cms abn abns coverage covered noncovered beneficiary beneficiaries mac macs"
    ),
    Topic.EM_LEVEL: "mdm hpi ros discharge",
    Topic.UNITS: "unit units mue mues quantity quantities",
    Topic.GLOBAL_PERIOD: "global postop postoperative",
    Topic.ADD_ON: "addon",
    Topic.DIAGNOSIS: "diagnosis diagnoses diagnostic dx icd sequence sequenced sequencing",
    Topic.DENIAL: (
        "deny denied denial denials denies denying reject rejected rejecting rejection rejections rejects appeal "
        "appeals appealed appealing carc carcs rarc rarcs remittance recoup recouped recoupment recoupments"
    ),
    Topic.TELEHEALTH: "telehealth telemedicine",
    Topic.DRUG_ADMIN: (
        "infuse infused infuses infusing infusion infusions inject injected injecting injection injections injects "
        "injectable hydration chemo chemotherapy chemotherapeutic iv push drug drugs wastage wasted jw jz vaccine "
        "vaccines vaccination vaccinations immunization immunizations immunize"
    ),
}
# A phrase is searched only where the text holds one of the words before it.
_PHRASES: tuple[tuple[Topic, str, str], ...] = (
    (
        Topic.CODE_MEANING,
        "code codes coded",
        r"(?:what|which)(?:\s\w+){0,3}\scodes?\b|code\s+for\b|right\scode|correct\scode|new\s(?:\S+\s)?codes",
    ),
    (
        Topic.CODE_MEANING,
        "how",
        (
            r"\bhow\s(?:do|should|would|can|is|are|to)\s(?:i|we|you|this|that|it|these)?\s?(?:best\s)?(?:be\s)?"
            r"(?:code|coded|bill|billed|report|reported)\b"
        ),
    ),
    (Topic.CODE_MEANING, "does", r"\bwhat\sdoes\s\S+\s(?:mean|include|cover)"),
    (Topic.GUIDELINES, "split", r"\bsplit\s(?:the|care|billing)"),
    (Topic.MODIFIERS, "sides", r"\bboth\ssides"),
    (Topic.CROSSWALKS, "icd", r"\bicd-?9"),
    (Topic.NCCI_EDITS, "column", r"\bcolumn\s(?:one|two|1|2)\b"),
    (Topic.NCCI_EDITS, "separately", r"\bseparately\s(?:billable|reportable|paid)"),
    (Topic.NCCI_EDITS, "billed bill", r"\bbill(?:ed)?\s(?:in\saddition|together)"),
    (Topic.NCCI_EDITS, "together", r"\btogether\swith"),
    (Topic.COMPLIANCE, "self", r"\bself-?\s?disclos"),
    (Topic.COMPLIANCE, "incident", r"\bincident[- ]to\b"),
    (Topic.EM_LEVEL, "e em", r"\be\s?[/+&]\s?m\b|\bem\s(?:level|code|visit|service)"),
    (Topic.EM_LEVEL, "evaluation", r"\bevaluation\sand\smanagement"),
    (Topic.EM_LEVEL, "level", r"\blevel\s[1-5]\b"),
    (Topic.EM_LEVEL, "office", r"\boffice\svisits?"),
    (Topic.EM_LEVEL, "medical", r"\bmedical\sdecision"),
    (Topic.EM_LEVEL, "patient", r"\b(?:new|established)\spatient"),
    (Topic.UNITS, "many", r"\bhow\smany\b"),
    (Topic.UNITS, "medically", r"\bmedically\sunlikely"),
    (Topic.UNITS, "x", r"\bx\s?[0-9]+\b"),
    (Topic.UNITS, "h hour hours hr hrs", r"[0-9?]\s?-?(?:h|hours?|hrs?)\b"),
    (Topic.UNITS, "min mins minute minutes", r"[0-9]\s?-?min(?:ute)?s?\b"),
    (Topic.GLOBAL_PERIOD, "surgical", r"\bsurgical\spackage"),
    (Topic.GLOBAL_PERIOD, "op", r"\bpost-?\s?op\b"),
    (Topic.GLOBAL_PERIOD, "day", r"\b(?:10|90)[- ]day"),
    (Topic.ADD_ON, "on", r"\badd-?\s?ons?\b"),
    (Topic.ADD_ON, "additional", r"\badditional\shours?|\beach\sadditional"),
    (Topic.ADD_ON, "primary", r"\bprimary\s(?:code|procedure)"),
    (Topic.DIAGNOSIS, "necessity", r"\bmedical\snecessity"),
    (Topic.DENIAL, "co", r"\bco-?\s?[0-9]{1,3}\b"),
    (Topic.TELEHEALTH, "tele", r"\btele-(?:health|medicine)"),
    (Topic.TELEHEALTH, "virtual", r"\bvirtual\s(?:visit|check)"),
    (Topic.TELEHEALTH, "video", r"\bvideo\svisit"),
    (Topic.TELEHEALTH, "audio", r"\baudio[- ]only"),
    (Topic.TELEHEALTH, "pos", r"\bpos\s?(?:02|10)\b"),
    (Topic.DRUG_ADMIN, "j", r"\bj-?codes?\b"),
)
_BY_WORD = {word: topic for topic, words in _WORDS.items() for word in words.split()}
_BY_PHRASE = tuple((topic, frozenset(words.split()), re.compile(pattern)) for topic, words, pattern in _PHRASES)
_CUES = frozenset(_BY_WORD).union(*(words for _, words, _ in _BY_PHRASE))
_REACH = 50  # characters of a phrase before and after its word
_VISIT_CODE = re.compile(r"\b99(?:20[2-5]|21[1-5]|22[1-3]|23[1-9]|28[1-5])(?![0-9])")


def read_topics(words: Words) -> tuple[Topic, ...]:
    """The topics touched, in a fixed order; "other" where no word gives one away."""
    found = words.among(_CUES)
    topics = {_BY_WORD[word] for word in found if word in _BY_WORD}
    for topic, cues, pattern in _BY_PHRASE:
        if topic not in topics and any(_stands_near(word, pattern, words) for word in found & cues):
            topics.add(topic)
    if Topic.EM_LEVEL not in topics and "99" in words.small and _VISIT_CODE.search(words.small):
        topics.add(Topic.EM_LEVEL)
    if Topic.ADD_ON not in topics and "+" in words.small and re.search(r"\+\s?[0-9]{5}", words.small):
        topics.add(Topic.ADD_ON)
    return tuple(topic for topic in Topic if topic in topics) or (Topic.OTHER,)


def _stands_near(word: str, pattern: re.Pattern[str], words: Words) -> bool:
    return any(pattern.search(words.small, max(0, at - _REACH), at + _REACH) for at in words.places(word))
