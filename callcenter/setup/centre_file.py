"""What a centre's TOML may say: the records behind `centre_toml`, and the JSON Schemas for people's editors.

The rule: a file is written by people, so queues, trees and entries stand under their names, skills are
`{ cards = 3 }`, and everything that has a sensible value may be left out.
"""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from callcenter.facts import AgentChoice
from callcenter.hours import HOURS_CHARACTERS_MAX, LIKE
from callcenter.ivr.tree import Tree
from callcenter.resources import schemas

GRADES = {"A": 30, "B": 20, "C": 10}

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, Meta(min_length=1, max_length=100)]
ChineseText = Annotated[str, Meta(max_length=100, description="for screens in Chinese")]
Login = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9._-]{0,39}$")]
Entry = Annotated[str, Meta(pattern=r"^(\*|\+?[0-9]{2,20})$", description='a called number, or "*" for any')]
Level = Annotated[int, Meta(ge=1, le=5, description="1 beginner to 5 expert")]
Hours = Annotated[
    str, Meta(max_length=HOURS_CHARACTERS_MAX, description=f"of the centre's zone, like {LIKE}")
]
AgentId = Annotated[int, Meta(ge=1, lt=2**31, description="for ever this person's: the history refers to it")]


class StepTable(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked less of an agent after a while; each step adds to those before it. No language is given up."""

    after_seconds: Annotated[int, Meta(ge=1, le=3600, description="in the queue")]
    lower: Annotated[dict[Name, Level], Meta(description="these levels are enough")] = {}
    drop: Annotated[tuple[Name, ...], Meta(description="skills that are asked for no more")] = ()
    agents_of: Annotated[tuple[Name, ...], Meta(description="queues whose agents may serve as well")] = ()
    points: Annotated[int, Meta(ge=0, le=1000, description="that the contact gains")] = 0
    anyone: Annotated[bool, Meta(description="the last fall-through: whoever serves one of these queues")] = (
        False
    )


class QueueTable(Struct, frozen=True, forbid_unknown_fields=True):
    title: Text
    skills: Annotated[dict[Name, Level], Meta(description="what an agent needs, at least at this level")] = {}
    offer_seconds: Annotated[int, Meta(ge=5, le=120)] = 15
    wrap_up_seconds: Annotated[int, Meta(ge=0, le=3600, description="0: no wrap-up")] = 60
    threshold_seconds: Annotated[int, Meta(ge=1, le=3600, description="service level: answered within")] = 20
    target_percent: Annotated[int, Meta(ge=1, le=100)] = 80
    short_abandon_seconds: Annotated[int, Meta(ge=0, le=60)] = 5
    dispositions: tuple[Text, ...] = ()
    hold_prompt: Name = "music"
    business_line: Annotated[str, Meta(max_length=40)] = ""
    title_zh: ChineseText = ""
    dispositions_zh: Annotated[
        tuple[Text, ...], Meta(description="one for each of `dispositions`, in their order")
    ] = ()
    hours: Annotated[Hours, Meta(description="when callers may join; left out: round the clock")] = ""
    pause_seconds: Annotated[
        int, Meta(ge=10, le=3600, description="a pause of the recording ends by itself after this")
    ] = 180
    ageing_per_minute: Annotated[
        int, Meta(ge=0, le=1000, description="points gained by waiting, beside those of the customer's grade")
    ] = 0
    ceiling: (
        Annotated[
            int, Meta(ge=1, le=100_000, description="points from which on only age counts; left out: none")
        ]
        | None
    ) = None
    weight: Annotated[
        int, Meta(ge=1, le=10_000, description="percent by which points count beside an agent's other queues")
    ] = 100
    counts_ivr: Annotated[bool, Meta(description="who waits is as old as the call, and not as the wait")] = (
        False
    )
    steps: Annotated[
        tuple[StepTable, ...], Meta(description="of relaxation, in the order of their time")
    ] = ()
    choice: Annotated[
        AgentChoice, Meta(description="whom of several who may serve a contact equally gladly")
    ] = AgentChoice.LONGEST_IDLE


class PersonTable(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who signs in, or a television that shows the wallboard (`display`). Only agents have the keys from
    `queues` on. `agent` names a phone; people who lead may have one too, to listen in."""

    login: Login
    name: Text
    role: Literal["agent", "supervisor", "admin", "display"]
    demo_password: Annotated[str, Meta(min_length=4, max_length=100)] | None = None
    """only for a demonstration; else the person gets a password by command"""
    business_lines: tuple[Text, ...] = ()
    agent: AgentId | None = None
    queues: tuple[Name, ...] = ()
    skills: dict[Name, Level] = {}
    station: Annotated[Name, Meta(description="the provider on which this agent's phone lives")] = "browser"
    may_reject: bool = False
    shift: Annotated[Hours, Meta(description="when this agent works; left out: whenever they sign in")] = ""
    lunch: Hours = ""


class CentreFile(Struct, frozen=True, forbid_unknown_fields=True):
    name: Text
    time_zone: Annotated[str, Meta(description="of the IANA list, like Europe/Berlin")]
    skills: Annotated[tuple[Name, ...], Meta(description="every skill there is, languages among them")]
    entries: Annotated[dict[Entry, Name], Meta(min_length=1, description="which tree answers which number")]
    trees: Annotated[dict[Name, Text], Meta(min_length=1, description="files, relative to this one")]
    queues: Annotated[dict[Name, QueueTable], Meta(min_length=1)]
    people: tuple[PersonTable, ...] = ()
    break_reasons: tuple[Text, ...] = ()
    name_zh: ChineseText = ""
    break_reasons_zh: Annotated[
        tuple[Text, ...], Meta(description="one for each of `break_reasons`, in their order")
    ] = ()
    skills_zh: Annotated[tuple[Text, ...], Meta(description="one for each of `skills`, in their order")] = ()
    grades: Annotated[
        dict[Text, int], Meta(description="a customer's grade and the priority it gives; higher goes first")
    ] = field(default_factory=GRADES.copy)
    serves: Annotated[
        dict[Name, tuple[Name, ...]],
        Meta(description="for a call's provider the providers of phones it can be connected to, best first"),
    ] = field(default_factory=lambda: {"browser": ("browser",)})


def json_schemas() -> dict[str, bytes]:
    """The JSON Schemas of the two kinds of file, by their names in `schemas/`."""
    return {
        "centre.schema.json": _json_schema(CentreFile, "The centre's TOML"),
        "ivr-tree.schema.json": _json_schema(Tree, "An IVR tree"),
    }


def _json_schema(kind: type, title: str) -> bytes:
    schema = msgspec.json.schema(kind)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


if __name__ == "__main__":  # python -m callcenter.setup.centre_file: writes both schemas anew
    for file_name, content in json_schemas().items():
        (schemas() / file_name).write_bytes(content)
        sys.stderr.write(f"{schemas() / file_name}\n")
