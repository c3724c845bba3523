"""How Alembic reaches the database: over the connection that consultant.db.migrate hands it."""

from alembic import context

from consultant.db.reference_search import is_declared
from consultant.db.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    include_name=is_declared,
)
with context.begin_transaction():
    context.run_migrations()
