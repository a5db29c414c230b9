"""Databases for the contract suites: memory, a SQLite file, a PostgreSQL cluster of our own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from controller.adapters.db.catalogue import SqlCatalogue
from controller.adapters.db.store import SqlStore
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.adapters.memory.store import MemoryStore

POSTGRES = pytest.param("postgresql", marks=pytest.mark.external_service)
SQL_STORES = {"sqlite": "sqlite_store", "postgresql": "postgres_store"}


class Cluster:
    """A PostgreSQL server on a unix socket in its own folder; it listens on no network."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self._programs = programs
        self._databases = 0
        self.pid = 0

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        owner = "postgres" if os.geteuid() == 0 else None
        done = subprocess.run(
            command, user=owner, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{program} failed:\n{done.stdout}{done.stderr}"

    def create(self) -> None:
        self.run("initdb", "-D", "data", "-U", "tandem", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", options)
        self.pid = int((self.folder / "data/postmaster.pid").read_text().split()[0])

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "-w", "-D", "data", "-m", "immediate")

    def url(self, database: str) -> str:
        return f"postgresql://tandem@/{database}?host={self.folder}"

    def new_database(self) -> str:
        self._databases += 1
        name = f"tandem{self._databases}"
        url = self.url("postgres").replace("postgresql:", "postgresql+psycopg2:")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self.url(name)


def _programs() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda p: float(p.parts[-3])
    )
    if not found:
        pytest.skip("no PostgreSQL server here; install the Debian package postgresql")
    return found[-1].parent


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="tandem-pg-"))  # short: a socket's path has 107 bytes
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    running = Cluster(folder, programs)
    try:
        running.create()
        running.start()
        yield running
        running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
