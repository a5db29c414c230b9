"""Stories that chance writes, of what people do and what goes wrong meanwhile."""

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.storms.faults import COMMANDS, EVENTS, CutAt, Fault, Stalls
from tests.storms.steps import (
    PICK,
    AsksToReconnect,
    AtThePhone,
    Button,
    CallerGoes,
    CallerPresses,
    Consult,
    ConsultGoesOn,
    Declares,
    Dial,
    Listens,
    Offer,
    OwnCall,
    PhoneBecomes,
    PhoneDials,
    PhoneRefers,
    Steers,
    Step,
    Supervises,
    Transfer,
    WrapUpEnds,
)
from tests.storms.world import AGENTS, DIDS, NAILED, NUMBERS, PHONES, QUEUES

agents = st.sampled_from(AGENTS)
numbers = st.sampled_from(tuple(NUMBERS))
anybody = st.sampled_from((*AGENTS, *NUMBERS))

dials = st.builds(Dial, st.sampled_from(DIDS))
steers = st.builds(Steers, PICK, st.sampled_from(("0", "2", "9", *QUEUES, *AGENTS)), st.booleans())
doings: tuple[st.SearchStrategy[Step], ...] = (
    dials,
    dials,
    st.builds(CallerGoes, PICK),
    st.builds(CallerPresses, PICK, st.sampled_from(("1", "9", "1#"))),
    st.builds(PhoneBecomes, agents, st.sampled_from(tuple(PHONES))),
    st.builds(
        AtThePhone, agents, st.sampled_from(("answer", "reject", "hang_up", "hold", "resume"))
    ),
    st.builds(AtThePhone, agents, st.sampled_from(("vanish", "close", "register"))),
    st.builds(PhoneRefers, agents, anybody),
    st.builds(PhoneDials, agents, numbers),
    st.builds(Offer, PICK, st.sampled_from(("accept", "decline"))),
    st.builds(
        Button,
        PICK,
        st.sampled_from(("Hold", "Resume", "HangUp", "PauseRecording", "ResumeRecording")),
    ),
    st.builds(AsksToReconnect, PICK),
    st.builds(Transfer, PICK, st.sampled_from((*AGENTS, *QUEUES, *NUMBERS))),
    st.builds(Consult, PICK, anybody),
    st.builds(
        ConsultGoesOn,
        PICK,
        st.sampled_from(("CompleteConsult", "CancelConsult", "SwapConsult", "JoinConsult")),
    ),
    st.builds(WrapUpEnds, PICK),
    st.builds(OwnCall, agents, numbers),
    st.builds(
        Declares, agents, st.sampled_from(("available", "on_break", "offline")), st.booleans()
    ),
    st.builds(Listens, PICK, st.sampled_from(("listen", "whisper", "barge"))),
    st.builds(Supervises, PICK, st.sampled_from(("stop", "take over"))),
    steers,
    steers,
)
names = st.sampled_from(EVENTS).map(lambda name: (name,))
faults: tuple[st.SearchStrategy[Step], ...] = (
    st.builds(Fault, st.just("lose"), st.tuples(st.integers(1, 2), names)),
    st.builds(Fault, st.just("double"), st.tuples(st.integers(1, 3), names)),
    st.builds(Fault, st.just("delay"), st.tuples(st.sampled_from((0.0, 0.1, 0.4)), names)),
    st.builds(Fault, st.just("reorder"), st.tuples(st.sampled_from((0.0, 0.05, 0.3)))),
    st.builds(CutAt, st.sampled_from(COMMANDS), st.booleans()),
    st.one_of(
        st.just(Fault("cut")),
        st.just(Fault("cut")),
        st.just(Fault("restart")),
        st.builds(Stalls, st.sampled_from((0.1, 0.4))),
    ),
)

#: Seconds after a step.
pauses = st.sampled_from((0.0, 0.01, 0.03, 0.06, 0.1, 0.1, 0.2))

Story = list[tuple[Step, float]]


#: What leads further than steps drawn one by one: a customer with an agent, and then somebody third.
_consults = (
    st.sampled_from(("5001", "5003")).map(Dial),
    st.builds(Consult, PICK, st.sampled_from(("1001", "1002", NAILED, "8610001"))),
    *[
        st.builds(
            ConsultGoesOn,
            st.just(0),
            st.sampled_from(("CompleteConsult", "SwapConsult", "SwapConsult", "JoinConsult")),
        )
    ]
    * 3,
)
_supervision = (
    st.sampled_from(("5001", "5003")).map(Dial),
    st.builds(Listens, PICK, st.sampled_from(("listen", "whisper", "barge"))),
    st.builds(Listens, st.just(0), st.sampled_from(("listen", "whisper", "barge"))),
    st.builds(Supervises, st.just(0), st.sampled_from(("stop", "take over", "take over"))),
)


_lost_pages = (
    st.builds(PhoneBecomes, st.sampled_from(("1001", NAILED)), st.just("page")),
    st.just(Dial("5001")),
    st.builds(AtThePhone, st.sampled_from(("1001", NAILED)), st.sampled_from(("vanish", "close"))),
    st.builds(AtThePhone, st.sampled_from(("1001", NAILED)), st.just("register")),
    st.builds(AsksToReconnect, st.just(0)),
)


def _scene(
    parts: tuple[st.SearchStrategy[Step], ...], between: st.SearchStrategy[Step]
) -> st.SearchStrategy[Story]:
    """These steps in this order, with time enough for each, or with something else `between` two."""
    paused = [st.tuples(part, st.just(0.12)).map(lambda step: [step]) for part in parts]
    either = st.one_of(st.just([]), st.just([]), st.tuples(between, pauses).map(lambda x: [x]))
    mixed = [each for part in paused for each in (part, either)]
    return st.tuples(*mixed).map(_flat)


def _flat(parts: Sequence[Story]) -> Story:
    return [step for part in parts for step in part]


def stories(*kinds: st.SearchStrategy[Step]) -> st.SearchStrategy[Story]:
    """Some dial first, for without them nothing happens."""
    any_kind = st.one_of(*kinds)
    first = st.lists(st.tuples(dials, pauses), min_size=1, max_size=3)
    single = st.tuples(any_kind, pauses).map(lambda step: [step])
    scenes = [_scene(parts, any_kind) for parts in (_consults, _supervision, _lost_pages)]
    then = st.lists(st.one_of(*[single] * 8, *scenes), min_size=6, max_size=14).map(_flat)
    return st.tuples(first, then).map(_flat)


def queue_stories() -> st.SearchStrategy[Story]:
    """Customers wait for a while before the first agent comes; then everybody comes and goes."""
    breaks = [(Declares(agent, "on_break", False), 0.0) for agent in AGENTS]
    queues = st.builds(Dial, st.sampled_from(("5001", "5003")))
    crowd = st.lists(st.tuples(queues, pauses), min_size=4, max_size=9)
    waits = st.tuples(queues, st.just(1.2))
    comes = st.builds(Declares, agents, st.just("available"), st.just(False))
    goes = st.one_of(
        comes,
        comes,
        queues,
        steers,
        st.builds(CallerGoes, PICK),
        st.builds(Button, PICK, st.just("HangUp")),
        st.builds(WrapUpEnds, PICK),
        st.builds(PhoneBecomes, agents, st.sampled_from(("answers", "slow", "rejects"))),
    )
    then = st.lists(st.tuples(goes, pauses), min_size=8, max_size=30)
    return st.tuples(crowd, waits, then).map(lambda all_: [*breaks, *all_[0], all_[1], *all_[2]])
