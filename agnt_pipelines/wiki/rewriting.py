"""Rewriting: a page with other words in one of its sections, and every other byte as it was.

Pure. What belongs here: putting words back where project memory took them from. What does not: which
words (`proposals`), and getting the page into the wiki (`pull_requests`).
"""

from __future__ import annotations

from agnt_pipelines.wiki import pages
from agnt_pipelines.wiki.front_matter import Bad
from agnt_pipelines.wiki.merge import matched
from agnt_pipelines.wiki.pages import Page
from agnt_pipelines.wiki.sections import Section, lines_of


def rewritten(page: Page, anchor: str, text: str) -> str | Bad:
    """Return the page whose section `anchor` says `text`, or why no readable page comes of it."""
    parts = [_said(one, text) if one.anchor == anchor else one.text for one in page.sections]
    whole = page.head_text + "".join(parts)
    again = pages.read(page.path, "100644", whole.encode())
    if isinstance(again, Bad):
        return again
    said = {one.anchor: pages.remembered(one) for one in again.sections}
    before = {one.anchor: pages.remembered(one) for one in page.sections}
    if said != before | {anchor: text}:
        return Bad("new_sections", "The words change which sections the page has: write them into the wiki.")
    return whole


def _said(section: Section, text: str) -> str:
    """Return a section with other words below its heading; lines that stay keep their very bytes."""
    lines = lines_of(section.body)
    plain = [pages.plain(line) for line in lines]
    filled = [place for place, line in enumerate(plain) if line.strip()]
    first, last = (filled[0], filled[-1] + 1) if filled else (len(lines), len(lines))
    core = plain[first:last]
    core[:1] = [line.lstrip() for line in core[:1]]
    end = next(("\r\n" for line in lines_of(section.text)[:1] if line.endswith("\r\n")), "\n")
    wanted = text.split("\n")
    made, at = list[str](), 0
    for block in matched(core, wanted):
        made += [line + end for line in wanted[at : block.b]]
        made += lines[first + block.a : first + block.a + block.size]
        at = block.b + block.size
    made += [line + end for line in wanted[at:]]
    made = [line if line.endswith(("\r", "\n")) else line + end for line in made]
    whole = section.text.removesuffix(section.body) + "".join([*lines[:first], *made, *lines[last:]])
    ended = section.text.endswith(("\r", "\n")) or last < len(lines)
    return whole if ended else whole.removesuffix(end)
