"""The router beside a plain scan over everybody: the same choices, whatever came and went before."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, field

from callcenter.facts import SkillLevel
from callcenter.queue.line import Line
from callcenter.queue.routing import (
    LONGEST_IDLE,
    PREFERRED_PHONE,
    Choice,
    Profile,
    Requirement,
    Router,
    preference,
)

SERVES = {"phone": ("desk", "phone"), "robot": ("robot",)}

skill_levels = st.lists(
    st.builds(SkillLevel, st.sampled_from(["cards", "loans", "en"]), st.integers(1, 3)),
    max_size=2,
    unique_by=lambda level: level.skill,
).map(tuple)
requirements = st.builds(
    Requirement, st.sampled_from(["a", "b"]), skill_levels, st.sampled_from(["phone", "robot", "other"])
)
profiles = st.builds(
    Profile,
    st.sampled_from([("a",), ("b",), ("a", "b")]),
    skill_levels,
    st.sampled_from(["desk", "phone", "robot", "other"]),
)
# Few numbers and few moments: so that equals meet and the same one comes and goes.
contacts = st.integers(1, 6)
agents = st.integers(1, 6)
moments = st.integers(0, 3)

steps = st.one_of(
    st.tuples(st.just("wait"), contacts, requirements, st.integers(0, 2), moments),
    st.tuples(st.just("leave"), contacts),
    st.tuples(st.just("ready"), agents, profiles, moments),
    st.tuples(st.just("busy"), agents),
)


class Scan(Struct):
    """Looks at everybody, each time."""

    waiting: dict[int, tuple[int, int, Requirement]] = field(default_factory=dict)
    ready: dict[int, tuple[int, Profile]] = field(default_factory=dict)

    def agents_for(self, requirement: Requirement) -> list[int]:
        """The best first."""
        found = [
            (rank, idle_since, agent)
            for agent, (idle_since, profile) in self.ready.items()
            if (rank := preference(requirement, profile, SERVES)) is not None
        ]
        return [agent for _, _, agent in sorted(found)]

    def choice(self, requirement: Requirement) -> Choice | None:
        best = self.agents_for(requirement)
        if not best:
            return None
        is_longest = self.ready[best[0]][0] == min(self.ready[agent][0] for agent in best)
        rule = LONGEST_IDLE if is_longest else PREFERRED_PHONE
        return Choice(best[0], best[1] if len(best) > 1 else None, rule)

    def contacts_for(self, profile: Profile) -> list[int]:
        found = [
            (-priority, since_at, contact)
            for contact, (priority, since_at, requirement) in self.waiting.items()
            if preference(requirement, profile, SERVES) is not None
        ]
        return [contact for _, _, contact in sorted(found)]

    def pairs(self) -> list[tuple[int, int]]:
        """The first in line takes the best who is left, and so on."""
        free, found = Scan({}, dict(self.ready)), []
        order = sorted(self.waiting, key=lambda one: (-self.waiting[one][0], self.waiting[one][1], one))
        for contact in order:
            best = free.agents_for(self.waiting[contact][2])
            if best:
                found.append((contact, best[0]))
                del free.ready[best[0]]
        return found


def both(course: list[tuple]) -> tuple[Router, Scan]:  # type: ignore[type-arg]
    router, scan = Router(SERVES), Scan()
    for step in course:
        match step:
            case ("wait", contact, requirement, priority, since_at):
                router.wait(contact, requirement, priority, since_at)
                scan.waiting[contact] = (priority, since_at, requirement)
            case ("leave", contact):
                router.leave(contact)
                scan.waiting.pop(contact, None)
            case ("ready", agent, profile, idle_since):
                router.ready(agent, profile, idle_since)
                scan.ready[agent] = (idle_since, profile)
            case ("busy", agent):
                router.busy(agent)
                scan.ready.pop(agent, None)
        assert {one for one in range(1, 7) if router.is_waiting(one)} == scan.waiting.keys()
        assert {one for one in range(1, 7) if router.is_ready(one)} == scan.ready.keys()
    return router, scan


courses = st.lists(steps, max_size=40)


@settings(max_examples=300, deadline=None)
@given(courses, requirements)
def test_a_contact_gets_the_agent_whom_a_plain_scan_finds_and_knows_the_next(
    course: list[tuple],  # type: ignore[type-arg]
    requirement: Requirement,
) -> None:
    router, scan = both(course)
    expected = scan.choice(requirement)
    assert router.agent_for(requirement) == expected
    assert router.agent_for(requirement) == expected, "asking changes nothing"


@settings(max_examples=300, deadline=None)
@given(courses, profiles)
def test_an_agent_gets_the_contact_whom_a_plain_scan_finds(
    course: list[tuple],  # type: ignore[type-arg]
    profile: Profile,
) -> None:
    router, scan = both(course)
    best = scan.contacts_for(profile)
    assert router.contact_for(profile) == (best[0] if best else None)


@settings(max_examples=200, deadline=None)
@given(courses)
def test_who_stands_in_line_gets_the_best_and_the_runner_up_is_the_best_of_the_others(
    course: list[tuple],  # type: ignore[type-arg]
) -> None:
    router, scan = both(course)
    for contact, (_, _, requirement) in scan.waiting.items():
        assert router.agent_for_place(contact) == scan.choice(requirement)


@settings(max_examples=200, deadline=None)
@given(courses)
def test_pairs_are_those_of_a_plain_scan_and_leave_nobody_who_could_meet(
    course: list[tuple],  # type: ignore[type-arg]
) -> None:
    router, scan = both(course)
    pairs = router.pairs()
    assert pairs == scan.pairs()
    for contact, agent in pairs:
        del scan.waiting[contact], scan.ready[agent]
    for _, _, requirement in scan.waiting.values():
        assert scan.agents_for(requirement) == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), moments, contacts), max_size=30))
def test_within_a_class_the_higher_priority_goes_first_and_then_the_longer_wait(
    arrivals: list[tuple[int, int, int]],
) -> None:
    router, last = Router(SERVES), {}
    requirement, profile = Requirement("a", (), "phone"), Profile(("a",), (), "phone")
    for priority, since_at, contact in arrivals:
        router.wait(contact, requirement, priority, since_at)
        last[contact] = (-priority, since_at, contact)
    served = []
    while (first := router.contact_for(profile)) is not None:
        router.leave(first)
        served.append(last[first])
    assert served == sorted(last.values())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.one_of(st.none(), moments)), max_size=60))
def test_a_line_knows_its_first_two_however_often_they_come_and_go(
    changes: list[tuple[int, int | None]],
) -> None:
    line = Line()
    plain: dict[int, tuple[int, int, int]] = {}
    for item, at in changes:
        if at is None:
            line.discard(item)
            plain.pop(item, None)
        else:
            line.add((at, item, 0), item)
            plain[item] = (at, item, 0)
        ordered = sorted((key, item) for item, key in plain.items())
        assert line.first() == (ordered[0] if ordered else None)
        assert line.second() == (ordered[1] if len(ordered) > 1 else None)
        assert len(line) == len(plain)


def test_equals_are_served_in_the_order_of_their_numbers() -> None:
    router, requirement = Router(), Requirement("a", (), "phone")
    for contact in (3, 1, 2):
        router.wait(contact, requirement, 0, 7)
    for agent in (9, 8):
        router.ready(agent, Profile(("a",), (), "phone"), 5)
    assert router.contact_for(Profile(("a",), (), "phone")) == 1
    assert router.agent_for(requirement) == Choice(8, 9)


def test_the_rule_says_when_the_kind_of_phone_decided() -> None:
    router, requirement = Router(SERVES), Requirement("a", (), "phone")
    router.ready(1, Profile(("a",), (), "phone"), 5)
    assert router.agent_for(requirement) == Choice(1, None, LONGEST_IDLE)
    router.ready(2, Profile(("a",), (), "desk"), 9)  # the preferred phone, ready for less long
    assert router.agent_for(requirement) == Choice(2, 1, PREFERRED_PHONE)
    router.ready(2, Profile(("a",), (), "desk"), 5)  # as long: nobody was passed over
    assert router.agent_for(requirement) == Choice(2, 1, LONGEST_IDLE)
    router.ready(2, Profile(("a",), (), "desk"), 4)
    assert router.agent_for(requirement) == Choice(2, 1, LONGEST_IDLE)
