"""How long the lists of the set-up may be."""

import pytest


def levels(count):
    return {f"s{n}": 1 for n in range(count)}


@pytest.mark.parametrize(
    ("path", "body", "most"),
    [
        ("/queues/sales", {"name": "S", "skills": levels(21)}, 20),
        ("/queues/sales", {"name": "S", "rings": [{"after_s": 9, "skills": levels(21)}]}, 20),
        ("/queues/sales", {"name": "S", "rings": [{"after_s": n + 1} for n in range(11)]}, 10),
        ("/queues/sales", {"name": "S", "dispositions": list(levels(201))}, 200),
        ("/agent-profiles/eve", {"name": "E", "extension": "1009", "skills": levels(101)}, 100),
        ("/agent-profiles/eve", {"name": "E", "extension": "1009", "ceilings": levels(21)}, 20),
        (
            "/agent-profiles/eve",
            {"name": "E", "extension": "1009", "queues": list(levels(201))},
            200,
        ),
        ("/schedules/s", {"holidays": {f"{1000 + n}-01-01": [] for n in range(1001)}}, 1000),
    ],
)
def test_no_list_is_endless(admin, path, body, most):
    response = admin.put(path, body)
    assert response.status_code == 422
    assert f"at most {most} items" in response.json["detail"]


def test_as_many_skills_as_may_be_are_taken(admin):
    assert admin.put("/queues/sales", {"name": "S", "skills": levels(20)}).status_code == 200
    eve = {"name": "E", "extension": "1009", "skills": levels(100)}
    assert admin.put("/agent-profiles/eve", eve).status_code == 201
