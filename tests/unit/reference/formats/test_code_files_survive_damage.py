"""Whatever happens to a file on its way: a typed error or rows, and every line is a row, skipped or told as bad."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consultant.reference.formats import Format, FormatError, Release
from consultant.reference.formats.cpt import Cpt
from consultant.reference.formats.gems import Gems
from consultant.reference.formats.icd10cm_addenda import Icd10cmAddenda
from consultant.reference.formats.icd10cm_index import Icd10cmIndex
from consultant.reference.formats.icd10cm_order import Icd10cmOrder
from consultant.reference.formats.icd10cm_tabular import Icd10cmTabular
from consultant.reference.formats.icd10pcs_order import Icd10pcsOrder
from consultant.reference.formats.mcd import Mcd
from consultant.reference.formats.msdrg import MsDrgTitles, MsDrgWeights
from tests.unit.reference.formats.code_files import (
    ADDENDA,
    CPT_CONCEPTS,
    CPT_LONG,
    CPT_SHORT,
    DRUGS,
    GEM_I9,
    GEM_I10,
    INDEX,
    MCD_COVERED,
    MCD_GROUP,
    MCD_PATH,
    ORDER,
    PCS,
    TABULAR,
    TITLES,
    WEIGHTS,
    Read,
    read_as,
    recognised,
    source,
)

LINE_BY_LINE: list[tuple[Format, bytes, str]] = [
    (Icd10cmOrder(), ORDER, "icd10cm_order_2031.txt"),
    (Icd10pcsOrder(), PCS, "icd10pcs_order_2031.txt"),
    (Icd10cmAddenda(), ADDENDA, "icd10cm-order-addenda-2031.txt"),
    (Gems(), GEM_I10, "2018_I10gem.txt"),
    (Gems(), GEM_I9, "2018_I9gem.txt"),
    (MsDrgTitles(), TITLES, "appendix_A.txt"),
    (Cpt(), CPT_LONG, "2031 CPT/LONGULT.txt"),
    (Cpt(), CPT_SHORT, "2031 CPT/SHORTU.txt"),
    (Cpt(), CPT_CONCEPTS, "2031 CPT/ConsolidatedCodeList.txt"),
]
OTHERS: list[tuple[Format, bytes, str]] = [
    (Icd10cmTabular(), TABULAR, "icd10cm_tabular_2031.xml"),
    (Icd10cmIndex(), INDEX, "icd10cm-eindex-April-1-2031-XML.xml"),
    (Icd10cmIndex(), DRUGS, "icd10cm-drug-April-1-2031-XML.xml"),
    (MsDrgWeights(), WEIGHTS, "CMS-0000-CN Table 5.txt"),
    (Mcd(), MCD_COVERED, f"{MCD_PATH}/article_x_icd10_covered.csv"),
    (Mcd(), MCD_GROUP, f"{MCD_PATH}/article_x_icd10_covered_group.csv"),
]

TELLING = st.sampled_from(
    [b"\n", b"\r", b"\t", b" ", b'"', b",", b"<", b"&", b"</note>", b"\0", b"\x81", b"\xff", b"0"]
)
DAMAGE = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 60), st.one_of(TELLING, st.binary(max_size=6))), min_size=1, max_size=4
)
Damage = list[tuple[float, int, bytes]]


def damaged(content: bytes, damage: Damage) -> bytes:
    for place, lost, come in damage:
        at = int(place * len(content))
        content = content[:at] + come + content[at + lost :]
    return content


def outcome(reader: Format, content: bytes, name: str, release: Release | None = None) -> Read | str:
    """What a loader gets out of the file, or what it says when it refuses the file as a whole."""
    try:
        told = recognised(reader, content, name) or release
        assert told is not None
        return read_as(reader, source(content, name), told)
    except FormatError as error:
        return str(error)


@pytest.mark.parametrize(("reader", "content", "name"), LINE_BY_LINE + OTHERS)
@settings(deadline=None)
@given(damage=DAMAGE)
def test_damage_is_told_with_its_place_or_does_not_matter(
    reader: Format, content: bytes, name: str, damage: Damage
) -> None:
    result = outcome(reader, damaged(content, damage), name, recognised(reader, content, name))
    complaints = [result] if isinstance(result, str) else result.bad
    place = re.compile(re.escape(name) + r", line \d+, column .+: .+\. [A-Z]", re.DOTALL)
    assert [said for said in complaints if not place.match(said)] == []


@pytest.mark.parametrize(("reader", "content", "name"), LINE_BY_LINE)
@settings(deadline=None)
@given(damage=DAMAGE)
@example(damage=[(0.5, 0, b"\r\n\r\nwhat is this\r\n")])
def test_no_line_vanishes(reader: Format, content: bytes, name: str, damage: Damage) -> None:
    changed = damaged(content, damage)
    result = outcome(reader, changed, name, recognised(reader, content, name))
    if isinstance(result, str):
        return
    lines = changed.count(b"\n") + (not changed.endswith(b"\n") and changed != b"")
    assert len(result.rows) + len(result.skipped) + len(result.bad) == lines


@pytest.mark.parametrize(("reader", "content", "name"), LINE_BY_LINE + OTHERS)
def test_an_undamaged_file_has_nothing_to_complain_about(reader: Format, content: bytes, name: str) -> None:
    release = recognised(reader, content, name)
    assert release is not None
    result = read_as(reader, source(content, name), release)
    assert result.rows
    assert result.bad == []


@pytest.mark.parametrize(("reader", "content", "name"), LINE_BY_LINE + OTHERS)
def test_only_its_own_format_recognises_a_file(reader: Format, content: bytes, name: str) -> None:
    kinds = {type(each): each for each, _, _ in LINE_BY_LINE + OTHERS}
    assert [kind for kind, each in kinds.items() if recognised(each, content, name)] == [type(reader)]


@pytest.mark.parametrize(("reader", "content", "name"), LINE_BY_LINE + OTHERS)
@settings(deadline=None)
@given(
    other=st.text(max_size=40) | st.from_regex(r"(apr|jan|oct|update|q|all_lcd)?[-_/ ]?[0-9]{0,8}\.txt", fullmatch=True)
)
def test_any_name_tells_a_release_or_is_refused(reader: Format, content: bytes, name: str, other: str) -> None:
    result = outcome(reader, content, other, Release(reader.kind, "", "short", None, None))
    if isinstance(result, str):
        assert result.startswith(f"{other}, line 1, column 1: ")
    else:
        assert result.release.kind == reader.kind
