"""What the commands of the command line do.

The rule: a command says what it does while it takes long, changes all or nothing, and leaves with a number:
0 done, 1 could not be done, 2 what was given is wrong.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from argparse import Namespace
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import uvloop
from msgspec.structs import replace

from callcenter import diagrams as drawing
from callcenter import logs, resources
from callcenter.config import Config, load
from callcenter.cti.simulator.legs import NAME as SIMULATOR
from callcenter.cti.simulator.people import Known
from callcenter.cti.simulator.simulation import SimulatorSettings
from callcenter.demo_customers import demo_customers
from callcenter.facts import CentreSetup
from callcenter.media.process import MediaProcess
from callcenter.media.server import run_media
from callcenter.media.settings import MediaSettings
from callcenter.service import CENTRE, Service, Store, open_ground, open_store
from callcenter.setup.centre_toml import (
    read_centre,
    simulated_count,
    simulated_people,
    with_doors_open,
    with_simulated_agents,
    with_versions,
)
from callcenter.store import backup as backups
from callcenter.store.audit_anchor import End, witnesses
from callcenter.store.audit_check import check as check_audit
from callcenter.store.backup_files import mb
from callcenter.store.customer_import import CustomerSetup, load_customers, seed_customers
from callcenter.store.history import rebuild
from callcenter.store.people import PersonSetup
from callcenter.web.server import listen, origins_of
from callcenter.web.services import Caller, Demo, Login

DEMO_NUMBER = "+14155550100"
CALLERS_BEFORE_STRANGERS = 3
"""the list is longer than a page shows at once"""
ACTOR = "command line"
DEMO_SEED = 4
"""with it somebody calls soon after the start, so that the screens aren't empty when they are first looked at"""

T = TypeVar("T")


def demo(options: Namespace) -> int:
    config = _configured(options)
    return _run(_demo(config, options))


def serve(options: Namespace) -> int:
    return _run(_serve(_configured(options), options.config))


def media(options: Namespace) -> int:
    config = _configured(options)
    return _run(_media(config))


def check(options: Namespace) -> int:
    centre = read_centre(options.file)
    setup = centre.setup
    agents = [agent for agent in setup.agents if agent.queues]
    _say(f"{options.file}: {setup.name}, {len(setup.queues)} queues, {len(agents)} agents. Nothing is wrong.")
    for queue in setup.queues:
        serving = sum(queue.name in agent.queues for agent in agents)
        _say(f"  queue {queue.name}: {queue.hours or 'round the clock'}, {serving} agents")
    for name, summary in centre.summaries:
        _say(f"  tree {name}: {summary}")
    return 0


def apply(options: Namespace) -> int:
    centre = read_centre(options.file)
    return _run(_apply(_configured(options), centre.setup, centre.people, dry=options.dry_run))


def backup(options: Namespace) -> int:
    return _run(_backup(_configured(options), options.target))


def restore(options: Namespace) -> int:
    return _run(_restore(_configured(options), options.source))


def rebuild_history(options: Namespace) -> int:
    return _run(_rebuild_history(_configured(options)))


def verify_audit(options: Namespace) -> int:
    return _run(_verify_audit(_configured(options), options.end))


def diagrams(options: Namespace) -> int:
    drawing.write(options.file)
    return 0


# --- serve and demo ---


async def _serve(config: Config, file: Path | None) -> int:
    resources.agents_ui()  # before anything is started that would outlive a refusal
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(listen(config.server))
        store = await stack.enter_async_context(open_store(config, _say))
        carrier = _carrier(config, file, listening)
        await carrier.start()
        # The media process stays: whoever talks goes on talking until the next service is there.
        service = Service(config, store, listening, media=carrier)
        await _until_stopped(service, lambda: _say(f"Ready on {_address(config, service)}"))
    return 0


async def _demo(config: Config, options: Namespace) -> int:
    resources.agents_ui()
    source = resources.demo()
    centre = read_centre(source / "centre.toml")
    named = load_customers(source / "customers.toml")
    customers = demo_customers(named)
    extra = _extra_agents(centre.setup, options.agents)
    setup = with_simulated_agents(centre.setup, extra)
    if not options.keep_hours:
        setup = with_doors_open(setup)
    people = (*centre.people, *simulated_people(extra))
    simulator = SimulatorSettings(
        calls_per_hour=options.calls_per_hour, agents_max=options.agents, seed=DEMO_SEED
    )
    config = replace(config, cti=replace(config.cti, simulator=simulator))
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(listen(config.server))
        store = await stack.enter_async_context(open_store(config, _say))
        await _put_down(store, setup, people, "demo")
        await seed_customers(store.database, CENTRE, store.customers, customers, date.today())
        carrier = _carrier(config, options.config, listening)
        await carrier.start()
        stack.push_async_callback(carrier.stop)
        service = Service(
            config,
            store,
            listening,
            media=carrier,
            demo=_doors(centre.people, named),
            callers=_known(customers),
        )
        await _until_stopped(service, lambda: _welcome(_address(config, service), centre.people))
    return 0


def _extra_agents(setup: CentreSetup, wanted: int | None) -> int:
    """How many simulated agents are wanted beyond those that the bank has of its own."""
    own = sum(agent.station == SIMULATOR for agent in setup.agents)
    return max(0, wanted - own) if wanted is not None else 0


async def _until_stopped(service: Service, ready: Any) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(service.run(stop), name="service")
        announcing = tasks.create_task(service.ready.wait(), name="ready")
        await asyncio.wait((running, announcing), return_when=asyncio.FIRST_COMPLETED)
        if announcing.done():
            ready()
        announcing.cancel()
        await running
        _say("Stopped in good order.")


def _welcome(address: str, people: tuple[PersonSetup, ...]) -> None:
    _say(f"\nHarbour Bank is open: {address}\n")
    _say(f"  Call us      {address}/call")
    _say(f"  Agent desk   {address}/desk")
    _say(f"  Supervisor   {address}/supervisor\n")
    for person in people:
        if person.initial_password is not None:
            _say(f"  {person.role:<11}  {person.login:<8} {person.initial_password}")
    _say("\nCtrl-C stops it; what happened stays.")


def _doors(people: tuple[PersonSetup, ...], customers: tuple[CustomerSetup, ...]) -> Demo:
    logins = [
        Login(person.login, person.initial_password, person.name, person.role)
        for person in people
        if person.initial_password is not None
    ]
    callers = [
        Caller(f"customer-{customer.customer}", customer.name, customer.numbers[0], _about(customer))
        for customer in customers
        if customer.numbers
    ]
    strangers = [
        Caller("unknown", "Somebody new", "+14155550177"),
        Caller("withheld", "Somebody who hides the number", ""),
    ]
    callers[CALLERS_BEFORE_STRANGERS:CALLERS_BEFORE_STRANGERS] = strangers
    return Demo(logins, callers, DEMO_NUMBER)


def _about(customer: CustomerSetup) -> str:
    return f"PIN {customer.pin}" if customer.pin is not None else ""


def _known(customers: tuple[CustomerSetup, ...]) -> tuple[Known, ...]:
    return tuple(
        Known(
            customer.numbers[0], customer.accounts[0].account if customer.accounts else "", customer.pin or ""
        )
        for customer in customers
        if customer.numbers
    )


def _address(config: Config, service: Service) -> str:
    if config.server.public_url:
        return config.server.public_url
    scheme = "https" if config.server.tls_certificate else "http"
    return f"{scheme}://{config.server.host}:{service.port}"


def _carrier(config: Config, file: Path | None, listening: socket.socket) -> MediaProcess:
    """The media process of this data directory. It learns from the environment what this process was told."""
    environment = {
        **os.environ,
        "CALLCENTER_DATA": config.data.directory,
        "PORT": str(listening.getsockname()[1]),
    }
    command = [sys.executable, "-m", "callcenter", "media"]
    if file is not None:
        command += ["--config", str(file)]
    return MediaProcess(command, config.data_directory, environment)


async def _media(config: Config) -> int:
    server = config.server
    await run_media(
        MediaSettings(
            data=config.data_directory,
            host=config.media.host,
            port=config.media.port,
            origins=tuple(sorted(origins_of(server, server.port))),
            tls_certificate=server.tls_certificate,
            tls_key=server.tls_key,
            recordings_max_gb=config.media.recordings_max_gb,
            rejoin_seconds=config.media.rejoin_seconds,
        )
    )
    return 0


# --- setup ---


async def _apply(config: Config, setup: CentreSetup, people: tuple[PersonSetup, ...], *, dry: bool) -> int:
    async with open_store(config, _say, beside=True) as store:
        running = await _running(store)
        if simulated := simulated_count(running):
            # They come with `demo`, not with the file.
            setup = with_simulated_agents(setup, simulated)
            people = (*people, *simulated_people(simulated))
        changes = _differences(running, with_versions(setup, running))
        for change in changes:
            _say(change)
        if not dry:
            await _put_down(store, setup, people, ACTOR)
        if not changes:
            _say(
                "Queues, agents and trees are already like that" + ("." if dry else "; names and roles too.")
            )
        elif not dry:
            _say("Taken over. A running service follows within a second; calls in progress keep their tree.")
    return 0


async def _put_down(store: Store, setup: CentreSetup, people: tuple[PersonSetup, ...], actor: str) -> None:
    """The setup as the next version, unless it is the newest already; and its people."""
    await store.people.set_people(people)
    running = await _running(store)
    wanted = with_versions(setup, running)
    if wanted != running:
        await store.journal.import_setup(wanted, actor)


async def _running(store: Store) -> CentreSetup | None:
    """The newest setup that was put down."""
    found = await store.journal.next_import(0)
    return found[1] if found is not None else None


def _differences(old: CentreSetup | None, new: CentreSetup) -> list[str]:
    """One line for each thing that is added, removed or changed."""
    if old is None:
        return [f"new centre {new.name}"]
    lines = []
    for kind, name, before, after in (
        ("queue", "name", old.queues, new.queues),
        ("agent", "login", old.agents, new.agents),
        ("tree", "name", old.trees, new.trees),
    ):
        was = {getattr(one, name): one for one in before}
        becomes = {getattr(one, name): one for one in after}
        lines += [f"+ {kind} {key}" for key in becomes.keys() - was.keys()]
        lines += [f"- {kind} {key}" for key in was.keys() - becomes.keys()]
        lines += [f"~ {kind} {key}" for key in was.keys() & becomes.keys() if was[key] != becomes[key]]
    rest = replace(old, queues=new.queues, agents=new.agents, trees=new.trees)
    if rest != new:
        lines.append("~ name, time zone, entries, grades or break reasons")
    return sorted(lines)


# --- data ---


async def _backup(config: Config, target: Path) -> int:
    async with open_store(config, _say, beside=True) as store:
        saved = await backups.backup(target, store.database, config.data_directory, _say)
        _say(f"Saved in {target}: {_contents(saved)}.")
    return 0


async def _restore(config: Config, source: Path) -> int:
    async with open_ground(config, _say) as (_, database):
        brought = await backups.restore(source, database, config.data_directory, _say)
        await database.migrate()
        _say(f"Restored into {config.data_directory}: {_contents(brought)}.")
    return 0


def _contents(manifest: backups.Manifest) -> str:
    size = mb(sum(kept.bytes for kept in manifest.files))
    return f"{sum(manifest.rows.values()):,} rows and {len(manifest.files) - 1:,} files, {size}"


async def _rebuild_history(config: Config) -> int:
    async with open_store(config, _say, beside=True) as store:
        entries = await rebuild(store.database, CENTRE, _say)
        _say(f"History folded anew from {entries:,} entries.")
    return 0


async def _verify_audit(config: Config, noted: End | None) -> int:
    ends = [*witnesses(config.data_directory), *([noted] if noted is not None else [])]
    async with open_store(config, _say, beside=True) as store:
        found = await check_audit(store.database, CENTRE, ends)
    for problem in found.problems:
        _say(problem)
    if found.problems:
        _say(f"Audit: {found.entries:,} entries, and it is not as it was written.")
        return 1
    end = f" It ends with {found.end.n}:{found.end.hash.hex()}" if found.end is not None else ""
    _say(f"Audit: {found.entries:,} entries, as they were written.{end}")
    if not ends:
        _say("Nothing outside the database says where it ended: whether its end was cut off can't be told.")
    return 0


# --- all of them ---


def _configured(options: Namespace) -> Config:
    config = load(options.config)
    logs.configure(config.logging)
    return config


def _run(command: Coroutine[Any, Any, T]) -> T:
    return uvloop.run(command)


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)  # noqa: T201 (this is the command line)
