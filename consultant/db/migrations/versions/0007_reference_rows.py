"""The agencies' whole files: PTP edits by release with shared terms, the files of a release, its rows and checksum."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ref_release", sa.Column("rows", sa.Integer(), nullable=True))
    op.add_column("ref_release", sa.Column("checksum", sa.String(length=16), nullable=True))
    op.add_column("ref_add_on_link", sa.Column("add_on_deletion", sa.Date(), nullable=True))
    op.add_column("ref_add_on_link", sa.Column("primary_deletion", sa.Date(), nullable=True))
    op.create_table(
        "ref_file",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["ref_release.id"], name=op.f("fk_ref_file_release_id_ref_release")),
        sa.PrimaryKeyConstraint("release_id", "part", name=op.f("pk_ref_file")),
    )
    op.create_table(
        "ref_ptp_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("prior_to_1996", sa.Boolean(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("deletion", sa.Date(), nullable=True),
        sa.Column("modifier_indicator", sa.String(length=1), nullable=False),
        sa.Column("rationale", sa.String(length=120), nullable=False),
        sa.CheckConstraint("modifier_indicator IN ('0', '1', '9')", name=op.f("ck_ref_ptp_term_modifier_indicator")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ref_release.id"], name=op.f("fk_ref_ptp_term_release_id_ref_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ref_ptp_term")),
    )
    op.create_index(op.f("ix_ref_ptp_term_release_id"), "ref_ptp_term", ["release_id"])
    op.execute("CREATE TABLE ref_ptp_edit_before AS SELECT * FROM ref_ptp_edit")
    op.drop_table("ref_ptp_edit")
    op.create_table(
        "ref_ptp_edit",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("column_one", sa.String(length=5), nullable=False),
        sa.Column("column_two", sa.String(length=5), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("release_id", "column_one", "column_two", "term_id", name=op.f("pk_ref_ptp_edit")),
        sqlite_with_rowid=False,
    )
    _move_edits()
    op.drop_table("ref_ptp_edit_before")
    op.drop_table("ref_ptp_rationale")


def _move_edits() -> None:
    op.execute(
        "INSERT INTO ref_ptp_term (release_id, prior_to_1996, effective, deletion, modifier_indicator, rationale) "
        "SELECT DISTINCT e.release_id, false, e.effective, e.deletion, e.modifier_indicator, r.rationale "
        "FROM ref_ptp_edit_before e JOIN ref_ptp_rationale r ON r.id = e.rationale_id"
    )
    op.execute(
        "INSERT INTO ref_ptp_edit (release_id, column_one, column_two, term_id) "
        "SELECT e.release_id, e.column_one, e.column_two, t.id "
        "FROM ref_ptp_edit_before e JOIN ref_ptp_rationale r ON r.id = e.rationale_id "
        "JOIN ref_ptp_term t ON t.release_id = e.release_id AND t.effective = e.effective "
        "AND COALESCE(t.deletion, '9999-12-31') = COALESCE(e.deletion, '9999-12-31') "
        "AND t.modifier_indicator = e.modifier_indicator AND t.rationale = r.rationale"
    )


def downgrade() -> None:
    """Rows that came from the agencies' files are dropped; the starter pack is loaded anew by `migrate`."""
    for table in ("ref_ptp_edit", "ref_ptp_term", "ref_file"):
        op.drop_table(table)
    op.execute("DELETE FROM ref_release WHERE dataset LIKE 'ncci_ptp_%'")
    op.create_table(
        "ref_ptp_rationale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rationale", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ref_ptp_rationale")),
        sa.UniqueConstraint("rationale", name=op.f("uq_ref_ptp_rationale_rationale")),
    )
    op.create_table(
        "ref_ptp_edit",
        sa.Column("column_one", sa.String(length=5), nullable=False),
        sa.Column("column_two", sa.String(length=5), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("deletion", sa.Date(), nullable=True),
        sa.Column("modifier_indicator", sa.String(length=1), nullable=False),
        sa.Column("rationale_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("modifier_indicator IN ('0', '1', '9')", name=op.f("ck_ref_ptp_edit_modifier_indicator")),
        sa.ForeignKeyConstraint(
            ["rationale_id"], ["ref_ptp_rationale.id"], name=op.f("fk_ref_ptp_edit_rationale_id_ref_ptp_rationale")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ref_release.id"], name=op.f("fk_ref_ptp_edit_release_id_ref_release")
        ),
        sa.PrimaryKeyConstraint("column_one", "column_two", "release_id", "effective", name=op.f("pk_ref_ptp_edit")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_ref_ptp_edit_release_id"), "ref_ptp_edit", ["release_id"])
    # Not in batches: those would make ref_release anew, which rows of other tables refer to.
    for table, column in (
        ("ref_add_on_link", "primary_deletion"),
        ("ref_add_on_link", "add_on_deletion"),
        ("ref_release", "checksum"),
        ("ref_release", "rows"),
    ):
        op.execute(f'ALTER TABLE {table} DROP COLUMN "{column}"')
