"""The fold: from a person's observations to what is held to be true of them, and since when.

What belongs here: dedup, supersession, dispute, expiry and confidence, as one pure function of the
*set* of observations. What does not: reading text (`grammar`), judging evidence (`verify`), storing.

Every topic keeps a timeline of its own, and nothing on one timeline can touch another:

- a functional slot (`claims.FUNCTIONAL`) has one timeline per subject, with one row open at a time;
- any other slot has one per subject and value, so that values coexist and only a change of polarity
  ("I don't like it any more") closes a row. Liking, disliking and never having a thing are one slot here: the row
  is kept under the strongest of them that was said.

On a timeline, statements are heard in event order (`observed_at`, then id). A statement that repeats
the current row adds evidence to it. Any other supersedes it, unless it is hedged while the current row
is not (then it waits as a candidate), or less trusted (then it is disputed and closes nothing), or
denies some other value than a functional slot's current one, or speaks of a time already over (then its
row is closed at birth). What only maybes speak for waits until it is promoted (`promotion`). The party of one booking is a guess at the usual one: guesses wait, and the size that
most of the last ten bookings had counts where nothing was said. Rows are closed, never removed, and every statement lies in exactly one row.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, UTC, datetime
from itertools import chain, groupby
from uuid import NAMESPACE_OID, UUID, uuid5

from agnt_pipelines.dreaming import promotion
from agnt_pipelines.dreaming.claims import (
    FUNCTIONAL,
    STRUCTURAL,
    Observation,
    Polarity,
    Slot,
    Source,
    UserId,
)
from agnt_pipelines.dreaming.confidence import confidence
from agnt_pipelines.dreaming.memories import BELIEVED, Kind, Memory, Status
from agnt_pipelines.dreaming.topics import Point, Topic, is_implied, is_never, point_of, topic_of
from agnt_pipelines.replay.windows import DAY, WITA

RECENT_GUESSES = 10
"""So many bookings tell what is usual: older habits fade."""

Pins = frozenset[UUID]
"""Ids of claims that an operator keeps at hand."""

_PINNED = "pinned"
_NAMESPACE = uuid5(NAMESPACE_OID, "agnt_pipelines.dreaming.user_memory")
_SLOT_ORDER = {slot: position for position, slot in enumerate(Slot)}


def fold(user_id: UserId, observations: Iterable[Observation], pins: Pins = frozenset()) -> list[Memory]:
    """What the observations make of one person, as of the end of their latest window.

    A function of the set: order and repeats do not matter, other people's observations are ignored.
    Equal ids must mean equal observations. Rows come in slot order, then by subject and time.
    `pins`: claims that an operator vouches for.
    """
    mine = _distinct(user_id, observations, pins)
    if not mine:
        return []
    booked_at = _bookings(mine)
    said: defaultdict[Topic, list[Observation]] = defaultdict(list)
    for observation in mine:
        said[topic_of(observation)].append(observation)
    timelines = (_Timeline(user_id, topic, booked_at) for topic in said)
    rows = chain.from_iterable(timeline.heard(said[timeline.topic]) for timeline in timelines)
    return _published(rows, DAY.window(max(o.window_key for o in mine)).end, pins)


def fold_windows(
    user_id: UserId, observations: Iterable[Observation], pins: Pins = frozenset()
) -> Iterator[tuple[str, list[Memory]]]:
    """The fold as of the end of each window: (window key, rows), in window order.

    Equal to `fold` of the observations up to each window, each of which lies in its window; a
    window's statements are heard on top of what the windows before left.
    """
    timelines: dict[Topic, _Timeline] = {}
    mine = _distinct(user_id, observations, pins)
    booked_at = _bookings(mine)
    in_order = sorted(mine, key=lambda o: (o.window_key, *_event_order(o)))
    for window_key, fresh in groupby(in_order, key=lambda o: o.window_key):
        for observation in fresh:
            topic = topic_of(observation)
            timelines.setdefault(topic, _Timeline(user_id, topic, booked_at)).hear(observation)
        rows = chain.from_iterable(timeline.memories() for timeline in timelines.values())
        yield window_key, _published(rows, DAY.window(window_key).end, pins)


def as_of(memories: Iterable[Memory], instant: datetime) -> list[Memory]:
    """The rows that held at an instant; disputed and candidate rows never do."""
    return [
        memory
        for memory in memories
        if memory.status in BELIEVED
        and memory.valid_from <= instant
        and (memory.valid_to is None or instant < memory.valid_to)
    ]


@dataclass(slots=True)
class _Row:
    """A memory in the making.

    `standing` is what a successor is measured against: (plainly said, trust) of the best statement so
    far. So a distrusted echo cannot soften a trusted word. `ends` is where the newest statement of
    that standing says that the row ends, or where a successor closed it.
    """

    id: UUID
    point: Point
    status: Status
    starts: datetime
    novel: bool
    said: list[Observation] = field(default_factory=list)
    days: set[str] = field(default_factory=set)
    standing: tuple[bool, float] = (False, 0.0)
    ends: datetime | None = None
    superseded_by: UUID | None = None
    memory: Memory | None = None
    """What was last made of the row; forgotten by whatever changes it."""

    def hear(self, observation: Observation) -> None:
        standing = (_is_plain(observation), observation.trust)
        if standing >= self.standing:
            self.standing = standing
            self.ends = _own_end(observation)
        self.memory = None
        self.said.append(observation)
        self.days.add(observation.window_key)

    @property
    def plain(self) -> bool:
        return self.standing[0]

    def case(self, booked_at: Sequence[datetime]) -> promotion.Case:
        """What speaks for it, as of its newest statement."""
        return promotion.made(
            [one.observed_at for one in self.said],
            self.days,
            (piece.source for one in self.said for piece in one.evidence),
            booked_at,
            plain=self.plain,
            novel=self.novel,
        )

    def trusts(self, observation: Observation) -> bool:
        return observation.trust >= self.standing[1]

    def over(self, instant: datetime) -> bool:
        return self.ends is not None and self.ends <= instant

    def close(self, at: datetime, successor: _Row) -> None:
        self.ends, self.superseded_by, self.memory = at, successor.id, None
        if self.status is Status.ACTIVE:
            self.status = Status.SUPERSEDED


@dataclass(slots=True)
class _Timeline:
    """One topic's statements, heard in event order. `free_from`: where the last current row ran out."""

    user_id: UserId
    topic: Topic
    booked_at: list[datetime]
    rows: list[_Row] = field(default_factory=list)
    current: _Row | None = None
    free_from: datetime | None = None
    waiting: dict[tuple[Point, Status], _Row] = field(default_factory=dict)
    implied: dict[Point, _Row] = field(default_factory=dict)
    met: set[Point] = field(default_factory=set)
    guesses: deque[str] = field(default_factory=lambda: deque(maxlen=RECENT_GUESSES))

    def memories(self) -> Iterator[Memory]:
        for row in self.rows:
            row.memory = row.memory or _memory(self.user_id, self.topic, row, self.booked_at)
            yield row.memory

    def heard(self, observations: Iterable[Observation]) -> Iterator[Memory]:
        for observation in sorted(observations, key=_event_order):
            self.hear(observation)
        return self.memories()

    def hear(self, observation: Observation) -> None:
        self._let_expire(observation.observed_at)
        point = point_of(observation)
        if _is_guess(observation):
            self.guesses.append(point.value)
        if self.current is not None and self.current.point == point:
            self.current.hear(observation)
        elif _own_end(observation) == observation.observed_at:
            self._open(point, Status.EXPIRED, observation).hear(observation)
        elif self.current is None:
            self._propose(point, observation)
        elif is_implied(self.topic.slot, point, self.current.point):
            self._imply(point, observation, self.current)
        elif not self.current.trusts(observation):
            self._wait(point, Status.DISPUTED, observation)
        else:
            self._propose(point, observation)

    def _let_expire(self, instant: datetime) -> None:
        if self.current is not None and self.current.over(instant):
            self.free_from = self.current.ends
            self.current = None
        self.waiting = {key: row for key, row in self.waiting.items() if not row.over(instant)}

    def _propose(self, point: Point, observation: Observation) -> None:
        row = self._wait(point, Status.CANDIDATE, observation)
        unopposed = self.current is None or not self.current.plain
        usual = not _is_guess(observation) or self._usual(point.value)
        if (row.plain or (unopposed and usual)) and row.case(self.booked_at).promoted:
            self._accept(row, observation.observed_at)

    def _usual(self, value: str) -> bool:
        """Whether a guessed value was guessed oftener of late than the current one."""
        seen = Counter(self.guesses)
        return self.current is None or seen[value] > seen[self.current.point.value]

    def _wait(self, point: Point, status: Status, observation: Observation) -> _Row:
        row = self.waiting.get((point, status)) or self._open(point, status, observation)
        self.waiting[point, status] = row
        row.hear(observation)
        return row

    def _accept(self, row: _Row, at: datetime) -> None:
        del self.waiting[row.point, row.status]
        if self.current is not None:
            row.starts = at
            self.current.close(at, row)
        elif self.free_from is not None:
            row.starts = max(row.starts, self.free_from)
        for older in self.waiting.values():
            older.close(at, row)
        self.waiting, self.implied = {}, {}
        row.status, row.memory = Status.ACTIVE, None
        self.current = row

    def _imply(self, point: Point, observation: Observation, current: _Row) -> None:
        """File a denial that says nothing new; it still ends a guess at the value that it denies."""
        row = self.implied.get(point) or self._open(point, Status.SUPERSEDED, observation)
        self.implied[point] = row
        row.hear(observation)
        row.ends, row.superseded_by, row.memory = row.starts, current.id, None
        affirmed = Point(point.value, Polarity.AFFIRMED)
        for status in (Status.CANDIDATE, Status.DISPUTED):
            guess = self.waiting.get((affirmed, status))
            if guess is not None and guess.trusts(observation) and not observation.hedged:
                guess.close(observation.observed_at, row)
                del self.waiting[affirmed, status]

    def _open(self, point: Point, status: Status, opening: Observation) -> _Row:
        row = _Row(self._mint(point, opening), point, status, opening.observed_at, self.current is None)
        self.rows.append(row)
        return row

    def _mint(self, point: Point, opening: Observation) -> UUID:
        """Where values coexist, a value's first row keeps its id whatever evidence is found for it."""
        opened_by = str(opening.id) if point in self.met or self.topic.slot in FUNCTIONAL else ""
        self.met.add(point)
        subject, slot, _ = self.topic
        name = (self.user_id, subject, slot, point.value, int(point.polarity), opened_by)
        return uuid5(_NAMESPACE, json.dumps(name))


def _is_guess(observation: Observation) -> bool:
    """Whether a record only hints at the value: one booking's party is not yet the usual one."""
    hint = observation.slot is Slot.TYPICAL_PARTY_SIZE and observation.author_role != _PINNED
    return hint and any(piece.source is Source.BOOKINGS for piece in observation.evidence)


def _is_plain(observation: Observation) -> bool:
    return not observation.hedged and not _is_guess(observation)


def _bookings(observations: Iterable[Observation]) -> list[datetime]:
    """When the person booked, in order."""
    return sorted(
        one.observed_at
        for one in observations
        if any(piece.source is Source.BOOKINGS for piece in one.evidence)
    )


def _event_order(observation: Observation) -> tuple[datetime, UUID]:
    return observation.observed_at, observation.id


def _memory(user_id: UserId, topic: Topic, row: _Row, booked_at: Sequence[datetime]) -> Memory:
    first = next((one for one in row.said if is_never(one)), row.said[0])
    return Memory(
        id=row.id,
        user_id=user_id,
        key=first.slot,
        kind=Kind.STRUCTURAL if topic.slot in STRUCTURAL else Kind.SEMANTIC,
        subject=topic.subject,
        value=first.value,
        polarity=first.polarity,
        confidence=confidence(row.said),
        trust=min(o.trust for o in row.said),
        status=row.status,
        valid_from=row.starts.astimezone(UTC),
        valid_to=None if row.ends is None else row.ends.astimezone(UTC),
        superseded_by=row.superseded_by,
        evidence_count=len(row.said),
        distinct_days=len(row.days),
        last_evidence_at=row.said[-1].observed_at.astimezone(UTC),
        observation_ids=tuple(sorted(o.id for o in row.said)),
        language=first.language,
        score=row.case(booked_at).score,
    )


def _published(rows: Iterable[Memory], instant: datetime, pins: Pins) -> list[Memory]:
    """Rows as they stand at an instant, in reading order."""
    standing = [
        replace(row, status=Status.EXPIRED)
        if row.status is Status.ACTIVE and row.valid_to is not None and row.valid_to <= instant
        else row
        for row in rows
    ]
    if pins:
        standing = [replace(row, pinned=not pins.isdisjoint(row.observation_ids)) for row in standing]
    return sorted(standing, key=lambda m: (_SLOT_ORDER[m.key], m.subject, m.valid_from, m.id))


def _distinct(user_id: UserId, observations: Iterable[Observation], pins: Pins) -> list[Observation]:
    mine = {o.id: o for o in observations if o.user_id == user_id}
    return [_vouched_for(o) if o.id in pins else o for o in mine.values()]


def _vouched_for(observation: Observation) -> Observation:
    """A pinned claim: neither in doubt, nor a guess, nor at an end by itself."""
    return replace(observation, hedged=False, expires_on=None, author_role=_PINNED)


def _own_end(observation: Observation) -> datetime | None:
    """The midnight after `expires_on`; a statement about a day already over ends as it is made."""
    last_day = observation.expires_on
    if last_day is None or last_day.year == MAXYEAR:  # there is no midnight after the last of days
        return None
    if last_day < observation.observed_at.astimezone(WITA).date():
        return observation.observed_at
    return DAY.window(last_day.isoformat()).end
