"""A process that owns a daemon and waits for a slow run: `python -m … STATE URL BEGUN`, to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from agnt_pipelines.serving.coordinator import submit, wait
from agnt_pipelines.serving.daemon import DaemonPlan, running_daemon
from agnt_pipelines.serving.instance import open_instance, prepare_home

TOY_WORKSPACE = Path(__file__).with_name("toy_workspace.yaml")


def linger_config(begun: Path) -> dict[str, object]:
    """The run configuration that makes the slow job write `begun` when it has begun."""
    return {"ops": {"linger": {"config": {"begun": str(begun)}}}}


def main() -> None:
    """Submit the slow job and wait for it."""
    state, url, begun = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    plan = DaemonPlan(prepare_home(state), url, {"toy": 1}, TOY_WORKSPACE)
    with running_daemon(plan) as daemon, open_instance(plan.home, url) as instance:
        run_id = submit(instance, TOY_WORKSPACE, "slow_job", tags={}, run_config=linger_config(begun))
        wait(instance, run_id, keep_served=daemon.check)


if __name__ == "__main__":
    main()
