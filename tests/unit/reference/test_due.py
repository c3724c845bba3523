"""Which release is due on a day, and which addresses and instructions follow from it."""

from datetime import date

import pytest
from pydantic import ValidationError

from config.reference_sources import ReferenceSource, built_in_sources, sources_with
from consultant.reference.loading.addresses import UnknownSource, wanted
from consultant.reference.loading.datasets import DATASETS
from consultant.reference.loading.due import Cycle, is_out_of_date, period_begun, words_of


@pytest.mark.parametrize(
    ("cycle", "on", "begun"),
    [
        ("quarter", date(2026, 9, 30), date(2026, 7, 1)),
        ("quarter", date(2026, 10, 1), date(2026, 10, 1)),
        ("year", date(2026, 12, 31), date(2026, 1, 1)),
        ("fiscal_year", date(2026, 9, 30), date(2025, 10, 1)),
        ("fiscal_year", date(2026, 10, 1), date(2026, 10, 1)),
        ("week", date(2026, 1, 3), date(2025, 12, 27)),
        ("irregular", date(2026, 1, 3), None),
    ],
)
def test_a_period_begins_on_its_first_day(cycle: Cycle, on: date, begun: date | None) -> None:
    assert period_begun(cycle, on) == begun


def test_a_release_is_out_of_date_from_the_day_on_which_the_next_begins() -> None:
    third = date(2026, 7, 1)
    assert not is_out_of_date("quarter", third, date(2026, 9, 30))
    assert is_out_of_date("quarter", third, date(2026, 10, 1))
    assert not is_out_of_date("irregular", date(2017, 10, 1), date(2026, 10, 1))


def test_the_words_of_a_day_are_those_in_the_agencies_file_names() -> None:
    assert words_of(date(2026, 11, 22)) == {
        "year": "2026", "yy": "26", "quarter": "4", "month": "october", "fiscal_year": "2027",
    }  # fmt: skip
    assert words_of(date(2027, 2, 1))["fiscal_year"] == "2027"


def test_the_built_in_sources_have_every_data_set_once() -> None:
    sources = built_in_sources()
    assert len({source.name for source in sources}) == len(sources)
    stems = [next(each.stem for each in DATASETS if name.startswith(each.stem)) for s in sources for name in s.datasets]
    assert set(stems) == {each.stem for each in DATASETS}
    assert len({name for source in sources for name in source.datasets}) == sum(len(s.datasets) for s in sources)


def test_a_source_is_asked_for_by_its_name_or_by_a_data_set_and_has_the_days_address() -> None:
    on = date(2026, 11, 22)
    for name in ("hcpcs", "hcpcs_level_ii"):
        (found,) = wanted(built_in_sources(), [name], on)
        assert found.addresses[0].endswith("/october-2026-alpha-numeric-hcpcs-file.zip")
    (found,) = wanted(built_in_sources(), ["pfs_rvu_nonQPP"], on)
    assert found.addresses == ()
    assert "agree to the licence" in found.instruction
    assert "consultant reference load PATH" in found.instruction
    assert len(wanted(built_in_sources(), [], on)) == len(built_in_sources())
    with pytest.raises(UnknownSource, match="no source 'hcpc'"):
        wanted(built_in_sources(), ["hcpc"], on)


def test_an_operators_own_source_takes_the_place_of_the_built_in_one_or_is_added() -> None:
    mine = ReferenceSource(name="hcpcs", datasets=["hcpcs_level_ii"], addresses=["https://mirror.example/{year}.zip"])
    more = ReferenceSource(name="more", datasets=["pos"], page="https://agency.example/", files="the table")
    names = [source.name for source in sources_with([mine, more])]
    assert names == [*(source.name for source in built_in_sources()), "more"]
    (found,) = wanted(sources_with([mine]), ["hcpcs"], date(2026, 5, 5))
    assert found.addresses == ("https://mirror.example/2026.zip",)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, "either addresses or a page"),
        ({"addresses": ["https://a.example/x.zip"], "page": "https://a.example"}, "either addresses or a page"),
        ({"addresses": ["http://a.example/x.zip"]}, "must begin with https://"),
        ({"addresses": ["https://a.example/{week}.zip"]}, "a brace stands for nothing"),
    ],
)
def test_a_source_that_cannot_work_is_refused(values: dict[str, object], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        ReferenceSource.model_validate({"name": "x", "datasets": ["pos"], **values})
