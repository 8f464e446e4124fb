"""An engine that is asked for and not there is told of before anything is read."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from agnt_pipelines.errors import SettingsError
from agnt_pipelines.graph import engine
from agnt_pipelines.serving import health
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


def test_doctor_tells_that_spark_is_asked_for_and_not_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "agnt_pipelines.graph.spark_store", ModuleType("spark_store"))
    monkeypatch.setattr("agnt_pipelines.graph.spark_store", None, raising=False)
    monkeypatch.setenv("PATH", "")
    asked = settings.model_copy(update={"graph_engine": "spark", "spark_master": "spark://x:7077"})
    (found,) = [check for check in health.examine(asked, print) if check.name == "graph engine"]
    assert (found.verdict, "needs Java 17" in found.found) == (health.Verdict.FAILED, True)
    assert "graph engine" not in {check.name for check in health.examine(settings, print)}
