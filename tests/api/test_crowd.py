"""Who goes when there is no room."""

from console.crowd import Crowd


def test_the_oldest_of_the_address_that_has_most_goes_first():
    crowd = Crowd()
    for number, address in enumerate("abbbaa"):
        crowd.enter(number, address)
    crowd.leave(4, "a")
    assert [crowd.make_room() for _ in range(6)] == [1, 0, 2, 5, 3, None]


def test_who_may_not_go_stays():
    crowd = Crowd()
    for number, address in enumerate("aab"):
        crowd.enter(number, address)
    assert crowd.make_room(lambda who: who == 2) == 2
    assert crowd.make_room(lambda who: False) is None
    crowd.leave(7, "a")
    crowd.leave(0, "b")
    assert crowd.make_room() == 0
