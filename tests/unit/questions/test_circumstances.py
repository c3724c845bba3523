"""The facts of the case beside its codes, read where they are stated and never guessed."""

from datetime import date

import pytest

from consultant.questions import read_question
from consultant.questions.model import Circumstances, Question, Setting


def read(text: str) -> Question:
    return read_question(text, sent_on=date(2026, 3, 10))


def case(text: str) -> Circumstances:
    return read(text).circumstances


@pytest.mark.parametrize(
    ("written", "setting"),
    [
        ("seen in the office", Setting.OFFICE),
        ("an office visit", Setting.OFFICE),
        ("in our HOPD", Setting.OUTPATIENT_HOSPITAL),
        ("hospital outpatient department", Setting.OUTPATIENT_HOSPITAL),
        ("an inpatient stay", Setting.INPATIENT_HOSPITAL),
        ("came to the ED", Setting.EMERGENCY),
        ("emergency department visit", Setting.EMERGENCY),
        ("at the ASC", Setting.SURGERY_CENTER),
        ("in a nursing home", Setting.NURSING_FACILITY),
        ("a home visit", Setting.HOME),
        ("we are an FQHC", Setting.HEALTH_CENTER),
        ("a telehealth visit from the office", Setting.TELEHEALTH),
        ("in the office, then the ASC", None),
        ("took him home", None),
        ("a facility and not a physician office", None),
        ("Office 365", None),
    ],
)
def test_the_setting(written: str, setting: Setting | None) -> None:
    assert case(written).setting == setting


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("Texas Medicaid", "TX"),
        ("TX Medicaid", "TX"),
        ("Medicaid of OH", "OH"),
        ("Medi-Cal", "CA"),
        ("we are in New York", "NY"),
        ("in West Virginia", "WV"),
        ("in TX", "TX"),
        ("in OR 3", None),
        ("Texas and Ohio", None),
        ("PT, OT or MD", None),
    ],
)
def test_the_state(written: str, state: str | None) -> None:
    assert case(written).state == state


@pytest.mark.parametrize(
    ("written", "mac"),
    [
        ("our MAC is Noridian", "Noridian"),
        ("First Coast says", "First Coast"),
        ("National Government Services", "NGS"),
        ("Novitas or NGS", None),
        ("a Mac computer", None),
    ],
)
def test_the_medicare_contractor(written: str, mac: str | None) -> None:
    assert case(written).mac == mac


@pytest.mark.parametrize(
    ("written", "doses", "weights"),
    [
        ("gave 40 mg of it", ["40 mg"], []),
        ("0.5mL and 1,000 mcg", ["0.5 ml", "1000 mcg"], []),
        ("5000 units of heparin", ["5000 units"], []),
        ("4 units of 96423", [], []),
        ("5 mg/kg for 82 kg", [], ["82 kg"]),
        ("180 lbs", [], ["180 lbs"]),
        ("45 min, 3 m, 99213", [], []),
    ],
)
def test_doses_and_weights(written: str, doses: list[str], weights: list[str]) -> None:
    found = case(written)
    assert [f"{a.value} {a.unit}" for a in found.doses] == doses
    assert [f"{a.value} {a.unit}" for a in found.weights] == weights
    assert all(a.unit in written[a.start : a.end].lower() for a in (*found.doses, *found.weights))


@pytest.mark.parametrize(
    ("written", "new"),
    [
        ("a new patient", True),
        ("new pt visit", True),
        ("an established patient", False),
        ("est. patient", False),
        ("new patient or established patient?", None),
        ("a new code for patients", None),
    ],
)
def test_whether_the_patient_is_new(written: str, new: bool | None) -> None:
    assert case(written).new_patient is new


@pytest.mark.parametrize(
    ("written", "sides"),
    [
        ("the left knee and the right shoulder", ("left", "right")),
        ("right-sided", ("right",)),
        ("bilateral injections", ("bilateral",)),
        ("is that right? We left it out right away", ()),
        ("the right code", ()),
    ],
)
def test_sides_of_the_body(written: str, sides: tuple[str, ...]) -> None:
    assert case(written).sides == sides


@pytest.mark.parametrize(
    ("written", "denied", "codes"),
    [
        ("denied CO-97", True, ("CO-97",)),
        ("denied as CO 45 with N19 and MA130", True, ("CO-45", "N19", "MA130")),
        ("rejected, PR-204", True, ("PR-204",)),
        ("denied, reason code 16", True, ("16",)),
        ("CO-B7", False, ("CO-B7",)),
        ("in CO 80202, M15 and N19", False, ()),
    ],
)
def test_denials_with_their_codes(written: str, denied: bool, codes: tuple[str, ...]) -> None:
    assert (case(written).denied, case(written).denial_codes) == (denied, codes)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("DOS 3/3/2026 - 3/5/2026", ["2026-03-03", "2026-03-05"]),
        ("DOS 3-Mar-2026", ["2026-03-03"]),
        ("DOS: Mar. 3rd, 2026", ["2026-03-03"]),
        ("DOS 20260303", ["2026-03-03"]),
        ("performed 3/3/26", ["2026-03-03"]),
        ("infusion on 3/3/26 and DOS 3/4/26", ["2026-03-04"]),
        ("paid 3/3/26", []),
    ],
)
def test_the_dates_of_service(written: str, days: list[str]) -> None:
    assert [day.isoformat() for day in read(written).service_dates] == days


@pytest.mark.parametrize(
    ("written", "payer"),
    [
        ("a work comp claim", "Workers' compensation"),
        ("workers’ comp", "Workers' compensation"),
        ("TennCare", "Medicaid"),
        ("WellCare", "Centene"),
        ("she is self-pay", "self-pay"),
        ("Anthem", "Blue Cross Blue Shield"),
        ("Part B drugs", "Medicare"),
        ("Railroad Medicare", "Railroad Medicare"),
    ],
)
def test_more_payers_by_name(written: str, payer: str) -> None:
    assert read(written).payer == payer


def test_what_is_asked_sentence_by_sentence() -> None:
    text = (
        "We billed 99213 vs. 99214. It was denied. Do we need modifier 25? Also, how many units of J1885?\n"
        "Please advise."
    )
    asks = read(text).asks
    assert [text[ask.start : ask.end] for ask in asks] == [
        "Do we need modifier 25?",
        "Also, how many units of J1885?",
        "Please advise.",
    ]
    topics = [[topic.value for topic in ask.topics] for ask in asks]
    assert topics == [["modifiers"], ["units", "drug_admin"], ["other"]]


def test_a_text_that_asks_nothing_has_no_asks() -> None:
    assert read("99213 was paid.").asks == ()
