"""What Prometheus sees: gauges read at the scrape, counters and histograms fed by the news."""

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from controller.domain.events import Ended, OfferAccepted, Offered
from controller.domain.model import Interaction
from controller.ports import Published

_WAITS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)
_DECISIONS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120)


class NewsMetrics(Collector):
    """A subscriber; `take` is called for everything that is published."""

    def __init__(self, registry: CollectorRegistry) -> None:
        # Plain numbers, read at the scrape: a labelled counter takes its locks for every event.
        self._events: Tally[str] = Tally()
        registry.register(self)
        self._outcomes = Counter(
            "tandem_interactions_ended",
            "Interactions by channel and outcome.",
            ["channel", "outcome"],
            registry=registry,
        )
        self._waits = Histogram(
            "tandem_queue_wait_seconds",
            "From joining a queue to an agent's accepting.",
            ["queue"],
            buckets=_WAITS_S,
            registry=registry,
        )
        self._offers = Histogram(
            "tandem_offer_delay_seconds",
            "From joining a queue to an offer; agents' absence included.",
            ["queue"],
            buckets=_DECISIONS_S,
            registry=registry,
        )

    def take(self, published: Published) -> None:
        after = published.after
        for event in published.events:
            self._events[type(event).__name__] += 1
            if not isinstance(after, Interaction):
                continue
            if isinstance(event, Ended):
                self._outcomes.labels(after.channel, event.outcome.value).inc()
            elif after.place is not None and isinstance(event, OfferAccepted):
                self._waits.labels(after.place.queue).observe(event.at - after.place.since)
            elif after.place is not None and isinstance(event, Offered):
                self._offers.labels(after.place.queue).observe(event.at - after.place.entered_at)

    def collect(self) -> Iterator[Metric]:
        events = CounterMetricFamily(
            "tandem_events", "Events of interactions and agents.", labels=["type"]
        )
        for kind, count in self._events.items():
            events.add_metric([kind], count)
        yield events


class StateMetrics(Collector):
    """Reads what is, at the scrape. `gauges` maps a name to its help text and its reader."""

    def __init__(
        self,
        live: Callable[[], Sequence[Interaction]],
        gauges: Mapping[str, tuple[str, Callable[[], float]]],
    ) -> None:
        self._live = live
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        by_state = Tally((i.channel, i.state.value) for i in self._live())
        interactions = GaugeMetricFamily(
            "tandem_interactions", "Open interactions.", labels=["channel", "state"]
        )
        for labels, count in by_state.items():
            interactions.add_metric(labels, count)
        yield interactions
        for name, (text, read) in self._gauges.items():
            yield GaugeMetricFamily(name, text, value=read())
