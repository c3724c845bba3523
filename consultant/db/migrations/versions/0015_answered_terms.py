"""what approved answers were about"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answered_term",
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_answered_term_decision_id_decision")),
        sa.PrimaryKeyConstraint("term", "decision_id", name=op.f("pk_answered_term")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_answered_term_decision_id"), "answered_term", ["decision_id"])


def downgrade() -> None:
    op.drop_table("answered_term")
