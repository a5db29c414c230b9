"""The composition root: the only place that names concrete classes. Builds, starts, recovers, stops."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import gevent
import structlog
from gevent.pywsgi import WSGIServer
from prometheus_client import CollectorRegistry
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from console.alarms import AlarmBoard
from console.app import create_app
from console.auth import Role, new_token
from console.live.running import LiveFeed
from console.server import serve
from console.services import Services
from controller import provisioning
from controller.adapters.db.catalogue import SqlCatalogue
from controller.adapters.db.store import SqlStore
from controller.adapters.esl.calling import VoiceSettings
from controller.adapters.esl.switch import RecordingFiles, Switch
from controller.adapters.folder import lock_folder
from controller.adapters.memory.catalogue import MemoryCatalogue
from controller.adapters.memory.directory import MemoryDirectory
from controller.adapters.memory.publisher import MemoryPublisher
from controller.adapters.metrics import NewsMetrics, StateMetrics
from controller.adapters.recordings.inspect import inspect_recording, room_for_recording
from controller.adapters.recordings.ledger import RecordingLedger
from controller.adapters.recordings.paths import recording_path
from controller.adapters.speech.library import PromptLibrary
from controller.adapters.speech.studio import Studio
from controller.adapters.speech.synthesizer import Synthesizer
from controller.adapters.timers import LoopTimers, SystemClock
from controller.config import Config
from controller.desk.dialling import Dialling
from controller.distributor import Distributor, prompts
from controller.domain.catalogue import QueueSettings, Token
from controller.domain.channels import VOICE
from controller.domain.model import Telling
from controller.domain.prompt import NamedPrompt
from controller.domain.schedule import Schedule
from controller.engine import Engine
from controller.errors import Invalid
from controller.greenlets import spawn
from controller.opening import (
    centre_of,
    customers_of,
    esl_password,
    keeper_of,
    people_of,
    phone_network,
    start_lab,
    web_of,
)
from controller.ports import Ports
from controller.reactions import awaited, begin, react, restore, restore_agent
from controller.sounds import Sounds
from controller.waiting.lounge import Lounge
from ivr_flows.announcements import announcement
from ivr_flows.audible import fixed_prompts
from ivr_flows.flow import SHIPPED, check, load_flows
from ivr_flows.graph import Known
from ivr_flows.runner import FlowRunner
from webchat_bridge.bridge import Bridge

log = structlog.get_logger(__name__)


class Tandem:
    """The whole of Tandem in one process. Create, `start`, later `stop`."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._lock = lock_folder(config.data)
        self.clock = SystemClock()
        self.store = SqlStore(config.database_url)
        self.store.upgrade()
        self.catalogue = SqlCatalogue(self.store.database, MemoryCatalogue())
        self.people = people_of(config, self.store, self.catalogue, self.clock)
        self.publisher = MemoryPublisher()
        self.engine = Engine(store=self.store, clock=self.clock, publisher=self.publisher)
        self.customers = customers_of(config, self.store, self.engine, self.clock)
        self.agents = MemoryDirectory(self.catalogue)
        self.timers = LoopTimers(self.engine.submit)
        self.fs_settings = provisioning.load_settings(config.fs)
        self.lab = start_lab(config)
        self._synthesizer = Synthesizer()
        self._studio_voice = Synthesizer(timeout_s=120)  # five minutes of sound on a busy machine
        self.prompts = PromptLibrary(config.data.resolve() / "prompts", self._synthesizer)
        self.sounds = self._make_sounds()
        self.switch = self._make_switch()
        self.lounge = self._make_lounge()
        self.flows = self._make_flows()
        self.ledger = RecordingLedger(config.recordings)
        self.bridge = self._make_bridge()
        self.ports = Ports(
            media={VOICE: self.switch.medium, **self.bridge.media},
            flows=self.flows,
            agents=self.agents,
            timers=self.timers,
            ledger=self.ledger,
            phones=self.switch.phones,
            clock=self.clock,
            submit=self.engine.submit,
        )
        self.distributor = Distributor(
            engine=self.engine,
            agents=self.agents,
            clock=self.clock,
            ready=lambda channel: self.ports.media[channel].ready,
        )
        self.dialling = Dialling(
            engine=self.engine,
            agents=self.agents,
            catalogue=self.catalogue,
            problem_with=self.switch.problem_with,
        )
        self.metrics = self._make_metrics()
        self.keeper = keeper_of(config, self.fs_settings, self.switch.link, self.catalogue)
        self.live: LiveFeed | None = None
        self.http: WSGIServer | None = None
        self._making_prompts: gevent.Greenlet | None = None

    def start(self) -> None:
        """Recover what was open, connect, serve. Returns when the API answers."""
        self._warn_of_strangers()
        self.engine.start(
            partial(react, self.ports),
            early=(partial(begin, self.ports), self.distributor.foresee),
            awaited=awaited,
            prompts=prompts,
        )
        open_interactions = self.engine.recover()
        for agent in self.engine.agent_states():
            self.agents.declare(agent)
        for interaction in open_interactions:
            restore(self.ports, interaction)
        log.info("recovered", open_interactions=len(open_interactions))
        self.lounge.start(self.publisher, self.engine.agent_states(), open_interactions)
        self.publisher.subscribe("distributor", self.distributor.notice)
        self.distributor.start(open_interactions)
        self.publisher.subscribe("customers", self.customers.arrivals.notice)
        self.customers.arrivals.start()
        for agent in self.engine.agent_states():
            restore_agent(self.ports, agent)
        self.people.start()
        self.bridge.start(self.publisher, open_interactions)
        self.http = self._serve()
        self.switch.start(
            self.flows,
            came_up=self.distributor.look,
            place_call=self.dialling.place_from_phone,
            agents=self.agents,
        )
        if self.keeper is not None:
            self.keeper.start()
            self.keeper.changed()
        if self.config.switch.kind == "lab" and not self.switch.link.wait_up(10):
            raise Invalid("the lab switch did not answer; see the log")

    def make_prompts(self) -> None:
        """Make every fixed prompt in the background, so that no caller waits for one."""
        self._making_prompts = spawn("make-prompts", self._make_prompts)

    def _make_prompts(self) -> None:
        started = self.clock.now()
        prompts = [p for flow in self.flows.book.flows.values() for p in fixed_prompts(flow)]
        playable = self.sounds.prerender(prompts)
        self.sounds.tidy()
        log.info(
            "prompts_ready",
            playable=playable,
            of=len(prompts),
            seconds=round(self.clock.now() - started, 1),
        )

    @property
    def url(self) -> str:
        port = self.http.server_port if self.http is not None else self.config.http.port
        return f"http://{self.config.http.host}:{port}"

    def stop(self, drain_s: float = 10.0) -> None:
        """Take nothing new, finish what is under way, save, let go. Calls live on in the switch."""
        log.info("stopping", open_interactions=len(self.engine.live()))
        if self.live is not None:
            self.live.stop()
        if self.http is not None:
            self.http.stop(timeout=2)
        self.people.stop()
        self.bridge.stop()
        self.distributor.stop()
        self.lounge.stop()
        with gevent.Timeout(drain_s, False):
            while self.engine.backlog or self.switch.medium.series:
                gevent.sleep(0.02)
        self.timers.stop()
        if self.keeper is not None:
            self.keeper.stop()
        self.switch.stop()
        self.engine.stop()
        self.customers.arrivals.stop()
        if self.lab is not None:
            self.lab.stop()
        if self._making_prompts is not None:
            self._making_prompts.kill()
        self._synthesizer.close()
        self._studio_voice.close()
        self.store.close()
        self._lock.close()
        log.info("stopped")

    def first_token(self) -> str | None:
        """A new admin token when there is none yet. Its text is kept nowhere."""
        if any(token.role == "admin" for token in self.catalogue.all(Token)):
            return None
        return self.new_token("first admin", Role.ADMIN)

    def new_token(self, name: str, role: Role, agent: str | None = None) -> str:
        text, entry = new_token(name=name, role=role, now=self.clock.now(), agent=agent)
        self.catalogue.put(entry)
        return text

    # --- parts -----------------------------------------------------------------------------------

    def _make_switch(self) -> Switch:
        config = self.config
        root = config.recordings
        return Switch(
            host=config.switch.host,
            port=self.lab.port if self.lab is not None else config.switch.port,
            password=self.lab.password if self.lab is not None else esl_password(config),
            settings=VoiceSettings(
                domain=config.switch.domain,
                recordings_dir=root,
                outbound=config.switch.outbound,
                outbound_prefixes=self.fs_settings.outbound_prefixes,
                page_timeout_s=self.fs_settings.page_timeout,
            ),
            catalogue=self.catalogue,
            clock=self.clock,
            submit=self.engine.submit,
            live=self.engine.live,
            find=lambda key: self.engine.find(key) or self.store.interaction(key),
            recordings=RecordingFiles(
                path=partial(recording_path, root),
                room=partial(room_for_recording, root, config.min_free_mb),
                inspect=inspect_recording,
            ),
            announcement=self._announcement,
            music_file=self.sounds.music,
        )

    def _make_bridge(self) -> Bridge:
        return Bridge(
            self.config.channels,
            store=self.store,
            clock=self.clock,
            queues=self.lounge.queues,
            handle=self.engine.handle,
            submit=self.engine.submit,
        )

    def _make_lounge(self) -> Lounge:
        return Lounge(
            catalogue=self.catalogue,
            agents=self.agents,
            store=self.store,
            clock=self.clock,
            timers=self.timers,
            # A customer waits for the database, too, and is not turned away by it.
            handle=partial(self.engine.handle, timeout_s=None),
            submit=self.engine.submit,
        )

    def _announcement(
        self, telling: Telling, position: int, expected_s: float | None
    ) -> Sequence[str]:
        """Files to play. 8 kHz, as the trunk has it; the switch fits them to other legs."""
        wanted = announcement(telling, position, expected_s)
        return self.sounds.files(wanted, 8000)

    def _make_sounds(self) -> Sounds:
        # What admins send is worked on by others than make callers' prompts.
        studio = Studio(self.config.data.resolve() / "recorded-prompts", self._studio_voice)
        return Sounds(
            catalogue=self.catalogue,
            library=self.prompts,
            studio=studio,
            flows=lambda: self.flows.book.flows,
        )

    def _make_flows(self) -> FlowRunner:
        book = load_flows(self._flows_dir)
        return FlowRunner(
            book=book,
            catalogue=self.catalogue,
            queues=self.lounge.queues,
            clock=self.clock,
            timezone=self.config.timezone,
            # A caller in a flow waits for the database, too, and is not turned away by it.
            handle=partial(self.engine.handle, timeout_s=None),
            submit=self.engine.submit,
            leg_of=self.switch.leg_of,
            files=self.sounds.files,
        )

    @property
    def _flows_dir(self) -> Path:
        return self.config.flows_dir or SHIPPED

    def _warn_of_strangers(self) -> None:
        """A flow may name a queue that is made later; until then it is a warning, not a fault."""
        known = Known(
            queues=frozenset(q.id for q in self.catalogue.all(QueueSettings)),
            schedules=frozenset(s.id for s in self.catalogue.all(Schedule)),
            prompts=frozenset(p.id for p in self.catalogue.all(NamedPrompt)),
        )
        for problem in check([self._flows_dir], known):
            log.warning(
                "flow_problem",
                place=f"{problem.file}:{problem.line}",
                problem=problem.message,
                remedy=problem.remedy,
            )

    def _make_metrics(self) -> CollectorRegistry:
        registry = CollectorRegistry()
        news = NewsMetrics(registry)
        self.publisher.subscribe("metrics", news.take)
        link = self.switch.link
        gauges: Mapping[str, tuple[str, Callable[[], float]]] = {
            "tandem_switch_up": ("1 while FreeSWITCH takes commands.", lambda: link.up),
            "tandem_event_lag_seconds": ("How late events come.", lambda: link.lag_seconds),
            "tandem_switch_events": ("Events received.", lambda: link.events_total),
            "tandem_switch_reconnects": (
                "Times the link came back.",
                lambda: link.reconnects_total,
            ),
            "tandem_face_backlog": ("Events not yet looked at.", lambda: self.switch.face.backlog),
            "tandem_engine_backlog": ("Commands not yet done.", lambda: self.engine.backlog),
            "tandem_subscriber_backlog": (
                "News not yet taken by the slowest subscriber.",
                lambda: max(self.publisher.backlog().values(), default=0),
            ),
        }
        registry.register(StateMetrics(self.engine.live, gauges))
        return registry

    def _serve(self) -> WSGIServer:
        services = self._services()
        app = create_app(services)
        self.live = LiveFeed(app, services, self.publisher)
        inside = app.wsgi_app
        app.wsgi_app = DispatcherMiddleware(inside, self.bridge.web)  # type: ignore[method-assign]
        return serve(app, self.config.http.host, self.config.http.port)

    def _services(self) -> Services:
        return Services(
            engine=self.engine,
            store=self.store,
            catalogue=self.catalogue,
            agents=self.agents,
            clock=self.clock,
            forecast=self.lounge.forecast,
            queues=self.lounge.queues,
            dialling=self.dialling,
            number_problem=self.switch.problem_with,
            readiness=self.readiness,
            recordings_dir=self.config.recordings,
            domain=self.config.switch.domain,
            phones=phone_network(self.config, self.fs_settings),
            alarms=AlarmBoard(self.clock),
            flow_names=self.flows.book.flows.keys,
            sounds=self.sounds,
            metrics=self.metrics,
            people=self.people,
            customers=self.customers,
            web=web_of(self.config),
            centre=centre_of(self.config),
        )

    def readiness(self) -> Mapping[str, str]:
        """Part -> "ok", or what is wrong and what to do."""
        link = self.switch.link
        room = room_for_recording(self.config.recordings, self.config.min_free_mb)
        return {
            "switch": "ok" if link.up else link.problem,
            "database": self._database_problem() or "ok",
            "recordings": room or "ok",
        }

    def _database_problem(self) -> str | None:
        try:
            self.store.agents()
        except Exception as error:
            return str(error)
        return self.engine.unsaved or None
