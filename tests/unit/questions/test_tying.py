"""A modifier that is said to go on a code hangs on it; one that is only named, or asked about, does not."""

from datetime import date

import pytest

from consultant.questions import read_question


def modifiers_on(text: str) -> dict[str | None, tuple[str, ...]]:
    found = read_question(text, sent_on=date(2026, 3, 10)).codes
    return {each.code: each.modifiers for each in found if each.system.value in ("CPT", "HCPCS")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Is modifier -25 on 99213 right?", {"99213": ("25",)}),
        ("Append 59 to CPT code 36591 with 96413", {"36591": ("59",), "96413": ()}),
        ("We put modifier JW on the J9035 line", {"J9035": ("JW",)}),
        ("Is modifier 50 on 20610-RT right?", {"20610": ("RT", "50")}),
        ("Does modifier 59 go on 36591 or 96413?", {"36591": (), "96413": ()}),
        ("Put modifier 59 on 36591 or on 96413?", {"36591": (), "96413": ()}),
        ("Can I bill modifier 25 with 20610?", {"20610": ()}),
        ("modifier 59. On 36591 we had none", {"36591": ()}),
    ],
)
def test_a_modifier_hangs_on_the_code_that_it_is_put_on(text: str, found: dict[str, tuple[str, ...]]) -> None:
    assert modifiers_on(text) == found
