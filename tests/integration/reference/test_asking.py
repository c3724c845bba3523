"""What the store answers of codes that are not there, were replaced, or do not go together."""

from datetime import date

from sqlalchemy import Engine

from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.integration.reference.test_code_lists import level_ii, whole
from tests.reference_files import add_on_cells, add_on_link, tabbed
from tests.unit.reference.formats.code_files import ADDENDA, TABULAR, order_line
from tests.unit.reference.formats.test_pfs_pprrvu import LEVEL_TWO, csv_2026

IN_2031, IN_2032, IN_2026 = date(2031, 5, 5), date(2031, 10, 1), date(2026, 8, 1)
OLD_ORDER = "".join(
    (
        order_line(1, "B00", "0", "Made-up itch"),
        order_line(2, "B001", "1", "Made-up itch, red"),
        order_line(3, "B002", "0", "Made-up itch, blue"),
        order_line(4, "B002XXA", "1", "Made-up itch, blue, first visit"),
        order_line(5, "B0111", "1", "Made-up rash"),
        order_line(6, "B0171", "1", "Made-up rash, deep"),
    )
)
NEW_ORDER = OLD_ORDER.replace("B001    1", "B001    0") + "".join(
    (order_line(7, "B0010", "1", "Made-up itch, light red"), order_line(8, "B0011", "1", "Made-up itch, dark red"))
)


def near(reference: SqlReference, code: str, on: date = IN_2031) -> list[str]:
    return [entry.code for entry in reference.near_misses(code, on)]


def orders(loaded: Load, engine: Engine) -> None:
    loaded({"icd10cm_order_2031.txt": OLD_ORDER.encode(), "icd10cm_order_2032.txt": NEW_ORDER.encode()})
    whole(engine, "icd10cm_order")


def test_a_diagnosis_written_wrongly_is_found(loaded: Load, reference: SqlReference, engine: Engine) -> None:
    orders(loaded, engine)
    assert near(reference, "B0.111") == ["B01.11"]  # dot
    assert near(reference, "BO1.11") == ["B01.11"]
    assert near(reference, "b0l11")[0] == "B01.11"
    assert near(reference, "B10.11") == ["B01.11"]
    assert near(reference, "B00.2A") == ["B00.2XXA"]  # placeholders
    assert near(reference, "B01.711") == ["B01.71", "B01.11"]
    assert near(reference, "B01.41") == ["B01.11", "B01.71"]  # one digit, the nearer first
    assert near(reference, "B00.12", IN_2032)[:2] == ["B00.11", "B00.10"]
    assert near(reference, "B00.12", IN_2031) == ["B00.1"]  # the others are not in force yet
    assert near(reference, "B01.11") == near(reference, "B00") == []  # in force
    assert near(reference, "Z99.99") == near(reference, "") == near(reference, "B" * 40) == []


def test_a_service_written_wrongly_is_found(loaded: Load, reference: SqlReference) -> None:
    rows = [LEVEL_TWO.replace("G0999,,", f"{code},,").replace("Made-up service", "") for code in ("77713", "77718")]
    loaded({"PPRRVU2026_Jul_nonQPP.csv": csv_2026(*rows, LEVEL_TWO).encode()})
    assert near(reference, "77731", IN_2026) == ["77713"]
    assert near(reference, "777I3", IN_2026) == ["77713"]
    assert near(reference, "7771", IN_2026) == ["77713", "77718"]
    assert near(reference, "777.13", IN_2026) == []  # a dot is for a diagnosis
    assert near(reference, "GO999", IN_2026) == ["G0999"]


def test_only_a_whole_list_says_that_there_is_no_such_code(
    loaded: Load, reference: SqlReference, engine: Engine
) -> None:
    loaded({"icd10cm_order_2031.txt": OLD_ORDER.encode()})
    assert reference.left_out_by("B99.9", IN_2031) is None
    whole(engine, "icd10cm_order")
    told = reference.left_out_by("B99.9", IN_2031)
    assert told is not None
    assert told.release == "FY2031"
    assert reference.left_out_by("B01.11", IN_2031) is None
    assert reference.left_out_by("B99.9", date(2035, 1, 1)) is None


def moves(reference: SqlReference, code: str, on: date) -> list[tuple[str, str, str]]:
    facts = reference.replacements(code, on)
    return [(fact.values["replaced"], fact.values["by"], fact.source.release) for fact in facts]


def test_two_lists_tell_what_a_diagnosis_was_split_into(loaded: Load, reference: SqlReference, engine: Engine) -> None:
    orders(loaded, engine)
    assert moves(reference, "b00.1", IN_2032) == [("B00.1", "B00.10", "FY2032"), ("B00.1", "B00.11", "FY2032")]
    assert moves(reference, "B00.11", IN_2032) == [("B00.1", "B00.11", "FY2032")]
    assert moves(reference, "B00.1", IN_2031) == moves(reference, "B01.11", IN_2032) == []
    assert reference.billable_below("B00", IN_2031) == ("B00.1", "B00.2XXA")
    assert reference.billable_below("B00.1", IN_2032) == ("B00.10", "B00.11")


def test_excerpts_tell_of_no_split(loaded: Load, reference: SqlReference) -> None:
    loaded({"icd10cm_order_2031.txt": OLD_ORDER.encode(), "icd10cm_order_2032.txt": NEW_ORDER.encode()})
    assert moves(reference, "B00.1", IN_2032) == []


def test_addenda_tell_what_a_diagnosis_was_split_into(loaded: Load, reference: SqlReference) -> None:
    loaded({"icd10cm-order-addenda-2031.txt": ADDENDA})
    assert moves(reference, "A00.0", IN_2031) == [("A00.0", "A00.01", "FY2031")]
    assert moves(reference, "A00.01", IN_2031) == [("A00.0", "A00.01", "FY2031")]
    assert moves(reference, "A00.09", IN_2031) == moves(reference, "A00.0", date(2030, 9, 30)) == []


def test_level_ii_names_what_took_the_place_of_an_ended_code(loaded: Load, reference: SqlReference) -> None:
    ended = level_ii("C9999", date(2029, 1, 1), date(2030, 3, 31))
    ended = f"{ended[:204]}{'J9999J9999Q9999':25}{ended[229:]}"
    going_on = level_ii("G0199", date(2029, 1, 1))
    going_on = f"{going_on[:204]}{'J9999':25}{going_on[229:]}"
    new = level_ii("J9999", date(2030, 4, 1))
    loaded({"HCPC2030_JAN_ANWEB.txt": "".join(f"{line}\r\n" for line in (ended, going_on, new)).encode()})
    after, last_day = date(2030, 4, 1), date(2030, 3, 31)
    both = [("C9999", "J9999", "2030-01"), ("C9999", "Q9999", "2030-01")]
    assert moves(reference, "C9999", after) == both
    assert moves(reference, "J9999", after) == both[:1]
    assert reference.replacements("C9999", after)[0].values["since"] == after
    assert moves(reference, "C9999", last_day) == moves(reference, "J9999", last_day) == []
    assert moves(reference, "G0199", after) == []  # it has not ended


def test_excludes1_holds_in_either_direction_from_any_node_above(loaded: Load, reference: SqlReference) -> None:
    notes = b"<excludes1><note>swelling alone (S10-S11)</note><note>itself (S06.2)</note></excludes1>"
    head = b"<desc>Bump of fancy</desc>"
    loaded({"icd10cm_tabular_2031.xml": TABULAR.replace(head, head + notes)})
    for codes in (["S06.1X0A", "S10"], ["s10", "S06.1X0A"], ["S10", "S06.1X0A", "99213", "S10"]):
        (found,) = reference.excludes1(codes, IN_2031)
        assert (found.code, found.other, found.node, found.note) == (
            "S06.1X0A",
            "S10",
            "S06",
            "swelling alone (S10-S11)",
        )
        assert found.source.locator == "diag S06"
    assert reference.excludes1(["S06.1X0A", "S10"], date(2030, 9, 30)) == ()
    assert reference.excludes1(["S06.1X0A", "S06.2XXA"], IN_2031) == ()  # below the node itself
    assert reference.excludes1(["S10"], IN_2031) == reference.excludes1([], IN_2031) == ()


def test_an_add_on_needs_one_of_its_primaries(loaded: Load, reference: SqlReference) -> None:
    first = date(2020, 1, 1)
    rows = [add_on_link("11111", "22222", first), add_on_link("11111", "33333", first, date(2020, 6, 30))]
    loaded({"AOC_V2020Q1-MCR.txt": tabbed(add_on_cells(rows))})
    assert reference.add_ons_without_primary(["11111", "22222"], first) == ()
    (alone,) = reference.add_ons_without_primary(["11111", "44444"], first)
    assert (alone.code, [link.primary for link in alone.links]) == ("11111", ["22222", "33333"])
    assert reference.add_ons_without_primary(["11111", "33333"], date(2020, 6, 30)) == ()
    assert len(reference.add_ons_without_primary(["11111", "33333"], date(2020, 7, 1))) == 1
    assert reference.add_ons_without_primary([], first) == ()


def test_many_look_ups_share_a_connection(loaded: Load, reference: SqlReference, engine: Engine) -> None:
    orders(loaded, engine)
    with reference.held():
        assert near(reference, "B0.111") == ["B01.11"]
        assert reference.details("B01.11", IN_2031).notes == ()
    assert reference.code("B01.11", IN_2031) is not None
