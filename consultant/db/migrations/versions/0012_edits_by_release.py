"""On PostgreSQL each release's PTP edits in a partition of their own: filled before it is indexed and seen."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE ref_ptp_edit RENAME TO ref_ptp_edit_before")
    op.execute("ALTER INDEX pk_ref_ptp_edit RENAME TO pk_ref_ptp_edit_before")
    op.create_table("ref_ptp_edit", *_columns(), postgresql_partition_by="LIST (release_id)")
    releases = op.get_bind().scalars(sa.text("SELECT DISTINCT release_id FROM ref_ptp_edit_before")).all()
    for release_id in map(int, releases):
        name = f"ref_ptp_edit_{release_id}"
        op.execute(f"CREATE TABLE {name} (LIKE ref_ptp_edit)")
        op.execute(f"INSERT INTO {name} SELECT * FROM ref_ptp_edit_before WHERE release_id = {release_id}")  # noqa: S608
        op.execute(f"CREATE INDEX ON {name} (column_one, column_two)")
        op.execute(f"ALTER TABLE ref_ptp_edit ATTACH PARTITION {name} FOR VALUES IN ({release_id})")
    op.drop_table("ref_ptp_edit_before")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE ref_ptp_edit RENAME TO ref_ptp_edit_before")
    op.create_table("ref_ptp_edit", *_columns())
    op.execute("INSERT INTO ref_ptp_edit SELECT * FROM ref_ptp_edit_before")
    op.create_primary_key("pk_ref_ptp_edit", "ref_ptp_edit", ["release_id", "column_one", "column_two", "term_id"])
    op.drop_table("ref_ptp_edit_before")


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("column_one", sa.String(length=5), nullable=False),
        sa.Column("column_two", sa.String(length=5), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
    ]
