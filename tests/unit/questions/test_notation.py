"""Codes of every system in the many ways that coders write them, and what looks like one and is none."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultant.questions import read_question
from consultant.questions.model import CodeMention, System

SHORT = {
    System.CPT: "", System.HCPCS: "", System.ICD10CM: "dx ", System.ICD10PCS: "pcs ", System.ICD9: "icd9 ",
    System.MODIFIER: "-", System.POS: "pos ", System.REVENUE: "rev ", System.DRG: "drg ", System.NDC: "ndc ",
}  # fmt: skip


def shown(mention: CodeMention) -> str:
    name = mention.code or f"{mention.range_from}..{mention.range_to}"
    units = f" x{mention.units}" if mention.units else ""
    tied = "".join(f"^{modifier}" for modifier in mention.modifiers)
    return f"{SHORT[mention.system]}{name}{tied}{units}"


def read(text: str) -> str:
    return ", ".join(shown(mention) for mention in read_question(text, sent_on=date(2026, 3, 10)).codes)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        # CPT and HCPCS Level II
        ("Is CPT 99213 right?", "99213"),
        ("CPT® 99213, CPT code 20610, cpt#77067", "99213, 20610, 77067"),
        ("CPT: 36415 & 80053", "36415, 80053"),
        ("99213+20610", "99213, 20610"),
        ("99213/20610", "99213, 20610"),
        ("99213;99214;", "99213, 99214"),
        ("(99213)", "99213"),
        ("Billed: 96413, 96415", "96413, 96415"),
        ("“99213”", "99213"),
        ("*99213*", "99213"),
        ("00142 vs 00840", "00142, 00840"),
        ("0232t", "0232T"),
        ("1111f", "1111F"),
        ("g0439 and G2211", "G0439, G2211"),
        ("D0120, V2020 and Q9967", "D0120, V2020, Q9967"),
        ("U0003", "U0003"),
        ("J 3301", "J3301"),
        ("99213/4", "99213, 99214"),
        ("17110/1", "17110, 17111"),
        ("99221/22/23", "99221, 99222, 99223"),
        ("992xx", "992XX"),
        ("9928*", "9928X"),
        ("J33xx", "J33XX"),
        ("99202-99215", "99202..99215"),
        ("99381–99397", "99381..99397"),
        ("99202 - 99205", "99202..99205"),
        ("99202 through 99205", "99202..99205"),
        ("99213-5", "99213..99215"),
        ("G0438-G0439", "G0438..G0439"),
        ("J0120-J9999", "J0120..J9999"),
        ("0001U-0010U", "0001U..0010U"),
        ("CPT99213 and 99213s", "99213"),
        ("99213...99214", "99213, 99214"),
        ("0001A", "0001A"),
        # units
        ("96361 X3", "96361 x3"),
        ("96361 times 3", "96361 x3"),
        ("96361 - 3 units", "96361 x3"),
        ("J3301@2", "J3301 x2"),
        ("97110 2u", "97110 x2"),
        ("96372 x2", "96372 x2"),
        ("96372x2", "96372 x2"),
        ("J1885 X 2", "J1885 x2"),
        ("J1100 x 10 units", "J1100 x10"),
        ("J1885 (2 units)", "J1885 x2"),
        ("97110 for 3 units", "97110 x3"),
        ("97110 three units", "97110 x3"),
        ("97110, two units", "97110 x2"),
        ("2 units of 97110", "97110 x2"),
        ("two units of 97110", "97110 x2"),
        ("97110 for the first; I'd bill two units of 97110", "97110"),
        ("97110 units: 4", "97110 x4"),
        ("97110 qty 4", "97110 x4"),
        ("97110 GP x 2", "97110^GP x2, -GP"),
        ("97110-GP-59 x 2", "97110^GP^59 x2, -GP, -59"),
        ("3 x 97110", "97110 x3"),
        ("97110: 3 units, 97140 = 1 unit", "97110 x3, 97140 x1"),
        ("J9035 x 40u", "J9035 x40"),
        # modifiers
        ("20610-RT", "20610^RT, -RT"),
        ("20610 RT", "20610^RT, -RT"),
        ("20610 -RT", "20610^RT, -RT"),
        ("20610-50", "20610^50, -50"),
        ("20610 50", "20610^50, -50"),
        ("20610 mod 50", "20610^50, -50"),
        ("20610 modifier 50", "20610^50, -50"),
        ("20610 with modifier 50", "20610^50, -50"),
        ("20610 with modifiers RT and 59", "20610^RT^59, -RT, -59"),
        ("99213 w/ mod 25", "99213^25, -25"),
        ("99213 with 25", "99213^25, -25"),
        ("99213 w/25", "99213^25, -25"),
        ("99213 (25)", "99213^25, -25"),
        ("99213.25", ""),
        ("99214 25, 20610 59 LT", "99214^25, -25, 20610^59^LT, -59, -LT"),
        ("99213 & 25 mod", "99213^25, -25"),
        ("92014-24-25", "92014^24^25, -24, -25"),
        ("71046-26/TC", "71046^26^TC, -26, -TC"),
        ("76700 TC vs 26", "76700^TC^26, -TC, -26"),
        ("J1885-JZ", "J1885^JZ, -JZ"),
        ("99213-95", "99213^95, -95"),
        ("MOD-25", "-25"),
        ("modifier(s) 59", "-59"),
        ("modifier #25", "-25"),
        ("modifier: 59", "-59"),
        ("modifiers 76, 77, and 91", "-76, -77, -91"),
        ("modifier 76/77", "-76, -77"),
        ("modifiers XE, XS, XP or XU", "-XE, -XS, -XP, -XU"),
        ("X{EPSU}", "-XE, -XP, -XS, -XU"),
        ("the -59", "-59"),
        ("a 25 or a 57 modifier", "-25, -57"),
        ("append 25 to the visit", "-25"),
        ("add -25", "-25"),
        ("E/M-25", "-25"),
        ("the KX modifier", "-KX"),
        ("GA or GZ?", "-GZ"),
        ("GA/GZ modifier", "-GA, -GZ"),
        ("-26 and -TC", "-26, -TC"),
        ("mod25", "-25"),
        ("rt and lt modifiers", "-RT, -LT"),
        ("modifiers: LT, RT", "-LT, -RT"),
        ("20610RT and 20611lt", "20610^RT, -RT, 20611^LT, -LT"),
        ("99213mod25", "99213^25, -25"),
        ("20610:RT, 20611 [LT]", "20610^RT, -RT, 20611^LT, -LT"),
        ("do I put 59 on the 45380 or XS?", "-59, 45380^XS, -XS"),
        ("59 vs XS", "-59, -XS"),
        ("the TC/26 split", "-TC, -26"),
        ("QW on it", "-QW"),
        ("25 modifier on 99213, 59 modifier on 20610", "-25, 99213^25, -59, 20610^59"),
        ("should I use 25 or 57?", "-25, -57"),
        ("59 on 45380", "-59, 45380^59"),
        ("E&M w/25", "-25"),
        ("AA/QZ/QK for anesthesia", "-AA, -QZ, -QK"),
        ("PT modifier vs 33", "-PT, -33"),
        # diagnoses
        ("M17.11 and E11.9", "dx M17.11, dx E11.9"),
        ("m17.11", "dx M17.11"),
        ("W19.XXXA", "dx W19.XXXA"),
        ("S72.001A", "dx S72.001A"),
        ("T81.4XXA", "dx T81.4XXA"),
        ("Z68.41", "dx Z68.41"),
        ("C7A.010", "dx C7A.010"),
        ("M1A.0110", "dx M1A.0110"),
        ("O80", ""),
        ("dx O80", "dx O80"),
        ("ICD-10 Z00.00", "dx Z00.00"),
        ("ICD-10-CM code E119", "dx E11.9"),
        ("dx codes: M25561, M25562", "dx M25.561, dx M25.562"),
        ("I10, E11.9", "dx I10, dx E11.9"),
        ("I4891", "dx I48.91"),
        ("dx is I10", "dx I10"),
        ("V43.52XA", "dx V43.52XA"),
        ("C50.-", "dx C50"),
        ("M54.5x and M54.5-", "dx M54.5"),
        ("E11.-", "dx E11"),
        ("E08-E13", ""),
        ("S00.00-S09.93", "dx S00.00..S09.93"),
        ("V72.31 on the old claim", "icd9 V72.31"),
        ("E885.9", "icd9 E885.9"),
        ("ICD-9 250.00 and 401.9", "icd9 250.00, icd9 401.9"),
        ("ICD9 code 25000", "icd9 250.00"),
        ("dx 724.2", "icd9 724.2"),
        ("the ICD-9 was 724.2", "icd9 724.2"),
        ("ICD-10-PCS 0DTJ4ZZ", "pcs 0DTJ4ZZ"),
        (
            "0SR90JZ or 02HV33Z, B030ZZZ, GZB4ZZZ, XW033E5",
            "pcs 0SR90JZ, pcs 02HV33Z, pcs B030ZZZ, pcs GZB4ZZZ, pcs XW033E5",
        ),
        ("dx 1: I10 dx 2: E785", "dx I10, dx E78.5"),
        # facility
        ("MS-DRG 470", "drg 470"),
        ("DRG 65", "drg 065"),
        ("DRGs 469 and 470", "drg 469, drg 470"),
        ("DRG 469/470", "drg 469, drg 470"),
        ("MS-DRG 871 vs 872: which?", "drg 871, drg 872"),
        ("DRG 469-470", "drg 469..470"),
        ("APR-DRG 140", "drg 140"),
        ("revenue code 0636", "rev 0636"),
        ("rev code 450", "rev 0450"),
        ("rev codes 0360, 0370 and 0490", "rev 0360, rev 0370, rev 0490"),
        ("Rev 0510", "rev 0510"),
        ("RC 0761", "rev 0761"),
        ("revenue codes 0420-0429", "rev 0420..0429"),
        ("0636 revenue code", "rev 0636"),
        ("POS 11", "pos 11"),
        ("at 11 POS", "pos 11"),
        ("Revenue Code(s) 0360", "rev 0360"),
        ("DRGs 64-66", "drg 064..066"),
        ("POS-22", "pos 22"),
        ("POS: 2", "pos 02"),
        ("place of service (11)", "pos 11"),
        ("place of service is 19", "pos 19"),
        ("POS 02 or 10", "pos 02, pos 10"),
        ("POS 11/22", "pos 11, pos 22"),
        ("place of service code 81", "pos 81"),
        ("telehealth: do we append modifier 02?", "pos 02"),
        ("NDC 00069-1305-10", "ndc 00069-1305-10"),
        ("NDC# 0069-1305-10", "ndc 00069-1305-10"),
        ("NDC 00069130510", "ndc 00069-1305-10"),
        ("N400069130510", "ndc 00069-1305-10"),
        ("NDC: 50242-040-62", "ndc 50242-0040-62"),
    ],
)
def test_codes_of_every_system(written: str, meant: str) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "Call me at 555.123.4567, 5551234567 or 555-1234 x20610.",
        "Our tax ID is 12-3456789, NPI: 1234567893, NPI 1234567893.",
        "Claim 2024123456789 and claim no. 20610, claim number: 20610",
        "Claim ID 99213; Claim # 99213; claim#99213",
        "Account 99213, account # 99213, Acct. No: 99213-01, patient account number 99213",
        "Chart #20610, patient ID 20610, pt # 20610, case number 20610",
        "Member ID W20610 01, subscriber id: J1885",
        "Auth # J1885, prior auth number 20610, referral #20610",
        "MRN 20610, MRN: J1885, MRN#20610",
        "Invoice 20610, check # 20610, EFT 20610, ticket #20610, order no. 20610",
        "She lives at 20610 Oak Street, 20610 NW 5th Ave or P.O. Box 20610",
        "Miami, FL 33101; Boston, MA 02139; Salem, Oregon 97301-1234",
        "zip 33101, ZIP code: 33101",
        "We billed $20610, $20,610.00 and 20610.00 dollars.",
        "20610 dollars, 20,610 claims, 10500 patients",
        "at 10:05, 1:30 pm, 13:45 and 1005-1035",
        "on 3/3/26, 03-03-2026, 3.3.2026, 20260303 and Mar 3rd, 2026",
        "aged 65, 65 yo, 65-year-old, 3 months old, 25 years",
        "2 mg, 10000 units of heparin, 250 mL, 0.5 mcg/kg, 70 kg, 500cc",
        "RFC 5322, MM13452, SE19007, CR 12345, Transmittal 11842, Pub. 100-04",
        "42 CFR 410.32(b)(3)(ii) and section 1862(a)(1)(A)",
        "LCD L33456, A52464, NCD 220.6.17",
        "C5-C6, L4/L5, T12, S1 joint, B12 shot, A1C 7.2, H1N1, COVID-19, Q3 2025, Form W9, CMS-1500, UB-04",
        "50% off, 25 of 57 patients, 2 x 3 cm, 59 times, 24/7",
        "Part B, J-codes, G codes, level 4, stage 3, type 2, grade 2",
        "Office 365, Windows 10, version 25.1, Room 25, step 2",
        "fax 5551234567, Ext 20610, ext. 20610, x20610",
        "05401 and 02139",
        "we see 20-25 patients, 25-59 a week",
        "DOB 01/02/1960, SSN 123-45-6789, 123456789",
        "10-20 lesions, on 4-5 visits, 76 patients, 80 percent",
        "CO-97, CO 45, PR-1, N19, MA130, M15",
        "John is in IT, OR or ER, an RN, MD, PA or NP; AM or PM; the PT said OT",
        "let us know, use it, add 5 to 10, put 3 on the table",
        "use 25 or 50 minutes, 25 on 3 days, CA/OR/WA, MD/DO/NP, AM/PM/ER",
        "BILLING CHARGES 2026 FACILITY BARCODE DEFACED",
    ],
)
def test_what_looks_like_a_code_and_is_none(written: str) -> None:
    assert read(written) == ""


FORMS = (
    ("99213", "99213"), ("20610-RT", "20610^RT, -RT"), ("J1885 x 2", "J1885 x2"), ("+90833", "90833"),
    ("M17.11", "dx M17.11"), ("99202-99205", "99202..99205"), ("POS 11", "pos 11"), ("DRG 470", "drg 470"),
    ("revenue code 636", "rev 0636"), ("NDC 00069-1305-10", "ndc 00069-1305-10"), ("0DTJ4ZZ", "pcs 0DTJ4ZZ"),
    ("V72.6", "icd9 V72.6"), ("9921x", "9921X"), ("modifier 59", "-59"), ("S72.001A", "dx S72.001A"),
    ("G0439", "G0439"), ("0232T", "0232T"), ("96423 (4 units)", "96423 x4"), ("97110-GP-59", "97110^GP^59, -GP, -59"),
)  # fmt: skip
NOISE = (
    "we saw her on 3/3/2026", "call me at 555-123-4567", "it took 45 minutes", "she is 65 years old", "for $1,234.56",
    "acct 20610", "in Springfield, IL 62704", "at 10:05", "gave 250 mg", "claim # 2026123456789", "RFC 5322",
)  # fmt: skip
JOINTS = (". And ", "; then ", " was billed together with ", "\n", " versus ", "? Or is it ", ", also ", ". We billed ")


@given(
    st.lists(
        st.tuples(st.sampled_from(FORMS), st.sampled_from(NOISE), st.sampled_from(JOINTS)), unique_by=lambda x: x[0]
    )
)
@settings(deadline=None)
def test_codes_are_read_alike_beside_whatever_else_stands_there(parts: list[tuple[tuple[str, str], str, str]]) -> None:
    text = "".join(f"{form}{joint}{noise}{joint}" for (form, _), noise, joint in parts)
    found = set(filter(None, read(text).split(", ")))
    assert found == {each for (_, meant), _, _ in parts for each in meant.split(", ")}
