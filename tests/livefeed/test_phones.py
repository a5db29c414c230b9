from console.live.phones import PhoneHolders


def test_the_first_tab_is_the_phone_until_another_takes_it():
    phones = PhoneHolders()
    assert phones.take("ann", "one", "r1", by_force=False) == "one"
    assert phones.take("ann", "two", "r2", by_force=False) == "one"
    assert phones.take("ann", "two", "r2", by_force=True) == "two"
    assert phones.take("bob", "three", "r3", by_force=False) == "three"


def test_only_its_own_going_frees_it():
    phones = PhoneHolders()
    phones.take("ann", "one", "r1", by_force=False)
    assert not phones.gone("ann", "r2")
    assert not phones.gone("bob", "r1")
    assert phones.gone("ann", "r1")
    assert phones.holder("ann") is None


def test_a_tab_that_has_come_back_keeps_it_when_its_former_connection_goes():
    phones = PhoneHolders()
    phones.take("ann", "one", "r1", by_force=False)
    assert phones.take("ann", "one", "r2", by_force=False) == "one"
    assert not phones.gone("ann", "r1")
    assert phones.holder("ann") == "one"
