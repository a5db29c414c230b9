"""The live feed of one app, whole."""

from flask import Flask

from console.live.agenda import LoopAgenda
from console.live.live import Live
from console.live.sockets import Sockets
from console.services import Services
from controller.ports import Publisher


class LiveFeed:
    """Makes itself part of `app`, which is not served yet. Create once the engine has recovered."""

    def __init__(self, app: Flask, services: Services, publisher: Publisher) -> None:
        self._agenda = LoopAgenda(services.clock)
        self.sockets = Sockets(services, self._agenda)
        self.live = Live(
            services,
            publisher=publisher,
            outlet=self.sockets,
            agenda=self._agenda,
        )
        self.sockets.attach(app, self.live)
        self.live.start()

    def stop(self) -> None:
        """End every connection; the pages come back by themselves."""
        self.sockets.stop()
        self.live.stop()
        self._agenda.stop()
