"""The service: every part made, wired and run, in one place.

The rule: parts know Protocols, this module knows the parts. They start from the ground up (database, journal,
core, providers, screens) and stop the other way round: no new work, what is settled made durable, then the ground.
The media process is no part of it: it outlives the service, so that people go on talking.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from zoneinfo import ZoneInfo

import msgspec
import structlog
from prometheus_client import CollectorRegistry

from callcenter import __version__, resources
from callcenter import facts as f
from callcenter.config import Config
from callcenter.cti.browser.token import CallerTicket as BrowserTicket
from callcenter.cti.browser.token import Tickets
from callcenter.cti.browser.transport import BrowserProvider
from callcenter.cti.registry import Surroundings, open_providers
from callcenter.cti.secrets import SecretVault
from callcenter.cti.simulator.people import Known
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.engine.clock import SteadyClock
from callcenter.engine.garbage import keep_collector_away
from callcenter.engine.look_ups import LookUps
from callcenter.engine.owner import Engine
from callcenter.engine.recovery import beat, orphans, recover, rewind, takeover
from callcenter.engine.speech import Speech
from callcenter.explain.aside import Aside
from callcenter.figures import EngineFigures
from callcenter.followers import Configured, Figures, Screens, Simulated, Written
from callcenter.ground import CENTRE, Store
from callcenter.media.process import MediaProcess
from callcenter.media.recorder import wav_of
from callcenter.oversight import Audited, Overseer
from callcenter.queue.service_level import Limits
from callcenter.screens.feed import Feed
from callcenter.screens.view_crowd import is_in_queue
from callcenter.staff import Staff
from callcenter.state import Live
from callcenter.store.audit import AuditTrail
from callcenter.store.audit_anchor import ANCHOR
from callcenter.store.audit_search import AuditSearch
from callcenter.store.history import Projector
from callcenter.store.history_search import HistorySearch
from callcenter.store.outage import OUTAGE
from callcenter.store.people import Session
from callcenter.store.reports import Reports
from callcenter.web.app import build_app
from callcenter.web.server import Server, origins_of
from callcenter.web.services import CallerTicket, Check, Demo, Services, Waiting

IMPORT_POLL_SECONDS = 1.0
DRAIN_SECONDS_MAX = 10.0
BEAT_SECONDS = 2.0
DAY_CHECK_SECONDS = 3600.0
"""the steady clock and the wall's may drift apart"""
NO_SETUP = f.CentreSetup("", "UTC", (), (), (), ())
"""until one is applied"""

log = structlog.get_logger(__name__)


class Service:
    """One centre, owned by this process from `run` on."""

    def __init__(
        self,
        config: Config,
        store: Store,
        listening: socket.socket,
        *,
        media: MediaProcess,
        demo: Demo | None = None,
        callers: tuple[Known, ...] = (),
        clock: Callable[[int], SteadyClock] = SteadyClock,
    ) -> None:
        self._config = config
        self._store = store
        self._listening = listening
        self._media = media
        self._demo = demo
        self._callers = callers
        """whom simulated callers may be"""
        self._make_clock = clock
        """from the last moment that was journalled"""
        self.ready = asyncio.Event()
        """the centre is ours and the pages are served"""

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set, then in good order. Raises Fenced when another process takes the centre over."""
        store, config = self._store, self._config
        recovered = await recover(store.journal, CENTRE)
        live = recovered.live
        self.clock = clock = self._make_clock(recovered.at)
        imported = await store.journal.next_import(live.state.version)
        setup = imported[1] if imported is not None else live.state.setup
        if setup is None:
            log.warning("service.no_setup", remedy="python -m callcenter apply CENTRE.toml")
        vault = SecretVault()
        staff = Staff(store.people, store.customers, store.journal, recovered.values)
        zone = ZoneInfo(setup.time_zone if setup is not None else "UTC")
        figures = Figures(zone, clock.now(), _limits(live))
        projector = Projector(store.database, store.journal, CENTRE, figures)
        port = self._listening.getsockname()[1]
        around = Surroundings(
            setup or NO_SETUP,
            vault,
            config.data_directory,
            self._callers,
            origins_of(config.server, port),
            clock,
        )
        providers = open_providers(config.cti, around)
        trail = AuditTrail(store.database, store.journal, CENTRE, config.data_directory / ANCHOR)
        overseer = Overseer(store.people, trail, clock.now)
        self.feed = feed = Feed(
            self._submit,
            staff,
            figures,
            oversight=overseer,
            now=clock.now,
            speed=lambda: clock.speed,
            build=__version__,
        )
        figures.changed = feed.figures_changed

        async def configured() -> None:
            """Also when nothing changed but this process is new."""
            setup = live.state.setup
            if setup is None:
                return
            await staff.refresh(setup.agents)
            figures.set_limits(_limits(live))
            says = tuple(Speech(live, recovered.values).ahead_of_need())
            for provider in providers:
                provider.prepare(says)
                if isinstance(provider, BrowserProvider):
                    provider.set_robots(_robots(setup, staff), people=self._demo is not None)

        following = Configured(configured)
        self._engine = engine = Engine(
            live,
            recovered.seq,
            store.journal,
            clock,
            providers=providers,
            look_ups=LookUps(store.customers, vault),
            values=recovered.values,
            recent=recovered.recent,
            rewind=partial(rewind, store.journal, CENTRE),
            followers=[
                Screens(feed),
                Written(projector),
                Audited(trail),
                following,
                *(Simulated(p) for p in providers if isinstance(p, SimulatorProvider)),
            ],
            inbox_max=config.limits.inbox_max,
            outbox_max=config.limits.outbox_max,
        )
        engine.put(takeover(recovered, clock))
        for received in orphans(recovered, [provider.name for provider in providers]):
            engine.put(received)
        if (reserved := await self._reserved(live)) is not None:
            engine.put(reserved)
        if imported is not None:
            engine.put(_as_input(*imported))
        await projector.start()
        await trail.start()
        feed.begin(live, recovered.seq)
        await configured()
        name = setup.name if setup is not None else ""
        app = build_app(self._services(name, feed, engine, projector, trail, live, clock, port))
        server = await Server.start(app, config.server, self._listening)
        self.port = server.port

        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(engine.run(), name="engine"),
                tasks.create_task(projector.run(), name="history"),
                tasks.create_task(trail.run(), name="audit"),
                tasks.create_task(feed.run(), name="feed"),
                tasks.create_task(following.run(), name="setup"),
                tasks.create_task(self._take_imports(live, engine), name="imports"),
                tasks.create_task(self._beat(engine, clock), name="beat"),
                tasks.create_task(self._turn_days(figures, clock, live), name="days"),
                tasks.create_task(server.watch(), name="web sessions"),
                tasks.create_task(self._media.keep(), name="media"),
            ]
            if store.postgres is not None:
                running.append(tasks.create_task(store.postgres.watch(), name="postgres"))
            await engine.owning.wait()
            keep_collector_away()
            self.ready.set()
            await stop.wait()
            server.stop_accepting()
            feed.stop()
            await server.stop()
            for provider in providers:
                await provider.close()
            await self._settle_down(engine, projector, trail)
            for task in running:
                task.cancel()
        await projector.close()

    async def _reserved(self, live: Live) -> f.Received | None:
        """Numbers of an imported history that this centre might still give: before the first call comes."""
        plan = await self._store.imported.plan()
        if plan is None or plan.contact <= live.state.counters.contact:
            return None
        numbers = f.NumbersReserved(plan.contact, plan.offer, plan.engagement, plan.recording)
        return f.Received(f"imported-history:{plan.contact}", numbers)

    async def _submit(self, received: f.Received) -> str:
        return await self._engine.submit(received)

    def _media_url(self) -> str:
        """Where pages find the media process now; it may come back on another port."""
        scheme = "wss" if self._config.server.tls_certificate else "ws"
        holder = self._media.holder
        port = holder.port if holder is not None else self._config.media.port
        return f"{scheme}://{self._config.media.host}:{port}/phone"

    async def _signed_out(self, session: Session) -> None:
        """Who signs out of the page goes off queue too, after what is at hand."""
        agent, login = session.actor.agent, session.actor.login
        if agent is not None:
            source = f"sign-out:{login}:{secrets.token_hex(8)}"
            await self._submit(f.Received(source, f.AgentSignedOut(agent, login)))

    async def _settle_down(self, engine: Engine, projector: Projector, trail: AuditTrail) -> None:
        """What came in is made durable and written to the history; the next start begins at this state."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS_MAX):
                await engine.drained()
                await projector.drain()
                await trail.drain()
                await engine.leave_snapshot()
        except TimeoutError:
            log.warning("service.not_drained", backlog=engine.backlog, history_lag=projector.lag.entries)

    async def _beat(self, engine: Engine, clock: SteadyClock) -> None:
        await engine.owning.wait()
        while True:
            await beat(self._store.journal, engine.durable_seq, clock)
            await asyncio.sleep(BEAT_SECONDS)

    async def _turn_days(self, figures: Figures, clock: SteadyClock, live: Live) -> None:
        """Midnight begins a new day on the tiles also when nobody calls."""
        while True:
            seconds = min(clock.seconds_until(figures.to_at), DAY_CHECK_SECONDS / clock.speed)
            await asyncio.sleep(max(1.0 / clock.speed, seconds))
            figures.roll_over(clock.now(), live.queues, live.state.agents)

    async def _take_imports(self, live: Live, engine: Engine) -> None:
        """A setup that `apply` has put down becomes an input, once."""
        while True:
            try:
                found = await self._store.journal.next_import(live.state.version)
            except OUTAGE as error:  # the next look finds it
                log.warning("setup.waiting_for_database", reason=type(error).__name__)
                found = None
            if found is not None:
                refused = await engine.submit(_as_input(*found))
                log.info("setup.applied", version=found[0], refused=refused)
            await asyncio.sleep(IMPORT_POLL_SECONDS)

    def _services(
        self,
        name: str,
        feed: Feed,
        engine: Engine,
        projector: Projector,
        trail: AuditTrail,
        live: Live,
        clock: SteadyClock,
        port: int,
    ) -> Services:
        store, config = self._store, self._config
        registry = CollectorRegistry()
        registry.register(EngineFigures(engine, projector))
        return Services(
            centre=name,
            centre_number=CENTRE,
            origins=origins_of(config.server, port),
            media_url=self._media_url,
            screens=resources.agents_ui(),
            people=store.people,
            customers=store.customers,
            history=HistorySearch(store.database, CENTRE),
            reports=Reports(store.database, CENTRE),
            trail=trail,
            audit=AuditSearch(store.database, CENTRE),
            tokens=_Tokens(Tickets.of(config.data_directory)),
            feed=feed.serve,
            signed_out=self._signed_out,
            submit=self._submit,
            explain=Aside(store.database.url, config.data_directory).explain,
            recording_path=lambda recording: wav_of(config.data_directory, recording),
            setup=lambda: _setup(live),
            waiting=lambda: _waiting(live),
            now=clock.now,
            checks={
                "database": store.database.answers,
                "owner": _now(engine.owning.is_set),
                "media": _now(lambda: self._media.holder is not None),
            },
            registry=registry,
            demo=self._demo,
            screens_max=config.limits.screens_max,
        )


class _Tokens:
    """Tickets for phones in pages, as the web application asks for them."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets
        self._now = wall_ms
        """not the centre's own time: the media process looks at the wall when a ticket comes"""

    def issue_caller(self, ani: str | None, dnis: str) -> CallerTicket:
        token = self._tickets.caller(ani, dnis, self._now())
        ticket = self._tickets.read(token)
        assert isinstance(ticket, BrowserTicket)
        return CallerTicket(ticket.leg, token)

    def issue_station(self, agent: int) -> str:
        return self._tickets.station(agent, self._now())

    def issue_telephone(self, number: str) -> str:
        return self._tickets.telephone(number, self._now())


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _now(passes: Callable[[], bool]) -> Check:
    async def check() -> bool:
        return passes()

    return check


def _as_input(version: int, setup: f.CentreSetup, actor: str) -> f.Received:
    """A setup that was put down counts once, by its version."""
    return f.Received(f"import:{version}", f.CentreApplied(version, setup, actor))


def _setup(live: Live) -> f.CentreSetup:
    """As it is applied, each agent with the queues that a supervisor has moved them to since."""
    setup = live.state.setup or NO_SETUP
    now = {number: agent.setup for number, agent in live.state.agents.items()}
    agents = tuple(now.get(agent.agent, agent) for agent in setup.agents)
    return msgspec.structs.replace(setup, agents=agents)


def _waiting(live: Live) -> list[Waiting]:
    return [
        Waiting(contact.queue, contact.entered_at)
        for contact in live.state.contacts.values()
        if contact.queue and is_in_queue(contact)
    ]


def _limits(live: Live) -> Mapping[str, Limits]:
    return {
        name: Limits(queue.threshold_seconds * 1000, queue.short_abandon_seconds * 1000)
        for name, queue in live.queues.items()
    }


def _robots(setup: f.CentreSetup, staff: Staff) -> dict[int, str]:
    """The agents whom the media process speaks for when they get a call from a page."""
    simulated = (agent.agent for agent in setup.agents if agent.station == SimulatorProvider.name)
    return {agent: staff.agent_name(agent) for agent in simulated}
