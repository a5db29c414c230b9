"""The setup commands against a served API."""

import json
from functools import partial

import gevent
import pytest
from click import Group
from click.testing import CliRunner
from structlog.testing import capture_logs

from console.server import serve
from controller.cli_admin import ADMIN_GROUPS


@pytest.fixture
def tandem(app, centre):
    """Runs `tandem queue ...` and so on as an admin, in a thread of its own."""
    running = serve(app, "127.0.0.1", 0)
    main = Group(commands={group.name: group for group in ADMIN_GROUPS})
    env = {
        "TANDEM_URL": f"http://127.0.0.1:{running.server_port}",
        "TANDEM_TOKEN": centre.token("admin"),
    }

    def run(*words, **more):
        work = partial(CliRunner().invoke, main, words, env=env, **more)
        with capture_logs():  # the runner takes the whole process's stdout, the server's log too
            return gevent.get_hub().threadpool.apply(work)

    yield run
    running.stop(timeout=1)


def done(result):
    assert result.exit_code == 0, result.output
    return result.stdout


def test_setting_up_a_queue_that_nobody_could_serve_warns(tandem):
    result = tandem("queue", "set", "sales", "units=200")
    assert result.exit_code == 0
    assert "warning: a contact takes 200 units" in result.stderr
    assert "warning" not in tandem("queue", "set", "sales", "units=100").stderr


def test_the_groups_are_the_nouns():
    assert [group.name for group in ADMIN_GROUPS] == [
        "queue",
        "did",
        "schedule",
        "profile",
        "reason",
        "threshold",
        "token",
    ]


def test_fields_are_set_one_by_one_and_the_others_stay(tandem, admin):
    done(tandem("queue", "set", "support", "name=Support", "wrap_up_s=5", "skills={english: 2}"))
    done(tandem("queue", "set", "support", "offer_s=9"))
    view = admin.get("/queues/support").json
    assert (view["name"], view["wrap_up_s"], view["offer_s"]) == ("Support", 5.0, 9.0)
    assert view["skills"] == {"english": 2}


def test_what_is_shown_can_be_edited_and_set(tandem, admin, tmp_path):
    shown = done(tandem("queue", "show", "sales"))
    file = tmp_path / "sales.yaml"
    file.write_text(shown.replace("name: Sales", "name: Vertrieb"))
    done(tandem("queue", "set", "--file", str(file)))
    assert admin.get("/queues/sales").json["name"] == "Vertrieb"
    assert admin.get("/queues/sales").json["dispositions"] == ["sold", "lost"]


def test_a_schedule_from_yaml_with_its_dates(tandem, admin, tmp_path):
    file = tmp_path / "office.yaml"
    file.write_text(
        "id: office\ntimezone: Europe/Berlin\nweek:\n  mon: [09:00-12:30]\n"
        "holidays:\n  2026-12-25: []\n"
    )
    done(tandem("schedule", "set", "--file", str(file)))
    view = admin.get("/schedules/office").json
    assert view["week"] == {"mon": ["09:00-12:30"]}
    assert view["holidays"] == {"2026-12-25": []}


def test_json_and_stdin_will_do_as_well(tandem, admin, tmp_path):
    file = tmp_path / "did.json"
    file.write_text(json.dumps({"flow": "main_menu"}))
    done(tandem("did", "set", "5000", "--file", str(file)))
    done(tandem("did", "set", "5001", "--file", "-", input="flow: main_menu\n"))
    listed = done(tandem("did", "list"))
    assert [line.split()[:2] for line in listed.splitlines()] == [
        ["id", "flow"],
        ["5000", "main_menu"],
        ["5001", "main_menu"],
    ]


def test_a_value_that_holds_itself_is_refused(tandem):
    result = tandem("queue", "set", "sales", "dispositions=&a [*a]")
    assert result.exit_code == 2
    assert "cannot be understood" in result.output


def test_digits_without_quotes_are_not_taken_for_a_name(tandem, admin, tmp_path):
    file = tmp_path / "carl.yaml"
    file.write_text("id: carl\nname: Carl\nextension: 0301\n")
    result = tandem("profile", "set", "--file", str(file))
    assert result.exit_code == 1
    assert "in quotes" in result.output
    done(tandem("profile", "set", "carl", "name=Carl", "extension=0301"))
    assert admin.get("/agent-profiles/carl").json["extension"] == "0301"


def test_a_password_made_is_shown_this_once(tandem):
    made = tandem("profile", "set", "carl", "name=Carl", "extension=1003")
    assert "\nphone_password: " in done(made)
    assert "keep it now" in made.stderr
    assert "\nphone_password: " not in done(tandem("profile", "set", "carl", "name=Carla"))


def test_a_token_is_printed_alone_so_that_it_can_be_piped(tandem, anonymous):
    text = done(tandem("token", "set", "--name", "wallboard", "--role", "auditor", "--days", "1"))
    anonymous.token = text.strip()
    assert anonymous.get("/queues").status_code == 200
    listed = json.loads(done(tandem("token", "--json", "list")))
    entry = next(t for t in listed if t["name"] == "wallboard")
    assert entry["expires_at"] is not None
    done(tandem("token", "remove", "--yes", entry["id"]))
    assert anonymous.get("/queues").status_code == 401


def test_removing_asks_first(tandem, admin):
    admin.put("/queues/support", {"name": "Support"})
    assert tandem("queue", "remove", "support", input="n\n").exit_code == 1
    assert admin.get("/queues/support").status_code == 200
    done(tandem("queue", "remove", "support", input="y\n"))
    assert admin.get("/queues/support").status_code == 404


def test_a_refusal_is_told_in_the_apis_words(tandem):
    result = tandem("queue", "remove", "--yes", "sales")
    assert result.exit_code == 3
    assert "used by agent ann, agent bob" in result.output


@pytest.mark.parametrize(
    "words", [("queue", "set"), ("queue", "set", "sales"), ("queue", "set", "sales", "offer_s")]
)
def test_a_set_that_says_nothing_is_wrong_usage(tandem, words):
    assert tandem(*words).exit_code == 2


@pytest.mark.parametrize("content", ["- a\n- b\n", "a: [", "just words", "a: &a [*a]"])
def test_a_file_that_is_no_entry_is_refused(tandem, tmp_path, content):
    file = tmp_path / "x.yaml"
    file.write_text(content)
    result = tandem("queue", "set", "sales", "--file", str(file))
    assert result.exit_code == 1
    assert "x.yaml" in result.output


@pytest.mark.parametrize(
    ("noun", "needed"),
    [("queue", "name"), ("profile", "extension"), ("did", "flow"), ("schedule", None)],
)
def test_fields_tells_what_an_entry_may_have_and_its_example_is_taken(tandem, noun, needed):
    said = done(tandem(noun, "fields"))
    rows, example = said.split("\nAn example:\n")
    assert needed is None or (f"{needed} " in rows and "(needed)" in rows)
    schema = json.loads(done(tandem(noun, "--json", "fields")))
    read_only = {name for name, field in schema["properties"].items() if field.get("readOnly")}
    assert {line.split()[0] for line in rows.splitlines()[1:]} == {
        *schema["properties"]
    } - read_only
    saved = tandem(
        noun, "set", "491234567" if noun == "did" else "fresh", "--file", "-", input=example
    )
    assert saved.exit_code in (0, 3), saved.output
    assert "Extra inputs" not in saved.output and "Field required" not in saved.output


def test_a_field_there_is_not_leads_to_the_list_of_those_there_are(tandem):
    result = tandem("queue", "set", "sales", "wrapup=20")
    assert result.exit_code == 3
    assert "wrapup" in result.output and "tandem queue fields" in result.output


def test_a_password_that_looks_like_a_number_stays_text(tandem, centre):
    done(
        tandem("profile", "set", "zoe", "name=Zoe", "extension=2001", "phone_password=123456789012")
    )
    result = tandem(
        "profile", "set", "--file", "-", input="id: zoe\nphone_password: 123456789012\n"
    )
    assert result.exit_code == 1 and "put phone_password in quotes" in result.output


def test_a_phone_is_shown_with_all_it_is_set_to(tandem):
    made = tandem("profile", "phone", "ann")
    shown = done(made)
    assert "extension: '1001'" in shown and "\npassword: " in shown and "port: 5060" in shown
    assert "shown this once" in made.stderr
    assert tandem("profile", "phone", "nobody").exit_code == 3
