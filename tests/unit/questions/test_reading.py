"""Reading a question: what coders write is understood, and what is no code is left alone."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultant.questions import read_question, understood
from consultant.questions.model import CodeMention, Question, System, Topic

SENT_ON = date(2026, 3, 10)


def read(text: str, subject: str = "") -> Question:
    return read_question(text, subject=subject, sent_on=SENT_ON)


def codes(text: str) -> list[str]:
    return [m.code or f"{m.range_from}..{m.range_to}" for m in read(text).codes]


def mention(text: str, code: str) -> CodeMention:
    return next(m for m in read(text).codes if m.code == code)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("96423", ["96423"]),
        ("+90833", ["90833"]),
        ("0232T, 1111F and 0001U", ["0232T", "1111F", "0001U"]),
        ("J1885 and j0585", ["J1885", "J0585"]),
        ("J 1885", ["J1885"]),
        ("C22.0 and S72.001A", ["C22.0", "S72.001A"]),
        ("S72001A", ["S72.001A"]),
        ("dx c220, I10", ["C22.0", "I10"]),
        ("dx E1165", ["E11.65"]),
        ("E1165", ["E1165"]),
        ("D12.* or D12.-", ["D12"]),
        ("U07.1", ["U07.1"]),
        ("99213,99214", ["99213", "99214"]),
        ("99213/4/5", ["99213", "99214", "99215"]),
        ("45378/80/85", ["45378", "45380", "45385"]),
        ("99215/3", ["99215"]),
        ("99202-99205", ["99202..99205"]),
        ("99211 thru 99215", ["99211..99215"]),
        ("99202-05", ["99202..99205"]),
        ("M54.50-M54.59", ["M54.50..M54.59"]),
        ("changed from 99213 to 99214", ["99213", "99214"]),
        ("99214-99213", ["99214", "99213"]),
        ("99213-25", ["99213", "25"]),
        ("99213/25", ["99213", "25"]),
        ("29880-59-LT", ["29880", "59", "LT"]),
        ("76942-26 and TC", ["76942", "26", "TC"]),
        ("97110 GP KX", ["97110", "GP", "KX"]),
        ("mod 59 or XU", ["59", "XU"]),
        ("modifiers 25 and 57", ["25", "57"]),
        ("modifier 25-59", ["25", "59"]),
        ("modifier -25", ["25"]),
        ("the 59 modifier", ["59"]),
        ("the RT/LT question", ["RT", "LT"]),
        ("POS 11 vs 22", ["11", "22"]),
        ("place of service 2", ["02"]),
        ("9921x", ["9921X"]),
        ("29881, OR 29880?", ["29881", "29880"]),
        ("20610 rt and 20611 lt knee", ["20610", "RT", "20611", "LT"]),
        ("97110 gp kx, j9271 jz", ["97110", "GP", "J9271", "JZ"]),
        ("71046 tc and 26", ["71046", "TC", "26"]),
        ("modifiers gp and kx", ["GP", "KX"]),
        ("the gn modifier", ["GN"]),
        ("mod as", []),
        ("a modifier so us coders know", []),
        ("icd-10-pcs 0dtj4zz or 02703d6", ["0DTJ4ZZ", "02703D6"]),
        ("order 0dtj4zz and 02703d6", []),
    ],
)
def test_a_code_is_read_as_coders_write_it(written: str, meant: list[str]) -> None:
    assert codes(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "call 555-123-4567 or (555) 123-4567 ext. 12345",
        "Springfield, IL 62704",
        "Springfield IL 62704-1234",
        "12 Main Street, Suite 40000, Dallas TX 75201",
        "ZIP 75201",
        "+44 20 7946 09581, Bldg 20610, Dept. 99213",
        "$12345 or 12,345 or 12345.67",
        "a 99-year-old, 45 minutes at 10:05",
        "on 10/22/2021, 2026-03-03 and March 3, 2026",
        "acct 99213, NPI 1234567890, claim # 12345678, MRN: 45678",
        "50000 units of heparin and 12500 mg",
        "see MM12345, CR 12345 and SE20016",
        "https://www.example/99213?x=96423 and a.96423@clinic.example",
        "LCD L33456 and article A52464",
        "B12, T10, version v10.2, J-codes, level 5, Part B 2024",
        "99 of 100, 4 of 7",
    ],
)
def test_a_number_that_is_no_code_is_left_alone(written: str) -> None:
    assert codes(written) == []


@pytest.mark.parametrize(
    "written", ["96423 x 4", "96423 × 4", "96423x4", "96423, 4 units", "96423 (4 units)", "4 units of 96423"]
)
def test_units_belong_to_their_code(written: str) -> None:
    assert mention(written, "96423").units == 4


@pytest.mark.parametrize("written", ["96413 x 1 hour", "96413 x 2 and 96413 x 3", "96413 for 45 min"])
def test_what_is_no_clear_number_of_units_is_none(written: str) -> None:
    assert mention(written, "96413").units is None


def test_modifiers_are_tied_to_their_code_wherever_it_is_written_again() -> None:
    question = read("We bill 11200, 11201, then 11201-59 x 2.")
    again = next(m for m in question.codes if m.code == "11201")
    assert (again.modifiers, again.units) == (("59",), 2)
    assert question.named(System.MODIFIER) == ("59",)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("a 5½ hour infusion", 330),
        ("5 1/2 hours", 330),
        ("5.5 h", 330),
        ("5 hr 30 min", 330),
        ("5h30", 330),
        ("10:05–15:35", 330),
        ("from 10:05 am to 3:35 pm", 330),
        ("five and a half hours", 330),
        ("5 and a half hours", 330),
        ("an hour and a half", 90),
        ("45 min", 45),
        ("45-minute", 45),
        ("23:30-00:15", 45),
        ("5½ hours (10:05-15:35)", 330),
        ("54 minutes, then 35 minutes", None),
        ("more than 30 minutes", None),
        ("the 8-minute rule", None),
        ("per 15 minutes", None),
        ("within 24 hours", None),
    ],
)
def test_the_length_of_the_service(written: str, minutes: int | None) -> None:
    assert read(written).minutes == minutes


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("DOS 3/3/26", date(2026, 3, 3)),
        ("DOS: 03/03/2026", date(2026, 3, 3)),
        ("date of service 2026-03-03", date(2026, 3, 3)),
        ("date of service was March 3, 2026", date(2026, 3, 3)),
        ("03/03/2026 (DOS)", date(2026, 3, 3)),
        ("seen on 3/3/2026", date(2026, 3, 3)),
        ("DOS 3/3/99", date(1999, 3, 3)),
        ("DOS 3/3/2026, denied on 3/9/2026", date(2026, 3, 3)),
        ("denied on 3/9/2026", None),
        ("born on 3/3/1960", None),
        ("3/3/2026", None),
        ("DOS 3/3", None),
        ("DOS 3/3/2026 - 3/5/2026", None),
        ("DOS 3/3/2026 or DOS 3/4/2026", None),
        ("DOS 13/45/2026", None),
    ],
)
def test_the_date_of_service_is_never_guessed(written: str, day: date | None) -> None:
    assert read(written).date_of_service == day


@pytest.mark.parametrize(
    ("written", "payer"),
    [
        ("a Medicare patient", "Medicare"),
        ("Medicare Advantage (Humana)", "Medicare Advantage"),
        ("Medi-Cal", "Medicaid"),
        ("BCBS of somewhere", "Blue Cross Blue Shield"),
        ("not Medicare, Aetna", "Aetna"),
        ("Medicare primary, Aetna secondary", "Medicare"),
        ("Aetna and Cigna", None),
        ("no payer", None),
    ],
)
def test_the_payer(written: str, payer: str | None) -> None:
    assert read(written).payer == payer


def test_topics_come_from_the_words() -> None:
    assert Topic.DENIAL in read("It was denied.").topics
    assert read("Hello there").topics == (Topic.OTHER,)


def test_the_subject_is_read_too_and_offsets_point_into_the_whole() -> None:
    question = read("How many units?", subject="96423")
    assert question.text == "96423\n\nHow many units?"
    assert question.named() == ("96423",)


def test_the_receipt_says_what_was_understood() -> None:
    question = read("96422, 96423 x 4-59? DOS 3/3/2026, 5½ hours, POS 11, Medicare, mod 59, 99202-99205")
    assert understood(question) == (
        "Codes: 96422, 96423 × 4, 99202 to 99205",
        "Modifiers: 59",
        "Place of service: 11",
        "Date of service: 2026-03-03",
        "Payer: Medicare",
        "Time: 5 h 30 min",
    )
    assert understood(read("99213 in the office denied CO-97 by Texas Medicaid")) == (
        "Codes: 99213",
        "Setting: office",
        "Payer: Medicaid (TX)",
        "Denied with: CO-97",
    )
    assert understood(read("MS-DRG 470, rev code 278, NDC 00069-1305-10")) == (
        "Codes: DRG 470, revenue code 0278, NDC 00069-1305-10",
    )
    assert understood(read("Hello")) == ()


NOTATION = st.lists(
    st.sampled_from(
        "99213 96423 J1885 C22.0 -25 25 59 x 4 /4/5 - / , . ( ) + $ # modifier mod POS dx DOS 3/3/26 5½ hours 10:05 "
        "RT LT units of TX 75201 \n -- \r\n ½ ٣ １２３４５ é \x00".split(" ")
    )
    | st.text(max_size=8),
    max_size=25,
)
SIGNATURE = """
--
Pat Example, CPC
Example Clinic Billing Office
1200 North Oak Street, Suite 10000
Springfield, IL 62704-1234
Tel. (555) 123-4567 ext. 20610 | Fax 555.123.9999
NPI 1234567893 | pat@clinic.example | https://clinic.example/99213
"""


@settings(max_examples=300)
@given(NOTATION.map(" ".join), st.text(max_size=30), st.booleans())
def test_reading_never_raises_and_offsets_point_at_what_was_written(text: str, subject: str, glued: bool) -> None:
    written = text.replace(" ", "") if glued else text
    question = read(written, subject)
    assert all(question.text[m.start : m.end] == m.as_written for m in question.codes)
    assert question == read(written, subject)
    circumstances = question.circumstances
    spans = [(ask.start, ask.end) for ask in question.asks]
    spans += [(amount.start, amount.end) for amount in (*circumstances.doses, *circumstances.weights)]
    spans += [(datum.start, datum.end) for datum in question.patient_data]
    assert all(0 <= start < end <= len(question.text) for start, end in spans)
    assert len({(m.system, m.code, m.range_from, m.range_to) for m in question.codes}) == len(question.codes)


@given(st.sampled_from(["99213-25?", "Is 96423 x 4 right with J1885", "Which code?", "modifier 59 or XU"]))
@pytest.mark.parametrize("delimiter", ["--", "-- ", "Regards,"])
def test_a_signature_changes_no_code(delimiter: str, text: str) -> None:
    signed = f"{text}\n{SIGNATURE.replace('--', delimiter, 1)}"
    assert read(signed).codes == read(text).codes


@pytest.mark.parametrize(
    "hostile", ["9" * 50_000, "a" * 50_000, "99213/4" * 8_000, "st " * 20_000, "acct" + " " * 50_000]
)
def test_hostile_text_takes_no_more_than_its_share_of_time(hostile: str) -> None:
    assert read(hostile).text == hostile


def test_of_an_endless_mail_the_beginning_is_read_and_the_rest_is_said() -> None:
    question = read("99213 and so on. " * 5_000 + "Or 20610?")
    assert question.named() == ("99213",)
    assert 35_000 < question.unread < 35_100
    assert understood(question)[-1] == f"Not read: the last {question.unread:,} characters of a very long mail"


PROSE = "so please tell us what to look at before it goes out\n" * 40


@pytest.mark.parametrize(
    "written", ["99213-25 x 2", "modifier\n25 on 99213", "mod XU", "POS\n11 vs 22", "RT/LT", "is it -GP?"]
)
def test_codes_between_much_prose_are_found_at_their_place(written: str) -> None:
    alone, wrapped = read(written), read(f"{PROSE}{written}\n{PROSE}\n{written}{PROSE}")
    assert [m.code for m in wrapped.codes] == [m.code for m in alone.codes]
    assert [m.as_written for m in wrapped.codes] == [m.as_written for m in alone.codes]
    assert all(wrapped.text[m.start : m.end] == m.as_written for m in wrapped.codes)


@pytest.mark.parametrize(
    "hostile",
    ["9" * 1_000_000, "99213 mod 25 " * 100_000, "3/3/26 5 hours " * 100_000, "1," * 500_000, "x 4 " * 500_000],
    ids=["one number", "codes", "dates and times", "numbers", "units"],
)
def test_an_enormous_mail_takes_bounded_time(hostile: str) -> None:
    started = time.process_time()
    assert read(hostile).unread > 0
    assert time.process_time() - started < 2
