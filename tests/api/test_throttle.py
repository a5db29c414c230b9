from console.throttle import Throttle


def test_a_burst_is_borne_and_then_one_at_a_time():
    throttle = Throttle(burst=3, refill_s=10)
    assert [throttle.take("a", 0) for _ in range(4)] == [0, 0, 0, 10]
    assert throttle.take("a", 4) == 6
    assert throttle.take("a", 10) == 0
    assert throttle.take("a", 10) == 10


def test_keys_do_not_share_a_bucket():
    throttle = Throttle(burst=1, refill_s=6)
    assert (throttle.take("a", 0), throttle.take("b", 0)) == (0, 0)


def test_a_bucket_never_holds_more_than_the_burst():
    throttle = Throttle(burst=2, refill_s=1)
    throttle.take("a", 0)
    assert [throttle.take("a", 1e6) > 0 for _ in range(3)] == [False, False, True]


def test_a_clock_set_back_gives_nothing_away():
    throttle = Throttle(burst=1, refill_s=10)
    throttle.take("a", 1000)
    assert throttle.take("a", 0) == 10


def test_memory_is_bounded_and_the_busiest_are_remembered():
    throttle = Throttle(burst=1, refill_s=6, keys=100)
    throttle.take("loud", 0)
    for number in range(1000):
        throttle.take(str(number), 0)
        assert throttle.take("loud", 0) > 0
    assert len(throttle) == 100
