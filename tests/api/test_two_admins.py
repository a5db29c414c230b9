"""Two admins at once, over a database: while one's change is being written, the other's is judged."""

from collections.abc import Callable, Iterator

import gevent
import pytest

from console.app import create_app
from controller.adapters.db.audit import SqlAudit
from controller.adapters.db.catalogue import SqlCatalogue
from controller.adapters.db.store import SqlStore
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.domain.audit import AuditFilter
from controller.domain.catalogue import Account, AgentProfile, QueueSettings, Token
from controller.domain.prompt import NamedPrompt
from tests.api.clients import Client
from tests.api.conftest import Centre


@pytest.fixture
def centre(tmp_path) -> Iterator[Centre]:
    store = SqlStore(f"sqlite:///{tmp_path}/tandem.db")
    store.upgrade()
    kept = SqlCatalogue(store.database, MemoryCatalogue()), SqlAudit(store.database)
    running = Centre(recordings_dir=tmp_path / "recordings", kept=lambda: kept)
    yield running
    running.stop()
    store.close()


@pytest.fixture
def admin(centre) -> Client:
    return Client(create_app(centre.services()), centre.token("admin"))


def at_once(*asked: Callable[[], object]) -> list[int]:
    """The status of each."""
    begun = [gevent.spawn(one) for one in asked]
    gevent.joinall(begun, raise_error=True)
    return sorted(one.value.status_code for one in begun)


def test_each_of_the_last_two_removes_the_other_and_one_stays(centre, admin):
    for name in ("rita", "root"):
        centre.account(name, "admin")
    answers = at_once(
        lambda: admin.delete("/accounts/rita"),
        lambda: admin.put("/accounts/root", {"name": "Root", "role": "auditor"}),
    )
    assert answers == [204, 422] or answers == [200, 409]
    assert [a.role for a in centre.catalogue.all(Account)].count("admin") == 1


def test_two_tokens_of_admins_are_not_revoked_at_once(centre, admin):
    centre.token("admin")
    ids = [token.id for token in centre.catalogue.all(Token)]
    assert at_once(*(lambda i=i: admin.delete(f"/tokens/{i}") for i in ids)) == [204, 409]
    assert len(centre.catalogue.all(Token)) == 1


def test_an_extension_is_one_agents(centre, admin):
    profile = {"name": "New", "extension": "1009"}
    answers = at_once(*(lambda n=n: admin.put(f"/agent-profiles/{n}", profile) for n in "ab"))
    assert answers == [201, 422]
    assert [p.extension for p in centre.catalogue.all(AgentProfile)].count("1009") == 1


def test_nobody_is_put_into_a_queue_that_goes(centre, admin):
    centre.catalogue.put(QueueSettings(id="night", name="Night"))
    ann = {"name": "Ann", "extension": "1001", "queues": ["night"]}
    answers = at_once(
        lambda: admin.delete("/queues/night"), lambda: admin.put("/agent-profiles/ann", ann)
    )
    assert answers in ([204, 422], [200, 409])


def test_an_undo_is_judged_by_what_is_there_as_it_is_done(centre, admin):
    admin.put("/queues/night", {"name": "Night"})
    [row] = centre.audit.search(AuditFilter())
    ann = {"name": "Ann", "extension": "1001", "queues": ["night"]}
    answers = at_once(
        lambda: admin.put("/agent-profiles/ann", ann),
        lambda: admin.post(f"/audit/{row.id}/undo"),
    )
    assert answers in ([200, 409], [200, 422])


def test_two_languages_of_a_prompt_are_both_kept(centre, admin):
    for round_of in range(3):
        name = f"hello{round_of}"
        texts = ({"language": "en", "text": "Hello"}, {"language": "de", "text": "Hallo"})
        answers = at_once(*(lambda t=t, n=name: admin.put(f"/prompts/{n}", t) for t in texts))
        assert answers[-1] < 400
        assert set(centre.catalogue.get(NamedPrompt, name).takes) == {"en", "de"}


@pytest.mark.parametrize(
    ("path", "before", "both"),
    [
        ("/queues/night", {"name": "Night"}, ({"name": "Late"}, {"name": "Dusk"})),
        (
            "/accounts/sue",
            {"name": "Sue", "role": "supervisor", "password": "correct horse"},
            ({"name": "Susan", "role": "manager"}, {"name": "Su", "role": "manager"}),
        ),
    ],
)
def test_of_two_who_save_what_both_have_seen_one_is_told(admin, path, before, both):
    admin.put(path, before)
    seen = {"If-Match": admin.get(path).headers["ETag"]}
    answers = at_once(*(lambda body=body: admin.put(path, body, headers=seen) for body in both))
    assert answers == [200, 412]
    last = admin.put(path, both[0])
    assert last.headers["ETag"] == admin.get(path).headers["ETag"]
