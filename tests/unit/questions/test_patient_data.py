"""Patient data is found and can be covered; what identifies nobody, or only a provider, is left alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.questions.model import Identifier
from consultant.questions.patient_data import MASK, find_patient_data, kinds, masked


def found(text: str) -> list[tuple[str, str]]:
    return [(datum.kind.name, text[datum.start : datum.end]) for datum in find_patient_data(text)]


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("Patient: Jane Roe, 99213?", [("NAME", "Jane Roe")]),
        ("patient John Q. Sample was seen", [("NAME", "John Q. Sample")]),
        ("Mrs. Roe came back", [("NAME", "Roe")]),
        ("Roe, Jane DOB 01/02/1960", [("NAME", "Roe, Jane"), ("BIRTH_DATE", "01/02/1960")]),
        ("ROE,JANE DOB: Jan 2, 1960", [("NAME", "ROE,JANE"), ("BIRTH_DATE", "Jan 2, 1960")]),
        ("born on 1960-01-02", [("BIRTH_DATE", "1960-01-02")]),
        ("date of birth: 2-Jan-1960", [("BIRTH_DATE", "2-Jan-1960")]),
        ("admitted on 3/1/2026, discharged 3/4/2026", [("EVENT_DATE", "3/1/2026"), ("EVENT_DATE", "3/4/2026")]),
        ("DOS 3/3/26", [("SERVICE_DATE", "3/3/26")]),
        ("DOS: 3/3/2026-3/5/2026", [("SERVICE_DATE", "3/3/2026-3/5/2026")]),
        ("a 92-year-old, aged 94", [("AGE", "92-year-old"), ("AGE", "94")]),
        ("SSN 123-45-6789", [("SSN", "123-45-6789")]),
        ("123-45-6789", [("SSN", "123-45-6789")]),
        ("SSN ending in 6789", [("SSN", "6789")]),
        ("MRN 445566, MRN: A-1234", [("RECORD", "445566"), ("RECORD", "A-1234")]),
        ("chart # 20610", [("RECORD", "20610")]),
        ("member ID XYZ123456789", [("MEMBER_ID", "XYZ123456789")]),
        ("MBI 1EG4-TE5-MK73", [("MEMBER_ID", "1EG4-TE5-MK73")]),
        ("her number is 1EG4TE5MK73", [("MEMBER_ID", "1EG4TE5MK73")]),
        ("Medicaid ID: 12345678A", [("MEMBER_ID", "12345678A")]),
        ("acct 20610, account number: 12-3456", [("ACCOUNT", "20610"), ("ACCOUNT", "12-3456")]),
        ("claim # 2026123456789", [("CLAIM", "2026123456789")]),
        ("claim 2026123456789 was denied", [("CLAIM", "2026123456789")]),
        ("ICN 2226123456789", [("CLAIM", "2226123456789")]),
        ("her driver's license D1234567", [("LICENSE", "D1234567")]),
        ("VIN 1HGCM82633A004352", [("VEHICLE", "1HGCM82633A004352")]),
        ("the implant serial number SN-44321", [("DEVICE", "SN-44321")]),
        ("call her at (555) 123-4567", [("PHONE", "(555) 123-4567")]),
        ("fax: 555-123-4567", [("FAX", "555-123-4567")]),
        ("write to jane@home.example", [("EMAIL", "jane@home.example")]),
        ("https://portal.example/view?patient=12", [("URL", "https://portal.example/view?patient=12")]),
        ("logged in from 192.0.2.17", [("IP", "192.0.2.17")]),
        ("lives at 12 Oak Street", [("ADDRESS", "12 Oak Street")]),
        ("moved to Springfield, IL 62704", [("ADDRESS", "Springfield, IL 62704")]),
        ("fingerprints are attached", [("BIOMETRIC", "fingerprints")]),
        ("a picture of the patient is attached", [("PHOTO", "picture of the patient")]),
        ("encounter # 556677", [("OTHER", "556677")]),
    ],
)
def test_the_identifiers_that_the_privacy_rule_names(text: str, identifiers: list[tuple[str, str]]) -> None:
    assert found(text) == identifiers


@pytest.mark.parametrize(
    "text",
    [
        "Can we bill 99213-25 with 20610-RT x 2 for a Medicare patient, 65 yo, BP 120/80?",
        "Dr. Roe and Dr Sample both saw the patient. NPI 1234567893.",
        "Patient Medicare Advantage. Patient Has Medicare. The Patient Protection Act. New Patient Visit",
        "effective January 1, 2026; the rule of 3/1/2026",
        "NDC 00069-1305-10, CO-97, 10:05-15:35, 45 min, $1,234.00",
        "see https://www.agency.example/files/2026/policy and version 10.2",
        "The claim was denied; the account is fine; the policy says 99213; group practice; record 45 minutes",
        "claim denied 99213, medical record documents 30 minutes, a building code, 90 days",
        "99-day period, 95 percent, modifier 95, 90 minutes",
    ],
)
def test_what_names_no_patient_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_covering_keeps_the_length_and_leaves_nothing_to_find() -> None:
    text = "Jane Roe, DOB 1/2/1960, MRN 445566: can we bill 99213-25?"
    covered = masked(text, find_patient_data(text))
    assert covered == f"{MASK * 8}, DOB {MASK * 8}, MRN {MASK * 6}: can we bill 99213-25?"
    assert find_patient_data(covered) == ()


def test_the_kinds_are_told_without_repeating_what_was_found() -> None:
    found = find_patient_data("MRN 445566, MRN 445567, SSN 123-45-6789")
    assert kinds(found) == (Identifier.SSN, Identifier.RECORD)
    assert str(Identifier.RECORD) == "medical record number"


@given(
    st.lists(st.sampled_from("Patient: Jane Roe DOB MRN SSN 1/2/1960 123-45-6789 claim # 99213 @ a@b.example".split()))
)
def test_spans_are_apart_and_in_order(words: list[str]) -> None:
    text = " ".join(words)
    spans = [(datum.start, datum.end) for datum in find_patient_data(text)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert len(masked(text, find_patient_data(text))) == len(text)
