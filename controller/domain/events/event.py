"""What every fact has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    interaction_id: str
    at: float
