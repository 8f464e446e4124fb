"""How people and other nodes may be named by whoever asks: by id, by node, or by what they are called.

What belongs here: from what was typed to an id that is there. What does not: what is told of it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from agnt_pipelines.errors import AgntError
from agnt_pipelines.graph.entities import NodeType, node_id, place_key, type_of
from agnt_pipelines.graph.store import NODES
from agnt_pipelines.serving.memories import require_person
from agnt_pipelines.storage.tables import table_of
from agnt_pipelines.storage.tables.source import User

_USERS = table_of(User)
_PLACES: Final = (NodeType.CITY, NodeType.AREA)
_ALSO: Final = {
    "person": NodeType.USER,
    "facet": NodeType.FACET,
    "intent": NodeType.INTENT,
    "feature": NodeType.FEATURE,
}
"""Shorter words for types of nodes."""

_LISTED: Final = 5


def person_named(snapshot: Connection, text: str) -> str:
    """Return the id of a person who is there; `user:ayu` and `person:ayu` are `ayu`.

    Raises:
        AgntError: there is no such person, or they asked to be deleted.
    """
    if kind_of(text) is NodeType.USER:
        # An id may itself begin like a node: then it is meant as it stands.
        exact = sa.select(sa.exists().where(_USERS.c.id == text))
        text = text if snapshot.scalar(exact) else text.partition(":")[2]
    require_person(snapshot, text)
    return text


def node_named(snapshot: Connection, text: str, kinds: Collection[NodeType]) -> str:
    """Return the node that is meant: `venue:v1`, or, where its type must be one of `kinds`, `v1` or its name.

    Raises:
        AgntError: there is none, or several are called so; a person who is not there any more is none.
    """
    kind = kind_of(text)
    if kind is NodeType.USER or (kind is None and set(kinds) == {NodeType.USER}):
        return node_id(NodeType.USER, person_named(snapshot, text))
    rest = text if kind is None else text.partition(":")[2]
    wanted = {kind} if kind is not None else set(kinds)
    ids = {text} | {node_id(one, rest) for one in wanted}
    ids |= {node_id(one, place_key(rest)) for one in wanted if one in _PLACES}
    types = [one.value for one in sorted(wanted)]
    called = sa.and_(
        NODES.c.type.in_(types), sa.func.lower(NODES.c.label) == rest.casefold(), NODES.c.user_id.is_(None)
    )
    query = sa.select(NODES.c.id, NODES.c.id.in_(sorted(ids)).label("exact")).where(
        sa.or_(NODES.c.id.in_(sorted(ids)), called)
    )
    rows = snapshot.execute(query.order_by(NODES.c.id)).all()
    found = [row.id for row in rows if row.exact] or [row.id for row in rows]
    if len(found) == 1:
        return str(found[0])
    if NodeType.USER in wanted and not found:
        return node_id(NodeType.USER, person_named(snapshot, text))
    what = " or ".join(types)
    if found:
        which = ", ".join(found[:_LISTED])
        raise AgntError(f"{text!r} is {len(found)} nodes of type {what}: {which}; name one of them whole.")
    raise AgntError(
        f"The graph has no {what} {text!r}: give its id, as {node_id(NodeType(types[0]), 'ID')}, or its name; "
        "`./agnt graph export` lists all, and `./agnt run graph_build` brings the graph up to the last closed hour."
    )


def kind_of(text: str) -> NodeType | None:
    """Return the type that a text begins with, in long or in short: `venue:`, `person:`; None for none."""
    head, colon, _ = text.partition(":")
    if not colon:
        return None
    return _ALSO.get(head) or (type_of(text) if head in set(NodeType) else None)
