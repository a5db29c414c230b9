"""Where a leg is sent: extensions by context, and the `inline` dialplan."""

import re
from collections.abc import Callable, Sequence

from controller.lab.channel import Leg
from controller.lab.core import Core
from controller.lab.facts import Extension, microseconds

Steps = Sequence[tuple[str, str]]
StepsOfLeg = Callable[[Leg], Steps]

# The names that dialplan_templates/ gives them.
INBOUND_CONTEXT = "tandem-carrier"
FALLBACK_CONTEXT = "tandem-fallback"
FALLBACK_EXTENSION = "fallback"
AGENTS_CONTEXT = "tandem-agents"
TRANSFER_CONTEXT = "tandem-transfer"
LEFT_ON_HOLD = "left-on-hold"
DEFAULT_CONTEXT = "default"
ANY = "*"


class Dialplan:
    """Extensions of the lab switch. `*` in a context takes what no other extension does."""

    def __init__(self, *, dead_man_seconds: int = 15, announcement: str = "") -> None:
        self._contexts: dict[str, dict[str, Steps | StepsOfLeg]] = {}
        self.add(INBOUND_CONTEXT, ANY, lambda leg: inbound_steps(leg, dead_man_seconds))
        self.add(FALLBACK_CONTEXT, FALLBACK_EXTENSION, fallback_steps(announcement))
        self.add(AGENTS_CONTEXT, ANY, agent_dial_steps)
        self.add(AGENTS_CONTEXT, "refused", REFUSED)
        self.add(TRANSFER_CONTEXT, ANY, lambda leg: transfer_steps(leg, dead_man_seconds))
        self.add(DEFAULT_CONTEXT, "park", [("park", "")])

    def add(self, context: str, extension: str, steps: Steps | StepsOfLeg) -> None:
        """`steps` are the applications, or what makes them for a leg."""
        self._contexts.setdefault(context, {})[extension] = steps

    def steps(self, leg: Leg, context: str, extension: str) -> Steps | None:
        """The applications of an extension, or None when nothing matches."""
        extensions = self._contexts.get(context, {})
        found = extensions.get(extension, extensions.get(ANY))
        return found(leg) if callable(found) else found

    def transfer(self, leg: Leg, destination: str, dialplan: str = "", context: str = "") -> bool:
        """Send a live leg to `destination`; a place that does not exist hangs it up."""
        if not leg.up:
            return False
        context = context or leg.party.context
        leg.times.transfer = microseconds()

        def arrive() -> None:
            if leg.answered:
                leg.say_callstate("RINGING")
                leg.say_callstate("ACTIVE")
            leg.party.destination = destination
            leg.party.context = context
            inline = dialplan.lower() == "inline"
            steps = inline_steps(destination) if inline else self.steps(leg, context, destination)
            leg.extension = Extension()
            if steps is None:
                leg.hang_up("NO_ROUTE_DESTINATION")
                return
            leg.extension.steps.extend(steps)
            leg.run_extension()

        leg.redirect(arrive)
        return True


def _multiset(*pairs: str) -> tuple[str, str]:
    return "multiset", "^^;" + ";".join(pairs)


def inline_steps(text: str) -> Steps:
    """`app:argument,app:argument` of the inline dialplan; `m:X:` in front changes the comma."""
    separator = ","
    if text.startswith("m:") and len(text) > 4 and text[3] == ":":
        separator, text = text[2], text[4:]
    steps = []
    for part in text.split(separator):
        app, _, arg = part.strip().partition(":")
        if app:
            steps.append((app, arg.strip("'")))
    return steps


def inbound_steps(leg: Leg, dead_man_seconds: int) -> Steps:
    """What an arriving customer meets: tagged, a dead-man timer, parked."""
    return [
        _multiset(
            "tandem_role=customer",
            "tandem_entry=carrier",
            f"tandem_interaction={leg.uuid}",
            f"tandem_deadline={dead_man_seconds}",
            "RECORD_STEREO=true",
            "park_after_bridge=true",
            "uuid_bridge_park_on_cancel=true",
            "hangup_after_bridge=false",
        ),
        (
            "sched_transfer",
            f"+{dead_man_seconds} {FALLBACK_EXTENSION} XML {FALLBACK_CONTEXT}",
        ),
        ("park", ""),
    ]


def fallback_steps(announcement: str) -> Steps:
    """No controller took the call: say so and release it."""
    prompt = announcement or "tone_stream://%(500,500,480,620);loops=3"
    return [
        ("set", "tandem_fallback=true"),
        ("answer", ""),
        ("playback", prompt),
        ("hangup", "NORMAL_TEMPORARY_FAILURE"),
    ]


REFUSED: Steps = [("set", "tandem_role=agent_dial"), ("respond", "403 Dial from the console")]
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}")


def agent_dial_steps(leg: Leg) -> Steps:
    """What an agent's phone that dials meets: tagged, parked unanswered, refused in the end."""
    number = leg.party.destination
    if not _NUMBER.fullmatch(number):
        return REFUSED
    return [
        _multiset("tandem_role=agent_dial", f"tandem_dialled={number}", "RECORD_STEREO=true"),
        ("sched_transfer", f"+5 refused XML {AGENTS_CONTEXT}"),
        ("park", ""),
    ]


def transfer_steps(leg: Leg, dead_man_seconds: int) -> Steps:
    """Where a phone's REFER leads: tagged with the number, a dead-man timer, parked."""
    number = leg.party.destination
    referred = [("set", f"tandem_referred_to={number}")] if _NUMBER.fullmatch(number) else []
    timer = ("set", f"park_timeout={dead_man_seconds}")
    if leg.variables.get("tandem_role") == "customer":
        fallback = f"{FALLBACK_EXTENSION} XML {FALLBACK_CONTEXT}"
        timer = ("sched_transfer", f"+{dead_man_seconds} {fallback}")
    return [("unset", "tandem_referred_to"), *referred, timer, ("park", "")]


def start_at(core: Core, dialplan: Dialplan, leg: Leg) -> None:
    """Let a new inbound leg run what its destination says."""
    steps = dialplan.steps(leg, leg.party.context, leg.party.destination)
    if steps is None:
        leg.hang_up("NO_ROUTE_DESTINATION")
        return
    leg.extension.steps.extend(steps)
    leg.begin(leg.run_extension)
