"""One poller an account: the lease on a mailbox, and the numbering of the inbox that was seen last."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailbox_lease",
        sa.Column("account", sa.String(length=320), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_mailbox_lease")),
    )
    op.add_column("poll_status", sa.Column("uidvalidity", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("poll_status") as table:
        table.drop_column("uidvalidity")
    op.drop_table("mailbox_lease")
