"""The agencies' own code-set files: all rows are read, and they say what an independent reading says.

Skipped where those files are not at hand. Nothing here uses the parsers' code to read the raw files.
"""

import csv
import io
import json
import random
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from consultant.reference.formats import HEAD_BYTES, Format, Source
from consultant.reference.formats.cpt import Cpt
from consultant.reference.formats.gems import Gems
from consultant.reference.formats.icd10cm_addenda import Icd10cmAddenda
from consultant.reference.formats.icd10cm_index import Icd10cmIndex, IndexCode, IndexTerm
from consultant.reference.formats.icd10cm_order import Icd10cmOrder
from consultant.reference.formats.icd10cm_tabular import Icd10cmTabular, TabularNode, TabularNote
from consultant.reference.formats.icd10pcs_order import Icd10pcsOrder
from consultant.reference.formats.mcd import Mcd
from consultant.reference.formats.mcd_tables import table_of, why_not_read
from consultant.reference.formats.msdrg import MsDrgTitles, MsDrgWeights
from tests.unit.reference.formats.code_files import Read, read_as, recognised

AGENCY = Path(__file__).parents[5] / "shared" / "reference"
pytestmark = pytest.mark.skipif(not AGENCY.is_dir(), reason="the agencies' files are not here")
SAMPLE = 1000


def content_of(file: str, member: str = "") -> bytes:
    path = AGENCY / file
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as opened:
        (found,) = (name for name in opened.namelist() if member in name)
        return opened.read(found)


def read_all(reader: Format, file: str, member: str = "") -> Read:
    content = content_of(file, member)
    name = f"{file}/{member}.xml" if member else file
    source = Source(name, len(content), lambda: io.BytesIO(content))
    release = reader.recognise(source, content[:HEAD_BYTES])
    assert release is not None
    result = read_as(reader, source, release)
    assert result.bad == []
    return result


def sample(lines: list[Any]) -> list[int]:
    return random.Random(1).sample(range(len(lines)), min(SAMPLE, len(lines)))


READERS: list[Format] = [
    Cpt(), Gems(), Icd10cmAddenda(), Icd10cmIndex(), Icd10cmOrder(), Icd10cmTabular(), Icd10pcsOrder(), Mcd(),
    MsDrgTitles(), MsDrgWeights(),
]  # fmt: skip


def test_every_file_is_of_its_own_kind_and_of_no_other() -> None:
    kinds: dict[str, set[str]] = {}
    for path in (path for path in AGENCY.rglob("*") if path.is_file()):
        for name, content in members(path):
            source = Source(name, len(content), lambda content=content: io.BytesIO(content))  # type: ignore[misc]
            found = {reader.kind for reader in READERS if reader.recognise(source, content[:HEAD_BYTES])}
            kinds.setdefault(path.relative_to(AGENCY).parts[0], set()).update(found)
            assert len(found) <= 1, name
    assert {folder: found for folder, found in kinds.items() if found} == {
        "gems": {"gem"},
        "icd10cm": {"icd10cm-addenda", "icd10cm-index", "icd10cm-order", "icd10cm-tabular"},
        "icd10pcs": {"icd10pcs-order"},
        "msdrg": {"msdrg-titles", "msdrg-weights"},
    }


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.suffix != ".zip":
        yield path.name, path.read_bytes()
        return
    with zipfile.ZipFile(path) as opened:
        yield from ((f"{path.name}/{name}", opened.read(name)) for name in opened.namelist())


@pytest.mark.parametrize(
    ("reader", "file", "label", "rows", "valid"),
    [
        (Icd10cmOrder(), "icd10cm/icd10cm-order-Jan-2021.zip", "2021-01", 95_358, 72_621),
        (Icd10cmOrder(), "icd10cm/icd10cm_order_2022.repacked.zip", "FY2022", 95_524, 72_748),
        (Icd10cmOrder(), "icd10cm/icd10cm_order_2026.excerpt.txt", "FY2026", 100, None),
        (Icd10pcsOrder(), "icd10pcs/icd10pcs_order_2022.repacked.zip", "FY2022", 79_115, 78_220),
    ],
)
def test_order_files(reader: Format, file: str, label: str, rows: int, valid: int | None) -> None:
    result = read_all(reader, file)
    assert (result.release.label, len(result.rows), result.skipped) == (label, rows, [])
    assert valid in {None, sum(row.valid for row in result.rows)}
    lines = content_of(file).decode("ascii").split("\r\n")
    for at in sample(result.rows):
        number, code, flag = lines[at][:16].split()
        long = lines[at][77:].strip()
        assert result.rows[at] == (int(number), code, flag == "1", lines[at][16:76].strip(), long)


def test_addenda() -> None:
    file = "icd10cm/icd10cm-order-addenda-2023.txt"
    result = read_all(Icd10cmAddenda(), file)
    assert (result.release.label, len(result.rows)) == ("FY2023", 1_861)
    lines = [line for line in content_of(file).decode("ascii").split("\n") if re.match(r"\w.*: +[01] ", line)]
    for at in sample(result.rows):
        found = re.match(r"(.+?): +([01]) (\w+)", lines[at])
        assert found
        texts = (lines[at][23:83].strip(), lines[at][84:].strip())
        assert result.rows[at] == (found[1], found[3], found[2] == "1", *texts)


@pytest.mark.parametrize(
    ("file", "variant", "rows"),
    [
        ("gems/2018_I10gem.txt", "icd10cm_to_icd9cm", 81_593),
        ("gems/2018_I9gem.txt", "icd9cm_to_icd10cm", 24_860),
    ],
)
def test_gems(file: str, variant: str, rows: int) -> None:
    result = read_all(Gems(), file)
    assert (result.release.variant, len(result.rows), result.skipped) == (variant, rows, [])
    lines = content_of(file).decode("ascii").splitlines()
    for at in [*sample(lines), *(at for at, line in enumerate(lines) if line != line.upper())]:
        source, target, flags = lines[at].split()
        expected = None if target == "NoDx" else target.upper()
        row = result.rows[at]
        assert (row.source, row.target) == (source.upper(), expected)
        told = (row.approximate, row.no_map, row.combination, row.scenario, row.choice_list)
        assert told == tuple(int(flag) for flag in flags)


def test_drg_titles() -> None:
    result = read_all(MsDrgTitles(), "msdrg/v40/appendix_A.txt")
    assert (result.release.label, len(result.rows)) == ("V40", 767)
    text = content_of("msdrg/v40/appendix_A.txt").decode("cp1252")
    for row, line in zip(result.rows, re.findall(r"^\d{3} .*", text, re.MULTILINE), strict=True):
        drg, *others = line.split()
        mdc, ms = line[4:6].strip() or None, line[8].strip() or None
        assert row == (drg, mdc, ms, " ".join(others[(mdc is not None) + (ms is not None) :]))


def test_drg_weights() -> None:
    result = read_all(MsDrgWeights(), "msdrg/CMS-1849-CN Table 5.excerpt.txt")
    assert (result.release.label, result.release.variant, len(result.rows)) == ("FY2027", "cn", 6)
    records = list(
        csv.reader(io.StringIO(content_of("msdrg/CMS-1849-CN Table 5.excerpt.txt").decode()), delimiter="\t")
    )
    for row, record in zip(result.rows, records[2:], strict=True):
        assert (row.ms_drg, row.ms_drg_title) == (record[0], record[5])
        numbers = (row.weight_before_cap, row.weight_cap_applied, row.geometric_mean_los, row.arithmetic_mean_los)
        assert numbers == tuple(Decimal(cell) if cell.strip() else None for cell in record[6:])


@pytest.mark.parametrize(
    ("file", "member", "label", "diags", "chars"),
    [
        ("icd10cm/icd10cm-tabular-2021.zip", "icd10cm_tabular_2021", "FY2021", 45_017, 1_787),
        ("icd10cm/icd10cm-table-index-April-1-2026.zip", "icd10c-tabular-April-1-2026", "2026-04", 46_881, 1_790),
    ],
)
def test_tabular_lists(file: str, member: str, label: str, diags: int, chars: int) -> None:
    result = read_all(Icd10cmTabular(), file, member)
    nodes = {row.position: row for row in result.rows if isinstance(row, TabularNode)}
    notes = [row for row in result.rows if isinstance(row, TabularNote)]
    assert result.release.label == label
    assert sum(node.level == "diag" for node in nodes.values()) == diags
    assert len(result.rows) - len(nodes) - len(notes) == chars
    assert {one.reason.split(":")[0] for one in result.skipped} == {"<version>", "<introduction>", "<sectionIndex>"}
    root = ElementTree.fromstring(content_of(file, member))
    entries = list(root.iter("diag"))
    codes = {node.code: node for node in nodes.values() if node.level == "diag"}
    of_code = Counter((nodes[note.node].level, note.code, note.kind, note.note) for note in notes)
    for at in sample(entries):
        code = (entries[at].findtext("name") or "").replace(".", "")
        assert codes[code].desc == entries[at].findtext("desc")
        assert codes[code].placeholder == ("placeholder" in entries[at].attrib)
        below = [(each.findtext("name") or "").replace(".", "") for each in entries[at].findall("diag")]
        assert all(codes[each].parent == codes[code].position for each in below)
        for block in entries[at]:
            for note in block.findall("note"):
                assert of_code["diag", code, block.tag, " ".join((note.text or "").split())] >= 1
    expected = sum(1 for _ in root.iter("note")) - sum(1 for _ in root.findall("introduction//note"))
    assert len(notes) - sum(note.kind == "visualImpairment" for note in notes) == expected


def test_the_tabular_list_and_its_seventh_characters_make_the_order_file() -> None:
    """CDC's order file of January 2021 against its tabular list of 2021: the same codes in the same order."""
    rows = read_all(Icd10cmTabular(), "icd10cm/icd10cm-tabular-2021.zip", "icd10cm_tabular_2021").rows
    nodes = [row for row in rows if isinstance(row, TabularNode) and row.level in {"diag", "extension"}]
    lines = content_of("icd10cm/icd10cm-order-Jan-2021.zip").decode("ascii").splitlines()
    assert [node.code for node in nodes] == [line[6:13].strip() for line in lines]
    parents = {node.parent for node in nodes}
    valid = {line[6:13].strip() for line in lines if line[14] == "1"}
    assert {node.code for node in nodes if node.position not in parents} == valid
    texts = {line[6:13].strip(): line[77:].strip() for line in lines}
    built = [node for node in nodes if node.level == "extension"]
    assert len(built) == 50_341
    assert sum(node.desc == texts[node.code] for node in built) > 0.99 * len(built)


@pytest.mark.parametrize(
    ("member", "variant"),
    [
        ("icd10cm-drug-April-1-2026-XML", "drug"),
        ("icd10cm-eindex-April-1-2026-XML", "external_cause"),
        ("icd10cm-neoplasm-April-1-2026-XML", "neoplasm"),
    ],
)
def test_indexes(member: str, variant: str) -> None:
    file = "icd10cm/icd10cm-table-index-April-1-2026.zip"
    result = read_all(Icd10cmIndex(), file, member)
    assert (result.release.label, result.release.variant) == ("2026-04", variant)
    root = ElementTree.fromstring(content_of(file, member))
    entries = [element for element in root.iter() if element.tag in {"mainTerm", "term"}]
    terms = [row for row in result.rows if isinstance(row, IndexTerm)]
    assert len(terms) == len(entries)
    given: dict[int, list[IndexCode]] = {}
    for row in result.rows:
        if isinstance(row, IndexCode):
            given.setdefault(row.term, []).append(row)
    for at in sample(entries):
        title = entries[at].find("title")
        assert title is not None
        # Modifiers stand in the middle of a title: the same words in another order.
        words = Counter("".join("".join(title.itertext()).split()))
        assert words == Counter("".join([*terms[at].title.split(), *terms[at].nemod.split()]))
        raw = [
            (each.text or "").rstrip("-") for each in entries[at] if each.tag in {"code", "cell", "seecat", "subcat"}
        ]
        codes = [row.code or "" for row in given.get(terms[at].position, []) if row.kind != "manif"]
        assert codes == [text.rstrip(".").replace(".", "") for text in raw]
        assert terms[at].level == int(entries[at].get("level", "0"))


def test_every_table_of_the_coverage_exports_is_read_or_has_a_reason_not_to_be() -> None:
    tables = json.loads((AGENCY / "mcd/mcd-export-headers.json").read_text())
    assert len(tables) == 71
    for each in tables:
        path = f"{each['export']}.zip/{each['export']}_csv.zip/{each['file']}"
        content = (",".join(f'"{name}"' for name in each["columns"]) + "\r\n").encode()
        table = table_of(frozenset(name.lower() for name in each["columns"]))
        release = recognised(Mcd(), content, path)
        if table is None:
            assert release is None
            assert why_not_read(path), path
        else:
            assert table.file == each["file"]
            assert release is not None
            assert release.variant == each["export"]
            assert why_not_read(path) is None
