"""What a member wants to know, by the words used: single words by look-up, phrases where one of their words stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from consultant.questions.add_on_codes import ADD_ON_CODES
from consultant.questions.model import CodeMention, System, Topic
from consultant.questions.words import Words

_WORDS: dict[Topic, str] = {
    Topic.CODE_MEANING: "unlisted",
    Topic.GUIDELINES: ("guideline guidelines documentation documenting rule rules requirement requirements"),
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
        "lcd lcds ncd ncds cms abn abns coverage covered noncovered beneficiary beneficiaries mac macs "
        "fqhc fqhcs rhc rhcs opps mln"
    ),
    Topic.EM_LEVEL: "mdm hpi ros discharge",
    Topic.UNITS: "unit units mue mues quantity quantities counted",
    Topic.GLOBAL_PERIOD: "postop postoperative",
    Topic.ADD_ON: "addon",
    Topic.DIAGNOSIS: "diagnosis diagnoses diagnostic dx icd sequence sequenced sequencing",
    Topic.DENIAL: (
        "deny denied denial denials denies denying reject rejected rejecting rejection rejections rejects appeal "
        "appeals appealed appealing carc carcs rarc rarcs remittance recoup recouped recoupment recoupments"
    ),
    Topic.TELEHEALTH: "telehealth telemedicine",
    Topic.DRUG_ADMIN: (
        "infuse infused infuses infusing infusion infusions injectable hydration chemo chemotherapy chemotherapeutic "
        "iv push drug drugs wastage wasted jw jz"
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
    (Topic.GUIDELINES, "met", r"\b(?:must|have\sto|has\sto|need\sto|needs\sto)\sbe\smet\b"),
    (
        Topic.GUIDELINES,
        "measured calculated determined defined",
        r"\bhow\s(?:is|are|do)\s(?:\w+\s){1,6}(?:measured|calculated|determined|defined)",
    ),
    (Topic.MODIFIERS, "both", r"\bboth\s(?!of\b|the\b)\w+s\b|\b(?:in|on)\seach\s\w+"),
    (Topic.CROSSWALKS, "icd", r"\bicd-?9"),
    (Topic.NCCI_EDITS, "column", r"\bcolumn\s(?:one|two|1|2)\b"),
    (Topic.NCCI_EDITS, "separately", r"\bseparately\s(?:billable|reportable|paid)"),
    (Topic.NCCI_EDITS, "billed bill", r"\bbill(?:ed)?\s(?:in\saddition|together)"),
    (Topic.NCCI_EDITS, "together", r"\btogether\swith"),
    (Topic.COMPLIANCE, "self", r"\bself-?\s?disclos"),
    (Topic.COMPLIANCE, "incident", r"\bincident[- ]to\b"),
    # Medicare as the one who pays for the case is no question about Medicare.
    (
        Topic.MEDICARE_COVERAGE,
        "medicare",
        (
            r"\bmedicare(?:'s)?\s(?:says?|tells?|pays?|paid|allows?|allowed|requires?|wants?|rules?|guid\w+|polic\w+|"
            r"covers?|covered|coverage|benefits?|part\s[abcd]\b|advantage|manual|contractors?|administrative|"
            r"beneficiar\w+|reimburs\w+|accepts?|fee|physician|considers?|recogni\w+|program|claims?\sprocessing)"
            r"|\b(?:does|do|will|by|from|under|per|through)\smedicare\b(?!\s(?:den|bundl|reject))"
        ),
    ),
    (Topic.MEDICARE_COVERAGE, "se mm", r"\b(?:se|mm)[0-9]{4,5}\b"),  # MLN Matters articles
    # CPT: the surgical package holds the first cast or splint; CMS: so does the global fee.
    (
        Topic.GLOBAL_PERIOD,
        "splint splints cast casts",
        r"\b(?:initial|first|fracture)\s(?:\w+\s){0,2}(?:splints?|casts?)",
    ),
    (
        Topic.DRUG_ADMIN,
        "inject injected injecting injection injections injects",
        (
            r"(?<!joint\s)(?<!epidural\s)(?<!tendon\s)(?<!facet\s)(?<!nerve\s)(?<!point\s)(?<!bursa\s)"
            r"\binject(?:s|ed|ing|ions?)?\b(?!\s(?:of|in|into)\s(?:the\s|a\s|an\s|each\s|both\s)?(?:\w+\s){0,2}"
            r"(?:joints?|tendons?|bursas?|facets?|nerves?|trigger))"
        ),
    ),
    (Topic.EM_LEVEL, "evaluation", r"\bevaluation\sand\smanagement"),
    (Topic.EM_LEVEL, "level", r"\blevel\s[1-5]\b"),
    (Topic.EM_LEVEL, "office", r"\boffice\svisits?"),
    (Topic.EM_LEVEL, "medical", r"\bmedical\sdecision"),
    (Topic.EM_LEVEL, "patient", r"\b(?:new|established)\spatient"),
    (Topic.UNITS, "many", r"\bhow\smany\b"),
    (Topic.UNITS, "count", r"\b(?:we|you|i|they|to|not|how|is|are|be|the|\w+ion)\scount\b(?!\sas\b)"),
    (Topic.UNITS, "medically", r"\bmedically\sunlikely"),
    (
        Topic.GLOBAL_PERIOD,
        "global",
        (
            r"\bglobal\s(?:period|surg\w+|days?|package|fee|modifiers?|window|concept|indicator)"
            r"|\b(?:in|into|within|during|outside|under|of|the|a|its|her|his|my|our)\sglobal\b(?!\s[a-z])"
        ),
    ),
    (Topic.GLOBAL_PERIOD, "surgical", r"\bsurgical\spackage"),
    (Topic.GLOBAL_PERIOD, "day", r"\b(?:10|90)[- ]day"),
    (Topic.ADD_ON, "additional", r"\badditional\shours?|\beach\sadditional"),
    (Topic.ADD_ON, "primary", r"\bprimary\s(?:code|procedure)"),
    # The code for an illness, not for what is done about it.
    (
        Topic.DIAGNOSIS,
        "code codes coded",
        (
            r"\bcodes?\sfor\s(?!\w+ion\b|\w+tomy\b|\w+plasty\b|treat)(?:[\w/-]+\s){0,4}(?:acute|chronic|exacerbation|"
            r"\w+itis|\w+osis|\w+emia|\w+pathy|diabetes|hypertension|cancer|copd|asthma|syndrome|disease|disorder)\b"
        ),
    ),
    (Topic.DIAGNOSIS, "necessity", r"\bmedical\snecessity"),
    (Topic.TELEHEALTH, "tele", r"\btele-(?:health|medicine)"),
    (Topic.TELEHEALTH, "virtual", r"\bvirtual\s(?:visit|check)"),
    (Topic.TELEHEALTH, "video", r"\bvideo\svisit"),
    (Topic.TELEHEALTH, "audio", r"\baudio[- ]only"),
)
# A length of time decides units, but not where it stands with visits alone: of these it decides the level.
_TIMES = (
    (("hour", "hours", "hr", "hrs"), re.compile(r"[0-9?]\s?-?(?:hours?|hrs?)\b")),
    (("min", "mins", "minute", "minutes"), re.compile(r"[0-9]\s?-?min(?:ute)?s?\b")),
)
# Words of one or two letters stand everywhere: of these the whole phrase is looked for.
_SPELLED: dict[str, tuple[Topic, tuple[str, ...]]] = {
    "m": (Topic.EM_LEVEL, ("e/m", "e&m", "e+m", "e & m", "e / m", "e and m ")),
    "em": (Topic.EM_LEVEL, ("em level", "em code", "em visit", "em service")),
    "j": (Topic.DRUG_ADMIN, ("j-code", "j code")),
    "op": (Topic.GLOBAL_PERIOD, ("post-op", "post op")),
    "on": (Topic.ADD_ON, ("add-on", "add on")),
    "co": (Topic.DENIAL, ("co-4", "co-5", "co-9", "co-1", "co-2", "co-b", "co 45", "co 97", "co 16")),
}
# Before a code: "Is it 17110?"
_IS_IT = re.compile(r"\b(?:is|be)\s(?:it|this|that)\s(?:cpt\s|hcpcs\s|code\s)?\Z")
_BY_WORD = {word: topic for topic, words in _WORDS.items() for word in words.split()}
_BY_CUE: dict[str, list[tuple[Topic, re.Pattern[str]]]] = {
    cue: [(topic, re.compile(pattern)) for topic, cues, pattern in _PHRASES if cue in cues.split()]
    for _, words, _ in _PHRASES
    for cue in words.split()
}
_CUES = frozenset((*_BY_WORD, *_BY_CUE, *_SPELLED))
_ORDER = tuple(Topic)
_REACH = 50  # characters of a phrase before and after its word
# Codes that are of a topic whatever the words around them say (CPT sections; CMS list of telehealth services).
_OF_CODES: dict[System, tuple[tuple[Topic, str, str], ...]] = {
    System.CPT: (
        (Topic.EM_LEVEL, "99202", "99350"),
        (Topic.EM_LEVEL, "99381", "99397"),
        (Topic.EM_LEVEL, "99415", "99418"),
        (Topic.DRUG_ADMIN, "96360", "96549"),
        (Topic.TELEHEALTH, "98000", "98016"),
        (Topic.TELEHEALTH, "99441", "99443"),
    ),
    System.HCPCS: (
        (Topic.DRUG_ADMIN, "J0120", "J9999"),
        (Topic.MEDICARE_COVERAGE, "G0008", "G9999"),  # made by CMS for its own program
        (Topic.TELEHEALTH, "G2010", "G2012"),
        (Topic.TELEHEALTH, "G2025", "G2025"),
    ),
    System.POS: ((Topic.TELEHEALTH, "02", "02"), (Topic.TELEHEALTH, "10", "10")),
}
_OF_SYSTEM = {
    System.MODIFIER: Topic.MODIFIERS,
    System.ICD10CM: Topic.DIAGNOSIS,
    System.ICD9: Topic.DIAGNOSIS,
}


def read_topics(words: Words, codes: Sequence[CodeMention], begins: int = 0) -> tuple[Topic, ...]:
    """The topics touched by words or codes, in a fixed order; "other" where nothing gives one away.

    `begins` is where the words begin in the text that the codes point into.
    """
    found = words.among(_CUES)
    topics = {_BY_WORD[word] for word in found if word in _BY_WORD}
    for word in found:
        for topic, pattern in _BY_CUE.get(word, ()):
            if topic not in topics and _stands_near(word, pattern, words):
                topics.add(topic)
        if word in _SPELLED and any(phrase in words.small for phrase in _SPELLED[word][1]):
            topics.add(_SPELLED[word][0])
    for mention in codes:
        topics.update(_topics_of(mention))
    if any(_is_it(mention, words.small, begins) for mention in codes):
        topics.add(Topic.CODE_MEANING)
    if Topic.NCCI_EDITS in topics:
        topics.add(Topic.MODIFIERS)  # the indicator of an edit says whether one bypasses it
    if Topic.UNITS not in topics and not _visits_alone(topics, codes) and _states_a_time(words):
        topics.add(Topic.UNITS)
    return tuple(topic for topic in _ORDER if topic in topics) or (Topic.OTHER,)


def _is_it(code: CodeMention, small: str, begins: int) -> bool:
    at = code.start - begins
    return _IS_IT.search(small, max(0, at - 24), at) is not None


def _visits_alone(topics: set[Topic], codes: Sequence[CodeMention]) -> bool:
    billed = [m for m in codes if m.system in (System.CPT, System.HCPCS)]
    visits = all(Topic.EM_LEVEL in _topics_of(m) for m in billed)
    return Topic.EM_LEVEL in topics and Topic.DRUG_ADMIN not in topics and visits


def _states_a_time(words: Words) -> bool:
    return any(_stands_near(word, pattern, words) for cues, pattern in _TIMES for word in words.among(cues))


def _stands_near(word: str, pattern: re.Pattern[str], words: Words) -> bool:
    return any(pattern.search(words.small, max(0, at - _REACH), at + _REACH) for at in words.places(word))


def _topics_of(mention: CodeMention) -> Iterator[Topic]:
    code = mention.code or mention.range_from or ""
    if mention.system in _OF_SYSTEM:
        yield _OF_SYSTEM[mention.system]
    if mention.as_written.startswith("+") or (mention.system is System.CPT and code in ADD_ON_CODES):
        yield Topic.ADD_ON
    if (mention.units or 0) > 1:
        yield Topic.UNITS
    for topic, first, last in _OF_CODES.get(mention.system, ()):
        if first <= code <= last:
            yield topic
