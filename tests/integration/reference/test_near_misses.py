"""Near misses against a plain oracle: every code that is loaded is compared with what was written."""

import random
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Engine, select

from consultant.db.reference import RefCode
from consultant.reference.listed import dotted
from consultant.reference.spelling import CHARACTERS, LOOK_ALIKE, distance, plain
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.integration.reference.test_code_lists import level_ii
from tests.unit.reference.formats.code_files import order_line
from tests.unit.reference.formats.test_pfs_pprrvu import LEVEL_TWO, csv_2026

ON = date(2026, 8, 1)
ASKED = 400
CHANCE = random.Random(11)


def made_up(count: int, *places: str) -> dict[str, bool]:
    """Codes close to each other, by the characters that each place may have, and whether each is billable."""
    codes = sorted({"".join(CHANCE.choice(place) for place in places) for _ in range(count)})
    return {code: CHANCE.random() < 0.8 for code in codes}


DIAGNOSES = (
    made_up(60, "BI", "0123", "01AB") | made_up(90, "BI", "01", "01", "0125") | made_up(90, *["B", "01"] * 3, "A")
)
PROCEDURES = made_up(90, "0", "B1", "01", "01S", "0", "0Z", "ZX")
SERVICES = dict.fromkeys(made_up(90, "9", "01", "0158", "12", "0125"), True)
LEVEL_TWOS = dict.fromkeys(made_up(90, "BGJ", "01", "0158", "12", "0125"), True)


def order(codes: dict[str, bool]) -> bytes:
    lines = (order_line(at, code, str(int(codes[code])), f"Made-up {code}") for at, code in enumerate(codes, 1))
    return "".join(lines).encode()


def slip(written: str, code: str) -> int | None:
    """Which slip makes the one of the other, by the order in which they are likely; None where more than one does."""
    filled, same_length = written.ljust(6, "X"), len(written) == len(code)
    apart = [at for at, (one, two) in enumerate(zip(written, code, strict=False)) if one != two]
    slips = (
        written == code,
        same_length and 1 <= len(apart) <= 2 and all(LOOK_ALIKE.get(written[at]) == code[at] for at in apart),
        len(written) < 7 and code == written[:-1].ljust(6, "X") + written[-1],
        any(code == written[:at] + written[at : at + 2][::-1] + written[at + 2 :] for at in range(len(written) - 1)),
        code[:-1] in {written, filled},
        code in without_one(written),
        same_length and len(apart) <= 1,
        written in without_one(code),
    )
    return next((number for number, is_it in enumerate(slips) if is_it), None)


def without_one(code: str) -> set[str]:
    return {code[:at] + code[at + 1 :] for at in range(len(code))}


def by_hand(reference: SqlReference, written: str, loaded: Iterable[dict[str, bool]]) -> list[str]:
    """The first five near misses in force, each code asked for on its own."""
    billable: dict[str, bool] = {}
    for each in loaded:
        billable |= {code: valid or billable.get(code, False) for code, valid in each.items() if 3 <= len(code) <= 7}
    meant = plain(written)
    if reference.code(written, ON) or not 3 <= len(meant) <= 8:
        return []
    ranked = sorted(
        (number, distance(meant, code), code) for code in billable if (number := slip(meant, code)) is not None
    )
    codes = [code for *_, code in ranked]
    codes = [meant] if meant in codes else [code for code in codes if billable[code]] or codes
    found = [reference.code(code, ON) or reference.code(dotted(code), ON) for code in codes]
    return [each.code for each in found if each and ("." not in written or each.system.startswith("ICD"))][:5]


def written_wrongly(codes: list[str]) -> str:
    """A code with a slip or two, or none, and perhaps a dot."""
    code = CHANCE.choice(codes)
    for _ in range(CHANCE.choice([0, 1, 1, 1, 2])):
        at, letter = CHANCE.randrange(len(code)), CHANCE.choice(CHARACTERS)
        after = CHANCE.choice([code[at:], code[at + 1 :], letter + code[at:], letter + code[at + 1 :]])
        code = code[:at] + CHANCE.choice([after, after, code[at : at + 2][::-1] + code[at + 2 :]]) or code
    return dotted(code) if CHANCE.random() < 0.3 else code


def test_near_misses_are_those_that_comparing_every_code_gives(
    loaded: Load, reference: SqlReference, engine: Engine
) -> None:
    services = (LEVEL_TWO.replace("G0999,,", f"{code},,").replace("Made-up service", "") for code in SERVICES)
    loaded(
        {
            "icd10cm_order_2026.txt": order(DIAGNOSES),
            "icd10pcs_order_2026.txt": order(PROCEDURES),
            "PPRRVU2026_Jul_nonQPP.csv": csv_2026(*services).encode(),
            "HCPC2026_JUL_ANWEB.txt": "".join(f"{level_ii(code, ON)}\r\n" for code in LEVEL_TWOS).encode(),
        }
    )
    with engine.connect() as connection:
        pack = [
            {plain(code): billable} for code, billable in connection.execute(select(RefCode.code, RefCode.billable))
        ]
    lists = (DIAGNOSES, PROCEDURES, SERVICES, LEVEL_TWOS, *pack)
    codes = [code for each in lists for code in each]
    found = 0
    for written in (written_wrongly(codes) for _ in range(ASKED)):
        near = [entry.code for entry in reference.near_misses(written, ON)]
        assert near == by_hand(reference, written, lists), written
        found += bool(near)
    assert found > ASKED / 4
