"""A week of support talk made up by chance: what people ask, in many words, and what agents reply.

What belongs here: sentences in two languages, what of them anybody could ask, and other people's own affairs.
What does not: the demo's world (`agnt_pipelines.demo`), and running anything.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate, product

PEOPLE_SHARE = 0.4
"""People as a share of conversations: most ask more than once."""

_EXPONENT = 0.8
_ENGLISH, _GENERAL, _SECOND, _TYPO, _REPLIED = 0.6, 0.55, 0.15, 0.12, 0.9

_THINGS = (
    ("parking", "parkir"), ("a deposit", "deposit"), ("vegan food", "makanan vegan"), ("a dress code", "aturan pakaian"),
    ("a high chair", "kursi bayi"), ("a corkage fee", "biaya corkage"), ("wifi", "wifi"), ("a kids' menu", "menu anak"),
    ("a service charge", "biaya layanan"), ("a live band", "musik live"), ("a smoking area", "area merokok"),
    ("a wheelchair ramp", "jalur kursi roda"), ("a happy hour", "happy hour"), ("a gift voucher", "voucher hadiah"),
    ("a private room", "ruang privat"), ("an invoice", "faktur"), ("a waiting list", "daftar tunggu"),
    ("a swimming pool", "kolam renang"), ("halal food", "makanan halal"), ("gluten free food", "makanan bebas gluten"),
    ("a birthday cake", "kue ulang tahun"), ("a cancellation fee", "biaya pembatalan"), ("card payment", "pembayaran kartu"),
    ("a minimum spend", "minimum belanja"), ("a loyalty card", "kartu member"), ("a set menu", "paket menu"),
    ("airport pickup", "jemputan bandara"), ("a coat check", "penitipan barang"), ("an ocean view", "pemandangan laut"),
    ("a phone charger", "pengisi daya"),
)  # fmt: skip
_ASPECTS = (
    (("is there {t}", "do you have {t}", "do venues offer {t}", "can one get {t}"),
     ("apakah ada {t}", "ada {t} gak", "venue menyediakan {t} tidak", "apa bisa dapat {t}")),
    (("how much is {t}", "what does {t} cost", "what is the price of {t}", "how much do venues charge for {t}"),
     ("berapa harga {t}", "berapa biaya untuk {t}", "{t} itu berapa ya", "berapa tarif {t} biasanya")),
    (("how early must one ask for {t}", "how long ahead do I request {t}", "when should {t} be requested",
      "what is the notice for {t}"),
     ("berapa lama sebelumnya harus minta {t}", "kapan harus pesan {t}", "apakah {t} harus diminta dulu",
      "batas waktu minta {t} bagaimana")),
    (("is {t} refundable", "can one get money back for {t}", "how do refunds for {t} work", "what if {t} is not used"),
     ("apakah {t} bisa direfund", "bagaimana refund {t}", "apakah uang {t} kembali", "kalau {t} tidak dipakai bagaimana")),
    (("who decides about {t}", "which rules hold for {t}", "what are the rules of {t}", "how does {t} work"),
     ("siapa yang menentukan {t}", "aturan {t} bagaimana", "apa syarat {t}", "bagaimana cara kerja {t}")),
)  # fmt: skip
_WHERE = (
    ("", "at the venues", "in general", "for groups", "on weekends", "at restaurants", "for children", "at beach clubs",
     "for large parties", "on public holidays", "in the evening", "usually"),
    ("", "di venue", "secara umum", "untuk rombongan", "di akhir pekan", "di restoran", "untuk anak", "di beach club",
     "untuk grup besar", "di hari libur", "di malam hari", "biasanya"),
)  # fmt: skip
_BEFORE = (
    ("", "hi, ", "hello there, ", "good morning! ", "quick question: ", "so ", "also ", "hey team, ", "sorry, ", "one more thing: "),
    ("", "halo, ", "hai kak, ", "selamat pagi, ", "mau tanya, ", "permisi, ", "kak, ", "min, ", "numpang tanya, ", "maaf kak, "),
)  # fmt: skip
_AFTER = (
    ("?", "", "??", " please?", ", thanks", "? thank you", " by any chance?", " these days?"),
    ("?", "", "??", " ya?", " ya kak?", ", makasih", " sih?", " dong?"),
)  # fmt: skip
_ANSWERS = (
    ("The venue's page tells about {t} under details.", "Whatever holds for {t} is shown before you confirm.",
     "Every venue sets its own rules for {t}.", "Ask for {t} when you book and the venue confirms it."),
    ("Halaman venue menjelaskan {t} di bagian detail.", "Ketentuan {t} tampil sebelum konfirmasi.",
     "Setiap venue punya aturan {t} sendiri.", "Minta {t} saat booking dan venue akan mengonfirmasi."),
)  # fmt: skip
_SMALL = (
    ("Happy to help!", "Let me know if you need anything else."),
    ("Senang membantu!", "Sama-sama kak!"),
)
_OWN = (
    ("where is my booking for tonight", "can you move my table to 8 pm", "please cancel my reservation {code}",
     "we are running late, tell them please", "my card was charged twice, mail me at guest{n}@example.com",
     "table for 4 tonight in Canggu", "I'm Made, call me on +62 800 0000 {n:04}", "did you get my message"),
    ("booking saya di mana ya", "tolong pindah jam booking saya", "batalkan reservasi {code} ya",
     "kami telat sebentar, tolong kabari", "kartu saya ditagih dua kali, email tamu{n}@example.com",
     "meja untuk 4 orang malam ini", "nama saya Made, telepon 0800 0000 {n:04}", "pesan saya sudah masuk belum"),
)  # fmt: skip
_DONE = (("I looked it up for you.", "It is done now."), ("Sudah saya cek ya.", "Sudah beres kak."))

_INTENTS = list(product(range(len(_THINGS)), range(len(_ASPECTS))))
Row = dict[str, object]


def week_of_support(
    conversations: int, start: datetime, seconds: float, seed: int
) -> Iterator[tuple[str, Row]]:
    """Yield import lines, (kind, line): people, and their conversations with support within some seconds.

    Intents and people by Zipf's law; a little more than half of the talk asks what anybody could ask.
    """
    dice = random.Random(f"{seed}/{start}")
    people = max(20, int(conversations * PEOPLE_SHARE))
    for number in range(people):
        yield "users", {"id": f"p{number}", "created_at": "2015-01-01T00:00:00+00:00"}
    intents = dice.sample(_INTENTS, len(_INTENTS))
    weights = list(accumulate(rank**-_EXPONENT for rank in range(1, len(intents) + 1)))
    for number in range(conversations):
        person = dice.randrange(people)
        # Who writes English does so always.
        tongue = 0 if random.Random(f"{seed}/{person}").random() < _ENGLISH else 1
        at = start + timedelta(seconds=dice.random() * (seconds - 600))
        asked: list[tuple[str, str]] = []
        if dice.random() < _GENERAL:
            asked.append(_general(intents[_ranked(dice, weights)], tongue, dice))
            if dice.random() < _SECOND:
                asked.append(_general(intents[_ranked(dice, weights)], tongue, dice))
        else:
            own = dice.choice(_OWN[tongue]).format(n=number, code=f"BK-{number:06}")
            asked.append((dice.choice(_BEFORE[tongue]) + own, dice.choice(_DONE[tongue])))
        yield from _conversation(f"{start:%Y%m%d}-{number}", f"p{person}", at, asked, dice)


def _ranked(dice: random.Random, weights: list[float]) -> int:
    return dice.choices(range(len(weights)), cum_weights=weights)[0]


def _general(intent: tuple[int, int], tongue: int, dice: random.Random) -> tuple[str, str]:
    """Return a question in some words, and a reply in which one sentence is told to most who ask it."""
    thing = _THINGS[intent[0]][tongue]
    words = dice.choice(_ASPECTS[intent[1]][tongue]).format(t=thing)
    where = dice.choice(_WHERE[tongue])
    text = f"{words} {where}".strip()
    if dice.random() < _TYPO:
        place = dice.randrange(1, len(text) - 1)
        text = text[:place] + text[place + 1 :]
    steady = _ANSWERS[tongue][intent[1] % len(_ANSWERS[tongue])]
    other = dice.choice([*_ANSWERS[tongue], *_SMALL[tongue]])
    return (
        dice.choice(_BEFORE[tongue]) + text + dice.choice(_AFTER[tongue]),
        f"{steady} {other}".format(t=thing),
    )


def _conversation(
    session: str, person: str, at: datetime, asked: list[tuple[str, str]], dice: random.Random
) -> Iterator[tuple[str, Row]]:
    for place, (question, reply) in enumerate(asked):
        when = at + timedelta(seconds=120 * place)
        said = [("inbound", question, when)]
        if dice.random() < _REPLIED:
            said.append(("outbound", reply, when + timedelta(seconds=40)))
        for direction, text, moment in said:
            yield (
                "interactions",
                {
                    "id": f"{session}/{place}/{direction}",
                    "user_id": person,
                    "session_id": session,
                    "direction": direction,
                    "channel": "whatsapp",
                    "content": text,
                    "created_at": moment.isoformat(),
                },
            )
