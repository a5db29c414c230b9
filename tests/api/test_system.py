import pytest

from console.app import create_app
from console.services import Web


def test_alive_without_asking_anything(centre, anonymous):
    centre.store.close()
    assert anonymous.get("/healthz").json == {"status": "alive"}


def test_ready_when_every_check_is_ok(anonymous):
    response = anonymous.get("/readyz")
    assert response.status_code == 200
    assert response.json["checks"] == {"switch": "ok", "database": "ok"}


def test_not_ready_lists_the_problems(centre, anonymous):
    centre.checks["switch"] = "no link to FreeSWITCH: refused"
    response = anonymous.get("/readyz")
    assert response.status_code == 503
    assert response.json["errors"] == [
        {"path": "switch", "message": "no link to FreeSWITCH: refused"}
    ]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_metrics_answer_this_machine(anonymous, address):
    response = anonymous.get("/metrics", environ_base={"REMOTE_ADDR": address})
    assert response.status_code == 200
    assert b"tandem_test_total 1.0" in response.data
    assert response.content_type.startswith("text/plain")


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7", ""])
def test_metrics_answer_no_other_machine(anonymous, address):
    response = anonymous.get("/metrics", environ_base={"REMOTE_ADDR": address})
    assert response.status_code == 403
    assert "metrics_public" in response.json["detail"]


def test_a_proxy_on_this_machine_does_not_open_the_metrics(anonymous):
    response = anonymous.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    assert response.status_code == 403


def test_public_metrics_answer_everybody(centre, anonymous):
    anonymous.app = create_app(centre.services(web=Web(metrics_public=True)))
    response = anonymous.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert response.status_code == 200
