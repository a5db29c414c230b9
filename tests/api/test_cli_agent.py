"""`tandem agent` against a served API: real HTTP, real engine."""

import json
from functools import partial

import gevent
import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from console.server import serve
from controller.cli_agent import agent


@pytest.fixture
def url(app):
    running = serve(app, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{running.server_port}"
    running.stop(timeout=1)


@pytest.fixture
def tandem(url, centre):
    """Runs `tandem agent ...` as ann beside the server, in a thread of its own."""
    token = centre.token("agent", "ann")

    def run(*words, token=token, url=url):
        env = {"TANDEM_URL": url, "TANDEM_TOKEN": token, "HOME": str(centre.recordings_dir)}
        work = partial(CliRunner().invoke, agent, words, env=env)
        with capture_logs():  # the runner takes the whole process's stdout, the server's log too
            result = gevent.get_hub().threadpool.apply(work)
        centre.settle()
        return result

    return run


def done(result):
    assert result.exit_code == 0, result.output
    return result.output


def test_a_whole_contact_without_naming_anything(tandem, centre):
    assert "ann: available" in done(tandem("sign-in"))
    centre.arrive("c1")
    listed = done(tandem("offers"))
    assert "sales" in listed
    assert "+4930123" in listed
    done(tandem("offers", "accept"))
    assert centre.now("c1").state == "connected"
    assert "held" in done(tandem("hold"))
    assert "talking" in done(tandem("resume"))
    assert "ended" in done(tandem("hang-up"))
    assert "sold" in done(tandem("disposition", "sold", "--notes", "two"))
    assert "closed" in done(tandem("wrap-up", "end"))
    assert centre.now("c1").segments[0].disposition == "sold"
    assert "on_break (lunch)" in done(tandem("status", "on_break", "--reason", "lunch"))
    assert "on_break" in done(tandem("status"))
    assert "ann: offline" in done(tandem("sign-out"))


def test_decline_leaves_the_customer_in_the_queue(tandem, centre):
    done(tandem("sign-in"))
    centre.arrive("c1")
    done(tandem("decline", "--reason", "headset"))
    assert centre.now("c1").state == "queued"


def test_json_is_what_the_api_said(tandem):
    view = json.loads(done(tandem("--json", "sign-in", "--status", "on_break")))
    assert (view["id"], view["status"]) == ("ann", "on_break")


def test_nothing_to_accept_is_an_error_in_words(tandem):
    result = tandem("accept")
    assert result.exit_code == 1
    assert "no offer of yours" in result.output


def test_several_contacts_must_be_told_apart(tandem, centre, admin):
    admin.put("/queues/sales", {"name": "Sales", "units": 50})
    done(tandem("sign-in"))
    for contact in ("c1", "c2"):
        centre.arrive(contact)
        done(tandem("accept"))
    result = tandem("hang-up")
    assert result.exit_code == 2
    assert "c1" in result.output
    assert "c2" in result.output
    done(tandem("hang-up", "c2"))
    assert centre.now("c1").state == "connected"
    assert centre.now("c2").state == "ended"


def test_a_refusal_has_its_own_exit_code_and_the_apis_words(tandem):
    result = tandem("status", "available")
    assert result.exit_code == 3
    assert "sign in first" in result.output


@pytest.mark.parametrize("token", ["tdm_wrong", ""])
def test_a_token_that_opens_nothing_has_its_own_exit_code(tandem, token):
    result = tandem("status", token=token)
    assert result.exit_code == 4
    assert "token" in result.output


def test_a_token_may_come_from_a_file(tandem, centre, tmp_path):
    file = tmp_path / "token"
    file.write_text(centre.token("agent", "bob") + "\n")
    assert "bob: offline" in done(tandem("--token-file", str(file), "status", token=""))


def test_without_a_server_it_says_so(tandem):
    result = tandem("status", url="http://127.0.0.1:1")
    assert result.exit_code == 1
    assert "is `tandem serve` running" in result.output


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://x", "http://x:port"])
def test_a_url_that_is_none_is_wrong_usage(tandem, url):
    result = tandem("status", url=url)
    assert result.exit_code == 2
    assert "--url" in result.output


def test_watch_tells_of_status_and_offer(tandem, centre):
    done(tandem("sign-in"))
    centre.arrive("c1")
    output = done(tandem("watch", "--until-offer"))
    assert "ann: available" in output
    assert "voice from +4930123 A customer, queue sales" in output


def test_a_supervisor_acts_for_an_agent(tandem, centre):
    output = done(tandem("--agent", "bob", "sign-in", token=centre.token("supervisor")))
    assert "bob: available" in output
