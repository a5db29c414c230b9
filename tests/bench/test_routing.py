"""The bench of routing in small: both ways of deciding agree in every regime and size."""

import json

from tests.bench import routing


def test_a_small_run_agrees_with_the_rules(capsys):
    routing.run(True, decisions=400, naive=20, scale=50)
    result = json.loads(capsys.readouterr().out.splitlines()[-1])["routing"]
    assert len(result["rows"]) == 4
    for row in result["rows"]:
        assert row["agrees"] == row["compared"] > 0
        assert row["decisions"] >= 400
    assert result["p99_ms"] >= result["p50_ms"] > 0
