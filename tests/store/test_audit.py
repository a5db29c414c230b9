"""What every audit promises, and the catalogue beside it."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import ProgrammingError

from controller.adapters.db import tables as t
from controller.adapters.db.audit import SqlAudit
from controller.adapters.db.catalogue import SqlCatalogue
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.domain.audit import AuditFilter, Deed, EntryChange, recorded
from controller.domain.catalogue import Account, AgentProfile, Did, Session
from controller.errors import NotFound, Said, StoreUnavailable, say


def deed(at=1.0, **more):
    usual = {
        "who": "account:sue",
        "role": "admin",
        "address": "192.0.2.7",
        "action": "PUT /api/v1/dids/<id>",
        "subject": "100",
        "outcome": "done",
    }
    return Deed(at=at, **{**usual, **more})


ALL = AuditFilter()


def test_what_was_appended_is_found_the_last_first(kept):
    _, audit = kept
    audit.append([deed(1.0), deed(2.0, outcome="refused", detail="no")])
    audit.append([])
    audit.append([deed(3.0)])
    rows = audit.search(ALL)
    assert [row.deed.at for row in rows] == [3.0, 2.0, 1.0]
    assert rows[1].deed == deed(2.0, outcome="refused", detail="no")
    assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)
    assert audit.row(rows[1].id) == rows[1]


@pytest.mark.parametrize("row_id", [0, -1, 5, 2**63, 2**70])
def test_a_row_that_never_was_is_none(kept, row_id):
    assert kept[1].row(row_id) is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"who": "account:bob"}, [3.0]),
        ({"subject": "200"}, [4.0]),
        ({"action": "POST /api/v1/session"}, [2.0]),
        ({"since": 2.0, "until": 4.0}, [3.0, 2.0]),
        ({"limit": 2}, [4.0, 3.0]),
        ({"who": "account:sue", "subject": "100"}, [2.0, 1.0]),
        ({"who": "account:su"}, []),
        ({"before": 2**70}, [4.0, 3.0, 2.0, 1.0]),
    ],
)
def test_a_filter_finds_what_it_names(kept, wanted, found):
    _, audit = kept
    others = [{}, {"action": "POST /api/v1/session"}, {"who": "account:bob"}, {"subject": "200"}]
    audit.append([deed(float(n), **other) for n, other in enumerate(others, 1)])
    assert [row.deed.at for row in audit.search(AuditFilter(**wanted))] == found


def test_pages_follow_each_other_without_a_gap(kept):
    _, audit = kept
    audit.append([deed(1.0) for _ in range(5)])
    first = audit.search(AuditFilter(limit=2))
    second = audit.search(AuditFilter(limit=9, before=first[-1].id))
    assert len({row.id for row in (*first, *second)}) == 5


def test_text_that_no_database_takes_is_kept_as_far_as_it_goes(kept):
    _, audit = kept
    audit.append([deed(subject="a\ud800", detail="\N{SNOWMAN}")])
    assert audit.search(ALL)[0].deed.detail == "\N{SNOWMAN}"


def test_a_change_is_kept_with_what_was_before_and_after(kept):
    catalogue, audit = kept
    old, new = Did(id="100", flow="main"), Did(id="100", flow="night")
    catalogue.put(old, deed(1.0))
    catalogue.put(new, deed(2.0))
    catalogue.remove(Did, "100", deed(3.0))
    assert [(row.deed.at, row.change) for row in audit.search(ALL)] == [
        (3.0, EntryChange(kind="did", before=new, after=None)),
        (2.0, EntryChange(kind="did", before=old, after=new)),
        (1.0, EntryChange(kind="did", before=None, after=old)),
    ]


def test_without_a_deed_nothing_is_kept(kept):
    catalogue, audit = kept
    catalogue.put(Did(id="100", flow="main"))
    catalogue.remove(Did, "100")
    assert audit.search(ALL) == []


def test_a_change_that_is_not_made_leaves_no_row(kept):
    catalogue, audit = kept
    with pytest.raises(NotFound):
        catalogue.remove(Did, "100", deed())
    assert audit.search(ALL) == []


def test_a_swap_happens_only_to_what_is_there(kept):
    catalogue, audit = kept
    old, new, other = (Did(id="100", flow=flow) for flow in ("main", "night", "other"))
    assert not catalogue.swap(old, new, deed())
    assert catalogue.swap(None, old, deed())
    assert not catalogue.swap(None, new, deed())
    assert not catalogue.swap(other, new, deed())
    assert catalogue.swap(old, new, deed())
    assert catalogue.get(Did, "100") == new
    assert catalogue.swap(new, None, deed())
    assert catalogue.find(Did, "100") is None
    assert not catalogue.swap(None, None, deed())
    assert len(audit.search(ALL)) == 3


def test_passwords_and_sessions_stay_out_of_it(kept):
    catalogue, audit = kept
    account = Account(id="sue", name="Sue", role="admin", password_hash="$argon2id$one")
    session = Session(
        id="1" * 64, account="sue", created_at=1, used_at=1, expires_at=9, idle_s=5, address="::1"
    )
    catalogue.put(account, deed(1.0))
    catalogue.put(replace(account, password_hash="$argon2id$two", must_change=True), deed(2.0))
    catalogue.put(session, deed(3.0))
    rows = audit.search(ALL)
    assert "argon2" not in repr(rows)
    assert [row.change for row in rows] == [
        None,
        None,
        EntryChange(kind="account", before=None, after=recorded(account)),
    ]
    assert catalogue.get(Account, "sue").password_hash == "$argon2id$two"


def test_a_change_and_its_row_are_saved_together_or_not_at_all(sql_store):
    catalogue = SqlCatalogue(sql_store.database, MemoryCatalogue())
    sql_store.database.write(t.audit.drop)
    with pytest.raises((StoreUnavailable, ProgrammingError)):
        catalogue.put(Did(id="100", flow="main"), deed())
    assert catalogue.find(Did, "100") is None
    assert SqlCatalogue(sql_store.database, MemoryCatalogue()).find(Did, "100") is None


def test_a_change_of_a_kind_that_is_not_known_is_listed_without_it(sql_store):
    row = {**_columns(deed()), "kind": "robot", "before": None, "after": "{}"}
    sql_store.database.write(lambda c: c.execute(t.audit.insert(), row))
    (found,) = SqlAudit(sql_store.database).search(ALL)
    assert found.deed == deed()
    assert found.change is None


def test_the_phones_digest_is_kept_for_an_undo(kept):
    catalogue, audit = kept
    profile = AgentProfile(id="ann", name="Ann", extension="1001", a1_hash="d" * 32)
    catalogue.put(profile)
    catalogue.remove(AgentProfile, "ann", deed())
    assert audit.search(ALL)[0].change.before == profile


def _columns(made):
    names = ("at", "who", "role", "address", "action", "subject", "outcome", "detail")
    return {name: getattr(made, name) for name in names}


def test_what_is_old_enough_goes_and_no_more(kept, monkeypatch):
    monkeypatch.setattr("controller.adapters.db.audit._AT_ONCE", 2)
    _, audit = kept
    audit.append([deed(at) for at in (5.0, 1.0, 2.0, 3.0, 4.0)])
    last = audit.search(ALL)[0].id
    assert audit.prune(4.0) == 3
    assert sorted(row.deed.at for row in audit.search(ALL)) == [4.0, 5.0]
    assert audit.prune(4.0) == 0
    assert audit.prune(10.0) == 2
    audit.append([deed(6.0)])
    assert audit.search(ALL)[0].id > last  # the id of a row that has gone does not come again


def test_a_sentence_stays_one_with_those_that_are_in_it(kept):
    _, audit = kept
    why = say("why", "on \N{SNOWMAN} break")
    audit.append(
        [deed(detail=say("more", "{detail} and {n}", detail=why, n=3)), deed(detail="plain")]
    )
    plain, said = (row.deed.detail for row in audit.search(ALL))
    assert (plain, isinstance(plain, Said)) == ("plain", False)
    assert isinstance(said, Said)
    assert (said, said.code) == ("on \N{SNOWMAN} break and 3", "more")
    inner = said.params["detail"]
    assert isinstance(inner, Said)
    assert (inner, inner.code, said.params["n"]) == (why, "why", 3)
