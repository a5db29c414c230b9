import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from controller.adapters.esl import commands
from controller.adapters.esl.commands import Command, carriable
from controller.errors import UnsafeCommand
from tests.esl.switch_syntax import read_originate, read_setvars

UUID = "0d1c2b3a-0000-4000-8000-000000000001"
NASTY = "a 'b' \\c; d=e, \"q\" \t|x ^^ $y [z] 张三\n2 \\n \\' ''; =,|\\"
TEXT = st.text(max_size=30) | st.text(st.sampled_from("'\"\\;,= {}$:_|%[]ntrs\n\t^\0"), max_size=12)


def test_api_and_bgapi_are_one_line_and_a_job_uuid():
    assert commands.api("uuid_exists", "x").encode() == b"api uuid_exists x\n\n"
    assert commands.api("status").encode() == b"api status\n\n"
    job = commands.bgapi("originate", "user/1 &park()", "job-1")
    assert job.encode() == b"bgapi originate user/1 &park()\nJob-UUID: job-1\n\n"


@pytest.mark.parametrize("bad", ["x\n\napi system rm", "x\rapi", "x\0y"])
def test_a_line_break_or_nul_is_refused_in_every_single_line_place(bad):
    builders = [
        lambda: Command(line=bad),
        lambda: commands.api("status", bad),
        lambda: commands.bgapi("status", bad, "job"),
        lambda: commands.bgapi("status", "", bad),
        lambda: commands.execute(bad, "playback", event_uuid="e"),
        lambda: commands.execute(UUID, bad, event_uuid="e"),
        lambda: commands.execute(UUID, "playback", event_uuid=bad),
        lambda: Command(line="sendmsg x", headers=(("a", bad),)),
    ]
    for build in builders:
        with pytest.raises(UnsafeCommand):
            build().encode()


def test_an_argument_with_newlines_travels_in_the_body():
    built = commands.execute(UUID, "set", "a=b\n\napi system ls é", event_uuid="e-1", loops=2)
    assert (
        built.encode()
        == (
            f"sendmsg {UUID}\ncall-command: execute\nexecute-app-name: set\nEvent-UUID: e-1\n"
            "event-lock: true\nloops: 2\ncontent-type: text/plain\ncontent-length: 21\n\n"
            "a=b\n\napi system ls é"
        ).encode()
    )


@pytest.mark.parametrize("arg", ["local_stream://moh", "a", "with = and : é"])
def test_a_short_argument_is_a_header(arg):
    built = commands.execute(UUID, "playback", arg).encode()
    assert built.endswith(f"execute-app-arg: {arg}\n\n".encode())
    assert b"content" not in built


@pytest.mark.parametrize("arg", [" a", "a ", "a\rb", "a\nb", "ARRAY::a|:b", "a" * 41])
def test_what_a_header_would_change_and_what_is_long_is_the_body(arg):
    built = commands.execute(UUID, "playback", arg).encode()
    assert built.endswith(f"content-length: {len(arg)}\n\n{arg}".encode())
    assert b"execute-app-arg" not in built


def test_no_argument_means_no_body_and_never_the_text_none():
    built = commands.execute(UUID, "answer", event_uuid="e-1", event_lock=False).encode()
    assert b"None" not in built
    assert b"content-length" not in built
    assert b"event-lock" not in built


@pytest.mark.parametrize("arg", ["${api(system ls)}", "$\\{x}", "%[a=b]c", "%^[a=b]c"])
def test_an_argument_freeswitch_would_evaluate_needs_our_word_for_it(arg):
    with pytest.raises(UnsafeCommand, match="expand"):
        commands.execute(UUID, "playback", arg, event_uuid="e")
    built = commands.execute(UUID, "playback", arg, event_uuid="e", expand=True)
    assert arg.encode() in built.encode()


def test_no_line_can_become_a_reload_of_the_event_socket():
    with pytest.raises(UnsafeCommand, match="reload"):
        commands.api("uuid_setvar", "u name reload_MOD_event_socket").encode()


def test_custom_subclasses_stand_last_because_words_after_custom_are_subclasses():
    built = commands.subscribe(["HEARTBEAT", "CUSTOM", "DTMF"], ["conference::maintenance"])
    assert built.line == "event json HEARTBEAT DTMF CUSTOM conference::maintenance"


@pytest.mark.parametrize("names", [[], ["all events"], ["DTMF\nexit"], ["dtmf"]])
def test_a_subscription_that_cannot_be_is_refused(names):
    with pytest.raises(UnsafeCommand):
        commands.subscribe(names)


def plain(text):
    return not any(mark in text for mark in ("\0", "{", "}", ":_:", "${")) and text.isprintable()


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), TEXT, min_size=1, max_size=4))
@example({"x": NASTY, "y": "'", "z": " p "})
def test_setvars_carries_any_value_it_takes(variables):
    try:
        line = commands.setvars(UUID, variables)
        commands.api(*line.split(" ", 1)).encode()
    except UnsafeCommand:
        assert not all(plain(value) for value in variables.values())
        return
    assert read_setvars(line) == variables


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), TEXT, min_size=1, max_size=4),
    TEXT,
)
@example({"x": NASTY, "y": "'", "z": " p ", "o": "origination_nested_vars=true"}, NASTY)
@example({"x": "1"}, "Zoë 'of' O\\Brien, &park() 99")
@example({"x": "1"}, "")
def test_originate_carries_any_value_it_takes(variables, name):
    try:
        line = commands.originate("user/1001@a.example", variables, caller=(name, "7"), limit_s=9)
        commands.bgapi(*line.split(" ", 1), "job").encode()
    except UnsafeCommand:
        assert not all(plain(value) for value in (*variables.values(), name))
        return
    told = ["&park", name or "undef", "7", "9"]
    assert read_originate(line) == (variables, "user/1001@a.example", told)
    assert "origination_nested_vars=true" not in line


@pytest.mark.parametrize(
    "endpoint",
    [
        "user/1 &system(x)",
        "{a=b}user/1",
        "user/1,user/2",
        "user/1|user/2",
        "[a=b]user/1",
        "a/b:_:c/d",
        "park",
        "",
    ],
)
def test_a_dial_string_is_one_endpoint_and_nothing_else(endpoint):
    with pytest.raises(UnsafeCommand):
        commands.originate(endpoint, {})


@pytest.mark.parametrize("name", ["a=b", "a;b", "a b", "", "^^:a"])
def test_a_variable_name_is_one_word(name):
    with pytest.raises(UnsafeCommand):
        commands.setvars(UUID, {name: "x"})
    with pytest.raises(UnsafeCommand):
        commands.originate("user/1", {name: "x"})


def test_more_variables_than_the_switch_takes_at_once_are_refused():
    with pytest.raises(UnsafeCommand):
        commands.setvars(UUID, {f"v{n}": "x" for n in range(65)})
    with pytest.raises(UnsafeCommand):
        commands.setvars(UUID, {})


@given(TEXT)
@example("${${x}}")
@example(" %[a=b]")
@example(":_{:_:}:")
@example("mod_evmod_event_socketent_socket")
def test_carriable_text_is_taken_by_every_builder_and_stays_the_same(text):
    cut = carriable(text)
    assert carriable(cut) == cut
    commands.execute(UUID, "playback", cut, event_uuid="e").encode()
    for line in (commands.setvars(UUID, {"x": cut}), commands.originate("user/1", {"x": cut})):
        commands.api(*line.split(" ", 1)).encode()


def test_carriable_leaves_names_alone():
    assert carriable("  Zoë O'Brien \n(sales), 张三  ") == "Zoë O'Brien  (sales), 张三"


def test_a_label_shows_no_password_and_no_arguments():
    assert Command(line="auth secret").label == "auth"
    assert commands.api("uuid_setvar", "u name Ada").label == "api uuid_setvar"
