"""a cursor for each folder"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "folder_cursor",
        sa.Column("account", sa.String(length=320), nullable=False),
        sa.Column("folder", sa.String(length=255), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "folder", name=op.f("pk_folder_cursor")),
    )
    with op.batch_alter_table("poll_status", schema=None) as batch_op:
        batch_op.drop_column("uidvalidity")


def downgrade() -> None:
    with op.batch_alter_table("poll_status", schema=None) as batch_op:
        batch_op.add_column(sa.Column("uidvalidity", sa.BigInteger(), nullable=True))
    op.drop_table("folder_cursor")
