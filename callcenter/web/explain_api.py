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
from callcenter.facts import CentreSetup
from callcenter.rights import Action
from callcenter.web.history_api import story_of
from callcenter.web.history_shapes import Option
from callcenter.web.keys import SERVICES
from callcenter.web.names import agent_names
from callcenter.web.replies import Refused, json_reply

_OFFER = re.compile(r"\d{1,18}", re.ASCII)


class SkillLine(Struct, frozen=True):
    skill: str
    skill_zh: str
    level: int
    """that is asked for"""
    has: int
    """of whoever lacks it; 0: none"""


class CandidateLine(Struct, frozen=True):
    agent: str
    verdict: str
    """chosen, later, not_free, not_able"""
    why: str
    reason: str
    """of a break, or why an offer passed"""
    reason_zh: str
    missing: list[SkillLine]
    idle_ms: int | None
    is_next: bool


class LineTold(Struct, frozen=True):
    queues: list[Option]
    """whose agents might serve it"""
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
    offer: int
    rule: str
    seq: int | None
    """the journal's entry; None: it doesn't hold that moment, and the rule is all that is known"""
    line: LineTold | None
    """None as well where a person named the agent"""


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
        told = f"That is long ago. The command line has time: callcenter explain {offer}"
        raise Refused("too_long_ago", told) from None
    if found is None:
        rule = next((one.rule for one in story.offers if one.offer == offer), "")
        return json_reply(OfferTold(offer, rule, None, None))
    return json_reply(_Teller(await agent_names(services), services.setup()).told(found))


class _Teller:
    """Knows what agents, queues, skills and breaks are called."""

    def __init__(self, agents: Mapping[int, str], setup: CentreSetup) -> None:
        self._agents = agents
        self._queues = {queue.name: queue for queue in setup.queues}
        self._skills = dict(setup.skills_zh)
        self._breaks = dict(zip(setup.break_reasons, setup.break_reasons_zh, strict=False))

    def told(self, found: Explanation) -> OfferTold:
        line = None if found.line is None else self._line(found, found.line)
        return OfferTold(found.offer, found.rule, found.seq, line)

    def _line(self, found: Explanation, line: Line) -> LineTold:
        changed = line.today is not None and line.today != found.agent
        return LineTold(
            queues=[self._queue(queue) for queue in line.queues],
            skills=[self._skill(need.skill, need.level) for need in line.skills],
            step=line.step,
            steps=line.steps,
            waited_ms=line.waited_ms,
            age_ms=line.age_ms,
            points=line.points,
            lift=line.lift,
            today=self._agent(line.today) if changed and line.today is not None else None,
            candidates=[self._candidate(one, found.runner_up) for one in line.candidates],
        )

    def _candidate(self, one: Candidate, runner_up: int | None) -> CandidateLine:
        return CandidateLine(
            self._agent(one.agent),
            one.verdict,
            one.why,
            one.reason,
            self._breaks.get(one.reason, ""),
            [self._skill(gap.skill, gap.asked, gap.has) for gap in one.missing],
            one.idle_ms,
            is_next=one.agent == runner_up,
        )

    def _skill(self, skill: str, level: int, has: int = 0) -> SkillLine:
        return SkillLine(skill, self._skills.get(skill, ""), level, has)

    def _queue(self, name: str) -> Option:
        queue = self._queues.get(name)
        return Option(name, name) if queue is None else Option(name, queue.title, queue.title_zh)

    def _agent(self, agent: int) -> str:
        return self._agents.get(agent, str(agent))
