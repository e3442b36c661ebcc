"""What a centre is made of: queues, agents, trees. Carried whole by `CentreApplied`, so stored like a fact."""

from enum import StrEnum

from msgspec import Struct


class SkillLevel(Struct, frozen=True, order=True):
    skill: str
    level: int
    """1 (beginner) to 5 (expert)"""


class RelaxationStep(Struct, frozen=True):
    """What is asked less of an agent after a while; each step adds to those before it."""

    after_seconds: int
    """in the queue"""
    lower: tuple[SkillLevel, ...] = ()
    """these levels are enough"""
    drop: tuple[str, ...] = ()
    """skills that are asked for no more"""
    agents_of: tuple[str, ...] = ()
    """queues whose agents may serve as well, with what is still asked for"""
    points: int = 0
    """that the contact gains"""
    anyone: bool = False
    """whoever serves one of these queues and speaks the language"""


class AgentChoice(StrEnum):
    """Whom of several who may serve a contact equally gladly."""

    LONGEST_IDLE = "longest_idle"
    MOST_SKILLED = "most_skilled"
    LEAST_SKILLED = "least_skilled"
    """saves the experts"""
    LEAST_OCCUPIED = "least_occupied"
    FEWEST_CONTACTS = "fewest_contacts"
    ROUND_ROBIN = "round_robin"
    """whose last offer is the oldest"""


class QueueSetup(Struct, frozen=True):
    name: str
    title: str
    skills: tuple[SkillLevel, ...] = ()
    """what an agent must have, each at least at its level; the contact's language is added as a skill"""
    offer_seconds: int = 15
    wrap_up_seconds: int = 60
    """0: no wrap-up"""
    threshold_seconds: int = 20
    """service level: answered within"""
    target_percent: int = 80
    short_abandon_seconds: int = 5
    dispositions: tuple[str, ...] = ()
    hold_prompt: str = "music"
    business_line: str = ""
    title_zh: str = ""
    dispositions_zh: tuple[str, ...] = ()
    """what `dispositions` are called in Chinese, in the same order; what is coded is the English one"""
    hours: str = ""
    """when somebody new may join, as `callcenter.hours` reads it in the centre's zone; "": round the clock"""
    pause_seconds: int = 180
    """a pause of the recording ends by itself after this"""
    ageing_per_minute: int = 0
    """points that a contact gains by waiting, beside those of its customer's grade"""
    ceiling: int | None = None
    """points from which on only age counts; None: points count for ever"""
    weight: int = 100
    """percent by which points count beside those of other queues of an agent"""
    counts_ivr: bool = False
    """whether who waits is as old as the call, and not as the wait"""
    steps: tuple[RelaxationStep, ...] = ()
    """in the order of their time"""
    choice: AgentChoice = AgentChoice.LONGEST_IDLE


class AgentSetup(Struct, frozen=True):
    agent: int
    login: str
    skills: tuple[SkillLevel, ...] = ()
    queues: tuple[str, ...] = ()
    station: str = "browser"
    """the provider on which this agent's phone lives"""
    may_reject: bool = False
    shift: str = ""
    """when this agent works, as `callcenter.hours` reads it in the centre's zone; "": whenever they sign in"""
    lunch: str = ""


class TreeSetup(Struct, frozen=True):
    """One version of an IVR tree; its source is read by `callcenter.ivr.tree`."""

    name: str
    version: int
    source: str


class CentreSetup(Struct, frozen=True):
    name: str
    time_zone: str
    entries: tuple[tuple[str, str], ...]
    """(called number or "*", name of the IVR tree that answers it)"""
    queues: tuple[QueueSetup, ...]
    agents: tuple[AgentSetup, ...]
    trees: tuple[TreeSetup, ...]
    break_reasons: tuple[str, ...] = ()
    grades: tuple[tuple[str, int], ...] = (("A", 30), ("B", 20), ("C", 10))
    """(customer grade, priority it gives); higher goes first"""
    serves: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(a call's provider, providers of agents' phones that it can be connected to, the preferred first)"""
    name_zh: str = ""
    break_reasons_zh: tuple[str, ...] = ()
    """what `break_reasons` are called in Chinese, in the same order"""
    skills_zh: tuple[tuple[str, str], ...] = ()
    """(skill, what it is called in Chinese)"""
