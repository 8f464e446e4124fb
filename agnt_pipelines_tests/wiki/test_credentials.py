"""Credentials: what has its maker's shape is found; what only looks like it is not."""

from __future__ import annotations

import pytest

from agnt_pipelines.wiki import pages
from agnt_pipelines.wiki.credentials import first_secret
from agnt_pipelines.wiki.front_matter import Bad

BODY = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0"
MADE_UP = {
    "anthropic_key": f"sk-ant-api03-{BODY}",
    "openai_key": f"sk-proj-{BODY}",
    "github_token": f"ghp_{BODY[:36]}",
    "gitlab_token": f"glpat-{BODY[:20]}",
    "aws_key": "AKIA" + "J2QX7LM4RT9VB3CD",
    "google_key": "AIza" + BODY[:35],
    "google_oauth_secret": f"GOCSPX-{BODY[:28]}",
    "slack_token": f"xoxb-{BODY[:24]}",
    "slack_webhook": f"https://hooks.slack.com/services/T{BODY[:8]}/B{BODY[:8]}/{BODY[:24]}",
    "stripe_key": f"sk_live_{BODY[:24]}",
    "private_key": "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "json_web_token": f"eyJ{BODY[:12]}.eyJ{BODY[:12]}.{BODY[:12]}",
    "npm_token": f"npm_{BODY[:36]}",
    "pypi_token": f"pypi-AgE{BODY}{BODY}",
    "sendgrid_key": f"SG.{BODY[:22]}.{(BODY + BODY)[:43]}",
    "telegram_token": f"123456789:AA{BODY[:33]}",
    "hugging_face_token": f"hf_{BODY[:34]}",
    "payment_key": f"xnd_production_{BODY[:24]}",
    "password_in_url": "postgresql://wayan:hunter22@db.internal/agnt",
}


@pytest.mark.parametrize("rule", MADE_UP)
def test_a_secret_is_found_with_its_line_and_never_repeated(rule: str) -> None:
    page = pages.read("a.md", "100644", f"# A\n\nHere: {MADE_UP[rule]}\n".encode())
    assert isinstance(page, Bad)
    assert page.reason == "page_secret"
    assert f"Line 3 holds a secret ({rule})" in page.detail
    assert MADE_UP[rule] not in page.detail


def test_one_in_front_matter_is_found_too() -> None:
    data = f"---\ntoken: {MADE_UP['github_token']}\n---\n# A\n"
    page = pages.read("a.md", "100644", data.encode())
    assert isinstance(page, Bad)
    assert "Line 2" in page.detail


@pytest.mark.parametrize(
    "text",
    [
        "git clone https://user:password@host/repo",
        "postgres://me:$PASSWORD@host/db and https://x:<token>@host",
        "https://host/path@v1 and https://host:8080/a@b",
        "AKIAIOSFODNN7EXAMPLE",
        "sk-learn-is-a-library-with-a-very-long-name-indeed",
        "A commit 0123456789abcdef0123456789abcdef01234567",
        "ghp_short and xoxb- and -----BEGIN PUBLIC KEY-----",
        "eyJ is how a token begins",
    ],
)
def test_what_stands_for_a_secret_or_only_looks_like_one_is_none(text: str) -> None:
    assert first_secret(text) is None
