"""Stops 2 to 6: a mailbox per stream, the transition table, a shared commit, the reactions, the news.

`Engine.handle` and `Engine.submit` are the only door in. Commands of one stream (an interaction, an
agent) are worked on one at a time and in order, so nothing below needs a lock; streams do not wait
for each other, except that whoever saves within the same moment shares a transaction.
"""

from collections.abc import Callable, Sequence
from functools import partial

import structlog
from gevent import Timeout, sleep
from gevent.event import AsyncResult, Event

from controller.committer import Committer
from controller.domain.agent import Agent, AgentCommand, advance_agent
from controller.domain.commands import Arrive
from controller.domain.interaction import advance
from controller.domain.model import Interaction
from controller.errors import (
    CommandOutdated,
    StaleVersion,
    StoreError,
    StoreUnavailable,
    TandemError,
    say,
)
from controller.greenlets import Crew
from controller.mailbox import Letter, Mailbox, Outcome, Refused, Step, events_of, steps_of
from controller.ports import (
    Aggregate,
    AnyCommand,
    AnyEvent,
    Change,
    Clock,
    Published,
    Publisher,
    Store,
    stream_of,
)

log = structlog.get_logger(__name__)

#: Longest wait, in seconds, of a change that nobody waits for, for one that it is saved with.
LINGER_S = 0.025

#: Longest wait, in seconds, for a command that is to be expected at once.
PROMPT_S = 0.005

React = Callable[[Aggregate, AnyEvent], None]
Ask = Callable[[AnyEvent], bool]


class Engine:
    """Takes commands; see the module's first lines. Create, `start`, then `recover`."""

    def __init__(self, *, store: Store, clock: Clock, publisher: Publisher) -> None:
        self._store = store
        self._clock = clock
        self._publisher = publisher
        self._committer = Committer(store)
        self._react: React = lambda after, event: None
        self._early: Sequence[React] = ()
        self._awaited: Ask = lambda event: True
        self._prompts: Ask = lambda event: False
        # By stream: set, and it waits no longer, for any company or for its own next letter.
        self._lingering: dict[str, Event] = {}
        self._expecting: dict[str, Event] = {}
        self._crew = Crew("mailbox")
        self._mailboxes: dict[str, Mailbox] = {}
        self._interactions: dict[str, Interaction] = {}
        self._agents: dict[str, Agent] = {}

    def start(
        self,
        react: React,
        *,
        early: Sequence[React] = (),
        awaited: Ask = lambda event: True,
        prompts: Ask = lambda event: False,
    ) -> None:
        """`react` is called for each event once it is saved, each of `early` before: that may begin nothing
        outside.

        A commit is most of what a small change costs. `awaited(event)`: whether anything is done upon its
        save; what nobody waits for is saved a moment later, with what comes next. `prompts(event)`: whether
        one of `early` makes somebody send the stream's next command; that is waited for a moment, and saved
        with it.
        """
        self._react, self._early, self._awaited, self._prompts = react, early, awaited, prompts
        self._committer.start()

    def recover(self) -> Sequence[Interaction]:
        """Load what was open when the last process ended. Call once, before any command."""
        for agent in self._store.agents():
            self._agents[agent.id] = agent
        for interaction in self._store.open_interactions():
            self._interactions[interaction.id] = interaction
        return self.live()

    def stop(self) -> None:
        """Save what is under way and take nothing more."""
        self._take_along()
        while self._lingering or self._expecting:
            sleep(0)
        self._committer.stop()

    # --- the door in -----------------------------------------------------------------------------

    def handle(self, command: AnyCommand, timeout_s: float | None = 10.0) -> Aggregate:
        """Carry the command out and return the new state once it is saved.

        Raises what `advance` raises, and StoreUnavailable after `timeout_s` (None: never): then the
        command still waits for the database and may yet be carried out.
        """
        answer: AsyncResult[Aggregate] = AsyncResult()
        self._post(Letter(command, answer))
        try:
            after: Aggregate = answer.get(timeout=timeout_s)
        except Timeout:
            raise StoreUnavailable(
                say(
                    "database_slow",
                    "the database does not answer; the command waits for it and may still be "
                    "carried out, so look before you repeat it",
                )
            ) from None
        return after

    def submit(self, command: AnyCommand, refused: Refused | None = None) -> None:
        """Carry the command out, without waiting. `refused` is called when it cannot be."""
        self._post(Letter(command, refused=refused))

    # --- what is going on ------------------------------------------------------------------------

    def live(self) -> Sequence[Interaction]:
        """Every interaction that is not closed."""
        return list(self._interactions.values())

    def find(self, interaction_id: str) -> Interaction | None:
        """The interaction if it is not closed."""
        return self._interactions.get(interaction_id)

    def agent_states(self) -> Sequence[Agent]:
        return list(self._agents.values())

    @property
    def unsaved(self) -> str:
        """Why nothing can be saved at present; "" while it can."""
        return self._committer.problem

    @property
    def late(self) -> bool:
        """Whether what comes now may be saved only much later."""
        return self._committer.late

    @property
    def backlog(self) -> int:
        """Commands taken and not yet done."""
        taken = sum(len(mailbox.letters) for mailbox in self._mailboxes.values())
        return taken + len(self._lingering) + len(self._expecting)

    # --- one mailbox -----------------------------------------------------------------------------

    def _post(self, letter: Letter) -> None:
        stream = stream_of(letter.command)
        mailbox = self._mailboxes.get(stream)
        if mailbox is None:
            mailbox = self._mailboxes[stream] = Mailbox()
        mailbox.letters.append(letter)
        for waits in (self._lingering, self._expecting):
            if stream in waits:
                waits[stream].set()
        if not mailbox.open:
            mailbox.open = True
            self._crew.give(partial(self._work, stream, mailbox))

    def _work(self, stream: str, mailbox: Mailbox) -> None:
        try:
            while mailbox.letters:
                self._carry_out(stream, mailbox)
        finally:
            mailbox.open = False
            if mailbox.letters:  # this greenlet died; the next letter must not wait for another
                mailbox.open = True
                self._crew.give(partial(self._work, stream, mailbox))
            else:
                self._mailboxes.pop(stream, None)

    def _carry_out(self, stream: str, mailbox: Mailbox) -> None:
        """Letters that wait together are decided one after another and saved as one."""
        letters = mailbox.take()
        outcomes = self._advance(stream, mailbox, letters)
        for letter, outcome in zip(letters, outcomes, strict=True):
            if isinstance(outcome, TandemError):
                self._refuse(letter, outcome)
                continue
            if letter.answer is not None:
                letter.answer.set(outcome.after)
            if outcome.events:
                self._tell(outcome.after, outcome.events)

    def _gather(self, stream: str, mailbox: Mailbox, letters: list[Letter]) -> list[Outcome]:
        """What becomes of the letters; and of those that come while nobody waits for these, or that these
        call for."""
        decided = self._decide_and_begin(letters)
        if not self._somebody_waits(letters, decided):
            # Until the stream's next letter, or another stream's save, which this one then shares.
            self._wait(self._lingering, stream, LINGER_S)
            decided += self._decide_more(mailbox, letters, decided)
        if any(map(self._prompts, events_of(decided))):
            self._wait(self._expecting, stream, PROMPT_S)
            decided += self._decide_more(mailbox, letters, decided)
        return decided

    def _decide_more(
        self, mailbox: Mailbox, letters: list[Letter], decided: Sequence[Outcome]
    ) -> list[Outcome]:
        """What becomes of the letters that have come, upon what is decided; they join the others."""
        more = mailbox.take()
        letters += more
        return self._decide_and_begin(more, upon=steps_of(decided)[-1].after)

    def _decide_and_begin(
        self, letters: Sequence[Letter], upon: Aggregate | None = None
    ) -> list[Outcome]:
        decided = self._decide(letters, upon=upon, trust_new=True)
        for step in steps_of(decided):
            for event in step.events:
                for begin in self._early:
                    self._guarded(begin, step.after, event)
        return decided

    def _somebody_waits(self, letters: Sequence[Letter], decided: Sequence[Outcome]) -> bool:
        if any(letter.answer is not None for letter in letters):
            return True
        events = events_of(decided)
        return not events or any(map(self._awaited, events))

    def _wait(self, waits: dict[str, Event], stream: str, limit_s: float) -> None:
        go_on = waits[stream] = Event()
        try:
            go_on.wait(limit_s)
        finally:
            del waits[stream]

    def _take_along(self) -> None:
        """Those that linger: they come to the committer before it has woken up."""
        for go_on in self._lingering.values():
            go_on.set()

    def _advance(self, stream: str, mailbox: Mailbox, letters: list[Letter]) -> Sequence[Outcome]:
        """Stops 3 and 4; adds what comes meanwhile to `letters`.

        They are tried once more, each alone, when another process changed the stream, or one of several
        cannot be saved: it must not take the others with it.
        """
        try:
            return self._save(self._gather(stream, mailbox, letters))
        except StaleVersion:
            self._forget(stream)
        except StoreError as error:
            if len(letters) == 1:
                return [error]
        return [self._alone(stream, letter) for letter in letters]

    def _alone(self, stream: str, letter: Letter) -> Outcome:
        try:
            [outcome] = self._save(self._decide([letter], trust_new=False))
        except StoreError as error:
            if isinstance(error, StaleVersion):
                self._forget(stream)
            return error
        return outcome

    def _save(self, decided: list[Outcome]) -> list[Outcome]:
        """Returns them. Raises StoreError: nothing of it was saved."""
        steps = steps_of(decided)
        if steps:
            self._take_along()
            self._committer.commit(
                *(Change(after=step.after, events=step.events) for step in steps)
            )
            self._remember(steps[-1].after)
        return decided

    def _decide(
        self, letters: Sequence[Letter], *, upon: Aggregate | None = None, trust_new: bool
    ) -> list[Outcome]:
        """What becomes of each letter, one upon the other, the first upon `upon` or what is known."""
        decided: list[Outcome] = []
        state = upon
        for letter in letters:
            command = letter.command
            try:
                if state is None:
                    state = self._load(command, trust_new=trust_new)
                state, events = _next(state, command, self._clock.now())
                decided.append(Step(state, events))
            except TandemError as error:
                decided.append(error)
            except Exception as error:
                log.exception(
                    "command_failed", stream=stream_of(command), command=type(command).__name__
                )
                decided.append(TandemError(f"internal error: {type(error).__name__}"))
        return decided

    def _load(self, command: AnyCommand, *, trust_new: bool) -> Aggregate | None:
        """`trust_new`: no look for what Arrive begins; were it not new, its commit would be stale."""
        if isinstance(command, AgentCommand):
            key = command.agent_id
            return self._agents.get(key) or self._committer.read(lambda: self._store.agent(key))
        key = command.interaction_id
        interaction = self._interactions.get(key)
        if interaction is not None or (trust_new and isinstance(command, Arrive)):
            return interaction
        return self._committer.read(lambda: self._store.interaction(key))

    def _remember(self, after: Aggregate) -> None:
        if isinstance(after, Agent):
            self._agents[after.id] = after
        elif after.closed:
            self._interactions.pop(after.id, None)
        else:
            self._interactions[after.id] = after

    def _forget(self, stream: str) -> None:
        kind, _, key = stream.partition(":")
        if kind == "agent":
            self._agents.pop(key, None)
        else:
            self._interactions.pop(key, None)

    def _refuse(self, letter: Letter, error: TandemError) -> None:
        if letter.answer is not None:
            letter.answer.set_exception(error)
        elif letter.refused is not None:
            try:
                letter.refused(error)
            except Exception:
                log.exception("refusal_failed", stream=stream_of(letter.command))
        elif not isinstance(error, CommandOutdated):
            log.warning(
                "command_refused",
                stream=stream_of(letter.command),
                command=type(letter.command).__name__,
                problem=str(error),
            )

    def _tell(self, after: Aggregate, events: tuple[AnyEvent, ...]) -> None:
        """Stops 5 and 6."""
        for event in events:
            self._guarded(self._react, after, event)
        self._publisher.publish(Published(after=after, events=events))

    def _guarded(self, react: React, after: Aggregate, event: AnyEvent) -> None:
        try:
            react(after, event)
        except Exception:
            log.exception("reaction_failed", stream=stream_of(after), cause=type(event).__name__)


def _next(
    state: Aggregate | None, command: AnyCommand, now: float
) -> tuple[Aggregate, tuple[AnyEvent, ...]]:
    if isinstance(command, AgentCommand):
        assert state is None or isinstance(state, Agent)
        return advance_agent(state, command, now)
    assert not isinstance(state, Agent)
    return advance(state, command, now)
