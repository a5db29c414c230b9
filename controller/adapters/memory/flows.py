"""The IVR and the ledger as twins: every caller goes straight to one queue."""

from collections.abc import Callable

from controller.domain import commands as c
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Interaction
from controller.ports import AnyCommand, Catalogue


class MemoryFlows:
    """Flows. Puts customers into the queue they dialled, or into `queue` when there is none of that
    id; one whom the queue gives back is let go."""

    def __init__(
        self, catalogue: Catalogue, queue: str, submit: Callable[[AnyCommand], None]
    ) -> None:
        self._catalogue = catalogue
        self._queue = queue
        self._submit = submit

    def flow_for(self, dialled: str) -> str:
        return "straight_to_queue"

    def start(self, interaction: Interaction) -> None:
        queue = self._catalogue.find(QueueSettings, interaction.dialled)
        queue = queue or self._catalogue.get(QueueSettings, self._queue)
        self._submit(
            c.EnterQueue(
                interaction_id=interaction.id,
                queue=queue.id,
                terms=queue.terms(),
                priority=queue.priority,
                skills=queue.skills,
            )
        )

    def resume(self, interaction: Interaction, reason: str) -> None:
        self._submit(c.Finish(interaction_id=interaction.id, reason=reason))

    def stop(self, interaction_id: str) -> None:
        return


class MemoryLedger:
    """Ledger. `written`: interactions by id, as they were when last written."""

    def __init__(self) -> None:
        self.written: dict[str, Interaction] = {}

    def write_manifest(self, interaction: Interaction) -> None:
        self.written[interaction.id] = interaction
