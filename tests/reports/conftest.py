from collections.abc import Iterator

import pytest

from controller.adapters.db.store import SqlStore
from controller.ports import Change
from tests.domain.stories import Story


@pytest.fixture
def data(tmp_path):
    """The data folder of an installation."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def store(data) -> Iterator[SqlStore]:
    """A real database, in the place where `tandem report --data` looks for it."""
    store = SqlStore(f"sqlite:///{data / 'tandem.db'}")
    store.upgrade()
    yield store
    store.close()


@pytest.fixture
def keep(store):
    """Saves a told story."""

    def save(*stories: Story) -> None:
        store.commit([Change(after=s.state, events=tuple(s.events)) for s in stories])

    return save
