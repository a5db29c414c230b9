"""Who could take an interaction, as the API shows it."""

from pydantic import Field

from console.api.schemas.values import Time, View
from console.wording import Worded


class EligibleView(View):
    """An agent who could take it."""

    agent: str
    merit: str = Field(description="What ranks him.", examples=["idle for 200 s"])


class PassedOverView(View):
    agent: str
    reason: str = Field(examples=["on_break", "needs refunds 3, has 1", "on a contact"])


class CandidatesView(View):
    """Every agent of the queue, judged for one customer at one moment."""

    interaction_id: str | None = Field(description="null: asked of a customer who is not there.")
    queue: str
    at: Time
    waiting: bool = Field(description="False: what would be if it waited in this queue now.")
    ahead: int = Field(description="Customers of this queue who stand before it.")
    rule: str = Field(description="What chooses among the eligible.", examples=["longest_idle"])
    at_once: int = Field(description="To how many of them it is offered at once.")
    needs: dict[str, int] = Field(description="Skill to level, as its ring says now.")
    kept_for: str | None = Field(description="The agent who alone may have it now.")
    slack_s: float = Field(description="Seconds left of the queue's target; below 0: passed.")
    next_change: Time | None = Field(
        description="When time alone changes the answer: a ring, the end of a preference or a refusal."
    )
    eligible: list[EligibleView] = Field(description="Best first.")
    passed_over: list[PassedOverView]
    reasons: dict[str, int] = Field(description="Reason to how many were passed over for it.")


class WarningView(Worded, View):
    """What is allowed, and yet hardly meant."""

    path: str = Field(description="The field: dots between names, numbers for places in a list.")
    message: str = Field(description="What comes of it, and what to do.")


class QueuePreview(View):
    """A queue judged before it is saved."""

    candidates: CandidatesView
    warnings: list[WarningView]
