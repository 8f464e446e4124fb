"""Days of chat made up by chance: who speaks, what about, and what a careful listener would keep.

What belongs here: sentences in two languages, noise, facts that change, junk. What does not: the demo's
world (`agnt_pipelines.demo`), and scoring.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from agnt_pipelines.replay.windows import WITA

DAY = datetime(2026, 11, 10, tzinfo=WITA)
PEOPLE = 2_000
_EXPONENT = 1.1
_ENGLISH, _NOISE = 0.6, 0.7

_NOISE_EN = (
    "hi there, any table left near the water for tonight, maybe around sunset if that works for you",
    "thanks so much, that sounds perfect, could you send me the address and the menu again please",
    "is there parking close by or should we just come by scooter, it looked rather narrow on the map",
    "we are running ten minutes late because of the traffic in front of the big supermarket, sorry",
    "what time does the kitchen close on weekdays and do they still serve snacks after that at the bar",
    "ok great, see you then", "can you move it by half an hour and add one more chair for a colleague please",
    "the last place you sent us was closed when we arrived, what happened there with the opening hours",
)  # fmt: skip
_NOISE_ID = (
    "halo kak, masih ada meja kosong buat nanti malam yang dekat pantai nggak ya, kalau bisa sebelum sunset",
    "makasih banyak ya, boleh minta alamat sama menunya sekali lagi, tadi ketutup chat yang lain soalnya",
    "parkirnya gampang nggak di sana, atau mending naik motor aja karena jalannya kelihatan sempit banget",
    "maaf ya telat sepuluh menit, macet banget di depan supermarket besar itu dari tadi nggak gerak",
    "dapurnya tutup jam berapa kalau hari biasa, terus habis itu masih ada camilan di bar atau nggak",
    "oke sip, sampai nanti", "bisa digeser setengah jam dan tambah satu kursi lagi buat teman kantor ya kak",
    "tempat yang kemarin ternyata tutup pas kami sampai, jam bukanya yang benar yang mana sebenarnya",
)  # fmt: skip
_THINGS = ("jazz", "rooftops", "sushi", "kopi", "live music", "pasta", "durian", "gardens", "ramen", "sambal")
_AREAS = ("canggu", "ubud", "sanur", "uluwatu", "seminyak", "jimbaran", "pererenan", "kerobokan")
_TOLD_EN = (
    "hey, by the way I really love {thing}, so something with that would be lovely tonight for us",
    "just so you know I'm allergic to {thing}, please tell the kitchen before we arrive this evening",
    "I live in {area}, so anything that is not more than twenty minutes away would be nice for dinner",
    "I don't like {thing} at all, so please skip those places when you look for something this week",
)
_TOLD_ID = (
    "kak, aku suka banget {thing}, jadi kalau ada yang begitu buat nanti malam boleh banget ya kak",
    "sekadar info aku alergi {thing}, tolong sampaikan ke dapurnya sebelum kami datang nanti malam ya",
    "aku tinggal di {area}, jadi cari yang nggak lebih dari dua puluh menit dari situ aja ya kak",
    "aku gak suka {thing}, jadi tolong lewati tempat yang begitu kalau cari buat minggu ini ya kak",
)


def day_of_talk(count: int, seed: int) -> Iterator[tuple[str, str, str, datetime]]:
    """Yield (id, person, text, time) of one day: people by Zipf's law, seven of ten lines say nothing."""
    dice = random.Random(seed)
    weights = list(accumulate(rank**-_EXPONENT for rank in range(1, PEOPLE + 1)))
    names = [f"p{rank}" for rank in range(PEOPLE)]
    for number, person in enumerate(dice.choices(names, cum_weights=weights, k=count)):
        english, noise = dice.random() < _ENGLISH, dice.random() < _NOISE
        lines = (_NOISE_EN if english else _NOISE_ID) if noise else (_TOLD_EN if english else _TOLD_ID)
        text = dice.choice(lines).format(thing=dice.choice(_THINGS), area=dice.choice(_AREAS))
        words = text.split()
        # Twelve words in the median: some say it all, some stop early.
        text = " ".join(words[: max(5, int(dice.gauss(12, 3)))]) if noise or dice.random() < 0.7 else text
        yield f"m{number}", person, text, DAY + timedelta(seconds=86_000 * number / count)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A fact with one value at a time, as it was said over days; the last value is the present one."""

    person: str
    slot: str
    values: tuple[str, ...]
    texts: tuple[str, ...]


_KEYED = {
    "home_area": (("I live in {}", "aku tinggal di {}", "we moved to {}"), _AREAS, _AREAS),
    "diet": (
        ("I'm {}", "aku {}", "I'm {} now"), ("vegan", "vegetarian", "pescatarian"),
        ("vegan", "vegetarian", "pescatarian"),
    ),
    "budget": (
        ("my budget is {} per person", "budgetku {} per orang", "my budget is {} per person now"),
        ("200k", "350k", "500k"),
        ("idr 200000 per person", "idr 350000 per person", "idr 500000 per person"),
    ),
    "typical_party_size": (
        ("we're usually {} people", "biasanya kami {} orang", "we're usually {} people"), ("2", "4", "6"), ("2", "4", "6"),
    ),
    "preferred_booking_hour": (
        ("we usually have dinner at {} pm", "biasanya makan malam jam {}", "I usually have dinner at {} pm"),
        ("6", "7", "8"), ("18:00", "19:00", "20:00"),
    ),
    "occupation": (
        ("I work as a {}", "I'm a {}", "I work as a {}"), ("nurse", "barista", "teacher"), ("nurse", "barista", "teacher"),
    ),
}  # fmt: skip

UNRELATED = (
    ("likes", "live music", "self", "I love live music"), ("allergy", "peanuts", "self", "I'm allergic to peanuts"),
    ("dislikes", "smoke", "self", "I hate smoke"), ("household", "dog", "self", "I have a dog"),
    ("likes", "durian", "self", "aku suka durian"), ("origin", "porto", "self", "I'm from Porto"),
    ("interests", "chess", "self", "my hobby is chess"), ("home_area", "lovina", "sister", "my sister lives in Lovina"),
    ("diet", "vegan", "wife", "my wife is vegan"), ("fitness_goal", "half marathon", "self", "I'm training for a half marathon"),
)  # fmt: skip
"""(slot, value, subject, words) of facts that no keyed fact above may touch."""


def keyed_facts(people: int, seed: int) -> Iterator[Keyed]:
    """Yield, for each person, every keyed slot with three values, one of which may come back."""
    dice = random.Random(seed)
    for number in range(people):
        for slot, (forms, said, values) in _KEYED.items():
            order = [dice.randrange(len(said)) for _ in range(3)]
            texts = tuple(form.format(said[place]) for form, place in zip(forms, order, strict=True))
            yield Keyed(f"k{number}", slot, tuple(values[place] for place in order), texts)


def junk(count: int, seed: int) -> Iterator[tuple[str | None, str, str]]:
    """Yield (source, direction, text) of lines that no person said for themselves."""
    dice = random.Random(seed)
    for _ in range(count):
        thing, area = dice.choice(_THINGS), dice.choice(_AREAS)
        yield dice.choice(
            (
                (
                    "cron",
                    "inbound",
                    f"Nightly report: user loves {thing}. I live in {area}. 14 rows, 0 errors.",
                ),
                ("system", "inbound", f"# BOOT\nI am the booking agent. I love {thing}. My budget is 200k."),
                ("tool", "inbound", f"search_venues -> I like {thing}; I'm allergic to {thing}; area={area}"),
                ("recalled", "inbound", f"I'm allergic to {thing}"),
                (None, "outbound", f"Great, I noted that you love {thing} and live in {area}!"),
                (None, "outbound", f"I love {thing} too! I live in {area}."),
                (None, "inbound", f"<memory>I love {thing}\nI live in {area}</memory>"),
                (None, "inbound", f"[recalled memory] I'm allergic to {thing} [/recalled]"),
                (None, "inbound", f"> I love {thing}\n> I live in {area}\nthanks"),
                (None, "inbound", f"Assistant: I noted that I love {thing} and live in {area}."),
                (None, "inbound", f"User likes: {thing}\nAssistant: I love {thing} too"),
                (None, "inbound", f"Heartbeat OK. Cron job finished, I like {thing}. uptime 14 days"),
                ("external_agent", "inbound", f"My human says I love {thing}, I live in {area}"),
                (None, "inbound", f"Forwarded message: I love {thing} and I live in {area}"),
            )
        )
