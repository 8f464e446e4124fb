"""How a person of the demo types: small letters, typos, the short spellings of chat, emoji.

What belongs here: changing the form of a sentence. What does not: its meaning: values are never
misspelt, for then nobody could say what should have been understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from agnt_pipelines.demo.chance import one_in

_TYPOS = {
    "really": "realy", "always": "alwyas", "usually": "usualy", "favourite": "favorite", "because": "becuase",
    "people": "ppl", "please": "pls", "birthday": "brithday", "budget": "buget", "around": "arround",
    "allergic": "alergic", "tonight": "tonite", "restaurant": "restaraunt", "somewhere": "somwhere",
    "you": "u", "are": "r", "booking": "bookin", "know": "kno",
}  # fmt: skip
_SHORT = {
    "tidak": "gak", "saya": "sy", "yang": "yg", "banget": "bgt", "sudah": "udh", "dengan": "dgn", "untuk": "utk",
    "orang": "org", "sekarang": "skrg", "kalau": "klo", "biasanya": "biasa nya", "tolong": "tlg", "tempat": "tmpt",
    "bagaimana": "gmn", "malam": "mlm",
}  # fmt: skip
_EMOJI = ("😊", "🙏", "😅", "🌴", "✨", "😍", "🤙", "🌊")
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Voice:
    """A person's habits of typing; shares are 0..1, of sentences or of words that can be changed."""

    language: str
    lower: bool
    typos: float
    emoji: float

    def typed(self, text: str, dice: Random, *, spare: str = "") -> str:
        """Return a sentence as this person types it; the words in `spare` are left as they are."""
        words = _SHORT if self.language == "id" else _TYPOS
        kept = {word.casefold() for word in _WORD.findall(spare)}

        def retyped(match: re.Match[str]) -> str:
            other = words.get(match[0])
            wanted = other is not None and match[0] not in kept and one_in(dice, self.typos)
            return other if wanted and other is not None else match[0]

        out = _WORD.sub(retyped, text)
        if self.lower:
            out = out.lower()
        elif out[:1].islower():
            out = out[0].upper() + out[1:]
        return f"{out} {dice.choice(_EMOJI)}" if one_in(dice, self.emoji) else out


def drawn(language: str, dice: Random) -> Voice:
    """Return somebody's habits."""
    return Voice(
        language,
        lower=one_in(dice, 0.4),
        typos=dice.choice((0.0, 0.0, 0.05, 0.2, 0.4)),
        emoji=dice.choice((0.0, 0.05, 0.2)),
    )
