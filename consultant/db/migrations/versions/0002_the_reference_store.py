"""the reference store"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ref_ptp_rationale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rationale", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ref_ptp_rationale")),
        sa.UniqueConstraint("rationale", name=op.f("uq_ref_ptp_rationale_rationale")),
    )
    op.create_table(
        "ref_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.String(length=40), nullable=False),
        sa.Column("release", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("agency", sa.String(length=80), nullable=False),
        sa.Column("released", sa.Date(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("licensed_notice", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_from <= effective_to", name=op.f("ck_ref_release_effective")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ref_release")),
        sa.UniqueConstraint("dataset", "release", name=op.f("uq_ref_release_dataset_release")),
    )
    op.create_table(
        "ref_add_on_link",
        sa.Column("add_on", sa.String(length=5), nullable=False),
        sa.Column("primary_code", sa.String(length=5), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("edit_type", sa.String(length=1), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("deletion", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("edit_type IN ('1', '2', '3')", name=op.f("ck_ref_add_on_link_edit_type")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ref_release.id"], name=op.f("fk_ref_add_on_link_release_id_ref_release")
        ),
        sa.PrimaryKeyConstraint(
            "add_on", "primary_code", "release_id", "edit_type", "effective", name=op.f("pk_ref_add_on_link")
        ),
    )
    with op.batch_alter_table("ref_add_on_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ref_add_on_link_primary_code_effective"),
            ["primary_code", "effective"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_ref_add_on_link_release_id"), ["release_id"], unique=False)

    op.create_table(
        "ref_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("added", sa.Date(), nullable=True),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("global_days", sa.String(length=3), nullable=True),
        sa.Column("billing_unit", sa.String(length=20), nullable=True),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["ref_release.id"], name=op.f("fk_ref_code_release_id_ref_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ref_code")),
        sa.UniqueConstraint(
            "code",
            "system",
            "release_id",
            "effective",
            name=op.f("uq_ref_code_code_system_release_id_effective"),
        ),
    )
    with op.batch_alter_table("ref_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ref_code_release_id"), ["release_id"], unique=False)

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
    with op.batch_alter_table("ref_guideline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ref_guideline_release_id"), ["release_id"], unique=False)

    op.create_table(
        "ref_mue",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("mai", sa.String(length=1), nullable=False),
        sa.Column("rationale", sa.String(length=120), nullable=False),
        sa.CheckConstraint("mai IN ('1', '2', '3')", name=op.f("ck_ref_mue_mai")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_ref_mue_value")),
        sa.ForeignKeyConstraint(["release_id"], ["ref_release.id"], name=op.f("fk_ref_mue_release_id_ref_release")),
        sa.PrimaryKeyConstraint("code", "release_id", name=op.f("pk_ref_mue")),
    )
    with op.batch_alter_table("ref_mue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ref_mue_release_id"), ["release_id"], unique=False)

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
            ["rationale_id"],
            ["ref_ptp_rationale.id"],
            name=op.f("fk_ref_ptp_edit_rationale_id_ref_ptp_rationale"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ref_release.id"], name=op.f("fk_ref_ptp_edit_release_id_ref_release")
        ),
        sa.PrimaryKeyConstraint("column_one", "column_two", "release_id", "effective", name=op.f("pk_ref_ptp_edit")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ref_ptp_edit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ref_ptp_edit_release_id"), ["release_id"], unique=False)

    op.create_table(
        "ref_guideline_code",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("guideline_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guideline_id"],
            ["ref_guideline.id"],
            name=op.f("fk_ref_guideline_code_guideline_id_ref_guideline"),
        ),
        sa.PrimaryKeyConstraint("code", "guideline_id", name=op.f("pk_ref_guideline_code")),
    )
    with op.batch_alter_table("ref_guideline_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ref_guideline_code_guideline_id"), ["guideline_id"], unique=False)

    op.create_table(
        "ref_guideline_topic",
        sa.Column("topic", sa.String(length=30), nullable=False),
        sa.Column("guideline_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guideline_id"],
            ["ref_guideline.id"],
            name=op.f("fk_ref_guideline_topic_guideline_id_ref_guideline"),
        ),
        sa.PrimaryKeyConstraint("topic", "guideline_id", name=op.f("pk_ref_guideline_topic")),
    )
    with op.batch_alter_table("ref_guideline_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ref_guideline_topic_guideline_id"), ["guideline_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ref_guideline_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ref_guideline_topic_guideline_id"))

    op.drop_table("ref_guideline_topic")
    with op.batch_alter_table("ref_guideline_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ref_guideline_code_guideline_id"))

    op.drop_table("ref_guideline_code")
    with op.batch_alter_table("ref_ptp_edit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ref_ptp_edit_release_id"))

    op.drop_table("ref_ptp_edit")
    with op.batch_alter_table("ref_mue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ref_mue_release_id"))

    op.drop_table("ref_mue")
    with op.batch_alter_table("ref_guideline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ref_guideline_release_id"))

    op.drop_table("ref_guideline")
    with op.batch_alter_table("ref_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ref_code_release_id"))

    op.drop_table("ref_code")
    with op.batch_alter_table("ref_add_on_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ref_add_on_link_release_id"))
        batch_op.drop_index(batch_op.f("ix_ref_add_on_link_primary_code_effective"))

    op.drop_table("ref_add_on_link")
    op.drop_table("ref_release")
    op.drop_table("ref_ptp_rationale")
