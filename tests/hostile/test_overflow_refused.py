"""The queue that a customer overflows to does not take him: his flow goes on as it says."""

from controller.domain.catalogue import Did, QueueSettings
from controller.domain.words import State
from tests.hostile.centre import Centre

FLOW = """
flow: two
language: en
start: first
numbers: ["5009"]
steps:
  first: {queue: {name: sales}, otherwise: second}
  second: {queue: {name: b}, otherwise: end}
  end: {hangup: }
"""


def test_the_flows_next_queue_is_asked_itself(centre: Centre) -> None:
    (centre.folder / "flows" / "two.yaml").write_text(FLOW)
    for queue in (
        QueueSettings(id="sales", name="s", max_wait_s=1, overflow={"waited": "c"}),
        QueueSettings(id="c", name="c", max_length=0),
        QueueSettings(id="b", name="b"),
    ):
        centre.tandem.catalogue.put(queue)
    centre.tandem.catalogue.put(Did(id="5009", flow="two"))
    centre.die()
    centre.restart()
    centre.dial("5009")
    centre.until(lambda i: i.state is State.QUEUED and i.place is not None and i.place.queue == "b")
