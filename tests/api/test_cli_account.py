"""`tandem account` against a served API, and on the machine itself."""

from functools import partial

import gevent
import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from console.server import serve
from controller.adapters.db.audit import SqlAudit
from controller.adapters.db.catalogue import SqlCatalogue
from controller.adapters.db.store import SqlStore
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.cli_account import ACCOUNT_GROUP
from controller.demo import ACCOUNTS, seed, seed_accounts
from controller.domain.audit import AuditFilter
from controller.domain.catalogue import Account
from tests.api.clients import Browser

PASSWORD = "battery staple"


@pytest.fixture
def account(app, centre):
    running = serve(app, "127.0.0.1", 0)
    env = {
        "TANDEM_URL": f"http://127.0.0.1:{running.server_port}",
        "TANDEM_TOKEN": centre.token("admin"),
    }

    def run(*words, **more):
        work = partial(CliRunner().invoke, ACCOUNT_GROUP, words, env=env, **more)
        with capture_logs():
            return gevent.get_hub().threadpool.apply(work)

    yield run
    running.stop(timeout=1)


def test_an_account_with_a_password_from_stdin(account, app):
    result = account(
        "add", "sue", "--role", "supervisor", "--queue", "sales", input=PASSWORD + "\n"
    )
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    told = Browser(app).sign_in("sue", PASSWORD).json
    assert (told["queues"], told["must_change"]) == (["sales"], True)
    assert account("add", "sue", "--role", "admin", "--make").exit_code == 2
    assert account("add", "tom", "--role", "admin", input="").exit_code == 2


def test_a_password_that_is_made_is_printed_alone(account, app):
    made = account("add", "root", "--role", "admin", "--make").stdout.strip()
    assert Browser(app).sign_in("root", made).status_code == 200
    again = account("password", "root", "--make").stdout.strip()
    assert Browser(app).sign_in("root", made).status_code == 401
    assert Browser(app).sign_in("root", again).status_code == 200
    assert account("password", "nobody", "--make").exit_code == 2


def test_fields_are_set_but_no_password_stands_on_the_command_line(account, admin):
    account("add", "sue", "--role", "supervisor", "--make")
    assert account("set", "sue", "role=manager", "language=zh-CN").exit_code == 0
    assert admin.get("/accounts/sue").json["role"] == "manager"
    refused = account("set", "sue", f"password={PASSWORD}")
    assert refused.exit_code == 2
    assert "tandem account password" in refused.output
    assert "manager" in account("list").stdout
    assert account("remove", "--yes", "sue").exit_code == 0
    assert admin.get("/accounts").json["items"] == []


def test_the_first_admin_is_made_on_the_machine_itself(tmp_path):
    store = SqlStore(f"sqlite:///{tmp_path}/tandem.db")
    store.upgrade()
    words = ["recover", "root", "--data", str(tmp_path)]
    result = CliRunner().invoke(ACCOUNT_GROUP, words, input=PASSWORD + "\n")
    assert result.exit_code == 0, result.output
    made = SqlCatalogue(store.database, MemoryCatalogue()).get(Account, "root")
    assert (made.role, made.enabled, made.must_change) == ("admin", True, False)
    assert made.password_hash.startswith("$argon2id$")
    (row,) = SqlAudit(store.database).search(AuditFilter())
    assert (row.deed.action, row.deed.subject) == ("tandem account recover", "root")
    assert CliRunner().invoke(ACCOUNT_GROUP, words, input="short\n").exit_code == 1
    store.close()


def test_the_demo_has_an_account_for_each_of_its_people_once(centre):
    seed(centre.catalogue)
    password = seed_accounts(centre.catalogue, centre.people.passwords.hash)
    assert {a.id for a in centre.catalogue.all(Account)} == set(ACCOUNTS)
    for name in ACCOUNTS:
        assert centre.people.door.sign_in(name, password, "192.0.2.1").id == name
    assert centre.catalogue.get(Account, "ada").agent == "1001"
    assert seed_accounts(centre.catalogue, centre.people.passwords.hash) is None
