"""An engine that is asked for and not there is told of before anything is read."""

from __future__ import annotations

import sys

import pytest

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.graph import engine
from agnt_pipelines.settings import Settings


def test_what_spark_needs_is_named_where_it_is_not_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "agnt_pipelines.graph.spark_store", raising=False)
    monkeypatch.delattr("agnt_pipelines.graph.spark_store", raising=False)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with (
        pytest.raises(SettingsError, match=r"needs fsspec.*extra `spark`"),
        engine.heap(settings.model_copy(update={"graph_engine": "spark"})),
    ):
        pass
