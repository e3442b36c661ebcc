"""The figures of the service day, kept live: the same sums over the same records as the history's.

The rule: a visit counts on the day on which it entered its queue, an agent's time on the day on which it was
spent. At start the day's records come from the store, then each record of the fold is heard; so a restart
changes no figure, and the tile and the history agree to the last digit.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callcenter.history.records import AgentInterval, AgentNow, Engagement, QueueVisit, Row
from callcenter.lifecycles import EngagementKind, Routing
from callcenter.queue.service_level import Limits, QueueFigures, VisitExit, occupancy

MS = 1000


def day_bounds(at: int, zone: ZoneInfo) -> tuple[int, int]:
    """From midnight to midnight of the day of `at` in that zone; 23 or 25 hours when the clocks change."""
    today = datetime.fromtimestamp(at // MS, zone).date()
    return midnight(today, zone), midnight(today + timedelta(days=1), zone)


def midnight(day: date, zone: ZoneInfo) -> int:
    """The first moment of a day, in milliseconds; also where a change of clocks skips midnight."""
    return int(datetime.combine(day, time(), zone).timestamp()) * MS


class TodayFigures:
    """One centre's figures since midnight. `limits` by queue; a queue without any has the usual ones."""

    def __init__(self, zone: ZoneInfo, at: int, limits: Mapping[str, Limits] | None = None) -> None:
        self._zone = zone
        self._limits = dict(limits or {})
        self._waits: Counter[tuple[str, VisitExit, int]] = Counter()
        self._queues: dict[str, QueueFigures] = {}
        self._handled: Counter[int] = Counter()
        self._times: dict[int, Counter[Routing]] = {}
        self._now: dict[int, AgentNow] = {}
        self.from_at, self.to_at = day_bounds(at, zone)

    def hear(self, at: int, rows: Iterable[Row]) -> None:
        """Count what the fold made of an entry written at `at`, and begin a new day with it if it is time."""
        self.roll(at)
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Count a record, whatever its kind, as far as it belongs to this day."""
        match row:
            case QueueVisit() if self.from_at <= row.entered_at < self.to_at:
                self._add_visit(row)
            case Engagement(closed_at=int(), kind=EngagementKind.CONTACT) if (
                self.from_at <= row.entered_at < self.to_at
            ):
                # Calls that we make and advice to colleagues are no handling of this queue's callers.
                self._handled[row.agent] += 1
                if row.queue is not None:
                    self.queue(row.queue).add_handled(row.handle_ms)
            case AgentInterval():
                self._add_time(row.agent, row.routing, row.from_at, row.to_at)
            case AgentNow():
                self._now[row.agent] = row
            case _:
                pass

    def roll(self, at: int) -> None:
        """Begin the day of `at`, if it is a later one."""
        if at < self.to_at:
            return
        self.from_at, self.to_at = day_bounds(at, self._zone)
        for sums in (self._waits, self._queues, self._handled, self._times):
            sums.clear()

    def set_limits(self, limits: Mapping[str, Limits]) -> None:
        """The centre was changed: what is in time and short counts anew, for the whole day."""
        self._limits = dict(limits)
        handled = {name: (was.handled, was.handle_ms) for name, was in self._queues.items()}
        self._queues.clear()
        for name, (count, handle_ms) in handled.items():
            self.queue(name).add_handled(handle_ms, count)
        for (name, exit, wait_ms), count in self._waits.items():
            self.queue(name).add_visits(exit, wait_ms, self._limits_of(name), count)

    def queue(self, name: str) -> QueueFigures:
        """The sums of this queue over its finished visits; not to be changed."""
        return self._queues.setdefault(name, QueueFigures())

    def handled_by(self, agent: int) -> int:
        """Contacts that this agent has worked on and finished, those taken over from a colleague too, by the day on
        which they came to the agent: what the report calls handled."""
        return self._handled[agent]

    def occupancy(self, agent: int, at: int) -> float | None:
        """Percent, up to `at`; see `service_level.occupancy`."""
        return occupancy(self.times_ms(agent, at))

    def times_ms(self, agent: int, at: int) -> Mapping[Routing, int]:
        """How long this agent was what, today up to `at`, the state that goes on included."""
        times = Counter(self._times.get(agent, {}))
        if (now := self._now.get(agent)) is not None:
            times[now.routing] += max(0, min(at, self.to_at) - max(now.from_at, self.from_at))
        return times

    def _add_visit(self, visit: QueueVisit) -> None:
        self._waits[visit.queue, visit.exit, visit.wait_ms] += 1
        self.queue(visit.queue).add_visits(visit.exit, visit.wait_ms, self._limits_of(visit.queue))

    def _add_time(self, agent: int, routing: Routing, from_at: int, to_at: int) -> None:
        spent_ms = min(to_at, self.to_at) - max(from_at, self.from_at)
        if spent_ms > 0:
            self._times.setdefault(agent, Counter())[routing] += spent_ms

    def _limits_of(self, queue: str) -> Limits:
        return self._limits.get(queue, Limits())
