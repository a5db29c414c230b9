from ivr_flows.audible import check_prompts, fixed_prompts

END = "end:\n  hangup:\n"


def test_only_prompts_without_variables_are_fixed(flow_of):
    flow = flow_of("start:\n  say: [a, 'b ${did}', {text: {en: c, fr: d}}]\n  next: end\n" + END)
    assert [(p.text, p.language) for p in fixed_prompts(flow)] == [
        ("a", "en"), ("c", "en"), ("d", "fr"),
    ]  # fmt: skip


def test_a_prompt_that_cannot_be_made_is_a_warning_at_its_step(flow_of):
    flow = flow_of("start:\n  say: [a, b]\n  next: end\n" + END)
    faults = {"b": ("no voice", "Install one.")}
    [problem] = check_prompts(flow, lambda prompt: faults.get(prompt.text))
    assert str(problem) == (
        f"{flow.file}:4:3: warning: a prompt of step `start` cannot be made: no voice\n"
        "    Install one."
    )
