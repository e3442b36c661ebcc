"""Why an offer went to this agent and not to another, over HTTP.

The rule: the record of the offer is there in any case; the others' reasons are found by a process of its own, which
decides again where it was decided. Whose contact it was decides who may ask; names and states of agents are no
secret among leaders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from aiohttp import web
from msgspec import Struct

from callcenter.errors import TooLong
from callcenter.explain.candidates import Candidate
from callcenter.explain.moment import Explanation, Line
from callcenter.rights import Action
from callcenter.web.history_api import story_of
from callcenter.web.keys import SERVICES
from callcenter.web.names import agent_names
from callcenter.web.replies import Refused, json_reply

_OFFER = re.compile(r"\d{1,18}", re.ASCII)


class MissingLine(Struct, frozen=True):
    skill: str
    asked: int
    has: int


class SkillLine(Struct, frozen=True):
    skill: str
    level: int


class CandidateLine(Struct, frozen=True):
    agent: str
    verdict: str
    """chosen, later, not_free, not_able"""
    why: str
    reason: str
    missing: list[MissingLine]
    idle_ms: int | None
    is_next: bool


class LineTold(Struct, frozen=True):
    queues: list[str]
    skills: list[SkillLine]
    step: int
    steps: int
    waited_ms: int
    age_ms: int
    points: int
    lift: int
    today: str | None
    """whom today's router would choose, if that is somebody else"""
    candidates: list[CandidateLine]


class OfferTold(Struct, frozen=True):
    """`line`: None where a person named the agent."""

    offer: int
    agent: str
    at: int
    rule: str
    seq: int
    line: LineTold | None


async def explanation(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    offer = int(request.match_info["id"]) if _OFFER.fullmatch(request.match_info["id"]) else 0
    made = await services.history.offer(offer)
    story = await story_of(request, made.contact, Action.EXPLAIN_OFFER) if made is not None else None
    if story is None:
        raise Refused("not_found", "There is no such offer, or it is not over yet.")
    try:
        found = await services.explain(offer)
    except TooLong:
        raise Refused(
            "busy", f"That is long ago. The command line has time: callcenter explain {offer}"
        ) from None
    if found is None:
        raise Refused("not_found", "The journal doesn't hold that moment: it is of an imported history.")
    names = await agent_names(services)
    queues = {queue.name: queue.title for queue in services.setup().queues}
    return json_reply(_told(found, names, queues))


def _told(found: Explanation, names: Mapping[int, str], queues: Mapping[str, str]) -> OfferTold:
    line = None if found.line is None else _line(found, found.line, names, queues)
    return OfferTold(found.offer, _name(names, found.agent), found.at, found.rule, found.seq, line)


def _line(found: Explanation, line: Line, names: Mapping[int, str], queues: Mapping[str, str]) -> LineTold:
    changed = line.today is not None and line.today != found.agent
    return LineTold(
        queues=[queues.get(queue, queue) for queue in line.queues],
        skills=[SkillLine(need.skill, need.level) for need in line.skills],
        step=line.step,
        steps=line.steps,
        waited_ms=line.waited_ms,
        age_ms=line.age_ms,
        points=line.points,
        lift=line.lift,
        today=_name(names, line.today) if changed and line.today is not None else None,
        candidates=[_candidate(one, found.runner_up, names) for one in line.candidates],
    )


def _candidate(one: Candidate, runner_up: int | None, names: Mapping[int, str]) -> CandidateLine:
    return CandidateLine(
        _name(names, one.agent),
        one.verdict,
        one.why,
        one.reason,
        [MissingLine(gap.skill, gap.asked, gap.has) for gap in one.missing],
        one.idle_ms,
        is_next=one.agent == runner_up,
    )


def _name(names: Mapping[int, str], agent: int) -> str:
    return names.get(agent, str(agent))
