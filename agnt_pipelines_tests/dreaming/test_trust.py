"""Trust is a class of its source, and of what is derived the least of its lineage: the tables see to it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from agnt_pipelines.dreaming import store
from agnt_pipelines.settings import Settings
from agnt_pipelines.storage.database import Database
from agnt_pipelines_tests.dreaming.world import INTERACTIONS, USERS, WEEK, dream, insert, message, people

_SAID = store.OBSERVATIONS


@pytest.fixture
def learnt(database: Database, settings: Settings) -> Database:
    insert(database, USERS, people("ayu"))
    insert(database, INTERACTIONS, [message("ayu", "I'm vegan", WEEK[0], 1)])
    dream(database, settings, WEEK[:1])
    return database


@pytest.mark.parametrize(
    ("role", "most"),
    [("person", 1.0), ("record", 1.0), ("agent", 0.6), ("a2a", 0.4), ("web", 0.2), ("tool", 0.2)],
)
def test_a_claim_is_trusted_no_more_than_its_class(learnt: Database, role: str, most: float) -> None:
    def trusted(trust: float) -> None:
        with learnt.writing() as connection:
            connection.execute(sa.update(_SAID).values(author_role=role, trust=trust))

    trusted(most)
    with pytest.raises(IntegrityError, match="trust"):
        trusted(most + 0.1)


def test_a_memory_is_trusted_no_more_than_the_least_of_what_it_rests_on(learnt: Database) -> None:
    memory = store.USER_MEMORY
    with learnt.writing() as connection:
        row = dict(connection.execute(sa.select(memory)).mappings().one())
        connection.execute(sa.delete(memory))
        connection.execute(sa.update(_SAID).values(author_role="a2a", trust=0.4))
        connection.execute(sa.insert(memory), {**row, "trust": 0.4})
        connection.execute(sa.delete(memory))
    with pytest.raises(IntegrityError, match="least of its lineage"), learnt.writing() as connection:
        connection.execute(sa.insert(memory), {**row, "trust": 0.6})
