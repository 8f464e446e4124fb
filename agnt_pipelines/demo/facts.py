"""What a person of the demo can be: values of each slot, in both languages, and their other spellings.

What belongs here: the values. What does not: the sentences that state them (`talk_english`,
`talk_indonesian`) and who holds which (`people`). Hours, sums and days are named in the plain forms in
which platforms write them: `19:00`, `idr 300000 per person`, `08-17`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a slot: its name, how both languages say it, and what else may stand for it."""

    name: str
    english: str
    indonesian: str
    also: tuple[str, ...] = ()

    def said(self, language: str) -> str:
        """Return the words for it in a language."""
        return self.indonesian if language == "id" else self.english

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every wording that names this value."""
        return tuple(dict.fromkeys((self.name, self.english, self.indonesian, *self.also)))


def _of(*rows: tuple[str, str] | tuple[str, str, tuple[str, ...]]) -> tuple[Value, ...]:
    return tuple(Value(row[0], row[0], row[1], row[2] if len(row) > 2 else ()) for row in rows)


def _eaten(english: str, indonesian: str) -> tuple[str, ...]:
    """Return a food with the verbs of those who never eat it."""
    verbs = ("eat", "eating", "touch", "touching", "serve", "serving")
    return (*(f"{verb} {english}" for verb in verbs), f"makan {indonesian}")


_MONTHS = (
    ("January", "Januari"), ("February", "Februari"), ("March", "Maret"), ("April", "April"), ("May", "Mei"),
    ("June", "Juni"), ("July", "Juli"), ("August", "Agustus"), ("September", "September"),
    ("October", "Oktober"), ("November", "November"), ("December", "Desember"),
)  # fmt: skip
_DAYS_OF_YEAR = tuple(
    Value(f"{month:02}-{day:02}", f"{day} {english}", f"{day} {indonesian}")
    for month, (english, indonesian) in enumerate(_MONTHS, start=1)
    for day in (3, 11, 17, 24, 28)
)
_SUMS = tuple(
    Value(
        f"idr {thousands}000 per person",
        f"{thousands}k per person",
        f"{thousands} ribu per orang",
        (f"idr {thousands}000",),
    )
    for thousands in (100, 150, 200, 250, 300, 400, 500, 750)
)
_HOURS = tuple(
    Value(f"{hour:02}:00", f"{hour - 12} pm", f"jam {hour - 12} malam", (f"{hour - 12}pm",))
    for hour in (18, 19, 20, 21)
)
_PARTIES = tuple(
    Value(str(number), english, indonesian, (english,))
    for number, english, indonesian in (
        (2, "two", "berdua"),
        (3, "three", "bertiga"),
        (4, "four", "berempat"),
        (5, "five", "berlima"),
        (6, "six", "berenam"),
        (8, "eight", "delapan orang"),
    )
)
_AREAS = tuple(
    Value(name.casefold(), name, name)
    for name in (
        "Canggu", "Seminyak", "Ubud", "Sanur", "Uluwatu", "Pererenan", "Kerobokan", "Jimbaran", "Berawa",
        "Denpasar", "Nusa Dua", "Bingin",
    )
)  # fmt: skip

VALUES: dict[str, tuple[Value, ...]] = {
    "diet": _of(
        ("vegetarian", "vegetarian"),
        ("vegan", "vegan"),
        ("pescatarian", "pescatarian"),
        ("gluten-free", "bebas gluten", ("gluten free",)),
        ("halal", "halal", ("halal food", "makanan halal")),
        ("keto", "keto"),
    ),
    "allergy": _of(
        ("peanuts", "kacang tanah", ("peanut",)),
        ("shrimp", "udang", ("prawns", "prawn")),
        ("shellfish", "kerang"),
        ("eggs", "telur", ("egg",)),
        ("sesame", "wijen"),
        ("cashews", "kacang mete", ("cashew",)),
        ("squid", "cumi"),
    ),
    "interests": _of(
        ("surfing", "selancar", ("surf", "surfing lessons")),
        ("yoga", "yoga"),
        ("freediving", "freediving"),
        ("photography", "fotografi"),
        ("hiking", "mendaki gunung", ("mendaki",)),
        ("padel", "padel"),
        ("pottery", "keramik"),
        ("running", "lari"),
        ("meditation", "meditasi"),
        ("batik", "membatik"),
    ),
    "birthday": _DAYS_OF_YEAR,
    "anniversary": _DAYS_OF_YEAR,
    "fitness_goal": (
        Value("lose 5 kg", "lose 5 kg", "turun 5 kg", ("losing 5 kg", "5 kg")),
        Value(
            "run a half marathon",
            "run a half marathon",
            "lari half marathon",
            ("running a half marathon", "half marathon"),
        ),
        Value(
            "do ten pull-ups",
            "do ten pull-ups",
            "bisa pull-up sepuluh kali",
            ("doing ten pull-ups", "pull-ups"),
        ),
        Value(
            "build some muscle",
            "build some muscle",
            "nambah massa otot",
            ("building some muscle", "build muscle", "massa otot"),
        ),
    ),
    "preferred_booking_hour": _HOURS,
    "typical_party_size": _PARTIES,
    "favourite_areas": _AREAS,
    "home_area": _AREAS,
    "budget": _SUMS,
    "favourite_cuisines": tuple(
        Value(name, english, indonesian, (f"{name} food", f"makanan {name}", f"masakan {name}"))
        for name, english, indonesian in (
            ("japanese", "Japanese food", "makanan Jepang"),
            ("thai", "Thai food", "makanan Thailand"),
            ("italian", "Italian food", "makanan Italia"),
            ("mexican", "Mexican food", "makanan Meksiko"),
            ("balinese", "Balinese food", "masakan Bali"),
            ("korean", "Korean food", "makanan Korea"),
            ("padang", "Padang food", "masakan Padang"),
            ("lebanese", "Lebanese food", "makanan Lebanon"),
        )
    ),
    "alcohol": (Value("alcohol", "alcohol", "alkohol"),),
    "accessibility": (
        Value("wheelchair", "a wheelchair", "kursi roda", ("wheelchair user", "wheelchair access")),
        Value("crutches", "crutches", "tongkat"),
    ),
    "household": (
        Value("2 children", "two kids", "dua anak", ("2 kids", "children", "kids")),
        Value("3 children", "three kids", "tiga anak", ("3 kids", "children", "kids")),
        Value("baby", "a baby", "bayi"),
        Value("dog", "a dog", "anjing"),
        Value("cat", "a cat", "kucing"),
    ),
    "occupation": _of(
        ("photographer", "fotografer"),
        ("yoga teacher", "guru yoga"),
        ("web developer", "web developer", ("developer",)),
        ("nurse", "perawat"),
        ("architect", "arsitek"),
        ("translator", "penerjemah"),
        ("surf instructor", "instruktur surfing"),
        ("pastry chef", "pastry chef", ("chef",)),
    ),
    "likes": _of(
        ("rooftop bars", "rooftop bar", ("rooftop bars",)),
        ("live jazz", "live jazz", ("jazz",)),
        ("spicy food", "makanan pedas", ("pedas",)),
        ("quiet corners", "sudut yang tenang", ("quiet corner", "tempat yang tenang")),
        ("matcha", "matcha"),
        ("craft beer", "craft beer", ("craft beers",)),
        ("sourdough", "roti sourdough"),
        ("beach sunsets", "sunset di pantai", ("sunsets", "sunset")),
        ("sashimi", "sashimi"),
        ("grilled fish", "ikan bakar"),
        ("rice field views", "pemandangan sawah", ("rice fields",)),
        ("natural wine", "natural wine", ("natural wines",)),
        ("dark chocolate", "cokelat hitam"),
    ),
    "dislikes": _of(
        ("loud music", "musik kencang", ("musik keras",)),
        ("coriander", "daun ketumbar", ("ketumbar",)),
        ("cigarette smoke", "asap rokok", ("smoke",)),
        ("crowded places", "tempat ramai", ("crowds",)),
        ("blue cheese", "blue cheese"),
        ("bitter melon", "pare"),
        ("plastic straws", "sedotan plastik"),
        ("long queues", "antre lama", ("queues",)),
    ),
    "never": tuple(
        Value(english, english, indonesian, _eaten(english, indonesian))
        for english, indonesian in (
            ("durian", "durian"),
            ("liver", "hati ayam"),
            ("raw oysters", "tiram mentah"),
        )
    ),
    "habit": (
        Value(
            "go surfing every morning",
            "go surfing every morning",
            "surfing tiap pagi",
            ("going surfing every morning", "surfing every morning"),
        ),
        Value(
            "have brunch on Sundays",
            "have brunch on Sundays",
            "brunch tiap Minggu",
            ("having brunch on sundays", "brunch on sundays"),
        ),
        Value(
            "work from cafes on weekdays",
            "work from cafes on weekdays",
            "kerja dari kafe di hari kerja",
            ("working from cafes on weekdays", "working from cafes"),
        ),
    ),
    "origin": tuple(
        Value(name.casefold(), name, name) for name in ("Melbourne", "Surabaya", "Berlin", "Bandung", "Lyon")
    ),
}
"""Slot -> what people of the demo can be in it."""

ONE_AT_A_TIME = (
    "diet", "birthday", "anniversary", "fitness_goal", "preferred_booking_hour", "typical_party_size",
    "home_area", "budget", "alcohol", "occupation", "origin",
)  # fmt: skip
"""Slots in which a later value takes an earlier one's place."""

MAY_CHANGE = ("diet", "home_area", "budget", "preferred_booking_hour", "typical_party_size", "occupation")
"""Slots whose value a person may exchange for another."""

MAY_END = ("allergy", "interests", "favourite_areas", "favourite_cuisines", "likes", "dislikes", "alcohol")
"""Slots of which a person may take a value back."""

ALSO_FILED = {
    "interests": ("likes", "habit"),
    "favourite_cuisines": ("likes",),
    "favourite_areas": ("likes",),
    "likes": ("interests", "favourite_cuisines"),
    "dislikes": ("never",),
    "never": ("dislikes",),
    "habit": ("interests",),
}
"""Slots under which a value may as well be kept."""
