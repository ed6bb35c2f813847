"""Alembic runs this file: the migrations, in the transaction that `litmos.store.schema` has begun."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
