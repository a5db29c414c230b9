"""The IVR's and the ledger's twins."""

import gevent

from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.adapters.memory.flows import MemoryFlows, MemoryLedger
from controller.domain import commands as c
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Interaction
from controller.domain.words import State


def interaction(dialled: str) -> Interaction:
    return Interaction(
        id="call", channel="voice", state=State.IN_FLOW, address="1", name="", dialled=dialled,
        arrived_at=1.0, leg="call",
    )  # fmt: skip


class Taken:
    """Queues that take everybody but who wishes for support."""

    def __init__(self) -> None:
        self.wishes: list[str] = []

    def join(self, interaction, wish, admitted=lambda queue: None):
        self.wishes.append(wish.queue)
        return "full" if wish.queue == "support" else None


def test_callers_go_to_the_queue_they_dialled_or_to_the_given_one_and_then_away():
    catalogue, queues, sent = MemoryCatalogue(), Taken(), []
    for queue in ("sales", "support"):
        catalogue.put(QueueSettings(id=queue, name=queue))
    flows = MemoryFlows(catalogue, "sales", queues, sent.append)
    flows.start(interaction("5000"))
    flows.start(interaction("support"))
    gevent.sleep(0)
    assert queues.wishes == ["sales", "support"]
    flows.resume(interaction("5000"), "waited")
    reasons = [command.reason for command in sent if isinstance(command, c.Finish)]
    assert reasons == ["full", "waited"]


def test_the_ledger_keeps_the_last_of_each():
    ledger = MemoryLedger()
    ledger.write_manifest(interaction("1"))
    ledger.write_manifest(interaction("2"))
    assert [i.dialled for i in ledger.written.values()] == ["2"]
