"""Run by Alembic: works on the connection that `upgrade` (or a developer's script) hands over."""

from alembic import context

from controller.adapters.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
