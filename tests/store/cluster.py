"""A PostgreSQL cluster of our own, for the whole run of a process."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text


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
