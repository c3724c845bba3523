"""What is printed for people and for programs."""

from datetime import UTC, datetime

import pytest

from consultant.cli.printing import cell, print_json, print_table

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        ("", "–"),
        (True, "yes"),
        (0, "0"),
        (NOON, "2026-03-03 12:00 UTC"),
        ([], "–"),
        (["a", 1], "a, 1"),
        ({"from": "held"}, "from=held"),
    ],
)
def test_a_value_in_a_table_reads_plainly(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_json_is_one_ascii_line_with_aware_times(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"at": NOON, "text": "5½\nhours\ud800"})
    assert capsys.readouterr().out == '{"at": "2026-03-03T12:00:00+00:00", "text": "5\\u00bd\\nhours\\ud800"}\n'


def test_what_cannot_be_json_is_refused() -> None:
    with pytest.raises(TypeError):
        print_json({"bytes": b"x"})


def test_nothing_in_a_table_is_taken_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("subject",), [("[red]96423[/red] :smile:",)])
    assert "[red]96423[/red] :smile:" in capsys.readouterr().out
