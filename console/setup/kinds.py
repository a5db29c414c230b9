"""The kinds of entry that a set-up file holds, one row each: all that reading, checking and showing
such a file needs to know of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from console.api.schemas.prompts import PromptBody, prompt_body, prompt_entry
from console.api.schemas.queues import QueueBody, queue_entry, queue_view
from console.api.schemas.reasons import ReasonBody, reason_entry, reason_view
from console.api.schemas.setup import (
    DidBody,
    ProfileBody,
    ScheduleBody,
    did_entry,
    did_view,
    profile_entry,
    profile_view,
    schedule_entry,
    schedule_view,
)
from console.api.schemas.thresholds import ThresholdBody, threshold_entry, threshold_view
from console.api.schemas.values import DID_PATTERN, SLUG_PATTERN, Body
from console.setup import faults, uses, warnings
from console.setup.faults import Fault
from console.setup.proposed import Setup
from controller.domain.alarms import Threshold
from controller.domain.catalogue import (
    Account,
    AgentProfile,
    CatalogueEntry,
    Did,
    QueueSettings,
    Reason,
    Session,
    Token,
)
from controller.domain.prompt import NamedPrompt
from controller.domain.schedule import Schedule
from controller.errors import Said, say


def _nothing(entry: Any, setup: Setup) -> Iterator[Fault]:
    yield from ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupKind:
    """`section`: its name in the file. `body`: what may stand there, except for the fields `apart`, which
    are read only or secret.

    `read`: (id, body, the entry there is) to the entry. `written`: the other way round. `faults`: why it
    cannot be saved beside the others. `uses`: what would miss it. `warnings`: what is hardly meant.
    """

    section: str
    kind: type[CatalogueEntry]
    body: type[Body]
    id_pattern: str = SLUG_PATTERN
    apart: frozenset[str] = frozenset({"id"})
    read: Callable[[str, Any, Any], CatalogueEntry]
    written: Callable[[Any], Body]
    faults: Callable[[Any, Setup], Iterable[Fault]] = _nothing
    uses: Callable[[Any, Setup], list[Said]]
    warnings: Callable[[Any, Setup], Iterable[Fault]] = _nothing

    def fields(self, entry: CatalogueEntry, *, whole: bool) -> dict[str, Any]:
        """As the file has it: JSON values. Not `whole`: without what has its default."""
        body = self.written(entry)
        return body.model_dump(mode="json", exclude=set(self.apart), exclude_defaults=not whole)


def _read_profile(agent_id: str, body: ProfileBody, present: AgentProfile | None) -> AgentProfile:
    """A phone's password belongs to its extension, and is in no file: with another one it is gone."""
    same = present is not None and present.extension == body.extension
    return profile_entry(agent_id, body, present.a1_hash if present and same else None)


def _written_profile(entry: AgentProfile) -> ProfileBody:
    return ProfileBody.model_construct(**dict(profile_view(entry)))


def _profile_faults(entry: AgentProfile, setup: Setup) -> Iterator[Fault]:
    yield from faults.of_profile(entry, setup)
    if not entry.enabled and faults.signed_in(entry.id):
        message = say(
            "signed_in_keep_enabled", "he is signed in; sign him out before disabling him"
        )
        yield Fault(path="enabled", message=message)


def _profile_warnings(entry: AgentProfile, setup: Setup) -> Iterator[Fault]:
    if entry.enabled and entry.address is None and entry.a1_hash is None:
        yield Fault(
            path="extension",
            message=say(
                "phone_without_password",
                "his phone has no password and cannot register; make one: `tandem profile "
                "phone {agent}`, or POST /agent-profiles/{agent}/phone",
                agent=entry.id,
            ),
        )


#: In the order of the file.
KINDS: tuple[SetupKind, ...] = (
    SetupKind(
        section="schedules",
        kind=Schedule,
        body=ScheduleBody,
        read=lambda entry_id, body, present: schedule_entry(entry_id, body),
        written=schedule_view,
        uses=uses.of_schedule,
    ),
    SetupKind(
        section="prompts",
        kind=NamedPrompt,
        body=PromptBody,
        read=lambda entry_id, body, present: prompt_entry(entry_id, body),
        written=prompt_body,
        faults=faults.of_prompt,
        uses=uses.of_prompt,
    ),
    SetupKind(
        section="queues",
        kind=QueueSettings,
        body=QueueBody,
        apart=frozenset({"id", "warning"}),
        read=lambda entry_id, body, present: queue_entry(entry_id, body),
        written=lambda entry: queue_view(entry, None),
        faults=faults.of_queue,
        uses=uses.of_queue,
        warnings=warnings.of_queue,
    ),
    SetupKind(
        section="agents",
        kind=AgentProfile,
        body=ProfileBody,
        apart=frozenset({"id", "phone_password", "has_phone_password"}),
        read=_read_profile,
        written=_written_profile,
        faults=_profile_faults,
        uses=uses.of_profile,
        warnings=_profile_warnings,
    ),
    SetupKind(
        section="dids",
        kind=Did,
        body=DidBody,
        id_pattern=DID_PATTERN,
        read=lambda entry_id, body, present: did_entry(entry_id, body),
        written=did_view,
        faults=faults.of_did,
        uses=uses.of_did,
    ),
    SetupKind(
        section="reasons",
        kind=Reason,
        body=ReasonBody,
        read=lambda entry_id, body, present: reason_entry(entry_id, body),
        written=reason_view,
        uses=uses.of_no_one,
    ),
    SetupKind(
        section="thresholds",
        kind=Threshold,
        body=ThresholdBody,
        read=lambda entry_id, body, present: threshold_entry(entry_id, body),
        written=threshold_view,
        faults=faults.of_threshold,
        uses=uses.of_no_one,
    ),
)

#: Kinds that are in no file: who may get in is decided where it is audited, not by a file that travels.
LEFT_OUT: frozenset[type[CatalogueEntry]] = frozenset({Token, Account, Session})
