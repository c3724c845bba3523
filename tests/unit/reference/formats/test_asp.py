"""Drug payment limits: a preamble that tells the quarter, N/A, cells with line breaks, CPT among the codes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from consultant.reference.formats import FormatError, Release
from consultant.reference.formats.asp import AspFormat, PaymentLimit
from tests.unit.reference.formats.files import file, lines, read, release_of, workbook

ASP = AspFormat()
PREAMBLE = [
    "Payment Allowance Limits for Medicare Part B Drugs" + "," * 12,
    "," * 12,
    '"Effective October 1, 2026 through December 31, 2026"' + "," * 12,
    "Note 2: A note." + "," * 12,
]
HEAD = (
    "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,Vaccine AWP%,Vaccine Limit,"
    "Blood AWP%,Blood limit,Clotting Factor,Notes,,"
)
CSV = lines(
    *PREAMBLE,
    HEAD,
    "90000,WORDS OF THE AMA,1 ML,138.229,20.000,95,140.5,,,,,,",
    'A9999,Made-up drug,1 microCurie,N/A,17.885,,,,,,"100% AWP = $2.84\n100% WAC = $1.37",,',
    'J9999,"Made-up drug, 10 mg",10 MG,"$1,075.492",20.000,,,,,X,,,',
)
UNSET: dict[str, Any] = dict.fromkeys(PaymentLimit._fields)
ROWS = [
    PaymentLimit(
        **UNSET
        | {
            "hcpcs_code": "90000",
            "hcpcs_code_dosage": "1 ML",
            "payment_limit": Decimal("138.229"),
            "co_insurance_percentage": Decimal("20.000"),
            "vaccine_awp_percentage": Decimal(95),
            "vaccine_limit": Decimal("140.5"),
        }
    ),
    PaymentLimit(
        **UNSET
        | {
            "hcpcs_code": "A9999",
            "short_description": "Made-up drug",
            "hcpcs_code_dosage": "1 microCurie",
            "co_insurance_percentage": Decimal("17.885"),
            "notes": "100% AWP = $2.84\n100% WAC = $1.37",
        }
    ),
    PaymentLimit(
        **UNSET
        | {
            "hcpcs_code": "J9999",
            "short_description": "Made-up drug, 10 mg",
            "hcpcs_code_dosage": "10 MG",
            "payment_limit": Decimal("1075.492"),
            "co_insurance_percentage": Decimal("20.000"),
            "clotting_factor": "X",
        }
    ),
]
NAME = "section 508 version of October 2026 Medicare Part B Payment Limit File 091626"


def test_rows_of_the_table() -> None:
    reading = read(ASP, file(f"{NAME}.csv", CSV))
    assert reading.rows == ROWS
    assert reading.skipped == {"before the table": 5}


def test_an_older_file_has_infusion_columns_and_no_coinsurance() -> None:
    older = HEAD.replace("Co-insurance Percentage,", "").replace(
        "Blood AWP%", "Infusion AWP%,Infusion Limit,Blood AWP%"
    )
    row = "J9999,Made-up drug,10 MG,7.5,,,95,8.25,,,,,,"
    (found,) = read(ASP, file("ASP Pricing File.csv", lines(*PREAMBLE, older, row))).rows
    assert (found.infusion_awp_percentage, found.infusion_limit) == (Decimal(95), Decimal("8.25"))
    assert (found.payment_limit, found.co_insurance_percentage) == (Decimal("7.5"), None)


def test_a_limit_may_stand_in_another_column_but_not_nowhere() -> None:
    vaccine, nothing = "90000,,1 ML,,0.000,95,140.5,,,,,,", "J9999,Made-up drug,10 MG,,20.000,,,,,,,,"
    reading = read(ASP, file(f"{NAME}.csv", lines(*PREAMBLE, HEAD, vaccine, nothing)))
    assert [(row.payment_limit, row.vaccine_limit) for row in reading.rows] == [(None, Decimal("140.5"))]
    assert "line 7, column payment_limit: no limit" in reading.bad[0]


def test_it_may_be_in_windows_1252() -> None:
    raw = CSV.replace("Made-up drug", "Drug of Müller").encode("cp1252")
    assert read(ASP, file(f"{NAME}.csv", raw)).rows[1].short_description == "Drug of Müller"


def test_a_workbook_made_numbers_of_codes() -> None:
    head = [[line.strip('",')] for line in PREAMBLE]
    sheet = workbook([*head, HEAD.split(","), [90000, "WORDS OF THE AMA", "1 ML", 138.229, 20, 95, 140.5]])
    assert read(ASP, file(f"{NAME}.xlsx", sheet)).rows == ROWS[:1]


def test_the_quarter_is_the_one_that_the_file_says() -> None:
    expected = Release("asp-payment-limits", "2026Q4", "", date(2026, 10, 1), date(2026, 12, 31))
    assert release_of(ASP, file("download.csv", CSV)) == expected
    winter = CSV.replace("October 1, 2026", "January 1, 2026").replace("December 31", "March 31")
    expected = Release("asp-payment-limits", "2026Q1", "", date(2026, 1, 1), date(2026, 3, 31))
    assert release_of(ASP, file("download.csv", winter)) == expected


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Effective October 1, 2026 through",
        "Effective Octember 1, 2026 through May 40, 2026",
        "Effective October 1, 2026 through December 31, 2025",
    ],
)
def test_without_a_quarter_it_is_refused(said: str) -> None:
    content = CSV.replace("Effective October 1, 2026 through December 31, 2026", said)
    with pytest.raises(FormatError, match="nobody can tell the quarter"):
        release_of(ASP, file(f"{NAME}.csv", content))


def test_an_open_quotation_mark_is_told_with_its_line() -> None:
    broken = CSV.replace('WAC = $1.37"', "WAC = $1.37")
    release = release_of(ASP, file(f"{NAME}.csv", broken))
    assert release
    rows = ASP.rows(file(f"{NAME}.csv", broken), release)
    with pytest.raises(FormatError, match=r"line 7: .* quotation mark is not closed"):
        list(rows)
