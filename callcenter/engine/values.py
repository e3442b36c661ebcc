"""Personal values of live contacts, in memory: what facts only refer to, for prompts, look-ups and screens.

The rule: the database has them all; here are those that a running call may need. The oldest leave first.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

from callcenter.facts import Ref

VALUES_MAX = 50_000

Read = Callable[[Sequence[Ref]], Awaitable[Mapping[Ref, str]]]
"""looks references up in the database"""


class Values(Mapping[Ref, str]):
    def __init__(self, known: Mapping[Ref, str] | None = None, read: Read | None = None) -> None:
        self._known: dict[Ref, str] = dict(known or {})
        self._read = read

    def put(self, ref: Ref, text: str) -> None:
        self._known[ref] = text
        if len(self._known) > VALUES_MAX:
            del self._known[next(iter(self._known))]

    async def find(self, ref: Ref) -> str | None:
        """From memory, or else from the database; None: erased."""
        if ref in self._known or self._read is None:
            return self._known.get(ref)
        return (await self._read([ref])).get(ref)

    def __getitem__(self, ref: Ref) -> str:
        return self._known[ref]

    def __iter__(self) -> Iterator[Ref]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
