"""The IVR and the ledger as twins: every caller goes straight to one queue."""

from collections.abc import Callable

from controller.domain import commands as c
from controller.domain.catalogue import QueueSettings
from controller.domain.model import Interaction, Telling
from controller.greenlets import spawn
from controller.ports import AnyCommand, Catalogue, Queues, Wish


class MemoryFlows:
    """Flows. Puts customers into the queue they dialled, or into `queue` when there is none of that
    id; one whom every queue gives back is let go. `telling`: what they hear while they wait."""

    def __init__(
        self,
        catalogue: Catalogue,
        queue: str,
        queues: Queues,
        submit: Callable[[AnyCommand], None],
    ) -> None:
        self._catalogue = catalogue
        self._queue = queue
        self._queues = queues
        self._submit = submit
        self.telling: Telling | None = None

    def flow_for(self, dialled: str) -> str:
        return "straight_to_queue"

    def start(self, interaction: Interaction) -> None:
        spawn(f"flow:{interaction.id}", self._join, interaction)

    def _join(self, interaction: Interaction) -> None:
        dialled = self._catalogue.find(QueueSettings, interaction.dialled)
        queue = self._queue if dialled is None else dialled.id
        wish = Wish(queue=queue, telling=self.telling)
        reason = self._queues.join(interaction, wish)
        if reason is not None:
            self._submit(c.Finish(interaction_id=interaction.id, reason=reason))

    def resume(self, interaction: Interaction, reason: str) -> None:
        back = interaction.flow.given_back if interaction.flow is not None else None
        if back is not None and back.to is not None:
            self.start(interaction)
        else:
            self._submit(c.Finish(interaction_id=interaction.id, reason=reason))

    def stop(self, interaction_id: str) -> None:
        return


class MemoryLedger:
    """Ledger. `written`: interactions by id, as they were when last written."""

    def __init__(self) -> None:
        self.written: dict[str, Interaction] = {}

    def write_manifest(self, interaction: Interaction) -> None:
        self.written[interaction.id] = interaction
