"""What the adapter must remember of legs between two events: owners, doomed legs, and who waits."""

from dataclasses import dataclass, field

from gevent.event import AsyncResult

from controller.adapters.esl.messages import SwitchEvent


@dataclass(slots=True)
class Calls:
    """`owner`: leg to interaction. `doomed`: legs to be killed the moment they exist.

    `bridging`: customer leg to the waiter for its bridge; it gets the CHANNEL_BRIDGE event, or None
    when one of the two legs hung up first; `partner`: the leg he is to be bridged with, to his leg.
    `answering`: customers' legs that were told to answer, to who waits: True for answered, False for gone.
    `pairs`: leg to the one it was bridged with, until it is parked or gone.
    `music`: legs that hear music or a tone without end. `safe`: legs that are parked, not hung up, when
    a bridge ends. `waiting`: customers' legs in a queue; `announced`: what was played to them last in
    place of the music.
    `deadlines`: customers' legs to the seconds that the dialplan gave them for somebody to look after them.
    `dialling`: legs that we have dialled and that were not answered; they may not exist yet.
    `picked_up`: agents' legs that were taken in the console before their phone rang.
    `dialled`: legs that agents' phones made themselves.
    `pages`: legs of phones in pages.
    `nailed`: legs that stay connected to agents' phones. To the domain each use of one is a leg of its
    own: `lines` has the nailed-up leg by the id of its present use, `uses` the id by the leg.
    """

    owner: dict[str, str] = field(default_factory=dict)
    doomed: dict[str, str] = field(default_factory=dict)
    bridging: dict[str, "AsyncResult[SwitchEvent | None]"] = field(default_factory=dict)
    partner: dict[str, str] = field(default_factory=dict)
    answering: dict[str, "AsyncResult[bool]"] = field(default_factory=dict)
    parking: dict[str, "AsyncResult[bool]"] = field(default_factory=dict)
    pairs: dict[str, str] = field(default_factory=dict)
    music: set[str] = field(default_factory=set)
    safe: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    announced: dict[str, str] = field(default_factory=dict)
    deadlines: dict[str, float] = field(default_factory=dict)
    dialling: set[str] = field(default_factory=set)
    picked_up: set[str] = field(default_factory=set)
    dialled: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    nailed: set[str] = field(default_factory=set)
    lines: dict[str, str] = field(default_factory=dict)
    uses: dict[str, str] = field(default_factory=dict)

    def legs(self) -> set[str]:
        """Legs of the switch of which anything is remembered."""
        by_leg = (
            self.owner,
            self.doomed,
            self.bridging,
            self.partner,
            self.answering,
            self.parking,
        )
        some = (self.music, self.safe, self.waiting, self.dialling, self.picked_up)
        own = (self.dialled, self.pages, self.pairs, self.announced, self.deadlines)
        return set().union(*by_leg, *some, *own) - self.lines.keys()

    def line(self, leg: str) -> str:
        """The leg in the switch that the domain's `leg` is: the same, or the nailed-up one."""
        return self.lines.get(leg, leg)

    def use(self, line: str) -> str:
        """What the domain calls the leg `line` of the switch at present."""
        return self.uses.get(line, line)

    def lend(self, line: str, leg: str, interaction_id: str) -> None:
        """The nailed-up leg `line` is the domain's `leg` from now on."""
        self.lines[leg], self.uses[line], self.owner[line] = line, leg, interaction_id

    def take_back(self, line: str) -> None:
        """It is nobody's leg any more; who waits for its bridge waits in vain."""
        self.lines.pop(self.uses.pop(line, ""), None)
        self.owner.pop(line, None)
        self._wake(line)

    def await_bridge(self, customer: str, other: str) -> "AsyncResult[SwitchEvent | None]":
        waiter: AsyncResult[SwitchEvent | None] = AsyncResult()
        self.bridging[customer] = waiter
        self.partner[other] = customer
        return waiter

    def await_park(self, leg: str) -> "AsyncResult[bool]":
        """Gets True when the leg is parked, False when it hung up."""
        waiter: AsyncResult[bool] = AsyncResult()
        self.parking[leg] = waiter
        return waiter

    def are_together(self, leg: str, other: str) -> bool:
        return self.pairs.get(leg) == other and self.pairs.get(other) == leg

    def answered(self, leg: str, still_there: bool = True) -> None:
        waiter = self.answering.pop(leg, None)
        if waiter is not None:
            waiter.set(still_there)

    def no_sound(self, leg: str) -> None:
        """What was to play there cannot: the leg is gone."""
        self.music.discard(leg)
        self.answered(leg, still_there=False)

    def being_left(self, leg: str) -> bool:
        """Whether it is leaving a bridge whose other side is gone, or elsewhere; its PARK follows."""
        other = self.pairs.get(leg)
        return other is not None and self.pairs.get(other) != leg

    def parked(self, leg: str, still_there: bool = True) -> None:
        self.dialling.discard(leg)
        self.pairs.pop(leg, None)
        waiter = self.parking.pop(leg, None)
        if waiter is not None:
            waiter.set(still_there)

    def bridged(self, event: SwitchEvent) -> bool:
        """Whether somebody waited for it."""
        first, second = event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")
        self.pairs[first], self.pairs[second] = second, first
        waiter = self.bridging.pop(first, None)
        self.partner.pop(second, None)
        if waiter is not None:
            waiter.set(event)
        return waiter is not None

    def gone(self, leg: str) -> None:
        """The leg hung up: forget it and wake whoever waits for its bridge."""
        self.owner.pop(leg, None)
        self.doomed.pop(leg, None)
        self.music.discard(leg)
        self.safe.discard(leg)
        self.waiting.discard(leg)
        self.announced.pop(leg, None)
        self.deadlines.pop(leg, None)
        self.picked_up.discard(leg)
        self.dialled.discard(leg)
        self.pages.discard(leg)
        self.nailed.discard(leg)
        self.answered(leg, still_there=False)
        self.parked(leg, still_there=False)
        self.take_back(leg)

    def _wake(self, leg: str) -> None:
        waiter = self.bridging.pop(self.partner.pop(leg, leg), None)
        if waiter is not None:
            waiter.set(None)
