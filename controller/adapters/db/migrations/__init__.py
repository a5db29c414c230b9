"""The schema's history, run at start. One step a file in versions/; steps already taken are not edited."""

from importlib.resources import files

from sqlalchemy import Connection, Engine, inspect, text

from controller.errors import Invalid

#: Any number, the same in every Tandem: who holds this lock migrates, the others wait for him.
_LOCK = 8_463_201

#: The last step in versions/.
HEAD = "0005"


def upgrade(bind: Engine | Connection) -> None:
    """Bring the database to this Tandem's schema, in one transaction; nothing happens when it is there.

    With a Connection the caller commits. Raises Invalid when a newer Tandem made the schema.
    """
    if isinstance(bind, Engine):
        with bind.begin() as connection:
            upgrade(connection)
        return
    if bind.dialect.name == "postgresql":
        bind.execute(text("SET LOCAL statement_timeout = 0"))
        bind.execute(text("SET LOCAL lock_timeout = 0"))
        bind.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if _step(bind) != HEAD:
        _take_steps(bind)


def _step(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    step: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return step


def _take_steps(connection: Connection) -> None:
    from alembic import command  # late: it takes a fifth of a second, and few starts need it
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(files(__name__)).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise Invalid(
            f"the database's schema is not one of this Tandem's ({error}); a newer Tandem made it: "
            "run that one, or restore the backup made before the upgrade"
        ) from error
