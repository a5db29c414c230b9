"""The IVR's and the ledger's twins."""

from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.adapters.memory.flows import MemoryFlows, MemoryLedger
from controller.domain import commands as c
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Interaction, State


def interaction(dialled: str) -> Interaction:
    return Interaction(
        id="call", channel="voice", state=State.IN_FLOW, address="1", name="", dialled=dialled,
        arrived_at=1.0, leg="call",
    )  # fmt: skip


def test_callers_go_to_the_queue_they_dialled_or_to_the_given_one_on_its_terms():
    catalogue, sent = MemoryCatalogue(), []
    catalogue.put(QueueSettings(id="sales", name="S", offer_s=7, priority=2, skills={"english": 1}))
    catalogue.put(QueueSettings(id="support", name="S"))
    flows = MemoryFlows(catalogue, "sales", sent.append)
    flows.start(interaction("5000"))
    flows.start(interaction("support"))
    flows.resume(interaction("5000"), "wait")
    first, second, last = sent
    assert (first.queue, first.terms.offer_s, first.priority) == ("sales", 7, 2)
    assert first.skills == {"english": 1}
    assert second.queue == "support"
    assert last == c.Finish(interaction_id="call", reason="wait")


def test_the_ledger_keeps_the_last_of_each():
    ledger = MemoryLedger()
    ledger.write_manifest(interaction("1"))
    ledger.write_manifest(interaction("2"))
    assert [i.dialled for i in ledger.written.values()] == ["2"]
