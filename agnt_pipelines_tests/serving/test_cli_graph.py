"""What the graph tells on the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import networkx as nx
import pytest
import sqlalchemy as sa
from pyarrow import parquet

from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.graph import bali
from agnt_pipelines_tests.serving.calls import agnt, answer


@pytest.fixture
def built(database: Database, settings: Settings) -> Database:
    bali.insert(database, bali.small())
    bali.build(database, settings)
    return database


def test_a_recommendation_says_why(built: Database) -> None:
    found = answer("recommend", "ayu")["recommendations"]
    by_name = {one["name"]: one for one in found}
    assert "Warung" not in by_name, "they have been there"
    assert by_name["Grill"]["why"] == "you booked Reef; Reef has cafe; Grill has cafe", (
        "two people are too few"
    )
    assert by_name["Grill"]["path"][0] == "user:ayu BOOKED venue:reef"
    assert "Grill" in agnt("recommend", "ayu").stdout
    assert [one["name"] for one in answer("recommend", "ayu", "--city", "Ubud")["recommendations"]] == [
        "Temple"
    ]


def test_a_diet_is_respected_and_somebody_new_is_told_what_is_popular(built: Database) -> None:
    found = {one["name"]: one["why"] for one in answer("recommend", "dewi")["recommendations"]}
    assert "Grill" not in found, "steak, and no vegan dish"
    assert "you are based in canggu" in found["Warung"]
    assert "you like vegan; Warung has vegan" in found["Warung"]


def test_people_alike_are_shown_with_what_they_share(built: Database) -> None:
    (budi,) = (one for one in answer("similar", "ayu")["similar"] if one["user"] == "budi")
    assert budi["shared_venues"] == 3
    assert set(budi["venues"]) == {"Warung", "Reef", "Temple"}
    assert budi["facets"] == ["coffee"]
    assert "budi" in agnt("similar", "ayu").stdout


def test_an_edge_is_explained_by_its_rows(built: Database) -> None:
    edge = answer("explain", "user:ayu", "booked", "venue:warung")["edge"]
    assert edge["evidence"] == 2
    assert edge["provenance"]["rows"] == {"source.bookings": ["b1", "b10"]}
    assert "source.bookings" in edge["provenance"]["query"]
    table = agnt("explain", "user:ayu", "BOOKED", "venue:warung").stdout
    assert "b1, b10" in table


def test_a_likeness_is_explained_by_what_both_share_and_its_rows(built: Database) -> None:
    told = answer("explain", "user:ayu", "SIMILAR_TASTE", "user:budi")["edge"]["provenance"]
    assert "cosine over the weights of BOOKED" in told["query"]
    assert {one["node"] for one in told["shared"]} == {"venue:warung", "venue:reef", "venue:temple"}
    assert sum(one["part"] for one in told["shared"]) == pytest.approx(1, abs=0.001)
    assert told["shared"] == sorted(told["shared"], key=lambda one: -one["part"])
    (temple,) = (one for one in told["shared"] if one["name"] == "Temple")
    assert {one["relation"]: one["rows"] for one in temple["user:ayu"]} == {
        "SAVED": ["source.user_lists:l1"],
        "ASKED_ABOUT": ["source.interactions:t1"],
    }
    assert {one["relation"] for one in temple["user:budi"]} == {"BOOKED", "COMPLETED", "RATED"}
    assert told["also_both"] == ["PREFERS coffee"]
    shown = agnt("explain", "user:ayu", "SIMILAR_TASTE", "user:budi").stdout
    assert "What makes them alike: 3 of the 3 they share" in shown
    assert "SAVED 0.50" in shown
    venues = answer("explain", "venue:warung", "CO_BOOKED", "venue:reef")["edge"]["provenance"]["shared"]
    assert {one["node"]: one["part"] for one in venues} == {"user:ayu": 0.5, "user:budi": 0.5}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("explain", "user:ayu", "LOVES", "venue:warung"), 2, "'LOVES' is no relation; they are PREFERS"),
        (("explain", "user:ayu", "BOOKED", "venue:grill"), 1, "no edge user:ayu BOOKED venue:grill"),
        (("explain", "user:ayu", "BOOKED", "venue:x"), 1, "The graph has no venue 'venue:x': give its id"),
        (("explain", "ayu", "PREFERS", "x"), 1, "no area or city or preference_facet 'x'"),
        (("explain", "nobody", "BOOKED", "reef"), 1, "There is no person 'nobody'"),
        (("similar", "venue:reef"), 1, "There is no person 'venue:reef'"),
        (("memory", "list", "user:ayu"), 1, "its id alone is meant: ayu"),
        (("recommend", "nobody"), 1, "There is no person 'nobody'"),
    ],
)
def test_what_is_not_there_is_said(built: Database, arguments: tuple[str, ...], code: int, says: str) -> None:
    result = agnt(*arguments)
    assert result.exit_code == code
    assert says in result.stderr


def test_without_a_graph_the_way_to_one_is_named(database: Database) -> None:
    bali.insert(database, {bali.USERS: [bali.person("ayu")]})
    assert "`./agnt run graph_build` builds it" in agnt("recommend", "ayu").stderr


def test_nothing_is_told_of_somebody_who_asked_to_be_deleted(built: Database) -> None:
    with built.writing() as connection:
        connection.execute(sa.update(bali.USERS).where(bali.USERS.c.id == "ayu").values(deleted_at=bali.NOW))
    for command in (
        ("recommend", "ayu"),
        ("similar", "ayu"),
        ("explain", "user:ayu", "BOOKED", "venue:reef"),
    ):
        result = agnt(*command)
        assert result.exit_code == 1
        assert "asked to be deleted" in result.stderr
    assert "ayu" not in agnt("similar", "budi").stdout, "nor by way of others"


def test_an_intent_and_an_area_can_be_asked_for(built: Database) -> None:
    (grill,) = answer("recommend", "ayu", "--for", "Sunset Drinks")["recommendations"]
    assert grill["name"] == "Grill"
    assert grill["why"].endswith("Grill suits sunset-drinks")
    (temple,) = answer("recommend", "ayu", "--area", "ubud", "--no-diversity")["recommendations"]
    assert temple["name"] == "Temple"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--city", "Paris"), "No venue lies in 'Paris'; the graph knows canggu, ubud."),
        (
            ("--city", "ubud", "--area", "canggu"),
            "of --city 'ubud' and --area 'canggu' at once (--city 'ubud' has 1, --area 'canggu' has 3): leave",
        ),
        (("--city", "ubud", "--for", "sunset-drinks"), "of --city 'ubud' and --for 'sunset-drinks' at once"),
        (("--for", "skydiving"), "No venue suits 'skydiving'; the graph knows sunset-drinks."),
    ],
)
def test_a_place_or_an_intent_that_no_venue_has_is_said_with_those_there_are(
    built: Database, options: tuple[str, ...], says: str
) -> None:
    result = agnt("recommend", "ayu", *options)
    assert result.exit_code == 1
    assert says in result.stderr


def test_the_network_is_told_without_small_groups(built: Database) -> None:
    told = answer("insights", "--network")
    assert told["communities"] == []
    assert told["rising"] == told["fading"] == told["gaps"] == []
    assert (told["answers"], told["answers_untold"]) == ([], 2)
    shown = agnt("insights", "--network").stdout
    assert "How venue agents answer" in shown
    assert "2 more agents, asked by fewer than five others: too few to tell." in shown


def test_the_network_names_venues_and_agents_and_nobody(built: Database, settings: Settings) -> None:
    guests = [bali.person(f"guest{n}") for n in range(6)]
    asked = [
        bali.envelope(
            f"g{n}", f"ca-guest{n}", "va-reef", "booking.confirm", "confirmed", bali.NOW.isoformat()
        )
        for n in range(6)
    ]
    booked = [
        bali.booking(f"g{n}-{place}", f"guest{n}", place, days=3)
        for n in range(6)
        for place in ("reef", "warung", "grill")
    ]
    bali.insert(built, {bali.USERS: guests, bali.ENVELOPES: asked, bali.BOOKINGS: booked})
    bali.build(built, settings, bali.NOW + timedelta(hours=1))
    told = answer("insights", "--network")
    assert [one["agent"] for one in told["answers"]] == ["va-reef"]
    assert told["names"]["agent:va-reef"] == "Reef"
    assert told["names"]["venue:warung"] == "Warung"
    shown = agnt("insights", "--network").stdout
    assert "Reef (va-reef)" in shown
    assert "Warung (warung)" in shown
    assert "guest" not in str(told) + shown


def test_the_graph_is_exported_without_whoever_is_gone(built: Database, tmp_path: Path) -> None:
    with built.writing() as connection:
        connection.execute(
            sa.update(bali.USERS).where(bali.USERS.c.id == "citra").values(deleted_at=bali.NOW)
        )
    file = tmp_path / "graph.graphml"
    told = answer("graph", "export", "--format", "graphml", "--out", str(file))
    graph = nx.read_graphml(file)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (told["nodes"], told["edges"])
    assert "citra" not in file.read_text(encoding="utf-8")
    assert graph.edges["user:ayu", "venue:warung", "BOOKED"]["evidence_count"] == 2
    weight = answer("explain", "ayu", "BOOKED", "warung")["edge"]["weight"]
    assert graph.edges["user:ayu", "venue:warung", "BOOKED"]["weight"] == pytest.approx(weight, abs=1e-6)
    assert "cosine, 0 to 1" in graph.graph["weight_unit"]
    folder = tmp_path / "graph"
    booked = answer("graph", "export", "--format", "parquet", "--out", str(folder), "--relation", "booked")
    rows = parquet.read_table(folder / "edges.parquet").to_pylist()
    assert {row["relation"] for row in rows} == {"BOOKED"}
    weights = {(row["src"], row["dst"]): row["weight"] for row in rows}
    assert weights["user:ayu", "venue:warung"] == pytest.approx(weight, abs=1e-6)
    unit = parquet.read_schema(folder / "edges.parquet").field("weight").metadata[b"unit"]
    assert b"pieces of evidence" in unit
    assert len(rows) == booked["edges"]
    refused = agnt("graph", "export", "--format", "graphml", "--out", str(file), "--relation", "likes")
    assert "'LIKES' is no relation" in refused.stderr
    refused = agnt("graph", "export", "--format", "graphml", "--out", str(folder))
    assert (refused.exit_code, "it is a folder" in refused.stderr) == (2, True)
    assert not (tmp_path / "graph.part").exists()


@pytest.mark.parametrize("name", ["ayu", "user:ayu", "person:ayu"])
def test_a_person_is_named_by_id_or_by_node(built: Database, name: str) -> None:
    assert answer("recommend", name)["recommendations"] == answer("recommend", "ayu")["recommendations"]
    assert answer("similar", name)["similar"] == answer("similar", "ayu")["similar"]
    assert answer("explain", name, "BOOKED", "reef")["edge"]["src"] == "user:ayu"


@pytest.mark.parametrize(
    ("arguments", "edge"),
    [
        (("ayu", "booked", "Reef"), ("user:ayu", "BOOKED", "venue:reef")),
        (("ayu", "PREFERS", "coffee"), ("user:ayu", "PREFERS", "preference_facet:taste/coffee")),
        (("ayu", "PREFERS", "facet:taste/coffee"), ("user:ayu", "PREFERS", "preference_facet:taste/coffee")),
        (("warung", "LOCATED_IN", "Canggu"), ("venue:warung", "LOCATED_IN", "city:canggu")),
        (("ca-ayu", "ACTS_FOR", "ayu"), ("agent:ca-ayu", "ACTS_FOR", "user:ayu")),
        (("va-reef", "ACTS_FOR", "reef"), ("agent:va-reef", "ACTS_FOR", "venue:reef")),
        (
            ("grill", "SUITS", "intent:sunset-drinks"),
            ("venue:grill", "SUITS", "intent_pattern:sunset-drinks"),
        ),
        (("ayu", "SIMILAR_TASTE", "budi"), ("user:ayu", "SIMILAR_TASTE", "user:budi")),
    ],
)
def test_an_edges_ends_are_named_by_id_by_node_or_by_name(
    built: Database, arguments: tuple[str, str, str], edge: tuple[str, str, str]
) -> None:
    told = answer("explain", *arguments)["edge"]
    assert (told["src"], told["relation"], told["dst"]) == edge


def test_a_city_and_an_intent_are_named_by_node_too(built: Database) -> None:
    (grill,) = answer("recommend", "ayu", "--for", "intent_pattern:sunset-drinks")["recommendations"]
    assert grill["name"] == "Grill"
    (temple,) = answer("recommend", "ayu", "--city", "city:ubud")["recommendations"]
    assert temple["name"] == "Temple"
