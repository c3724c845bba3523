"""Guideline notes by folder, with ranges of codes, a payer and several sources.

What stood there came from the program's own files: `consultant migrate` reads them again right after this.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("ref_guideline_topic", "ref_guideline_code", "ref_guideline"):
        op.drop_table(table)
    op.create_table(
        "ref_guideline_folder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ref_guideline_folder")),
        sa.UniqueConstraint("name", name=op.f("uq_ref_guideline_folder_name")),
    )
    op.create_table(
        "ref_guideline",
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("payer", sa.String(length=40), nullable=True),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["ref_guideline_folder.id"], name=op.f("fk_ref_guideline_folder_id_ref_guideline_folder")
        ),
        sa.PrimaryKeyConstraint("folder_id", "slug", name=op.f("pk_ref_guideline")),
    )


def downgrade() -> None:
    op.drop_table("ref_guideline")
    op.drop_table("ref_guideline_folder")
    op.create_table(
        "ref_guideline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ref_release.id"], name=op.f("fk_ref_guideline_release_id_ref_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ref_guideline")),
        sa.UniqueConstraint("slug", "release_id", name=op.f("uq_ref_guideline_slug_release_id")),
    )
    op.create_index(op.f("ix_ref_guideline_release_id"), "ref_guideline", ["release_id"], unique=False)
    for name, length in (("code", 8), ("topic", 30)):
        table = f"ref_guideline_{name}"
        op.create_table(
            table,
            sa.Column(name, sa.String(length=length), nullable=False),
            sa.Column("guideline_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                ["guideline_id"], ["ref_guideline.id"], name=op.f(f"fk_{table}_guideline_id_ref_guideline")
            ),
            sa.PrimaryKeyConstraint(name, "guideline_id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_guideline_id"), table, ["guideline_id"], unique=False)
