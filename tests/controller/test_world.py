"""Whatever happens, in whatever order: nothing outlives its interaction, and every one has one outcome."""

import itertools

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from controller.adapters.memory.store import MemoryStore
from controller.domain import commands as c
from controller.domain import events as e
from controller.domain.agent import SetStatus, SignIn, SignOut, Status
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.model import Interaction
from controller.domain.words import MonitorMode, Party, Phase, State
from controller.errors import IllegalCommand, TandemError
from tests.controller.world import World

AGENTS = ("1001", "1002", "1003")
QUEUES = ("sales", "support")
BOSS = "9001"
CAUSES = ("NORMAL_CLEARING", "NO_ANSWER", "CALL_REJECTED", "USER_NOT_REGISTERED", "SWITCH_LOST")

pick = st.integers(min_value=0, max_value=50)
agents = st.sampled_from(AGENTS)


class Centre(RuleBasedStateMachine):
    """Agents, callers and admins who do as they please."""

    @initialize()
    def open(self) -> None:
        self.numbers = itertools.count()
        self.calls: list[str] = []
        self.world = World(MemoryStore())
        for queue, units in zip(QUEUES, (100, 40), strict=True):
            self.world.catalogue.put(
                QueueSettings(id=queue, name=queue, units=units, max_wait_s=90, wrap_up_s=10)
            )
        self.world.start()
        for agent in AGENTS:
            self.world.agent(agent, queues=QUEUES, skills={"english": 2})

    # --- what people do --------------------------------------------------------------------------

    @rule(queue=st.sampled_from(QUEUES))
    def a_caller_arrives(self, queue: str) -> None:
        call = f"call{next(self.numbers)}"
        self.calls.append(call)
        self.world.arrive(call, dialled=queue)

    @rule(which=pick)
    def an_agent_answers(self, which: int) -> None:
        ringing = list(self.world.medium.ringing)
        if ringing:
            self.world.medium.answer(ringing[which % len(ringing)])
            self.world.settle()

    @rule(which=pick, cause=st.sampled_from(CAUSES), answered=st.booleans())
    def a_leg_ends(self, which: int, cause: str, answered: bool) -> None:
        """`answered`: in the same moment somebody takes a phone that rings."""
        legs = [*self.world.medium.ringing, *self.world.medium.answered]
        if legs:
            self.world.medium.hang_up(legs[which % len(legs)], cause)
            if answered and self.world.medium.ringing:
                self.world.medium.answer(next(iter(self.world.medium.ringing)))

    @rule(which=pick, reason=st.sampled_from(("decline", "expire", "accept")))
    def an_offer_is_closed(self, which: int, reason: str) -> None:
        offers = [(i.id, i.offer.id) for i in self.world.engine.live() if i.offer is not None]
        if not offers:
            return
        call, offer = offers[which % len(offers)]
        command: c.Command = c.AcceptOffer(interaction_id=call, offer_id=offer)
        if reason == "decline":
            command = c.DeclineOffer(interaction_id=call, offer_id=offer, reason="no")
        elif reason == "expire":
            command = c.ExpireOffer(interaction_id=call, offer_id=offer)
        self.world.engine.submit(command)
        self.world.settle()

    @rule(which=pick, command=st.sampled_from((c.Hold, c.Resume, c.HangUp)))
    def a_button_is_pressed(self, which: int, command: type) -> None:
        segments = [(i.id, s.id) for i in self.world.engine.live() for s in i.segments if s.open]
        if segments:
            call, segment = segments[which % len(segments)]
            self.world.engine.submit(command(interaction_id=call, segment_id=segment))
            self.world.settle()

    def _someone_who_talks(self, which: int) -> tuple[Interaction, str] | None:
        talking = [i for i in self.world.engine.live() if i.segment is not None]
        if not talking:
            return None
        interaction = talking[which % len(talking)]
        assert interaction.segment is not None
        return interaction, interaction.segment.id

    def _tell(self, command: c.Command) -> None:
        self.world.engine.submit(command)
        self.world.settle()

    @rule(which=pick, to=st.sampled_from((*AGENTS, *QUEUES, "+4930555")))
    def an_agent_transfers(self, which: int, to: str) -> None:
        found = self._someone_who_talks(which)
        if found is None:
            return
        i, segment = found
        if to in AGENTS:
            self._tell(c.TransferToAgent(interaction_id=i.id, segment_id=segment, agent=to))
        elif to in QUEUES:
            terms = self.world.catalogue.get(QueueSettings, to).terms()
            self._tell(
                c.TransferToQueue(interaction_id=i.id, segment_id=segment, queue=to, terms=terms)
            )
        else:
            leg = f"out{next(self.numbers)}"
            self._tell(
                c.TransferOutside(interaction_id=i.id, segment_id=segment, destination=to, leg=leg)
            )

    @rule(which=pick, whom=st.sampled_from((*AGENTS, "+4930555")))
    def an_agent_consults(self, which: int, whom: str) -> None:
        found = self._someone_who_talks(which)
        if found is not None:
            number = next(self.numbers)
            self._tell(
                c.StartConsult(
                    interaction_id=found[0].id,
                    segment_id=found[1],
                    consult_id=f"consult{number}",
                    leg=f"asked{number}",
                    kind=Party.AGENT if whom in AGENTS else Party.OUTSIDE,
                    party=whom,
                )
            )

    @rule(
        which=pick,
        step=st.sampled_from((c.CompleteConsult, c.CancelConsult, c.SwapConsult, c.JoinConsult)),
    )
    def a_consult_goes_on(self, which: int, step: type) -> None:
        consults = [(i.id, i.consult.id) for i in self.world.engine.live() if i.consult is not None]
        if consults:
            call, consult = consults[which % len(consults)]
            self._tell(step(interaction_id=call, consult_id=consult))

    @rule(which=pick, mode=st.sampled_from(tuple(MonitorMode)))
    def a_supervisor_listens(self, which: int, mode: MonitorMode) -> None:
        found = self._someone_who_talks(which)
        if found is not None:
            number = next(self.numbers)
            self._tell(
                c.StartMonitor(
                    interaction_id=found[0].id,
                    segment_id=found[1],
                    monitor_id=f"monitor{number}",
                    supervisor=BOSS,
                    leg=f"ear{number}",
                    mode=mode,
                )
            )

    @rule(which=pick, step=st.sampled_from((c.StopMonitor, c.TakeOver)))
    def a_supervisor_is_done(self, which: int, step: type) -> None:
        monitors = [(i.id, m.id) for i in self.world.engine.live() for m in i.monitors]
        if monitors:
            call, monitor = monitors[which % len(monitors)]
            self._tell(step(interaction_id=call, monitor_id=monitor))

    @rule(agent=agents, queue=st.sampled_from(QUEUES))
    def an_agent_calls(self, agent: str, queue: str) -> None:
        try:
            self.calls.append(self.world.dialling.place(agent, "+4930777", queue).id)
        except TandemError:
            return
        self.world.settle()

    @rule(
        agent=agents,
        status=st.sampled_from((Status.AVAILABLE, Status.ON_BREAK, None)),
        later=st.booleans(),
    )
    def an_agent_changes_his_status(self, agent: str, status: Status | None, later: bool) -> None:
        command = SignOut(agent_id=agent, after_contact=later)
        if status:
            command = SetStatus(agent_id=agent, status=status, after_contact=later)
        try:
            self.world.engine.handle(command)
        except IllegalCommand:
            self.world.engine.handle(SignIn(agent_id=agent))
        self.world.settle()

    @rule(
        agent=agents,
        queues=st.sampled_from(((), ("sales",), QUEUES)),
        capacity=st.sampled_from((40, 100, 200)),
        enabled=st.booleans(),
    )
    def an_admin_edits(
        self, agent: str, queues: tuple[str, ...], capacity: int, enabled: bool
    ) -> None:
        self.world.profile(agent, queues=queues, capacity=capacity, enabled=enabled)
        self.world.settle()

    @rule(agent=agents)
    def an_admin_removes(self, agent: str) -> None:
        if self.world.catalogue.find(AgentProfile, agent) is not None:
            self.world.catalogue.remove(AgentProfile, agent)
            self.world.settle()

    @rule(seconds=st.sampled_from((1, 11, 21, 100)))
    def time_passes(self, seconds: int) -> None:
        self.world.pass_(seconds)
        # A ManualClock wakes nobody who waits for a refusal to lapse.
        self.world.distributor._wake.set()
        self.world.settle()

    @rule()
    def tandem_is_restarted(self) -> None:
        """Units and timers are set up anew from what was saved; the legs live on."""
        self.world.settle()
        self.world.stop()
        self.world = self.world.successor()
        self.world.start()
        self.world.settle()

    # --- what always holds -----------------------------------------------------------------------

    @invariant()
    def units_are_those_of_offers_and_segments(self) -> None:
        self.world.settle()
        held: dict[str, set[str]] = {agent: set() for agent in (*AGENTS, BOSS)}
        for i in self.world.engine.live():
            for agent in _holders(i):
                held[agent].add(i.id)
        for agent, calls in held.items():
            entry = self.world.agents._entries.get(agent)
            assert (set(entry.held) if entry else set()) == calls

    @invariant()
    def nobody_waits_while_somebody_fits_is_free(self) -> None:
        self.world.settle()
        for i in self.world.engine.live():
            if i.state is not State.QUEUED:
                continue
            now = self.world.clock.now()
            refused = {r.agent for r in i.refusals if now < r.until}
            for agent in self.world.agents.candidates(i.place.queue):
                assert (
                    agent.status is not Status.AVAILABLE
                    or agent.pending not in (None, Status.AVAILABLE)
                    or self._kept_for_another(i, agent.id)
                    or agent.free < i.place.terms.units
                    or agent.id in refused
                    or agent.id in _holders(i)
                ), (i.id, agent)

    def _kept_for_another(self, i: Interaction, agent: str) -> bool:
        place, now = i.place, self.world.clock.now()
        until = place.preferred_until
        return place.preferred != agent and until is not None and now < until

    @invariant()
    def legs_are_those_somebody_wants(self) -> None:
        """What rings has a purpose; what has none is let go."""
        self.world.settle()
        live = self.world.engine.live()
        wanted = {
            leg for i in live for leg in (*i.wanted_legs, i.leg) if i.state is not State.ENDED
        }
        assert set(self.world.medium.ringing) <= wanted
        assert set(self.world.medium.answered) <= wanted
        assert {offer.leg for i in live for offer in i.offers} <= set(self.world.medium.ringing)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        for leg in [*world.medium.ringing, *world.medium.answered]:
            world.medium.hang_up(leg)
        world.settle()
        world.pass_(1000)
        assert world.engine.live() == []
        assert world.medium.ringing == {} and world.medium.answered == {}
        assert world.timers._timers == {}
        assert len(world.distributor._matcher) == 0 and world.distributor._asked == {}
        for agent in AGENTS:
            world.profile(agent)
            assert world.agents.candidate(agent).free == 100
        for call in self.calls:
            history = world.store.events(f"interaction:{call}")
            assert sum(isinstance(x, e.Ended) for x in history) == 1
            assert world.now(call).closed and world.now(call).outcome is not None
        world.stop()


def _holders(i: Interaction) -> set[str]:
    found = {s.agent for s in i.segments if s.phase is not Phase.CLOSED}
    found |= {offer.agent for offer in i.offers} | {m.supervisor for m in i.monitors}
    if i.consult is not None and i.consult.kind is Party.AGENT:
        found.add(i.consult.party)
    return found


class TestCentre(Centre.TestCase):
    settings = settings(
        max_examples=60,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
