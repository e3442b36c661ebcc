"""The demonstration: Harbour Bank with its people, customers and callers, a month to look back on, and a clock.

The rule: all that is shown is the service as it is; only people, their past and, on a fast day, the time are made
up, and it is said so. By default the bank is open and everybody at work whenever somebody looks; `--real-hours`
keeps the bank's day; `--speed` lets one go by in minutes, on data of its own, because its times lie ahead of the
world's.
"""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from contextlib import AsyncExitStack
from datetime import date
from functools import partial
from pathlib import Path

import structlog
from msgspec.structs import replace

from callcenter import fast_day, resources
from callcenter.commands import address_of, carrier_of, configured, put_down, run, say, until_stopped
from callcenter.config import Config
from callcenter.demo_show import SEED, Show, doors, known, show_of
from callcenter.engine.clock import SteadyClock
from callcenter.errors import UserError
from callcenter.ground import CENTRE, Store, open_store
from callcenter.past.filling import Filled, fill
from callcenter.past.plan import day_of, days_of, plan_until
from callcenter.service import Service, wall_ms
from callcenter.simulate import command as simulation
from callcenter.simulate.planned_day import Public
from callcenter.store.customer_import import seed_customers
from callcenter.store.imported import Plan
from callcenter.web.server import listen

NICE = 10
"""of the process that writes the past: whoever talks or looks comes first"""

log = structlog.get_logger(__name__)


def demo(options: Namespace) -> int:
    show = show_of(
        options.agents, options.calls_per_hour, options.real_hours, options.speed, options.history_days
    )
    return run(_demo(_configured(configured(options), show), options.config, show))


def past(options: Namespace) -> int:
    """Writes what is missing of the month; the demonstration starts it beside itself."""
    os.nice(NICE)
    return run(_past(configured(options)))


def _configured(config: Config, show: Show) -> Config:
    """With the simulator, and for a fast day with data of its own."""
    config = replace(config, cti=replace(config.cti, simulator=show.simulator))
    if not show.is_fast:
        return config
    if config.database.url:
        raise UserError(
            "A fast day needs a database of its own: its times lie ahead of the world's.",
            "Leave DATABASE_URL and [database] url out, or leave --speed out.",
        )
    return replace(config, data=replace(config.data, directory=f"{config.data.directory}-fast"))


async def _demo(config: Config, file: Path | None, show: Show) -> int:
    resources.agents_ui()
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(listen(config.server))
        store = await stack.enter_async_context(open_store(config, say))
        begin_at = await _begin_at(store, show)
        plan = await _plan(store, show, begin_at)
        today = day_of(begin_at if plan is None else plan.until_at, show.zone)
        await put_down(store, show.setup, show.people, "demo")
        await seed_customers(store.database, CENTRE, store.customers, show.customers, today)
        if plan is not None:
            await fill(show.past(plan), store.imported, plan, only_today=True)
        carrier = carrier_of(config, file, listening)
        await carrier.start()
        stack.push_async_callback(carrier.stop)
        service = Service(
            config,
            store,
            listening,
            media=carrier,
            demo=doors(show),
            callers=known(show.customers),
            clock=lambda last_at: SteadyClock(
                last_at, begin_at=begin_at if show.is_fast else None, speed=show.speed
            ),
        )
        beside = [
            *(
                [partial(_look_back, config, file, store.database.url)]
                if await _is_missing(store, show, plan)
                else ()
            ),
            *([partial(_end_day, service, fast_day.end_at(begin_at, show.zone))] if show.is_fast else ()),
        ]
        await until_stopped(service, lambda: _welcome(address_of(config, service), show, begin_at), beside)
    return 0


async def _begin_at(store: Store, show: Show) -> int:
    """The moment with which the centre's clock begins."""
    if not show.is_fast:
        return wall_ms()
    _, last_at = await store.journal.last()
    return fast_day.begin_at(max(last_at, await store.journal.alive_at()), wall_ms(), show.zone)


# --- The month before ---


async def _plan(store: Store, show: Show, now: int) -> Plan | None:
    """The past of this database; a new one gets one, and what has happened in it stays without."""
    plan = await store.imported.plan()
    seq, _ = await store.journal.last()
    if plan is not None or seq or not show.history_days:
        return plan
    return await store.imported.begin(plan_until(now, show.zone, days=show.history_days, seed=SEED))


async def _is_missing(store: Store, show: Show, plan: Plan | None) -> bool:
    if plan is None:
        return False
    written = await store.imported.days()
    return any(day not in written for day in days_of(plan, show.zone))


async def _look_back(config: Config, file: Path | None, url: str) -> None:
    """A process of its own writes the past: whoever talks meanwhile must not notice. It is given our server: should
    we be killed, it must start none in our place."""
    command = [sys.executable, "-m", "callcenter", "history", "past"]
    if file is not None:
        command += ["--config", str(file)]
    environment = {**os.environ, "CALLCENTER_DATA": config.data.directory, "DATABASE_URL": url}
    writing = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us to hear, who then end it
    )
    try:
        if await writing.wait():
            log.warning("demo.past_not_written", remedy="the next start writes what is missing")
    finally:
        if writing.returncode is None:
            writing.terminate()
            await writing.wait()


async def _past(config: Config) -> int:
    async with open_store(config, say, beside=True) as store:
        plan = await store.imported.plan()
        if plan is None:
            raise UserError(
                "There is no past to be written: this data has none, or begins with what happened.",
                "`python -m callcenter demo` in a new data directory plans one.",
            )
        _say_filled(await fill(show_of().past(plan), store.imported, plan))
    return 0


def _say_filled(filled: Filled) -> None:
    say(
        f"The past is written: {filled.contacts:,} calls of {filled.days} days,"
        f" {filled.rows:,} records in {filled.seconds:.0f} s."
    )


# --- A fast day's evening ---


async def _end_day(service: Service, end_at: int) -> None:
    """From then on the clock goes as everybody's: the day stays on the screens, and midnight is far."""
    await service.ready.wait()
    await asyncio.sleep(service.clock.seconds_until(end_at))
    service.clock.set_speed(1)
    service.feed.tell_time()
    say(
        "\nThe day is over and the clock goes at its usual speed. The screens stay until Ctrl-C;"
        "\nthe next start shows the next working day."
    )


# --- What is said, and who may be whom ---


def _welcome(address: str, show: Show, begin_at: int) -> None:
    say(f"\nHarbour Bank is open: {address}\n")
    say(f"  Call us      {address}/call")
    say(f"  Agent desk   {address}/desk")
    say(f"  Supervisor   {address}/supervisor\n")
    for person in show.centre.people:
        if person.initial_password is not None:
            say(f"  {person.role:<11}  {person.login:<8} {person.initial_password}")
    say(f"\n{_hours(show, begin_at)}")
    say("Ctrl-C stops it; what happened stays.")


def _hours(show: Show, begin_at: int) -> str:
    if show.is_fast:
        day = day_of(begin_at, show.zone)
        minutes = (fast_day.end_at(begin_at, show.zone) - begin_at) / 60_000 / show.speed
        return (
            f"A fast day: {_day(day)} in San Francisco. The clock goes {show.speed} times as fast for"
            f" {minutes:.0f} minutes, until 22:30.\n"
            "Look at it as a supervisor: who calls in person is too slow for it."
        )
    if show.real_hours:
        return "The bank keeps its hours and shifts, which are San Francisco's."
    return "The doors are open and everybody is at work at any hour; --real-hours keeps San Francisco's."


def _day(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B}"


def simulate(options: Namespace) -> int:
    """The bank's customers call in scenarios of the demonstration."""
    customers = show_of().customers
    return simulation.simulate(options, Public(customers, known(customers)))
