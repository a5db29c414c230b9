"""The schema's history ends where the tables are, and is safe to run at every start."""

from pathlib import Path

import gevent
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from controller.adapters.db import migrations
from controller.adapters.db.store import SqlStore
from controller.adapters.db.tables import metadata
from controller.errors import Invalid
from controller.ports import InteractionFilter
from tests.store.calls import arrive


def test_the_migrations_make_the_tables_that_the_code_uses(sql_store):
    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert sql_store.database.read(differences) == []


def test_the_last_step_is_the_one_that_a_start_looks_for():
    steps = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert steps.get_heads() == [migrations.HEAD]


def test_a_second_upgrade_changes_nothing(sql_store):
    sql_store.commit([arrive("a")])
    sql_store.upgrade()
    assert [i.id for i in sql_store.open_interactions()] == ["a"]


def test_processes_that_start_together_upgrade_once(url):
    stores = [SqlStore(url) for _ in range(3)]
    gevent.joinall([gevent.spawn(store.upgrade) for store in stores], raise_error=True)
    for store in stores:
        assert store.open_interactions() == []
        store.close()


def test_the_schema_of_a_newer_tandem_is_refused(sql_store):
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    sql_store.database.write(lambda connection: connection.execute(newer))
    with pytest.raises(Invalid, match="newer Tandem"):
        sql_store.upgrade()


def test_what_was_saved_before_is_found_by_its_address_afterwards(sql_store):
    sql_store.commit([arrive("a", address="+1555")])

    def back(connection):
        for table in ("customer_merges", "customer_contacts", "identities", "customers", "audit"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("DROP INDEX ix_interactions_address"))
        connection.execute(text("ALTER TABLE interactions DROP COLUMN address"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    sql_store.database.write(back)
    sql_store.upgrade()
    found = sql_store.interactions(InteractionFilter(address="+1555"))
    assert [i.id for i in found] == ["a"]
