"""`originate`: a leg to a phone, and what it does once that answers."""

import math
import time

from controller.lab.arguments import brackets, separate
from controller.lab.channel import Leg
from controller.lab.core import Core
from controller.lab.dialplan import DEFAULT_CONTEXT, Dialplan
from controller.lab.facts import Party
from controller.lab.phones import Exchange

USAGE = (
    "-USAGE: <call url> <exten>|&"  # codespell:ignore exten
    "<application_name>(<app_args>) [<dialplan>] [<context>]"
    " [<cid_name>] [<cid_num>] [<timeout_sec>]\n"
)
_WITHOUT_EARLY_MEDIA = ("ignore_early_media", "originate_ignore_early_media")


class Originator:
    """Carries `originate` out; `run` blocks until the phone answers or will not."""

    def __init__(self, core: Core, exchange: Exchange, dialplan: Dialplan) -> None:
        self._core = core
        self._exchange = exchange
        self._dialplan = dialplan

    def run(self, argument: str) -> str:
        """The reply line: `+OK <uuid>`, `-ERR <CAUSE>` or the usage."""
        words = separate(argument, " ", 10)
        if not 2 <= len(words) <= 7:
            return USAGE
        words += [""] * (7 - len(words))
        words = ["" if word.lower() == "undef" else word for word in words]
        timeout = int(words[6]) if words[6].isdigit() else 60
        try:
            variables, dial = brackets(words[0])
            variables_of_leg, dial = brackets(dial, "[", "]")
        except ValueError:
            return "-ERR DESTINATION_OUT_OF_ORDER\n"
        variables |= variables_of_leg
        leg, cause = self._call(dial, variables, timeout, (words[4], words[5]))
        if leg is None:
            return f"-ERR {cause}\n"
        self._send_on(leg, words[1], words[2], words[3])
        return f"+OK {leg.uuid}\n"

    def _call(
        self, dial: str, variables: dict[str, str], timeout: int, caller: tuple[str, str]
    ) -> tuple[Leg | None, str]:
        phone, name, refusal = self._exchange.resolve(dial)
        if phone is None or refusal:
            return None, refusal
        own = {k: v for k, v in variables.items() if k not in ("origination_uuid",)}
        leg = Leg(
            self._core,
            name=name,
            direction="outbound",
            party=_party(variables, caller, name),
            uuid=variables.get("origination_uuid", ""),
            variables=own,
        )
        if not self._core.admit(leg):
            return None, "DESTINATION_OUT_OF_ORDER"
        for event in ("CHANNEL_OUTGOING", "CHANNEL_CREATE", "CHANNEL_ORIGINATE"):
            leg.emit(event, variables=event != "CHANNEL_OUTGOING")
        phone.ring(leg)
        return self._await_answer(leg, variables, timeout)

    def _await_answer(
        self, leg: Leg, variables: dict[str, str], timeout: int
    ) -> tuple[Leg | None, str]:
        for name in ("originate_timeout", "leg_timeout"):
            if variables.get(name, "").isdigit():
                timeout = min(timeout, int(variables[name]))
        early = not any(leg.truth(name) for name in _WITHOUT_EARLY_MEDIA)
        # FreeSWITCH compares whole epoch seconds, so two seconds may be one and a bit.
        limit = math.floor(time.time()) + timeout - time.time()
        leg.wait(
            max(limit, 0.0),
            messages=False,
            until=lambda: leg.answered or (early and leg.early),
        )
        if not leg.up:
            return None, leg.cause or ""
        if leg.answered or (early and leg.early):
            leg.emit("CALL_UPDATE", {"Direction": "SEND"})
            return leg, ""
        leg.hang_up("NO_ANSWER")
        return None, "NO_ANSWER"

    def _send_on(self, leg: Leg, target: str, dialplan: str, context: str) -> None:
        if target.startswith("&") and len(target) > 1:
            app, _, arg = target[1:].partition(")")[0].partition("(")
            leg.extension.steps.append((app, arg))
            leg.begin(leg.run_extension)
            return
        self._dialplan.transfer(leg, target, dialplan, context or DEFAULT_CONTEXT)
        leg.begin_redirected()


def _party(variables: dict[str, str], caller: tuple[str, str], name: str) -> Party:
    destination = name.rpartition("/")[2].partition("@")[0]
    return Party(
        name=caller[0] or variables.get("origination_caller_id_name", ""),
        number=caller[1] or variables.get("origination_caller_id_number", "0000000000"),
        destination=destination,
        callee_name="Outbound Call",
        callee_number=destination,
        context=DEFAULT_CONTEXT,
    )
