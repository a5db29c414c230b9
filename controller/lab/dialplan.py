"""Where a leg is sent: extensions by context, and the `inline` dialplan."""

from collections.abc import Sequence

from controller.lab.channel import Leg
from controller.lab.core import Core
from controller.lab.facts import Extension, microseconds

Steps = Sequence[tuple[str, str]]

# The names that dialplan_templates/ gives them.
INBOUND_CONTEXT = "tandem-carrier"
FALLBACK_CONTEXT = "tandem-fallback"
FALLBACK_EXTENSION = "fallback"
DEFAULT_CONTEXT = "default"
ANY = "*"


class Dialplan:
    """Extensions of the lab switch. `*` in a context takes what no other extension does."""

    def __init__(self, *, dead_man_seconds: int = 15, announcement: str = "") -> None:
        self._contexts: dict[str, dict[str, Steps]] = {}
        self.add(INBOUND_CONTEXT, ANY, inbound_steps(dead_man_seconds))
        self.add(FALLBACK_CONTEXT, FALLBACK_EXTENSION, fallback_steps(announcement))
        self.add(DEFAULT_CONTEXT, "park", [("park", "")])

    def add(self, context: str, extension: str, steps: Steps) -> None:
        self._contexts.setdefault(context, {})[extension] = list(steps)

    def steps(self, context: str, extension: str) -> Steps | None:
        """The applications of an extension, or None when nothing matches."""
        extensions = self._contexts.get(context, {})
        return extensions.get(extension, extensions.get(ANY))

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
            steps = inline_steps(destination) if inline else self.steps(context, destination)
            leg.extension = Extension()
            if steps is None:
                leg.hang_up("NO_ROUTE_DESTINATION")
                return
            leg.extension.steps.extend(steps)
            leg.run_extension()

        leg.redirect(arrive)
        return True


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


def inbound_steps(dead_man_seconds: int) -> Steps:
    """What an arriving customer meets: tagged, a dead-man timer, parked."""
    return [
        ("set", "tandem_role=customer"),
        ("set", "tandem_entry=carrier"),
        ("set", "max_session_transfers=100000"),
        ("set", "hold_music=local_stream://moh"),
        ("set", "RECORD_STEREO=true"),
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


def start_at(core: Core, dialplan: Dialplan, leg: Leg) -> None:
    """Let a new inbound leg run what its destination says."""
    steps = dialplan.steps(leg.party.context, leg.party.destination)
    if steps is None:
        leg.hang_up("NO_ROUTE_DESTINATION")
        return
    leg.extension.steps.extend(steps)
    leg.begin(leg.run_extension)
