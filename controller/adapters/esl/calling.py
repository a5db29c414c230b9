"""Calls that we place: agents' phones and outside numbers. What becomes of them comes as commands."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog

from controller.adapters.esl import commands
from controller.adapters.esl.calls import Calls
from controller.adapters.esl.link import SwitchLink
from controller.adapters.esl.messages import JobResult, is_refusal
from controller.adapters.esl.registrations import Registrations
from controller.adapters.esl.series import Series
from controller.domain import commands as c
from controller.domain.catalogue import AgentProfile
from controller.domain.model import Interaction
from controller.domain.words import LegRole
from controller.errors import CommandRefused, LinkLost, SwitchError, UnsafeCommand, say
from controller.ports import AnyCommand, Catalogue, Clock

log = structlog.get_logger(__name__)

DEFAULT_MUSIC = "local_stream://moh"

#: `tandem_role` of a customer whom an agent called. Who called us has the role from the dialplan.
CALLED = "called"

#: Why an outside number cannot be called, by the hangup cause that stands for it.
OUTSIDE_PROBLEMS = {
    "NO_ROUTE_DESTINATION": say(
        "no_way_out", "there is no way to outside numbers; set switch.outbound to a gateway"
    ),
    "OUTGOING_CALL_BARRED": say(
        "number_barred", "this number is not on the allowlist; see fs.outbound_prefixes"
    ),
    "INVALID_NUMBER_FORMAT": say(
        "number_wrong", "not a number: digits, with a + before them or not, 32 at most"
    ),
}

_NUMBER = re.compile(r"\+?[0-9*#]{1,32}")

#: What the dialplan sets on a customer's leg that comes in, for one that we make.
_AS_FROM_THE_DIALPLAN = {
    "RECORD_STEREO": "true",
    "RECORD_PRE_BUFFER_FRAMES": "1",
    "recording_follow_transfer": "true",
    "RECORD_HANGUP_ON_ERROR": "false",
    "park_after_bridge": "true",
    "uuid_bridge_park_on_cancel": "true",
    "hangup_after_bridge": "false",
}


#: Headers by which a page, and most desk phones, answer without a hand.
ANSWER_BY_ITSELF = {
    "sip_h_X-Tandem-Answer": "auto",
    "sip_h_Call-Info": "<sip:tandem>;answer-after=0",
    "sip_h_Alert-Info": "<http://tandem>;info=alert-autoanswer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSettings:
    """`outbound`: dial string before outside numbers, such as `sofia/gateway/carrier/`.

    `outbound_prefixes`: digits that an outside number must begin with, one of them; none, none may
    be dialled. A stolen flow file must not be able to call the moon. `page_timeout_s`: after so long
    without a packet of a phone in a page its leg is ended.
    """

    domain: str
    recordings_dir: Path
    outbound: str | None = None
    outbound_prefixes: tuple[str, ...] = ()
    agent_prefix: str = "sofia/agents/"
    page_timeout_s: int = 5

    @property
    def agent_profile(self) -> str:
        """The SIP profile that agents' phones register with."""
        return self.agent_prefix.removeprefix("sofia/").partition("/")[0]

    def address_of(self, profile: AgentProfile) -> str:
        """The dial string of an agent's phone."""
        return profile.address or f"{self.agent_prefix}{profile.extension}%{self.domain}"

    @property
    def of_a_page(self) -> Mapping[str, str]:
        """Variables of a leg to a phone in a page. Of no use to others, and every byte costs the switch."""
        return {"media_timeout": str(self.page_timeout_s * 1000)}

    def problem_with(self, number: str) -> tuple[str, str] | None:
        """Why an outside number cannot be called, as hangup cause and as words for the log, or None."""
        if not _NUMBER.fullmatch(number):
            return "INVALID_NUMBER_FORMAT", "outside_number_is_none"
        if self.outbound is None:
            return "NO_ROUTE_DESTINATION", "no_gateway_for_outside_numbers"
        prefixes = tuple(p.removeprefix("+") for p in self.outbound_prefixes)
        if not number.removeprefix("+").startswith(prefixes):
            return "OUTGOING_CALL_BARRED", "outside_number_not_allowed"
        return None


class Lender(Protocol):
    def lend(self, interaction_id: str, agent: str, leg: str) -> bool:
        """Serve as `leg` by what is connected to the agent's phone already; False: nothing is."""


class Calling:
    """`ring` and `call` return at once; NoteLegAnswered or NoteLegEnded follow, the latter from here
    when the switch cannot so much as try."""

    def __init__(
        self,
        *,
        link: SwitchLink,
        calls: Calls,
        series: Series,
        catalogue: Catalogue,
        clock: Clock,
        submit: Callable[[AnyCommand], None],
        settings: VoiceSettings,
        nailed: Lender,
        registrations: Registrations,
    ) -> None:
        self._nailed = nailed
        self._registrations = registrations
        self._link = link
        self._calls = calls
        self._series = series
        self._catalogue = catalogue
        self._clock = clock
        self._submit = submit
        self._settings = settings

    def ring(
        self,
        interaction: Interaction,
        agent: str,
        leg: str,
        limit_s: float,
        role: LegRole,
        *,
        again: bool = False,
    ) -> None:
        if leg in self._calls.dialled:
            self._answer_own(interaction.id, leg, role)
            return
        profile = self._catalogue.find(AgentProfile, agent)
        if profile is None:
            self._failed(interaction.id, leg, "USER_NOT_REGISTERED")
            return
        if profile.nailed_up and self._nailed.lend(interaction.id, agent, leg):
            return
        variables = {"tandem_role": role.value}
        if profile.address is None:  # a dial string may lead out of the house
            if self._registrations.in_page(profile.extension):
                variables |= {"sip_h_X-Tandem-Interaction": interaction.id}
                variables |= self._settings.of_a_page
            variables |= ANSWER_BY_ITSELF if again else {}
        caller = (
            commands.carriable(interaction.name, 64),
            commands.carriable(interaction.address, 32),
        )
        address = self._settings.address_of(profile)
        self._originate(interaction.id, leg, address, variables, caller, limit_s)

    def _answer_own(self, interaction_id: str, leg: str, role: LegRole) -> None:
        """The agent's phone has dialled: there is nothing to ring."""
        self._calls.owner[leg] = interaction_id
        variables = {"tandem_role": role.value}
        page = leg in self._calls.pages
        variables |= self._settings.of_a_page if page else {}

        def work() -> None:
            self._link.api(f"sched_del {leg}")  # what the dialplan set for when nobody is there
            self._link.api(commands.setvars(leg, variables))
            self._link.execute(leg, "answer")
            at = self._clock.now()
            self._submit(
                c.NoteLegAnswered(interaction_id=interaction_id, leg=leg, at=at, page=page)
            )

        self._series.add(f"ring:{leg}", work, interaction_id=interaction_id)

    def call(self, interaction: Interaction, number: str, leg: str, limit_s: float) -> None:
        problem = self._settings.problem_with(number)
        if problem is not None:
            cause, event = problem
            log.error(event, interaction_id=interaction.id)
            self._failed(interaction.id, leg, cause)
            return
        is_customer = leg == interaction.leg
        variables = {
            "tandem_role": CALLED if is_customer else LegRole.OUTSIDE.value,
            **(_AS_FROM_THE_DIALPLAN if is_customer else {}),
        }
        caller = ("", commands.carriable(interaction.dialled, 32))
        address = f"{self._settings.outbound}{number}"
        self._originate(interaction.id, leg, address, variables, caller, limit_s)

    def _originate(
        self,
        interaction_id: str,
        leg: str,
        address: str,
        variables: Mapping[str, str],
        caller: tuple[str, str],
        limit_s: float,
    ) -> None:
        self._calls.owner[leg] = interaction_id
        self._calls.dialling.add(leg)
        settings = {
            "origination_uuid": leg,
            "ignore_early_media": "true",
            **variables,
        }

        def work() -> None:
            try:
                self._link.bgapi_nowait(
                    commands.originate(
                        address, settings, caller=caller, limit_s=max(1, int(limit_s))
                    ),
                    limit_s + 10,
                    done=partial(self._originated, interaction_id, leg),
                )
            except UnsafeCommand:
                self._failed(interaction_id, leg, "INVALID_NUMBER_FORMAT")
                raise

        # The customer's series may be busy, and the phone need not wait for it.
        self._series.add(f"ring:{leg}", work, interaction_id=interaction_id)

    def _originated(self, interaction_id: str, leg: str, outcome: JobResult | SwitchError) -> None:
        """The phone was answered, or it will not be. Called in the link's reader."""
        match outcome:
            case JobResult(body=reply) | CommandRefused(reply=reply):
                if is_refusal(reply):
                    cause = reply.removeprefix("-ERR").strip() or "UNSPECIFIED"
                    self._failed(interaction_id, leg, cause)
            case SwitchError() if not isinstance(outcome, LinkLost):
                log.warning("ringing_unclear", interaction_id=interaction_id, problem=str(outcome))

    def _failed(self, interaction_id: str, leg: str, cause: str) -> None:
        self._calls.gone(leg)
        self._submit(
            c.NoteLegEnded(
                interaction_id=interaction_id, leg=leg, cause=cause, at=self._clock.now()
            )
        )
