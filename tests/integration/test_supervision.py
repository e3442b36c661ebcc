"""A supervisor in a whole centre: into a talk and out with it, a desk closed by force; and the audit of it all."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import NamedTuple

import aiohttp
import pytest
from centre_phone import Phone
from centre_screen import Screen
from whole_centre import ROOT, Centre, Visitor, until

ANNA, SAM = 1, 90
SAM_HERTZ = 1200
CLOSE_SECONDS_MAX = 1.0
SIGNED_OUT = 4401


class People(NamedTuple):
    """Anna talks to a caller; Sam is at the supervisor's page, with a phone."""

    centre: Centre
    anna: Visitor
    desk: Screen
    floor: Screen
    phone: Phone
    caller: Phone
    contact: int

    async def listens(self) -> None:
        assert await self.floor.ask({"do": "monitor", "contact": self.contact}) == ""
        await self.phone.until(lambda: bool(self.phone.ringing))
        await self.phone.answer(self.phone.ringing[0])
        await self.floor.until(lambda: self.floor.row("me").get("watching_part") == "listens")

    async def deeds(self) -> list[tuple[str, str, str]]:
        rows = await self.centre.sql(
            "select actor, action, refused from audit where actor <> 'demo' order by n"
        )
        return [(row["actor"], row["action"], row["refused"]) for row in rows]

    async def did(self, *deeds: tuple[str, str, str]) -> None:
        """The audit ends with these: what the journal tells is folded a moment after the reply."""

        async def told() -> bool:
            return (await self.deeds())[-len(deeds) :] == list(deeds)

        await until(told)


async def done(screen: Screen) -> None:
    """What is left to be coded is coded."""
    if screen.row("contact").get("stage") == "wrap_up":
        engagement = screen.row("contact")["engagement"]
        save = {"do": "save", "engagement": engagement, "disposition": "Complaint", "note": "", "done": True}
        assert await screen.ask(save) == ""
        await screen.until(lambda: not screen.row("contact"))


@pytest.fixture(scope="module")
def centre() -> Iterator[Centre]:
    centre = Centre.make()
    centre.start()
    try:
        asyncio.run(centre.ready())
        yield centre
    finally:
        centre.stop()


@pytest.fixture
async def people(centre: Centre) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        anna = await (await enter(centre.visitor())).sign_in("anna")
        sam = await (await enter(centre.visitor())).sign_in("sam")
        desk = await enter(Screen.open(anna, f"desk:{ANNA}"))
        floor = await enter(Screen.open(sam, f"desk:{SAM}", "agents", "queues", "waiting"))
        voice = await enter(Phone.open(await anna.station_line(), origin=centre.address, hertz=880))
        phone = await enter(Phone.open(await sam.station_line(), origin=centre.address, hertz=SAM_HERTZ))
        await desk.until(lambda: desk.row("me")["station"])
        await floor.until(lambda: floor.row("me")["station"])
        await done(desk)
        assert await desk.ask({"do": "ready"}) == ""
        line = await anna.caller_line("Somebody new")
        caller = await enter(Phone.open(line, origin=centre.address, hertz=440))
        await centre.at("language")
        await caller.hears_something()
        await caller.press("0")
        await voice.until(lambda: bool(voice.ringing))
        await voice.answer(voice.ringing[0])
        await desk.until(lambda: desk.row("contact").get("stage") == "talking")
        yield People(centre, anna, desk, floor, phone, caller, desk.row("contact")["contact"])
        if not caller.ended:
            await caller.hang_up()


async def test_a_talk_is_listened_to_spoken_into_and_taken_over(people: People):
    floor, contact = people.floor, people.contact
    assert await floor.ask({"do": "take-over", "contact": contact}) == "listen_first"
    await people.listens()
    await floor.until(lambda: floor.row(str(ANNA), "agents")["watched_by"] == ["Sam Castellano"])
    since = time.monotonic()
    assert await floor.ask({"do": "barge", "contact": contact}) == ""
    await floor.until(lambda: floor.row("me")["watching_part"] == "talks")
    assert await floor.ask({"do": "take-over", "contact": contact}) == ""
    await floor.until(lambda: floor.row("contact").get("stage") == "talking")
    await people.desk.until(lambda: people.desk.row("contact").get("stage") == "wrap_up")
    await people.caller.hears(SAM_HERTZ, since)
    assert await floor.ask({"do": "end-contact", "contact": contact}) == ""
    await people.caller.until(lambda: bool(people.caller.ended))
    await floor.until(lambda: floor.row("contact")["stage"] == "wrap_up")
    await done(floor)
    await floor.until(lambda: floor.row("me")["routing"] == "off_queue")
    await people.did(
        ("sam", "take_over", "listen_first"),
        ("sam", "listen", ""),
        ("sam", "barge", ""),
        ("sam", "take_over", ""),
    )


async def test_a_forced_sign_out_closes_the_persons_screens_at_once(people: People):
    floor, address = people.floor, people.centre.address
    await people.listens()
    assert await floor.ask({"do": "force-state", "agent": ANNA, "reason": "Lunch"}) == ""
    await floor.until(lambda: floor.row(str(ANNA), "agents")["postponed"] == "away:Lunch")
    async with people.anna.http.ws_connect(f"{address}/feed", origin=address) as screen:
        await screen.receive_json()
        assert await floor.ask({"do": "force-sign-out", "agent": ANNA}) == ""
        since = time.monotonic()
        while (await screen.receive(timeout=10)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert (screen.close_code, time.monotonic() - since < CLOSE_SECONDS_MAX) == (SIGNED_OUT, True)
    async with people.anna.http.get(f"{address}/api/me") as reply:
        assert reply.status == 401
    assert await floor.ask({"do": "leave", "contact": people.contact}) == ""
    await floor.until(lambda: floor.row("me")["watching"] is None)
    await people.did(
        ("sam", "force_state", ""),
        ("sam", "force_sign_out", ""),
        ("sam", "leave", ""),
    )


async def test_a_caller_in_the_queue_is_pulled_forward_and_an_agent_moved(people: People):
    floor = people.floor
    assert await floor.ask({"do": "pull-forward", "contact": people.contact}) == "not_waiting"
    assert await floor.ask({"do": "move-agent", "agent": ANNA, "queues": ["nowhere"]}) == "unknown_queue"
    queues = floor.row(str(ANNA), "agents")["queues"]
    assert await floor.ask({"do": "move-agent", "agent": ANNA, "queues": queues[:1]}) == ""
    await floor.until(lambda: floor.row(str(ANNA), "agents")["queues"] == queues[:1])
    assert await floor.ask({"do": "move-agent", "agent": ANNA, "queues": queues}) == ""
    await floor.until(lambda: floor.row(str(ANNA), "agents")["queues"] == queues)


def verified(centre: Centre, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the command says beside the running service."""
    command = [
        sys.executable,
        "-m",
        "callcenter",
        "audit",
        "verify",
        "--config",
        str(centre.config),
        *arguments,
    ]
    return subprocess.run(
        command, cwd=ROOT, env=centre.environment, capture_output=True, text=True, timeout=60, check=False
    )


async def test_the_audit_is_proven_beside_the_running_service_and_every_tampering_found(centre: Centre):
    async with centre.visitor() as visitor:
        await visitor.sign_in("ada")
        for file in ("history", "report"):  # whatever others did to this centre before, here are two deeds
            await visitor.get(f"/api/{file}.csv")
        page = json.loads(await visitor.get("/api/audit"))
    assert len(page["rows"]) > 1
    whole = await asyncio.to_thread(verified, centre, "--end", f"{page['end']['n']}:{page['end']['hash']}")
    assert (whole.returncode, "as they were written" in whole.stdout) == (0, True), (
        whole.stdout + whole.stderr
    )
    await centre.sql("alter table audit disable trigger user")
    await centre.sql("delete from audit where n = (select max(n) from audit)")
    await centre.sql(
        "update audit_head set n = n - 1, hash = (select hash from audit order by n desc limit 1)"
    )
    await centre.sql("alter table audit enable trigger user")
    cut = await asyncio.to_thread(verified, centre)
    assert (cut.returncode, "was there once" in cut.stdout) == (1, True), cut.stdout + cut.stderr
