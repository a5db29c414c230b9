"""What a scrape says after a call."""

from prometheus_client import CollectorRegistry, generate_latest

from controller.adapters.metrics import NewsMetrics, StateMetrics
from tests.controller.world import World


def test_a_scrape_after_a_call():
    registry = CollectorRegistry()
    world = World()
    world.publisher.subscribe("metrics", NewsMetrics(registry).take)
    registry.register(StateMetrics(world.engine.live, {"tandem_x": ("An x.", lambda: 7)}))
    world.start()
    world.arrive("waiting")
    world.arrive("talking")
    world.pass_(3)
    world.agent("1001")
    world.settle()
    world.medium.hang_up("waiting")
    world.settle()
    world.medium.answer(world.now("talking").offer.leg)
    world.settle()
    text = generate_latest(registry).decode()
    world.stop()
    for line in (
        'tandem_events_total{type="Arrived"} 2.0',
        'tandem_interactions_ended_total{channel="voice",outcome="abandoned"} 1.0',
        'tandem_queue_wait_seconds_count{queue="sales"} 1.0',
        'tandem_queue_wait_seconds_sum{queue="sales"} 3.0',
        'tandem_offer_delay_seconds_count{queue="sales"} 1.0',
        'tandem_interactions{channel="voice",state="connected"} 1.0',
        "tandem_x 7.0",
    ):
        assert line in text.splitlines(), text
    assert "+4930" not in text
