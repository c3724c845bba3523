"""Finding codes by plain words: their texts and words by release, with FTS5 or a GIN index over them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RELEASE = "ref_release.id"


def upgrade() -> None:
    """Two tables and the full-text index; what is loaded already is indexed by `consultant migrate` afterwards."""
    op.create_table(
        "ref_search_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("header", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], [RELEASE], name=op.f("fk_ref_search_text_release_id_ref_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ref_search_text")),
    )
    op.create_index(op.f("ix_ref_search_text_release_id"), "ref_search_text", ["release_id"])
    op.create_table(
        "ref_search_word",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("stem", sa.String(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], [RELEASE], name=op.f("fk_ref_search_word_release_id_ref_release")),
        sa.PrimaryKeyConstraint("release_id", "word", name=op.f("pk_ref_search_word")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        vectors = "array_to_tsvector(string_to_array(words, ' '))"
        op.execute(f"CREATE INDEX ref_search_fts ON ref_search_text USING gin ({vectors})")
        return
    op.execute(
        "CREATE VIRTUAL TABLE ref_search_fts USING fts5(words, content='ref_search_text', content_rowid='id', "
        "detail=none, columnsize=0, tokenize=\"ascii tokenchars '.'\")"
    )
    op.execute(
        "CREATE TRIGGER ref_search_fts_delete AFTER DELETE ON ref_search_text BEGIN "
        "INSERT INTO ref_search_fts(ref_search_fts, rowid, words) VALUES ('delete', old.id, old.words); END"
    )


def downgrade() -> None:
    """The texts go; they are made again from what is loaded."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ref_search_fts_delete")
        op.execute("DROP TABLE ref_search_fts")
    op.drop_table("ref_search_word")
    op.drop_table("ref_search_text")
