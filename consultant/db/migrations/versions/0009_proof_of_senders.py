"""how far the sender of each mail is proven, and by what"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("proof", sa.String(length=10), nullable=True),
        sa.Column("proof_method", sa.String(length=10), nullable=True),
        sa.Column("proof_why", sa.String(length=60), nullable=True),
        sa.Column("vouched_by", sa.String(length=10), nullable=True),
    ):
        op.add_column("message", column)


def downgrade() -> None:
    for name in ("proof", "proof_method", "proof_why", "vouched_by"):
        op.drop_column("message", name)
