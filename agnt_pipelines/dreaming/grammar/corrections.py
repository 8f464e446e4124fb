"""What a person takes back or puts right within one message.

What belongs here: choosing among the claims of one message once a correction is seen. What does
not: corrections of an earlier message, which are the fold's business (it supersedes by event time).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from agnt_pipelines.dreaming.claims import FUNCTIONAL, Claim, Slot
from agnt_pipelines.dreaming.grammar import quantities
from agnt_pipelines.dreaming.grammar.cues import CORRECTION
from agnt_pipelines.dreaming.grammar.dates import days, yearly
from agnt_pipelines.dreaming.grammar.vocabulary import AREAS, DIET, DIETS, alternatives, as_listed

_JOINT = re.compile(
    r"[\s,.:;!-]*(?:(?:sorry|no|eh|wait|it's|its|make it|i'm|i meant|i mean|make that|actually|"
    r"rather|it should be|harusnya|aku|tanggal|tgl|jam|at|on|di|in|to|yang|yg)\b[\s,.:]*)*"
)
_DIET = re.compile(rf"(?:{DIET})\b")
_AREA = re.compile(rf"(?:{alternatives(AREAS)})\b")
_REACH = 40


def _put_right(slot: Slot, folded: str, at: int, said_on: date) -> tuple[str, int] | None:
    """A value of the slot's closed kind that stands right at an offset, and where it ends."""
    end = min(len(folded), at + _REACH)
    if slot is Slot.DIET and (diet := _DIET.match(folded, at)):
        return DIETS[as_listed(diet.group())], diet.end()
    if slot in (Slot.HOME_AREA, Slot.FAVOURITE_AREAS) and (area := _AREA.match(folded, at)):
        return area.group(), area.end()
    if slot in (Slot.BIRTHDAY, Slot.ANNIVERSARY):
        return next(
            ((yearly(d), d.end) for d in days(folded, said_on, at, end) if d.start <= at and d.dated), None
        )
    readers = {
        Slot.BUDGET: quantities.moneys,
        Slot.PREFERRED_BOOKING_HOUR: quantities.hours,
        Slot.TYPICAL_PARTY_SIZE: quantities.counts,
    }
    if slot not in readers:
        return None
    return next(((a.value, a.end) for a in readers[slot](folded, at, end) if a.start <= at), None)


def corrected(claims: list[Claim], folded: str, said_on: date) -> list[Claim]:
    """The claims that stand after the message's own corrections.

    A value said right behind the cue replaces that of the claim before it, whose span then reaches
    to the new words. A retraction without one drops the claim before it; after any cue a later
    claim of the same one-valued slot and subject wins.
    """
    for cue in CORRECTION.finditer(folded):
        before = [c for c in claims if c.end <= cue.start()]
        if not before:
            continue
        last = max(before, key=lambda c: (c.end, c.start))
        joint = _JOINT.match(folded, cue.end())
        new = _put_right(last.slot, folded, joint.end() if joint else cue.end(), said_on)
        later = [c for c in claims if c.start >= cue.start() or c.end > cue.end()]
        if new is not None and new[0] != last.value:
            claims = [replace(c, value=new[0], end=new[1]) if c is last else c for c in claims]
        elif cue["strong"] and cue["strong"] not in ("i mean", "salah") and new is None and not later:
            claims = [c for c in claims if c is not last]
        replaced = {(c.slot, c.subject) for c in later if c.slot in FUNCTIONAL}
        claims = [
            c for c in claims if c in later or (c.slot, c.subject) not in replaced or c.end > cue.start()
        ]
    return claims
