"""Pictures in an asset's metadata: PNGs in a line of Markdown, the same for the same graph."""

from __future__ import annotations

import base64
import io
import re

from matplotlib import colors
from PIL import Image

from agnt_pipelines.graph import network, plots
from agnt_pipelines_tests.graph.test_network import LINKS, TRAITS


def pixels(markdown: str) -> set[tuple[int, ...]]:
    """The colours of the picture in a line of Markdown."""
    found = re.fullmatch(r"!\[[a-z ]+\]\(data:image/png;base64,([A-Za-z0-9+/=]+)\)", markdown)
    assert found
    with Image.open(io.BytesIO(base64.b64decode(found[1]))) as picture:
        shown = picture.convert("RGB").getcolors(1 << 20)
    assert shown
    return {colour for _, colour in shown if isinstance(colour, tuple)}


def colour(number: int) -> tuple[int, ...]:
    """The colour of a line or a community, by its place."""
    return tuple(round(255 * part) for part in colors.to_rgb(f"C{number}"))


def test_each_community_has_its_colour_on_the_map() -> None:
    found = network.communities(LINKS, TRAITS)
    shown = pixels(plots.communities(found, LINKS))
    assert {colour(0), colour(1)} <= shown
    assert colour(2) not in shown
    assert plots.communities(found, LINKS[::-1]) == plots.communities(found, LINKS)


def test_a_graph_without_communities_is_an_empty_map() -> None:
    assert pixels(plots.communities([], LINKS)) == {(255, 255, 255)}


def test_degrees_are_drawn_by_kind() -> None:
    shown = pixels(plots.degrees({"people": {1: 40, 2: 9}, "venues": {4: 3, 8: 1}}))
    assert {colour(0), colour(1)} <= shown
