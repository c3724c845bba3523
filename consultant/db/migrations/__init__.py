"""Alembic's migrations. They import no table of ours, so that they mean the same for ever."""
