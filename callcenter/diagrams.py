"""Diagrams of the lifecycles for `docs/architecture.md`, drawn from their tables and from nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from callcenter.lifecycles import CONTACT, ENGAGEMENT, LEG, OFFER, ROUTING

TABLES: Mapping[str, Mapping[StrEnum, frozenset[StrEnum]]] = {
    "contact": CONTACT,  # type: ignore[dict-item]
    "leg": LEG,  # type: ignore[dict-item]
    "offer": OFFER,  # type: ignore[dict-item]
    "engagement": ENGAGEMENT,  # type: ignore[dict-item]
    "routing": ROUTING,  # type: ignore[dict-item]
}


def draw(table: Mapping[StrEnum, frozenset[StrEnum]]) -> str:
    """A Mermaid state diagram: the first state is where a life begins, one without a way on is where it ends."""
    states = list(table)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {states[0].value}"]
    for old in states:
        lines += [f"    {old.value} --> {new.value}" for new in states if new in table[old]]
        if not table[old]:
            lines.append(f"    {old.value} --> [*]")
    return "\n".join([*lines, "```"])


def insert(text: str) -> str:
    """The document with each `<!-- diagram NAME -->` … `<!-- end -->` filled anew."""
    for name, table in TABLES.items():
        pattern = re.compile(rf"(<!-- diagram {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = pattern.sub(lambda found, table=table: f"{found[1]}{draw(table)}\n{found[2]}", text)  # type: ignore[misc]
    return text


def write(path: Path) -> None:
    path.write_text(insert(path.read_text()))
