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
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import uvloop
from msgspec.structs import replace

from callcenter import diagrams as drawing
from callcenter import logs, resources
from callcenter.config import Config, load
from callcenter.errors import UserError
from callcenter.explain.moment import explain as explain_offer
from callcenter.explain.words import in_words
from callcenter.facts import CentreSetup
from callcenter.ground import CENTRE, Store, open_ground, open_store
from callcenter.media.process import MediaProcess
from callcenter.media.server import run_media
from callcenter.media.settings import MediaSettings
from callcenter.service import Service
from callcenter.setup.centre_toml import (
    read_centre,
    simulated_count,
    simulated_people,
    with_simulated_agents,
    with_versions,
)
from callcenter.store import backup as backups
from callcenter.store.audit_anchor import End, witnesses
from callcenter.store.audit_check import check as check_audit
from callcenter.store.backup_files import mb
from callcenter.store.history import rebuild
from callcenter.store.history_search import HistorySearch
from callcenter.store.people import PersonSetup
from callcenter.web.server import listen, origins_of

ACTOR = "command line"
NICE = 10

T = TypeVar("T")


def serve(options: Namespace) -> int:
    return run(_serve(configured(options), options.config))


def media(options: Namespace) -> int:
    config = configured(options)
    return run(_media(config))


def check(options: Namespace) -> int:
    centre = read_centre(options.file)
    setup = centre.setup
    agents = [agent for agent in setup.agents if agent.queues]
    say(f"{options.file}: {setup.name}, {len(setup.queues)} queues, {len(agents)} agents. Nothing is wrong.")
    for queue in setup.queues:
        serving = sum(queue.name in agent.queues for agent in agents)
        say(f"  queue {queue.name}: {queue.hours or 'round the clock'}, {serving} agents")
    for name, summary in centre.summaries:
        say(f"  tree {name}: {summary}")
    return 0


def apply(options: Namespace) -> int:
    centre = read_centre(options.file)
    return run(_apply(configured(options), centre.setup, centre.people, dry=options.dry_run))


def backup(options: Namespace) -> int:
    return run(_backup(configured(options), options.target))


def restore(options: Namespace) -> int:
    return run(_restore(configured(options), options.source))


def rebuild_history(options: Namespace) -> int:
    return run(_rebuild_history(configured(options)))


def verify_audit(options: Namespace) -> int:
    return run(_verify_audit(configured(options), options.end))


def explain(options: Namespace) -> int:
    if options.json:  # beside a service, as a rule
        os.nice(NICE)
    return run(_explain(configured(options), options.offer, as_json=options.json))


def diagrams(options: Namespace) -> int:
    drawing.write(options.file)
    return 0


# --- serve and demo ---


async def _serve(config: Config, file: Path | None) -> int:
    resources.agents_ui()  # before anything is started that would outlive a refusal
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(listen(config.server))
        store = await stack.enter_async_context(open_store(config, say))
        carrier = carrier_of(config, file, listening)
        await carrier.start()
        # The media process stays: whoever talks goes on talking until the next service is there.
        service = Service(config, store, listening, media=carrier)
        await until_stopped(service, lambda: say(f"Ready on {address_of(config, service)}"))
    return 0


async def until_stopped(
    service: Service,
    ready: Callable[[], None],
    beside: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
) -> None:
    """Runs the service until it is told to stop, and `beside` it what is to go on while it does."""
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
        others = [tasks.create_task(one(), name="beside the service") for one in beside]
        await running
        for other in others:
            other.cancel()
        say("Stopped in good order.")


def address_of(config: Config, service: Service) -> str:
    if config.server.public_url:
        return config.server.public_url
    scheme = "https" if config.server.tls_certificate else "http"
    return f"{scheme}://{config.server.host}:{service.port}"


def carrier_of(config: Config, file: Path | None, listening: socket.socket) -> MediaProcess:
    """The media process of this data directory. It learns from the environment what this process was told."""
    environment = {
        **os.environ,
        "CALLCENTER_DATA": config.data.directory,
        "PORT": str(listening.getsockname()[1]),
        "MEDIA_PORT": str(config.media.port),
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
    async with open_store(config, say, beside=True) as store:
        running = await _running(store)
        if simulated := simulated_count(running):
            # They come with `demo`, not with the file.
            setup = with_simulated_agents(setup, simulated)
            people = (*people, *simulated_people(simulated))
        changes = _differences(running, with_versions(setup, running))
        for change in changes:
            say(change)
        if not dry:
            await put_down(store, setup, people, ACTOR)
        if not changes:
            say("Queues, agents and trees are already like that" + ("." if dry else "; names and roles too."))
        elif not dry:
            say("Taken over. A running service follows within a second; calls in progress keep their tree.")
    return 0


async def put_down(store: Store, setup: CentreSetup, people: tuple[PersonSetup, ...], actor: str) -> None:
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
    async with open_store(config, say, beside=True) as store:
        saved = await backups.backup(target, store.database, config.data_directory, say)
        say(f"Saved in {target}: {_contents(saved)}.")
    return 0


async def _restore(config: Config, source: Path) -> int:
    async with open_ground(config, say) as (_, database):
        brought = await backups.restore(source, database, config.data_directory, say)
        await database.migrate()
        say(f"Restored into {config.data_directory}: {_contents(brought)}.")
    return 0


def _contents(manifest: backups.Manifest) -> str:
    size = mb(sum(kept.bytes for kept in manifest.files))
    return f"{sum(manifest.rows.values()):,} rows and {len(manifest.files) - 1:,} files, {size}"


async def _rebuild_history(config: Config) -> int:
    async with open_store(config, say, beside=True) as store:
        entries = await rebuild(store.database, CENTRE, say)
        say(f"History folded anew from {entries:,} entries.")
    return 0


async def _verify_audit(config: Config, noted: End | None) -> int:
    ends = [*witnesses(config.data_directory), *([noted] if noted is not None else [])]
    async with open_store(config, say, beside=True) as store:
        found = await check_audit(store.database, CENTRE, ends)
    for problem in found.problems:
        say(problem)
    if found.problems:
        say(f"Audit: {found.entries:,} entries, and it is not as it was written.")
        return 1
    end = f" It ends with {found.end.n}:{found.end.hash.hex()}" if found.end is not None else ""
    say(f"Audit: {found.entries:,} entries, as they were written.{end}")
    if not ends:
        say("Nothing outside the database says where it ended: whether its end was cut off can't be told.")
    return 0


# --- explain ---


async def _explain(config: Config, offer: int, *, as_json: bool) -> int:
    quiet = (lambda told: None) if as_json else say
    async with open_store(config, quiet, beside=True) as store:
        made = await HistorySearch(store.database, CENTRE).offer(offer)
        found = None if made is None else await explain_offer(store.journal, CENTRE, offer, made.made_at)
        if as_json:
            say(msgspec.json.encode(found).decode())
            return 0
        if made is None:
            raise UserError(
                f"No offer {offer} is closed in the history.",
                "Its number stands in the interaction; one that still rings is there a moment later.",
            )
        if found is None:
            raise UserError(
                f"The journal does not hold the moment of offer {offer}.",
                "It is of an imported history, or the journal begins later: its rule is all that is known.",
            )
        setup, names = await _running(store), await store.people.agent_names()
        zone = ZoneInfo(setup.time_zone if setup is not None else "UTC")
        say(in_words(found, lambda agent: names.get(agent, f"agent {agent}"), zone))
        closed = datetime.fromtimestamp(made.closed_at / 1_000, zone)
        say(f"\nIt was {made.result.replace('_', ' ')} at {closed:%H:%M:%S}.")
    return 0


# --- all of them ---


def configured(options: Namespace) -> Config:
    config = load(options.config)
    logs.configure(config.logging)
    return config


def run(command: Coroutine[Any, Any, T]) -> T:
    return uvloop.run(command)


def say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)  # noqa: T201 (this is the command line)
