"""The edits of a database from before the agencies' whole files keep their meaning when it is brought up to date."""

from alembic import command
from sqlalchemy import Engine, text

from consultant.db import migrate
from consultant.db.engine import open_engine, writing


def go_to(engine: Engine, revision: str, *, up: bool = True) -> None:
    with writing(engine).begin() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        (command.upgrade if up else command.downgrade)(config, revision)


def test_edits_move_to_terms(database_url: str) -> None:
    engine = open_engine(database_url)
    go_to(engine, "0004")
    with writing(engine).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO ref_release (id, dataset, release, name, agency, effective_from, origin, sha256, "
                "loaded_at) VALUES (1, 'ncci_ptp_practitioner', 'r', 'n', 'a', '2020-01-01', 'starter', '', "
                "'2020-01-01 00:00:00')"
            )
        )
        connection.execute(text("INSERT INTO ref_ptp_rationale (id, rationale) VALUES (1, 'One'), (2, 'Two')"))
        connection.execute(
            text(
                "INSERT INTO ref_ptp_edit (release_id, column_one, column_two, effective, deletion, "
                "modifier_indicator, rationale_id) VALUES (1, '11111', '22222', '2020-01-01', NULL, '1', 1), "
                "(1, '11111', '33333', '2020-01-01', NULL, '1', 1), "
                "(1, '11111', '22222', '2018-01-01', '2019-12-31', '0', 2)"
            )
        )
    migrate.upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT e.column_one, e.column_two, CAST(t.effective AS TEXT), CAST(t.deletion AS TEXT), "
                "t.modifier_indicator, t.rationale "
                "FROM ref_ptp_edit e JOIN ref_ptp_term t ON t.id = e.term_id AND t.release_id = e.release_id"
            )
        )
        assert sorted(map(tuple, rows), key=str) == [
            ("11111", "22222", "2018-01-01", "2019-12-31", "0", "Two"),
            ("11111", "22222", "2020-01-01", None, "1", "One"),
            ("11111", "33333", "2020-01-01", None, "1", "One"),
        ]
        assert connection.scalar(text("SELECT count(*) FROM ref_ptp_term")) == 2
    go_to(engine, "0004", up=False)
    migrate.upgrade(engine)
    engine.dispose()
