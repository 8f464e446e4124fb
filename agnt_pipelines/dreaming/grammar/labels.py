"""Labels: "diet: vegan", "alergi: udang, wijen": what a form would ask, written by a person.

What belongs here: the label's words in both languages, the slot each stands for, and how its list is read.
What does not: sentences. A label opens a clause, and a colon follows it.
"""

from __future__ import annotations

import re

from agnt_pipelines.dreaming.claims import Slot
from agnt_pipelines.dreaming.grammar import readers as read
from agnt_pipelines.dreaming.grammar.phrases import phrase
from agnt_pipelines.dreaming.grammar.rules import Found, Spot, rule
from agnt_pipelines.dreaming.grammar.vocabulary import DIET

_COLON = r" ?(?::|=) ?"
_MY = r"(?:(?:my|our|me|usual) )?"
_KU = r"(?:ku|nya| (?:aku|saya|gue|gw|kami|kita))?"
_ITEM = re.compile(r"\s*(?:,|;|/|&|\band\b|\bor\b|\bdan\b|\batau\b)\s*")
_MAX_ITEMS = 8
_NOTHING = re.compile(r"\s*(?:none|nothing|no\b|n/a|-|tidak ada|gak ada|nggak ada|any|all|apa aja|apa saja)")


def items(spot: Spot) -> list[Found]:
    """The phrases behind a label, up to the sentence's end; none where one of them is no short phrase."""
    if _NOTHING.match(spot.folded, spot.at, spot.limit):
        return []
    found, at = [], spot.at
    for _ in range(_MAX_ITEMS):
        item = phrase(spot.folded, at, spot.limit)
        if item is None:
            break
        found.append(Found(item.value, item.end))
        joint = _ITEM.match(spot.folded, item.end, spot.limit)
        if joint is None:
            break
        at = joint.end()
    return found


def areas(spot: Spot) -> list[Found]:
    """The areas behind a label, which must be known ones."""
    placed = [(read.placed(found.value), found) for found in items(spot)]
    return [Found(value, found.end) for (value, slot), found in placed if slot is Slot.FAVOURITE_AREAS]


LABELS = (
    rule(
        Slot.ALLERGY,
        rf"{_MY}(?:food )?(?:allerg(?:y|ies)|allergic(?: to)?|alergi{_KU})(?: to)?{_COLON}",
        items,
    ),
    rule(
        Slot.DIET,
        rf"{_MY}(?:diet(?:ary)?(?: (?:needs?|preferences?|requirements?|restrictions?))?|diet{_KU})"
        rf"{_COLON}(?:strictly |strict )?(?P<v>{DIET})\b",
        read.diet,
    ),
    rule(Slot.FAVOURITE_AREAS, rf"{_MY}(?:preferred |favou?rite )?(?:areas?|daerah|lokasi|location){_KU}{_COLON}", areas),
    rule(
        Slot.FAVOURITE_CUISINES,
        rf"{_MY}(?:favou?rite |fave |preferred )?(?:cuisines?|foods?){_COLON}"
        rf"|(?:masakan|makanan)(?: (?:favorit|kesukaan))?{_KU}{_COLON}",
        items,
    ),
    rule(
        Slot.TYPICAL_PARTY_SIZE,
        rf"{_MY}(?:typical |usual |normal )?(?:party|group) size(?:{_COLON}| is | )(?:usually |normally |typically |always )*(?=\d)"
        rf"|jumlah (?:orang|tamu){_KU}(?:{_COLON}| )(?:biasanya |selalu )*(?=\d)",
        read.people,
    ),
    rule(Slot.BUDGET, rf"{_MY}(?:max(?:imum)? )?(?:budget|price range|anggaran|bajet){_KU}{_COLON}", read.money),
    rule(Slot.BIRTHDAY, rf"{_MY}(?:birthday|bday|dob|date of birth|ultah|tanggal lahir|ulang tahun){_KU}{_COLON}", read.yearly_day),
    rule(Slot.ANNIVERSARY, rf"{_MY}anniversary{_KU}{_COLON}", read.yearly_day),
    rule(Slot.HOME_AREA, rf"{_MY}(?:home|home area|base|domisili|tinggal){_KU}{_COLON}", read.place),
    rule(Slot.OCCUPATION, rf"{_MY}(?:job|occupation|profession|pekerjaan|profesi){_KU}{_COLON}(?:an? )?", read.trade),
    rule(Slot.ORIGIN, rf"{_MY}(?:hometown|home town|nationality|asal){_KU}{_COLON}", read.place),
    rule(Slot.INTERESTS, rf"{_MY}(?:hobb(?:y|ies)|interests?|hobi|minat){_KU}{_COLON}", items),
    rule(Slot.DISLIKES, rf"{_MY}(?:dislikes?|hates?|avoid|tidak suka|gak suka){_COLON}", items),
    rule(
        Slot.LIKES,
        rf"{_MY}(?:likes?|loves?|favou?rites?(?: (?:place|spot|drink|thing)s?)?|suka|favorit{_KU}|"
        rf"(?:tempat|minuman) (?:favorit|kesukaan){_KU}){_COLON}",
        items,
    ),
)  # fmt: skip
"""Tried where a clause begins, in both languages."""
