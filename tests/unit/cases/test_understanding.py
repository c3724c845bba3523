"""What is kept of a question beside its draft: everything understood, as JSON, and none of the member's words."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from consultant.cases.understanding import understanding
from consultant.questions import read_question

SENT_ON = date(2026, 3, 10)
ASKED = (
    "Patient: Jane Roe, new patient, DOB 3/4/1961. 40 mg J1885 x 2, left knee, 82 kg, denied CO-97 by Texas Medicaid "
    "in the office? DOS 3/3/2026 and 3/5/2026, 45 minutes. Is I4891 payable? 99202-99205?"
)


def test_everything_that_was_understood_is_kept() -> None:
    kept = understanding(read_question(ASKED, sent_on=SENT_ON))
    assert kept["circumstances"] == {
        "setting": "office", "state": "TX", "mac": None, "doses": ["40 mg"], "weights": ["82 kg"], "new_patient": True,
        "sides": ["left"], "denied": True, "denial_codes": ["CO-97"],
    }  # fmt: skip
    assert (kept["payer"], kept["date_of_service"], kept["minutes"]) == ("Medicaid", None, 45)
    assert kept["service_dates"] == ["2026-03-03", "2026-03-05"]
    assert kept["patient_data"] == ["name", "date of birth", "date of service"]
    assert [ASKED[each["start"] : each["end"]] for each in kept["asks"]][1:] == ["Is I4891 payable?", "99202-99205?"]
    assert {each["code"]: each["confidence"] for each in kept["codes"]}["I48.91"] == "likely"
    assert not any(secret in json.dumps(kept) for secret in ("Jane", "Roe", "1961"))


@given(st.text(max_size=200))
def test_whatever_was_written_can_be_kept(text: str) -> None:
    kept = understanding(read_question(text, sent_on=SENT_ON))
    assert json.loads(json.dumps(kept)) == kept
