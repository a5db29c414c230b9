"""Agents' phones, as a test says they are."""

from controller.domain.words import PhoneState


class MemoryPhones:
    """Phones. `states`: by agent; whoever is not in it has a phone of which nobody knows."""

    def __init__(self) -> None:
        self.states: dict[str, PhoneState] = {}

    def state(self, agent_id: str) -> PhoneState:
        return self.states.get(agent_id, PhoneState.UNKNOWN)
