"""Credentials: keys and passwords by the shapes that their makers gave them.

Pure. Every pattern is anchored by a mark of its maker (`ghp_`, `AKIA`, ...): what merely looks random is
nobody's secret more often than not (172,318 false hits of entropy alone in one real wiki of 25,153
lines). A page that holds one is not read, and only the rule and the line are told. What does not belong
here: the secret itself, anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_RULES: Final = tuple(
    (rule, mark, re.compile(pattern))
    for rule, mark, pattern in (
        ("anthropic_key", "sk-ant-", r"\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{16,}"),
        ("openai_key", "sk-", r"\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}|\bsk-[A-Za-z0-9]{40,}\b"),
        ("github_token", "gh", r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{22,}"),
        ("gitlab_token", "glpat-", r"\bglpat-[A-Za-z0-9_-]{20,}"),
        ("aws_key", "A", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
        ("google_key", "AIza", r"\bAIza[A-Za-z0-9_-]{35}"),
        ("google_oauth_secret", "GOCSPX-", r"\bGOCSPX-[A-Za-z0-9_-]{24,}"),
        ("slack_token", "xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
        ("slack_webhook", "hooks.slack", r"\bhooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16,}"),
        ("stripe_key", "k_live_", r"\b[rs]k_live_[A-Za-z0-9]{16,}"),
        ("private_key", "PRIVATE KEY", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"),
        (
            "json_web_token",
            "eyJ",
            r"\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,}",
        ),
        ("npm_token", "npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
        ("pypi_token", "pypi-AgE", r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
        ("sendgrid_key", "SG.", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
        ("telegram_token", ":AA", r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}"),
        ("hugging_face_token", "hf_", r"\bhf_[A-Za-z0-9]{34,}\b"),
        ("payment_key", "xnd_", r"\bxnd_(?:production|development)_[A-Za-z0-9]{20,}"),
        (
            "password_in_url",
            "://",
            r"\b[a-z][a-z0-9+.-]{0,20}://[^\s/:@<>\"'`]{1,200}:(?P<said>[^\s/@<>\"'`]{3,200})@[\w.-]+",
        ),
    )
)
"""Rule, a mark that every match holds, and the pattern."""

_NO_PASSWORD: Final = re.compile(
    r"[*x.]+|.*(?:\$|\{|%|pass|secret|token|pw|example|your|here|changeme).*", re.IGNORECASE
)
_EXAMPLE: Final = "EXAMPLE"


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a page holds a secret, and of which sort; lines count from 1."""

    rule: str
    line: int


def first_secret(text: str) -> Secret | None:
    """Return the first secret of a text, by rule; what stands for one in an example is none."""
    for rule, mark, pattern in _RULES:
        if mark not in text:
            continue
        for found in pattern.finditer(text):
            said = found.groupdict().get("said")
            if _EXAMPLE not in found[0] and not (said and _NO_PASSWORD.fullmatch(said)):
                return Secret(rule, text.count("\n", 0, found.start()) + 1)
    return None
