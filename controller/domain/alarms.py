"""Thresholds of queues, and the alarms that come of them. Pure: who watches brings values and time.

    quiet --beyond the limit--> rising --for `for_s` without a break--> alarming --clear--> quiet
                                rising --not beyond any more--> quiet

Between the limit and `clear` nothing changes: an alarm that rings goes on, and none begins. A value that is
not known begins no alarm and ends none. An alarm that somebody has acknowledged goes on until it is clear;
the next one is a new one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from controller.errors import IllegalCommand, Said, say

#: A threshold of every queue, each by itself.
EVERY_QUEUE = "*"

#: Seconds after which to look again, at least: a wait reaches its limit, and passes it a moment later.
MOMENT_S = 0.1


class Metric(StrEnum):
    """What of a queue is watched, as it is now; the two ratios, of today."""

    WAITING = "waiting"
    LONGEST_WAIT_S = "longest_wait_s"
    EXPECTED_WAIT_S = "expected_wait_s"
    AVAILABLE_AGENTS = "available_agents"
    SERVICE_LEVEL = "service_level"
    ABANDONED_RATIO = "abandoned_ratio"


#: From 0 to 1.
RATIOS = frozenset({Metric.SERVICE_LEVEL, Metric.ABANDONED_RATIO})


class Severity(StrEnum):
    WARNING = "warning"
    CRITICAL = "critical"


class AlarmState(StrEnum):
    QUIET = "quiet"
    RISING = "rising"
    ALARMING = "alarming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Alarms when `metric` of `queue` is above, or below (one of the two is given), for `for_s` seconds;
    until it is at `clear`, or better. `queue`: its id, or EVERY_QUEUE.
    """

    id: str
    metric: Metric
    clear: float
    name: str = ""
    queue: str = EVERY_QUEUE
    above: float | None = None
    below: float | None = None
    for_s: float = 0.0
    severity: Severity = Severity.WARNING
    enabled: bool = True

    def beyond(self, value: float) -> bool:
        if self.above is not None:
            return value > self.above
        return self.below is not None and value < self.below

    def cleared(self, value: float) -> bool:
        return value <= self.clear if self.above is not None else value >= self.clear


def misfit(threshold: Threshold) -> tuple[str, Said] | None:
    """The field that cannot be so, and why; None when it can alarm and be clear again."""
    above, below, clear = threshold.above, threshold.below, threshold.clear
    if (above is None) == (below is None):
        return "above", say("above_or_below", "give either `above` or `below`")
    if above is not None and clear > above:
        return "clear", say(
            "clear_above",
            "must be {most:g} or less: an alarm of what is above ends below",
            most=above,
        )
    if below is not None and clear < below:
        return "clear", say(
            "clear_below",
            "must be {least:g} or more: an alarm of what is below ends above",
            least=below,
        )
    most = 1.0 if threshold.metric in RATIOS else None
    for field, value in (("above", above), ("below", below), ("clear", clear)):
        if value is not None and (value < 0 or (most is not None and value > most)):
            ratio = say("from_0_to_1", "must be from 0 to 1")
            return field, ratio if most else say("from_0", "must be 0 or more")
    if (above is not None and above == most) or below == 0:
        return "above" if below is None else "below", say(
            "never_beyond", "no value is ever beyond that"
        )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A threshold watched at one queue. `since`: of its state; `value`: the last one known."""

    threshold: Threshold
    queue: str
    state: AlarmState = AlarmState.QUIET
    since: float = 0.0
    value: float | None = None
    acknowledged_by: str | None = None
    acknowledged_at: float | None = None

    @property
    def id(self) -> str:
        return f"{self.threshold.id}@{self.queue}"


def step(alarm: Alarm, value: float | None, now: float) -> Alarm:
    """The alarm once `value` is what it is at `now`."""
    threshold = alarm.threshold
    if alarm.state is AlarmState.ALARMING:
        if value is None:
            return alarm
        if threshold.cleared(value):
            return _quiet(alarm, value, now)
        return replace(alarm, value=value)
    if value is None or not threshold.beyond(value):
        return _quiet(alarm, value, now)
    quiet = alarm.state is AlarmState.QUIET
    # A clock that was put back must not make it longer than it is.
    since = now if quiet else min(alarm.since, now)
    if now >= since + threshold.for_s:
        return replace(alarm, state=AlarmState.ALARMING, since=now, value=value)
    return replace(alarm, state=AlarmState.RISING, since=since, value=value)


def _quiet(alarm: Alarm, value: float | None, now: float) -> Alarm:
    since = alarm.since if alarm.state is AlarmState.QUIET else now
    return Alarm(threshold=alarm.threshold, queue=alarm.queue, since=since, value=value)


def due(alarm: Alarm, seen_at: float) -> float | None:
    """When time alone changes it, if it was seen at `seen_at`; None: never. Who waits longest goes on to."""
    threshold = alarm.threshold
    if alarm.state is AlarmState.RISING:
        return alarm.since + threshold.for_s
    grows = threshold.metric is Metric.LONGEST_WAIT_S and bool(alarm.value)
    if alarm.state is AlarmState.QUIET and grows and threshold.above is not None:
        return seen_at + threshold.above - (alarm.value or 0.0) + MOMENT_S
    return None


Values = Mapping[str, Mapping[Metric, float | None]]


class Alarms:
    """All of them. `arrange` the thresholds, then `observe` after each change of a value, and at
    `next_change`. Nothing is saved: after a restart what is still so rises anew."""

    def __init__(self) -> None:
        self._thresholds: dict[str, Threshold] = {}
        self._alarms: dict[str, Alarm] = {}
        self._seen_at = 0.0

    def arrange(self, thresholds: Iterable[Threshold], now: float) -> tuple[Alarm, ...]:
        """These are the thresholds from now on. The alarms that end by it, for theirs is another now."""
        self._thresholds = {t.id: t for t in thresholds if t.enabled}
        gone = [a for a in self._alarms.values() if self._of(a) != a.threshold]
        for alarm in gone:
            del self._alarms[alarm.id]
        return tuple(_quiet(a, a.value, now) for a in gone if a.state is not AlarmState.QUIET)

    def observe(self, values: Values, now: float) -> tuple[Alarm, ...]:
        """`values`: of every queue there is, by id, as they are now; None is not known. The alarms whose
        state has changed, as they are now. Of a queue that is not there any more they end."""
        self._seen_at = now
        before, after = self._alarms, {}
        for threshold, queue in self._watched(values):
            alarm = Alarm(threshold=threshold, queue=queue, since=now)
            alarm = before.get(alarm.id, alarm)
            after[alarm.id] = step(alarm, values[queue].get(threshold.metric), now)
        ended = (_quiet(a, None, now) for key, a in before.items() if key not in after)
        self._alarms = after
        return tuple(
            alarm
            for alarm in (*after.values(), *ended)
            if alarm.state
            is not (before[alarm.id].state if alarm.id in before else AlarmState.QUIET)
        )

    def acknowledge(self, alarm_id: str, by: str, now: float) -> Alarm:
        """Somebody has seen it; the first one counts. Raises IllegalCommand."""
        alarm = self._alarms.get(alarm_id)
        if alarm is None or alarm.state is not AlarmState.ALARMING:
            raise IllegalCommand(
                say("alarm_over", "alarm {alarm} does not ring (any more)", alarm=alarm_id)
            )
        if alarm.acknowledged_by is None:
            alarm = replace(alarm, acknowledged_by=by, acknowledged_at=now)
            self._alarms[alarm_id] = alarm
        return alarm

    @property
    def alarming(self) -> tuple[Alarm, ...]:
        """Those that ring, the oldest first."""
        found = (a for a in self._alarms.values() if a.state is AlarmState.ALARMING)
        return tuple(sorted(found, key=lambda alarm: (alarm.since, alarm.id)))

    def next_change(self, now: float) -> float | None:
        """When to observe again though nothing has happened, always after `now`; None: no need to."""
        times = (due(alarm, self._seen_at) for alarm in self._alarms.values())
        first = min((time for time in times if time is not None), default=None)
        return None if first is None else max(first, now + MOMENT_S)

    def _of(self, alarm: Alarm) -> Threshold | None:
        return self._thresholds.get(alarm.threshold.id)

    def _watched(self, values: Values) -> Iterator[tuple[Threshold, str]]:
        for threshold in self._thresholds.values():
            for queue in values:
                if threshold.queue in (queue, EVERY_QUEUE):
                    yield threshold, queue
