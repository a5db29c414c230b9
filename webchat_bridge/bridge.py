"""All channels together: made from the config file, wired to the engine, given again what was not sent."""

from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import entry_points
from typing import Any

import structlog

from controller.config import ChannelConfig
from controller.domain.messages import messages_of
from controller.domain.model import Interaction
from controller.errors import Invalid, StoreError
from controller.ports import AnyCommand, Clock, Publisher, Queues, Store, stream_of
from webchat_bridge.channel import GROUP, Factory, Surroundings, TextChannel
from webchat_bridge.inbox import Inbox
from webchat_bridge.medium import TextMedium

log = structlog.get_logger(__name__)


class Bridge:
    """`channels`: by the name that contacts will have. Raises Invalid for what cannot be made."""

    def __init__(
        self,
        channels: Mapping[str, ChannelConfig],
        *,
        store: Store,
        clock: Clock,
        queues: Queues,
        handle: Callable[[AnyCommand], object],
        submit: Callable[[AnyCommand], None],
    ) -> None:
        self._store = store
        self.inbox = Inbox(
            store=store,
            clock=clock,
            queues=queues,
            handle=handle,
            queue_of=lambda channel, entry: channels[channel].queue,
        )
        around = Surroundings(receive=self.inbox.receive, clock=clock)
        self.channels: dict[str, TextChannel] = {
            name: _factory(name, config.kind)(name, config.settings, around)
            for name, config in channels.items()
        }
        self.media = {
            name: TextMedium(channel, clock=clock, submit=submit)
            for name, channel in self.channels.items()
        }

    @property
    def web(self) -> dict[str, Any]:
        """The WSGI applications that are served under /channels/NAME, by that path."""
        return {
            f"/channels/{name}": channel.web
            for name, channel in self.channels.items()
            if channel.web is not None
        }

    def start(self, publisher: Publisher, open_contacts: Iterable[Interaction]) -> None:
        known = [contact for contact in open_contacts if contact.channel in self.channels]
        self.inbox.start(publisher, known)
        for channel in self.channels.values():
            channel.start()
        for contact in known:
            self._send_again(contact)

    def stop(self) -> None:
        for channel in self.channels.values():
            channel.stop()

    def _send_again(self, contact: Interaction) -> None:
        unsent = () if contact.thread is None else contact.thread.unsent
        if not unsent:
            return
        try:
            found = messages_of(self._store.events(stream_of(contact)))
        except StoreError as error:
            log.error("unsent_not_known", interaction_id=contact.id, why=str(error))
            return
        for message in found:
            if message.id in unsent:
                self.media[contact.channel].write(contact, message)


def _factory(name: str, kind: str) -> Factory:
    found = {point.name: point for point in entry_points(group=GROUP)}
    if kind not in found:
        raise Invalid(
            f"channels.{name}.kind: there is no channel {kind!r}; known: {', '.join(sorted(found))}"
        )
    factory: Factory = found[kind].load()
    return factory
