"""What every catalogue promises, and what the one on a database adds."""

import pytest

from controller.adapters.db import tables as t
from controller.adapters.db.catalogue import SqlCatalogue
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.domain.alarms import Metric, Severity, Threshold
from controller.domain.catalogue import (
    Account,
    AgentProfile,
    Did,
    QueueSettings,
    Reason,
    Session,
    Token,
)
from controller.domain.prompt import NamedPrompt, Take
from controller.domain.schedule import Schedule
from controller.errors import NotFound, StoreError, StoreUnavailable
from controller.ports import Swap

ENTRIES = [
    AgentProfile(id="anna", name="Anna", extension="1001", queues=("sales",), skills={"en": 3}),
    QueueSettings(id="sales", name="Sales", max_wait_s=90.5, dispositions=("sold", "lost")),
    Did(id="+15550100", flow="main"),
    Schedule(id="office", week={"mon": (("09:00", "17:00"),)}, holidays={"2026-12-25": ()}),
    NamedPrompt(id="hello", takes={"": Take(recording="0" * 64), "en": Take(text="Hello")}),
    Reason(id="training", name="Training", order=2, counts_as="work"),
    Threshold(
        id="many",
        metric=Metric.WAITING,
        above=10.0,
        clear=7.5,
        for_s=30.0,
        severity=Severity.CRITICAL,
    ),
    Token(id="0" * 64, name="wallboard", role="supervisor", expires_at=2e9),
    Account(id="sue", name="Sue", role="supervisor", queues=("sales",), password_hash="$argon2"),
    Session(
        id="1" * 64,
        account="sue",
        created_at=1.5,
        used_at=2.5,
        expires_at=9.5,
        idle_s=5,
        address="::",
    ),
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: type(entry).__name__)
def test_an_entry_put_is_served_now_and_after_a_restart(catalogue_again, entry):
    catalogue_again().put(entry)
    after_restart = catalogue_again()
    assert after_restart.get(type(entry), entry.id) == entry
    assert list(after_restart.all(type(entry))) == [entry]


def test_a_second_put_replaces_the_entry(catalogue_again):
    catalogue_again().put(Did(id="100", flow="main"))
    catalogue_again().put(Did(id="100", flow="night"))
    assert catalogue_again().get(Did, "100").flow == "night"


def test_all_is_by_id(catalogue_again):
    catalogue = catalogue_again()
    for number in ("300", "100", "200"):
        catalogue.put(Did(id=number, flow="main"))
    assert [did.id for did in catalogue.all(Did)] == ["100", "200", "300"]
    assert [did.id for did in catalogue_again().all(Did)] == ["100", "200", "300"]


def test_what_was_removed_is_gone_now_and_after_a_restart(catalogue_again):
    catalogue = catalogue_again()
    catalogue.put(Did(id="100", flow="main"))
    catalogue.remove(Did, "100")
    assert catalogue.find(Did, "100") is None
    assert catalogue_again().find(Did, "100") is None


def test_kinds_with_the_same_id_are_apart(catalogue_again):
    catalogue = catalogue_again()
    catalogue.put(Did(id="x", flow="main"))
    catalogue.put(QueueSettings(id="x", name="X"))
    catalogue.remove(Did, "x")
    assert catalogue.get(QueueSettings, "x").name == "X"


def test_an_unknown_id_is_named(catalogue_again):
    catalogue = catalogue_again()
    with pytest.raises(NotFound, match="no queue 'nowhere'"):
        catalogue.get(QueueSettings, "nowhere")
    with pytest.raises(NotFound, match="no queue 'nowhere'"):
        catalogue.remove(QueueSettings, "nowhere")


def test_subscribers_hear_of_changes_after_they_are_made(catalogue_again):
    catalogue = catalogue_again()
    heard = []
    catalogue.subscribe(
        lambda kind, entry_id: heard.append((kind, entry_id, catalogue.find(Did, entry_id)))
    )
    did = Did(id="100", flow="main")
    catalogue.put(did)
    catalogue.remove(Did, "100")
    assert heard == [("did", "100", did), ("did", "100", None)]


def test_a_subscriber_may_change_the_catalogue(catalogue_again):
    catalogue = catalogue_again()

    def greet(kind, entry_id):
        if kind == "queue":
            catalogue.put(Did(id="100", flow=entry_id))

    catalogue.subscribe(greet)
    catalogue.put(QueueSettings(id="sales", name="Sales"))
    assert catalogue_again().get(Did, "100").flow == "sales"


def test_many_are_changed_together_and_heard_of_when_all_are_there(catalogue_again):
    catalogue = catalogue_again()
    first, second = Did(id="100", flow="main"), Did(id="200", flow="main")
    catalogue.put(first)
    heard = []
    catalogue.subscribe(lambda kind, entry_id: heard.append((entry_id, len(catalogue.all(Did)))))
    third = Did(id="050", flow="night")
    swaps = [
        Swap(present=first, wanted=None),
        Swap(present=None, wanted=second),
        Swap(present=None, wanted=third),
    ]
    assert catalogue.swap_all(swaps)
    assert heard == [("100", 2), ("200", 2), ("050", 2)]
    assert list(catalogue.all(Did)) == [third, second]
    assert list(catalogue_again().all(Did)) == [third, second]
    assert catalogue.swap_all([])


def test_none_is_changed_when_one_is_not_what_it_was_taken_for(catalogue_again):
    catalogue = catalogue_again()
    catalogue.put(Did(id="100", flow="main"))
    swaps = [
        Swap(present=None, wanted=Did(id="050", flow="main")),
        Swap(present=Did(id="100", flow="other"), wanted=None),
    ]
    assert not catalogue.swap_all(swaps)
    assert [did.id for did in catalogue.all(Did)] == ["100"]
    assert [did.id for did in catalogue_again().all(Did)] == ["100"]


def test_a_failing_subscriber_stops_neither_the_change_nor_the_others(catalogue_again):
    catalogue = catalogue_again()
    heard = []

    def fail(kind, entry_id):
        raise RuntimeError("no disk")

    catalogue.subscribe(fail)
    catalogue.subscribe(lambda kind, entry_id: heard.append(entry_id))
    catalogue.put(Did(id="100", flow="main"))
    assert heard == ["100"]
    assert catalogue_again().get(Did, "100").flow == "main"


def test_what_is_served_is_what_a_restart_would_load(sql_store):
    catalogue = SqlCatalogue(sql_store.database, MemoryCatalogue())
    catalogue.put(Did(id="100", flow="main", name="Sa\0les\ud800"))
    assert catalogue.get(Did, "100").name == "Sa\ufffdles\ufffd"
    assert SqlCatalogue(sql_store.database, MemoryCatalogue()).get(Did, "100") == catalogue.get(
        Did, "100"
    )


def test_reload_takes_over_what_another_process_changed_and_tells(sql_store):
    ours = SqlCatalogue(sql_store.database, MemoryCatalogue())
    for number in ("100", "200", "300"):
        ours.put(Did(id=number, flow="main"))
    theirs = SqlCatalogue(sql_store.database, MemoryCatalogue())
    theirs.put(Did(id="200", flow="night"))
    theirs.remove(Did, "300")
    heard = []
    ours.subscribe(lambda kind, entry_id: heard.append((kind, entry_id)))
    ours.reload()
    assert list(ours.all(Did)) == [Did(id="100", flow="main"), Did(id="200", flow="night")]
    assert sorted(heard) == [("did", "200"), ("did", "300")]


def test_a_change_that_cannot_be_saved_is_not_served(sql_store):
    catalogue = SqlCatalogue(sql_store.database, MemoryCatalogue())
    heard = []
    catalogue.subscribe(lambda kind, entry_id: heard.append(entry_id))
    sql_store.close()
    with pytest.raises(StoreUnavailable):
        catalogue.put(Did(id="100", flow="main"))
    assert catalogue.find(Did, "100") is None
    assert heard == []


def test_a_kind_from_a_newer_tandem_is_a_clear_error(sql_store):
    row = {"kind": "robot", "id": "r2", "data": "{}", "updated_at": 0.0}
    sql_store.database.write(lambda c: c.execute(t.catalogue.insert(), row))
    with pytest.raises(StoreError, match=r"robot.*upgrade"):
        SqlCatalogue(sql_store.database, MemoryCatalogue())
