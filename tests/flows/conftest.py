from pathlib import Path

import pytest

from ivr_flows.flow import Flow, load_flow


@pytest.fixture
def write_flow(tmp_path):
    def write(
        steps: str, head: str = "flow: test\nstart: start\n", name: str = "test.yaml"
    ) -> Path:
        indented = "\n".join("  " + line for line in steps.strip("\n").splitlines())
        path = tmp_path / name
        path.write_text(f"{head}steps:\n{indented}\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def flow_of(write_flow):
    def load(steps: str, **options: str) -> Flow:
        return load_flow(write_flow(steps, **options))

    return load
