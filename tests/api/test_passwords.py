import gevent
import pytest

from console.passwords import AT_ONCE, BusyError, Passwords


@pytest.fixture
def passwords():
    return Passwords(time_cost=1, memory_kib=8)


def test_only_the_password_fits(passwords):
    stored = passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert passwords.check(stored, "correct horse")
    assert not passwords.check(stored, "correct horsf")
    assert not passwords.check(stored, "")
    assert passwords.hash("correct horse") != stored


def test_as_it_is_shipped_it_costs_what_is_asked_of_argon2id():
    assert "$m=19456,t=2,p=1$" in Passwords().hash("x")


@pytest.mark.parametrize("password", ["", "x", "correct horse"])
def test_nobody_has_no_password_and_it_takes_as_long_to_see(passwords, password):
    passwords.check(None, "first")
    before = passwords.checked
    assert not passwords.check(None, password)
    assert passwords.checked == before + 1


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"])
def test_a_hash_that_is_none_fits_nothing(passwords, stored):
    assert not passwords.check(stored, "x")


def test_who_is_not_admitted_is_not_checked(passwords):
    stored = passwords.hash("x")
    passwords.check(None, "first")
    before = passwords.checked

    def stop():
        raise LookupError

    with pytest.raises(LookupError):
        passwords.check(stored, "x", stop)
    assert passwords.checked == before


def test_two_at_once_a_few_wait_and_the_others_are_sent_away():
    passwords = Passwords(time_cost=1, memory_kib=8, waiting=3)
    stored = passwords.hash("x")
    passwords.check(None, "first")
    inside, most = 0, 0

    def count():
        nonlocal most
        most = max(most, inside)

    def one():
        nonlocal inside
        try:
            inside += 1
            return passwords.check(stored, "x", count)
        except BusyError:
            return "busy"
        finally:
            inside -= 1

    asked = [gevent.spawn(one) for _ in range(20)]
    gevent.joinall(asked, raise_error=True)
    answers = [greenlet.value for greenlet in asked]
    assert answers.count(True) == AT_ONCE + 3
    assert answers.count("busy") == 20 - AT_ONCE - 3
    assert passwords.check(stored, "x")


def test_the_others_go_on_while_one_is_worked_out():
    passwords = Passwords(time_cost=8, memory_kib=19456)
    seen = []
    working = gevent.spawn(passwords.hash, "x")
    while not working.ready():
        seen.append(1)
        gevent.sleep(0)
    assert len(seen) > 10
