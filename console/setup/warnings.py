"""What is allowed in a queue, and yet hardly meant: nobody is offered its customers, or too late."""

from collections.abc import Iterator, Mapping

from console.setup.faults import OWN_MUSIC, Fault
from console.setup.proposed import Setup
from controller.domain.catalogue import AgentProfile, QueueSettings
from controller.domain.prompt import NamedPrompt
from controller.domain.schedule import Schedule
from controller.domain.words import Overflow
from controller.errors import say


def of_queue(
    entry: QueueSettings, setup: Setup, serving: tuple[AgentProfile, ...] | None = None
) -> Iterator[Fault]:
    """`serving`: those who are to serve it; None: those whose profiles say so."""
    if serving is None:
        serving = tuple(p for p in setup.all(AgentProfile) if entry.id in p.queues)
    enabled = tuple(profile for profile in serving if profile.enabled)
    if not enabled:
        yield Fault(
            path="id",
            message=say(
                "nobody_serves", "no agent serves it; name it in the `queues` of agents' profiles"
            ),
        )
    else:
        yield from _of_units(entry, enabled)
        yield from _of_skills(entry, enabled)
    yield from _of_rings(entry)
    yield from _of_times(entry)
    yield from _of_overflow(entry, setup)
    yield from _of_hours(entry, setup)
    yield from _of_music(entry, setup)


def too_many_units(entry: QueueSettings, most: int) -> str:
    """`most`: the largest capacity among the agents who serve it."""
    return say(
        "units_beyond_all",
        "a contact takes {units} units, and no agent of the queue has more than "
        "{most}: nobody will be offered one; lower `units`, or give an agent more "
        "`capacity`",
        units=entry.units,
        most=most,
    )


def _of_units(entry: QueueSettings, agents: tuple[AgentProfile, ...]) -> Iterator[Fault]:
    most = max(profile.capacity for profile in agents)
    if entry.units > most:
        yield Fault(path="units", message=too_many_units(entry, most))


def _of_skills(entry: QueueSettings, agents: tuple[AgentProfile, ...]) -> Iterator[Fault]:
    """Nobody has what is asked for at first, and perhaps never."""
    if _some_fit(entry.skills, agents):
        return
    asked = ", ".join(f"{skill} {level}" for skill, level in sorted(entry.skills.items()))
    first = next((after for after, skills in entry.rings if _some_fit(skills, agents)), None)
    if first is None:
        fate = say("never_offered", "nobody will ever be offered a customer")
    else:
        fate = say(
            "offered_after", "nobody is offered one before the ring after {after:g} s", after=first
        )
    yield Fault(
        path="skills",
        message=say(
            "skills_beyond_all",
            "no agent of the queue has {asked}: {fate}; ask for less, or give agents the skills",
            asked=asked,
            fate=fate,
        ),
    )


def _some_fit(skills: Mapping[str, int], agents: tuple[AgentProfile, ...]) -> bool:
    return any(
        all(profile.skills.get(skill, 0) >= level for skill, level in skills.items())
        for profile in agents
    )


def _of_rings(entry: QueueSettings) -> Iterator[Fault]:
    before = entry.skills
    for place, (after_s, skills) in enumerate(entry.rings):
        path = f"rings.{place}"
        harder = sorted(skill for skill, level in skills.items() if level > before.get(skill, 0))
        if harder:
            yield Fault(
                path=path,
                message=say(
                    "ring_harder",
                    "asks for more {skills} than before it, so who waits longer has fewer "
                    "agents; let each ring ask for less than the one before",
                    skills=", ".join(harder),
                ),
            )
        if entry.max_wait_s is not None and after_s >= entry.max_wait_s:
            yield Fault(
                path=path,
                message=say(
                    "ring_never",
                    "never comes: nobody waits longer than {limit:g} s; put it earlier, or "
                    "raise `max_wait_s`",
                    limit=entry.max_wait_s,
                ),
            )
        before = skills


def _of_times(entry: QueueSettings) -> Iterator[Fault]:
    if entry.target_s < entry.offer_s:
        yield Fault(
            path="target_s",
            message=say(
                "offer_past_target",
                "one phone may ring for {offer:g} s, which is past the target of "
                "{target:g} s already; lower `offer_s`, or raise the target",
                offer=entry.offer_s,
                target=entry.target_s,
            ),
        )
    if entry.max_wait_s is not None and entry.max_wait_s < entry.target_s:
        yield Fault(
            path="max_wait_s",
            message=say(
                "wait_below_target",
                "customers are given back before the target of {target:g} s has passed; "
                "raise it, or lower the target",
                target=entry.target_s,
            ),
        )


def _of_overflow(entry: QueueSettings, setup: Setup) -> Iterator[Fault]:
    """A circle of one reason: each queue has a customer once, then his flow goes on."""
    for reason in sorted(entry.overflow):
        way = [entry.id]
        following = entry.overflow.get(reason)
        while following is not None and following not in way:
            way.append(following)
            other = setup.find(QueueSettings, following)
            following = None if other is None else other.overflow.get(reason)
        if following == entry.id and len(way) > 1:
            yield Fault(
                path=f"overflow.{Overflow(reason).value}",
                message=say(
                    "overflow_circle",
                    "leads back here ({way}); each queue has a customer once, and then his "
                    "flow goes on: end the chain where he shall stay",
                    way=" -> ".join([*way, entry.id]),
                ),
            )


def _of_hours(entry: QueueSettings, setup: Setup) -> Iterator[Fault]:
    schedule = None if entry.schedule is None else setup.find(Schedule, entry.schedule)
    if schedule is not None and not any((*schedule.week.values(), *schedule.holidays.values())):
        yield Fault(
            path="schedule",
            message=say(
                "never_open",
                "{schedule} is never open, so nobody joins; give it opening hours",
                schedule=schedule.id,
            ),
        )


def _of_music(entry: QueueSettings, setup: Setup) -> Iterator[Fault]:
    """A name that is no prompt may still be a stream that somebody has added to the switch."""
    music = entry.music
    if music is None or "/" in music or music in OWN_MUSIC or music in setup.ids(NamedPrompt):
        return
    yield Fault(
        path="music",
        message=say(
            "music_unknown",
            "no prompt is called {music}; unless the switch has a stream of that name, "
            "who waits hears nothing",
            music=music,
        ),
    )
