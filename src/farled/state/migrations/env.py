"""What Alembic runs: the migrations, in the transaction that is already open."""

from alembic import context

from farled.state.tables import METADATA


def run() -> None:
    """Run the migrations on the connection that was handed over."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "env_py":  # the name under which Alembic loads the file
    run()
