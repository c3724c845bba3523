"""Ten made-up questions of the kinds that members ask: for previews of templates, and for the tests' golden drafts.

No real person or case. What is drafted for them depends on the data that is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

SENT_ON = date(2026, 3, 10)


@dataclass(frozen=True, slots=True)
class SampleQuestion:
    """A question as a member would mail it."""

    subject: str
    text: str


SAMPLES: Mapping[str, SampleQuestion] = {
    "infusion-hours": SampleQuestion(
        "Units of 96423", "Can I bill 96423 with 96422 for a 5½ hour infusion, Medicare? DOS 3/3/2026, dx C22.0."
    ),
    "chemotherapy-units": SampleQuestion(
        "96415", "Is 96415 x 3 right with 96413 for 190 minutes? DOS 2/17/2026, Medicare, office."
    ),
    "visit-and-injection": SampleQuestion(
        "E/M with an injection",
        "We gave J1885 30 mg IM (96372) and the doctor saw the patient for something else. "
        "Can we bill 99213-25 and 96372? Medicare, date of service 1/20/2026.",
    ),
    "drug-units-and-waste": SampleQuestion(
        "J9035 waste",
        "Bevacizumab J9035: 340 mg given from a 400 mg single-dose vial, 60 mg discarded. How many units, and which "
        "modifiers? Medicare, DOS 02/03/2026.",
    ),
    "short-hydration": SampleQuestion("Hydration", "Can I bill 96360 for 30 minutes of saline on 2026-02-10? Medicare"),
    "blood-draw-from-a-port": SampleQuestion(
        "Denied CO-97",
        "36591 was denied CO-97 when billed with 96413 on 1/15/2026. Would modifier 59 help? Payer is Medicare.",
    ),
    "level-of-a-visit": SampleQuestion(
        "Level?",
        "Established patient, office, DOS 2/2/2026: one chronic illness with exacerbation, prescription drug "
        "management, two labs ordered and reviewed. 99213 or 99214?",
    ),
    "ended-diagnosis": SampleQuestion(
        "Claim rejected", "M54.5 was rejected as invalid for DOS 1/12/2026. What should we use instead?"
    ),
    "chemotherapy-encounter": SampleQuestion(
        "Order of diagnoses",
        "Patient comes only for chemotherapy for liver cell carcinoma, C22.0 and Z51.11. Which is first? DOS 3/2/2026",
    ),
    "no-code-at-all": SampleQuestion(
        "Which code", "What do we bill when a nurse flushes an implanted port and nothing else is done that day?"
    ),
}
