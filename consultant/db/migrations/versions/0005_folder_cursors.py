"""a cursor for each folder; senders and turns of mails"""

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
    for column in (
        sa.Column("trouble", sa.String(length=200), nullable=True),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sender", sa.String(length=320), nullable=True),
        sa.Column("sender_domain", sa.String(length=320), nullable=True),
    ):
        op.add_column("message", column)
    op.create_index("ix_message_sender_decided_at", "message", ["sender", "decided_at"])
    op.create_index("ix_message_sender_domain_decided_at", "message", ["sender_domain", "decided_at"])
    op.create_index("ix_message_decided_at", "message", ["decided_at"])


def downgrade() -> None:
    for name in ("sender_decided_at", "sender_domain_decided_at", "decided_at"):
        op.drop_index(f"ix_message_{name}", "message")
    for name in ("trouble", "wait_until", "sender", "sender_domain"):
        op.drop_column("message", name)
    with op.batch_alter_table("poll_status", schema=None) as batch_op:
        batch_op.add_column(sa.Column("uidvalidity", sa.BigInteger(), nullable=True))
    op.drop_table("folder_cursor")
