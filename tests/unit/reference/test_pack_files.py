"""A pack file with a mistake is refused whole, with the place and what to do."""

import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.reference.pack_files import Line, PackError, read_pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    with as_file(files("consultant.reference") / "starter") as starter:
        return Path(shutil.copytree(starter, tmp_path / "pack"))


@pytest.mark.parametrize(
    ("file", "there", "wrong", "place", "told"),
    [
        ("codes.csv", "A,XXX,,row 96422", "A,XXX,row 96422", ", record:", "cells instead of 12"),
        ("codes.csv", "CPT,96422,2026-01-01", "CPT,96422,1/1/2026", "column 'effective'", "YYYY-MM-DD"),
        ("codes.csv", "CPT,96422,2026-01-01", "CPT,96422,", "column 'effective'", "empty"),
        ("codes.csv", "96422,2025-10-01,2025-12-31", "96422,2025-10-01,2025-09-30", "'last_day'", "before"),
        ("codes.csv", "pfs-2026a,CPT,96422", "pfs-2027,CPT,96422", "column 'release'", "releases.csv"),
        ("codes.csv", "2020-12-31,,2020-12-31", "2021-12-31,,2020-12-31", "'last_day'", "outlasts"),
        ("codes.csv", ",no,", ",header,", "column 'billable'", "Use yes or no."),
        ("descriptions.csv", "CPT,96422", "CPT,96421", "column 'code'", "CPT 96422 has no description"),
        ("ncci_ptp.csv", "2024-07-01,,0", "2024-07-01,,2", "column 'Modifier'", "0 or 1 or 9"),
        ("ncci_ptp.csv", "Column 1", "Column1", "line 1, header", "They are: release, Column 1"),
        ("mue.csv", "96422,2024-07-01,,2", "96422,2024-07-01,,two", "column 'MUE Value'", "whole number"),
        ("add_on.csv", "aoc-2026q2,1,96423", "aoc-2026q2,4,96423", "column 'AOC_Edit_Type'", "1 or 2 or 3"),
        ("releases.csv", "mue-2026q4,", "mue-2024q3,", "column 'key'", "own key"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(pack: Path, file: str, there: str, wrong: str, place: str, told: str) -> None:
    content = (pack / file).read_text(encoding="utf-8")
    assert there in content
    (pack / file).write_text(content.replace(there, wrong, 1), encoding="utf-8")

    with pytest.raises(PackError) as refused:
        read_pack(pack)
    assert place in str(refused.value)
    assert told in str(refused.value)
    assert Path(file).suffix in refused.value.file


def test_a_row_that_stands_twice_is_told_with_both_lines(pack: Path) -> None:
    lines = (pack / "mue.csv").read_text(encoding="utf-8").splitlines()
    (pack / "mue.csv").write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")

    with pytest.raises(PackError, match=rf"mue.csv, line {len(lines) + 1}, .*the same row as line 2"):
        read_pack(pack)


def test_the_order_of_rows_does_not_change_a_release(pack: Path) -> None:
    before = [release.sha256() for release in read_pack(pack)]
    head, *lines = (pack / "mue.csv").read_text(encoding="utf-8").splitlines()
    (pack / "mue.csv").write_text("\n".join([head, *reversed(lines)]) + "\n", encoding="utf-8")

    assert [release.sha256() for release in read_pack(pack)] == before


def test_another_description_changes_the_releases_that_hold_the_code(pack: Path) -> None:
    before = [release.sha256() for release in read_pack(pack)]
    file = pack / "descriptions.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Screening for colon", "A look for colon"), "utf-8")

    changed = [new != old for new, old in zip((r.sha256() for r in read_pack(pack)), before, strict=True)]
    assert sum(changed) == 3  # the three ICD-10-CM releases


@given(st.text(max_size=12))
def test_any_cell_is_read_or_refused_with_its_place(cell: str) -> None:
    line = Line("codes.csv", 7, {"cell": cell})
    for read in (line.day, line.maybe_day, line.units, line.text):
        refused = refusal(read, "cell")
        assert refused is None or (refused.file, refused.line) == ("codes.csv", 7)


def refusal(read: Callable[[str], object], column: str) -> PackError | None:
    try:
        read(column)
    except PackError as refused:
        return refused
    return None
