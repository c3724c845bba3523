"""The project's own words: every line can be used, and none says anything twice."""

import csv
import re
from importlib.resources import files

import pytest

from consultant.reference.listed import CPT, LEVEL_II
from consultant.reference.search.synonyms import synonyms
from consultant.reference.search.words import words_of

FOLDER = files("consultant.reference.search")


def lines(name: str) -> list[list[str]]:
    return list(csv.reader((FOLDER / name).read_text(encoding="utf-8").splitlines()))[1:]


def test_there_are_several_hundred_of_them() -> None:
    known = synonyms()
    assert len(known.meanings) >= 400
    assert len({text for texts in known.own.values() for text in texts}) >= 300


@pytest.mark.parametrize("name", ["synonyms.csv", "questions.csv"])
def test_nothing_is_said_twice_and_everything_said_tells_something(name: str) -> None:
    said = [each.strip() for row in lines(name) for each in row[0].split(";")]
    assert all(words_of(each) for each in said)
    assert len(said) == len({each.lower() for each in said})


def test_every_code_is_written_as_the_store_writes_it() -> None:
    codes = {code.strip() for row in lines("questions.csv") for code in row[1].split(";")}
    forms = (CPT, LEVEL_II, re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?"), re.compile(r"[0-9A-Z]{2}"))
    assert {code for code in codes if not any(form.fullmatch(code) for form in forms)} == set()


def test_an_abbreviation_has_its_meaning() -> None:
    assert ("myocard", "infarct") in synonyms().meanings[("mi",)]
