"""What is asked together: many questions, few statements, everybody their own answer. On a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import asyncpg
import pytest

from callcenter.store.database import Database
from callcenter.store.gathered import QUESTIONS_MAX, Gathered

DIVIDE = "select n, 100 / n as share from unnest($1::int[]) n where n < 1000"


class Statements:
    """Asks the database, and notes what it was asked at once. While closed, a statement waits before it begins."""

    def __init__(self, database: Database) -> None:
        self.asked: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()
        self._database = database

    async def ask(self, numbers: Sequence[int]) -> Mapping[int, int]:
        self.asked.append(list(numbers))
        await self.open.wait()
        return {row["n"]: row["share"] for row in await self._database.pool.fetch(DIVIDE, numbers)}


@pytest.fixture
def statements(database: Database) -> Statements:
    return Statements(database)


@pytest.fixture
def shares(statements: Statements) -> Gathered[int, int]:
    return Gathered(statements.ask)


async def asking(shares: Gathered[int, int], *numbers: int) -> list[asyncio.Task[int | None]]:
    """These were asked, one after the other."""
    tasks = [asyncio.create_task(shares.ask(number), name=f"ask {number}") for number in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_a_question_alone_is_asked_at_once(shares: Gathered[int, int], statements: Statements):
    assert await shares.ask(5) == 20
    assert await shares.ask(4) == 25
    assert statements.asked == [[5], [4]]


async def test_what_is_asked_meanwhile_is_asked_together_next(
    shares: Gathered[int, int], statements: Statements
):
    statements.open.clear()
    askers = await asking(shares, 1, 2, 4, 5)
    statements.open.set()
    assert await asyncio.gather(*askers) == [100, 50, 25, 20]
    assert statements.asked == [[1], [2, 4, 5]]


async def test_the_same_question_is_asked_once_and_answered_to_all(
    shares: Gathered[int, int], statements: Statements
):
    statements.open.clear()
    askers = await asking(shares, 1, 2, 2, 2)
    statements.open.set()
    assert await asyncio.gather(*askers) == [100, 50, 50, 50]
    assert statements.asked == [[1], [2]]


async def test_a_question_never_joins_a_statement_that_runs_already(
    shares: Gathered[int, int], statements: Statements
):
    statements.open.clear()
    askers = await asking(shares, 2, 2)
    statements.open.set()
    await asyncio.gather(*askers)
    assert statements.asked == [[2], [2]], "the second may want to know what changed since the first"


async def test_a_question_without_an_answer_gets_none(shares: Gathered[int, int], statements: Statements):
    statements.open.clear()
    askers = await asking(shares, 2000, 2001, 2)
    statements.open.set()
    assert await asyncio.gather(*askers) == [None, None, 50]
    assert statements.asked == [[2000], [2001, 2]]


async def test_a_statement_holds_so_many_questions_and_no_more(
    shares: Gathered[int, int], statements: Statements
):
    askers = await asking(shares, *range(1, 2 * QUESTIONS_MAX + 2))
    assert await asyncio.gather(*askers) == [100 // n for n in range(1, 2 * QUESTIONS_MAX + 2)]
    assert [len(asked) for asked in statements.asked] == [1, QUESTIONS_MAX, QUESTIONS_MAX]


async def test_an_error_is_told_to_everybody_who_asked_and_to_nobody_else(
    shares: Gathered[int, int], statements: Statements
):
    statements.open.clear()
    askers = await asking(shares, 1, 0, 2)
    statements.open.set()
    first, *together = await asyncio.gather(*askers, return_exceptions=True)
    assert first == 100
    assert [type(one) for one in together] == [asyncpg.DivisionByZeroError] * 2
    assert await shares.ask(2) == 50


async def test_whoever_is_cancelled_while_asking_leaves_the_others_their_answers(
    shares: Gathered[int, int], statements: Statements
):
    statements.open.clear()
    first, asker, *others = await asking(shares, 1, 2, 4, 5)
    statements.open.set()
    assert await first == 100
    assert statements.asked == [[1], [2, 4, 5]], "the second asks for all by now"
    asker.cancel()
    assert await asyncio.gather(*others) == [25, 20]
    assert statements.asked == [[1], [2, 4, 5], [4, 5]]
    assert asker.cancelled()


async def test_whoever_is_cancelled_while_waiting_is_not_asked_for(
    shares: Gathered[int, int], statements: Statements
):
    statements.open.clear()
    first, second, third, fourth = await asking(shares, 1, 2, 4, 5)
    second.cancel()
    third.cancel()
    statements.open.set()
    assert await asyncio.gather(first, fourth) == [100, 20]
    assert statements.asked == [[1], [5]]


async def test_whoever_is_cancelled_just_when_it_is_their_turn_passes_it_on(
    shares: Gathered[int, int], statements: Statements
):
    statements.open.clear()
    first, second, third = await asking(shares, 1, 2, 4)
    first.add_done_callback(lambda _: second.cancel())
    statements.open.set()
    assert await asyncio.gather(first, third) == [100, 25]
    assert second.cancelled()
    assert await shares.ask(5) == 20


async def test_when_all_are_cancelled_the_next_is_asked_at_once(
    shares: Gathered[int, int], statements: Statements
):
    statements.open.clear()
    askers = await asking(shares, 1, 2, 4)
    for asker in askers:
        asker.cancel()
    statements.open.set()
    await asyncio.gather(*askers, return_exceptions=True)
    assert await shares.ask(5) == 20
    assert statements.asked == [[1], [5]]
