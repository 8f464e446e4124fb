"""Flags: marks of text that may address agents instead of readers.

Pure. Wiki text is data, yet it ends up beside instructions; what is flagged stays out of soul
prompts. A flag is a reason to look, no verdict. What does not belong here: what is done about it.
"""

from __future__ import annotations

import re
from typing import Final

from agnt_pipelines.language.orders import addresses_machines, found_near, unwrapped
from agnt_pipelines.wiki.favours import favours

_PATTERNS: Final = {
    "instruction": re.compile(
        r"\b(?:ignore|disregard|forget|override|abaikan|lupakan)\b[^.\n]{0,40}"
        r"\b(?:instructions?|prompts?|rules|guidelines|instruksi|perintah|aturan)\b"
        r"|\byou are now\b|\bact as (?:an?|the)\b[^.\n]{0,30}\b(?:assistant|agent|ai|model)\b"
        r"|\b(?:system|developer) (?:prompt|message)\b"
        r"|\b(?:reveal|print|repeat)\b[^.\n]{0,30}\b(?:prompt|instructions)\b"
        r"|```\s*(?:system|assistant|developer)\b|<\|?(?:im_start|im_end|system|endoftext)\|?>|\[/?inst\]",
    ),
    "to_agents": re.compile(
        r"\b(?:note|attention|instructions?) (?:to|for) (?:all |any |the )?"
        r"(?:ai|llms?|agents?|assistants?|chatbots?|language models?)\b"
        r"|\b(?:ai|llm) (?:agents?|assistants?) (?:must|should|shall)\b",
    ),
}
_MARKS: Final = {
    # Zero-width joiners stay: emoji and several scripts are written with them.
    "invisible": re.compile("[\u00ad\u180e\u200b\u2060-\u2064\ufeff\U000e0000-\U000e007f]"),
    "bidi": re.compile("[\u202a-\u202e\u2066-\u2069]"),
    "html_comment": re.compile(r"<!--"),
}


_WORDS: Final = {
    # Every match of the pattern holds one of these: most texts hold none, and looking is cheap.
    "instruction": ("ignore", "disregard", "forget", "override", "abaikan", "lupakan", "you are now", "act as a",
                    "act as the", "system", "assistant", "developer", "reveal", "print", "repeat", "im_start", "im_end",
                    "endoftext", "inst]"),
    "to_agents": ("note ", "attention ", "instruction", "ai ", "llm "),
}  # fmt: skip


def flags_of(text: str) -> tuple[str, ...]:
    """Return the marks found in a text, sorted."""
    folded = unwrapped(text.casefold())
    found = {name for name, words in _WORDS.items() if found_near(folded, words, _PATTERNS[name])}
    found |= {name for name, pattern in _MARKS.items() if pattern.search(text)}
    if not found & _PATTERNS.keys() and addresses_machines(text):
        found.add("instruction")
    if favours(folded):
        found.add("favours")
    return tuple(sorted(found))
