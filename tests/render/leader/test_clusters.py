from pathlib import Path

import pytest
from ray._private.node import Node
from ray.cluster_utils import Cluster

from bench.workers.running import Running
from tests.render.kills import lead, promised

pytestmark = pytest.mark.blender

JOB = ("images=8",)


def hosting(nodes: list[Node], pid: int) -> Node:
    """The node whose raylet started a process, which may stand on any."""
    raylets = {node.all_processes["raylet"][0].process.pid: node for node in nodes}
    while pid not in raylets:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return raylets[pid]


def test_a_cluster_that_loses_a_node_in_mid_run_gives_the_bytes_of_one_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = lead(tmp_path / "calm", *JOB, "workers=1")
    assert calm.returncode == 0, calm.stderr
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    cluster.wait_for_nodes()
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    try:
        with Running(tmp_path / "out", *JOB, "workers=2", "executor=ray") as run:
            at_work = run.first(lambda event: event["event"] == "done")["pid"]
            cluster.remove_node(hosting(nodes, at_work), allow_graceful=False)
            code, said = run.ended()
    finally:
        cluster.shutdown()
    assert code == 0, said
    assert "its node was lost" in (tmp_path / "out/log/progress.jsonl").read_text()
    assert promised(tmp_path / "out") == promised(tmp_path / "calm")


def test_jobs_that_each_render_a_share_give_the_same_bytes(tmp_path: Path) -> None:
    calm = lead(tmp_path / "calm", "images=3", "workers=1")
    assert calm.returncode == 0, calm.stderr
    words = ("executor=slurm", "slurm.cluster=local", "slurm.jobs=2", "slurm.parameters={}")
    done = lead(tmp_path / "out", "images=3", "workers=1", *words)
    assert done.returncode == 0, done.stderr
    assert promised(tmp_path / "out") == promised(tmp_path / "calm")
    assert len(list((tmp_path / "out/log").glob("job-*"))) == 2
