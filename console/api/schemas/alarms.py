"""Alarms that ring, as supervisors read them."""

from pydantic import Field

from console.api.schemas.values import Time, View, time_of, time_or_none
from controller.domain.alarms import Alarm, Metric, Severity


class AlarmView(View):
    """A threshold that is passed at one queue."""

    id: str = Field(description="The threshold's id, `@`, the queue's.")
    threshold: str
    name: str = Field(description="The threshold's; may be empty.")
    queue: str
    metric: Metric
    value: float | None = Field(
        description="When it was last looked at; a longest wait goes on growing. null: not known."
    )
    above: float | None = Field(description="It alarms above this ...")
    below: float | None = Field(description="... or below this.")
    clear: float = Field(description="Until it is at this, or better.")
    severity: Severity
    since: Time = Field(description="When it began to ring.")
    acknowledged_by: str | None = Field(description="Who was the first to have seen it.")
    acknowledged_at: Time | None


class AlarmList(View):
    items: list[AlarmView] = Field(description="Those that ring, the oldest first.")


def alarm_view(alarm: Alarm) -> AlarmView:
    threshold = alarm.threshold
    return AlarmView(
        id=alarm.id,
        threshold=threshold.id,
        name=threshold.name,
        queue=alarm.queue,
        metric=threshold.metric,
        value=alarm.value,
        above=threshold.above,
        below=threshold.below,
        clear=threshold.clear,
        severity=threshold.severity,
        since=time_of(alarm.since),
        acknowledged_by=alarm.acknowledged_by,
        acknowledged_at=time_or_none(alarm.acknowledged_at),
    )
