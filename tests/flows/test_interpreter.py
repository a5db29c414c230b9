import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr_flows import actions, steps
from ivr_flows.actions import (
    CallerGone,
    Digits,
    EnterQueue,
    Gather,
    HangUp,
    Invalid,
    NoInput,
    Play,
    Played,
    Recorded,
    Returned,
)
from ivr_flows.fields import Speech
from ivr_flows.flow import SHIPPED, Flow, load_flow
from ivr_flows.interpreter import STEP_BUDGET, Facts, Position, advance, begin

OPEN = Facts(caller="+4420", did="5000", hour=9, is_open={"office": True})
END = "end:\n  hangup: {cause: busy}\n"


def walk(flow, results, facts=OPEN):
    """Names of the steps that asked something, and the last action."""
    position, way = begin(flow, facts), []
    for result in (None, *results):
        action, position = advance(flow, position, result, facts)
        way.append(position.step)
    return way, action


@pytest.mark.parametrize(
    ("facts", "results", "way"),
    [
        (OPEN, [Played(), Digits(digits="1")], ["welcome", "main", "sales"]),
        (OPEN, [Played(), NoInput()], ["welcome", "main", "support"]),
        (OPEN, [Played(), Digits(digits="9")], ["welcome", "main", "support"]),
        (OPEN, [Played(), Digits(digits="8"), Digits(digits="2")],
         ["welcome", "main", "main", "support"]),
        (Facts(), [Played(), Played(), Recorded(), Played()],
         ["welcome", "closed", "message", "goodbye", "end"]),
        (OPEN, [Played(), Digits(digits="1"), Returned(reason="full"), Played()],
         ["welcome", "main", "sales", "all_busy", "message"]),
    ],
)  # fmt: skip
def test_the_demo_leads_callers_where_they_want(facts, results, way):
    assert walk(load_flow(SHIPPED / "demo.yaml"), results, facts)[0] == way


def test_who_chose_a_language_hears_and_carries_it():
    flow = load_flow(SHIPPED / "demo.yaml")
    _, menu = walk(flow, [Played(), Digits(digits="8")])
    assert [(p.language, p.voice_id) for p in menu.prompts] == [("zh", "cmn")]
    _, queue = walk(flow, [Played(), Digits(digits="8"), Digits(digits="2")])
    assert (queue.queue, queue.language, queue.music) == ("support", "zh", "moh")


def test_gathered_digits_are_spoken_and_secret_ones_stay_out_of_the_queue(flow_of):
    flow = flow_of(
        "start:\n  gather: {prompt: a, into: account, next: pin, otherwise: end}\n"
        "pin:\n  gather: {prompt: b, into: pin, secret: true, next: told, otherwise: end}\n"
        'told:\n  say: "Account ${account:digits}"\n  next: wait\n'
        "wait:\n  queue: {name: q, otherwise: end}\n" + END
    )
    digits = [Digits(digits="123"), Digits(digits="9876")]
    _, said = walk(flow, digits)
    assert [p.text for p in said.prompts] == ["Account 1 2 3"]
    _, queue = walk(flow, [*digits, Played()])
    assert queue.variables["account"] == "123"
    assert "9876" not in str(queue)


@pytest.mark.parametrize(
    ("digits", "step"), [("123456", "good"), ("012345", "bad"), ("12345", "bad"), ("", "bad")]
)
def test_gather_takes_only_what_fits(flow_of, digits, step):
    flow = flow_of(
        "start:\n  gather: {prompt: a, into: n, min: 6, max: 6, matches: '[1-9][0-9]*', "
        "next: good, otherwise: bad}\ngood:\n  say: a\n  next: end\n"
        "bad:\n  say: b\n  next: end\n" + END
    )
    assert walk(flow, [Digits(digits=digits)])[0] == ["start", step]


@pytest.mark.parametrize(
    ("case", "holds"),
    [
        ("equals: '+4420'", True),
        ("in: ['1', '2']", False),
        ("matches: '\\+44[0-9]+'", True),
        ("less_than: 4421", True),
        ("more_than: 4420", False),
    ],
)
def test_branch_compares(flow_of, case, holds):
    flow = flow_of(
        f"start:\n  branch: [{{var: caller, {case}, next: yes}}]\n  otherwise: no\n"
        "yes:\n  say: a\n  next: end\nno:\n  say: b\n  next: end\n" + END
    )
    assert walk(flow, [])[0] == ["yes" if holds else "no"]


def test_a_caller_who_went_away_does_not_hold_the_line(flow_of):
    flow = flow_of("start:\n  menu: {prompt: a, choices: {'1': start}, otherwise: start}\n")
    _, action = walk(flow, [NoInput()] * (STEP_BUDGET - 1))
    assert isinstance(action, Gather)
    _, action = walk(flow, [NoInput()] * STEP_BUDGET)
    assert action == HangUp(reason="step budget spent")
    _, action = walk(flow, [Digits(digits="1")] * (STEP_BUDGET * 2))
    assert isinstance(action, Gather)


def test_a_stored_position_gives_the_same_action_again():
    flow = load_flow(SHIPPED / "demo.yaml")
    first, position = advance(flow, begin(flow, OPEN), None, OPEN)
    restored = Position.from_json(json.loads(json.dumps(position.as_json())))
    assert advance(flow, restored, None, OPEN) == (first, position)


def test_hangup_gives_the_switch_its_own_word(flow_of):
    assert walk(flow_of("start:\n  hangup: {cause: busy}"), [])[1].cause == "USER_BUSY"


def test_variables_are_never_searched_for_variables(flow_of):
    flow = flow_of('start:\n  say: "Hello ${caller}"\n  next: end\n' + END)
    _, action = walk(flow, [], Facts(caller="${did}\r\nx"))
    assert [p.text for p in action.prompts] == ["Hello ${did} x"]


NAMES = [f"s{n}" for n in range(6)]
name = st.sampled_from(NAMES)
speech = st.tuples(st.builds(Speech, text=st.just({"": "hi ${x}"})))
case = st.builds(steps.Case, var=st.just("x"), next=name, equals=st.text(max_size=2))
any_step = st.one_of(
    st.builds(steps.Say, prompt=speech, next=name),
    st.builds(
        steps.Menu, prompt=speech, otherwise=name,
        choices=st.dictionaries(st.sampled_from(["1", "22", "#", "*"]), name, min_size=1),
    ),
    st.builds(steps.Gather, prompt=speech, into=st.just("x"), next=name, otherwise=name),
    st.builds(steps.Hours, schedule=st.just("office"), open=name, closed=name),
    st.builds(steps.Set, variables=st.just({"x": "${x}${x}1", "language": "fr"}), next=name),
    st.builds(steps.Branch, cases=st.tuples(case), otherwise=name),
    st.builds(steps.Queue, name=st.just("q"), otherwise=name),
    st.builds(steps.Transfer, to=st.just("1"), otherwise=name),
    st.builds(steps.Voicemail, mailbox=st.just("m"), greeting=speech, next=name),
    st.builds(steps.Hangup),
)  # fmt: skip
any_flow = st.builds(
    lambda made: Flow(name="any", start="s0", steps=dict(zip(NAMES, made, strict=True))),
    st.lists(any_step, min_size=6, max_size=6),
)
any_result = st.one_of(
    st.just(None), st.builds(Played), st.builds(NoInput), st.builds(Invalid),
    st.builds(CallerGone), st.builds(Recorded),
    st.builds(Digits, digits=st.one_of(st.sampled_from(["1", "22", "#"]), st.text())),
    st.builds(Returned, reason=st.text(), waited_s=st.floats(allow_nan=False)),
)  # fmt: skip


@given(flow=any_flow, results=st.lists(any_result, max_size=12), is_open=st.booleans())
def test_any_flow_with_any_results_ends_or_waits_within_the_budget(flow, results, is_open):
    facts = Facts(caller="1", is_open=lambda _: is_open)
    position = begin(flow, facts)
    for result in results:
        action, position = advance(flow, position, result, facts)
        assert position.ended == isinstance(action, HangUp)
        assert position.waiting != position.ended
        assert position.spent <= STEP_BUDGET
        assert all(len(value) <= 256 for value in position.variables.values())
        assert isinstance(
            action, Play | Gather | EnterQueue | actions.Transfer | actions.Voicemail | HangUp
        )


def test_a_queue_gives_back_by_its_reason_or_otherwise(flow_of):
    flow = flow_of(
        "start: {queue: {name: sales, full: busy, waited: message}, otherwise: end}\n"
        "busy: {hangup: {cause: busy}}\n"
        'message: {say: "Please leave a message.", next: end}\n'
        "end: {hangup: }"
    )
    _, position = advance(flow, begin(flow, OPEN), None, OPEN)

    def next_step(reason: str) -> str:
        return advance(flow, position, Returned(reason=reason), OPEN)[1].step

    assert next_step("full") == "busy"
    assert next_step("waited") == "message"
    assert next_step("closed") == next_step("unknown_queue") == "end"
