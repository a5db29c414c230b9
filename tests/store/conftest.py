"""Databases for the contract suites: memory, a SQLite file, a PostgreSQL cluster of our own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from controller.adapters.db.audit import SqlAudit
from controller.adapters.db.catalogue import SqlCatalogue
from controller.adapters.db.customers import SqlCustomers
from controller.adapters.db.store import SqlStore
from controller.adapters.memory.audit import MemoryAudit
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.adapters.memory.customers import MemoryCustomers
from controller.adapters.memory.store import MemoryStore
from tests.store.cluster import Cluster

POSTGRES = pytest.param("postgresql", marks=pytest.mark.external_service)
SQL_STORES = {"sqlite": "sqlite_store", "postgresql": "postgres_store"}


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/tandem.db"


@pytest.fixture(params=["sqlite", POSTGRES])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database, without tables."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_url")
    return request.getfixturevalue("cluster").new_database()


@pytest.fixture
def sql_store(url: str) -> Iterator[SqlStore]:
    store = SqlStore(url)
    store.upgrade()
    yield store
    store.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[SqlStore]:
    store = SqlStore(sqlite_url)
    store.upgrade()
    yield store
    store.close()


@pytest.fixture
def postgres_store(cluster: Cluster) -> Iterator[SqlStore]:
    store = SqlStore(cluster.new_database())
    store.upgrade()
    yield store
    store.close()


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def store(request: pytest.FixtureRequest) -> Iterator[MemoryStore | SqlStore]:
    if request.param == "memory":
        made: MemoryStore | SqlStore = MemoryStore()
        yield made
        made.close()
    else:
        yield request.getfixturevalue(SQL_STORES[request.param])


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def catalogue_again(
    request: pytest.FixtureRequest,
) -> Callable[[], MemoryCatalogue | SqlCatalogue]:
    """Opens the catalogue; called again, what a restarted process would see (memory: the same)."""
    if request.param == "memory":
        only = MemoryCatalogue()
        return lambda: only
    database = request.getfixturevalue(SQL_STORES[request.param]).database
    return lambda: SqlCatalogue(database, MemoryCatalogue())


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def kept(
    request: pytest.FixtureRequest,
) -> tuple[MemoryCatalogue | SqlCatalogue, MemoryAudit | SqlAudit]:
    """A catalogue, and the audit that keeps what is done to it."""
    if request.param == "memory":
        audit = MemoryAudit()
        return MemoryCatalogue(audit), audit
    database = request.getfixturevalue(SQL_STORES[request.param]).database
    return SqlCatalogue(database, MemoryCatalogue()), SqlAudit(database)


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def customers(request: pytest.FixtureRequest) -> MemoryCustomers | SqlCustomers:
    if request.param == "memory":
        return MemoryCustomers()
    return SqlCustomers(request.getfixturevalue(SQL_STORES[request.param]).database)
