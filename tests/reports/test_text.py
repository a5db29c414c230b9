import pytest

from controller.reports.text import REPLACEMENT, fit, guarded, visible, width


@pytest.mark.parametrize(
    "text",
    ["\x1b[2Ja", "a\nb", "a\r\nb", "\x9b31m", "\u202eevil", "\ud800", "a\0", "\u2028", "\u200b"],
)
def test_nothing_acts_on_the_terminal(text):
    shown = visible(text)
    assert REPLACEMENT in shown
    assert all(c.isprintable() for c in shown)
    shown.encode("utf-8")


@pytest.mark.parametrize("text", ["Ada", "王小明", "Zoë", "नमस्ते", "👩\u200d💻", ""])
def test_honest_names_stay(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x";"y")',
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1)",
        "  =1+1",
        "\t=1",
        "+49 30 =1",
        "+1+1",
        "+123456789012345678",
        "=1",
        "@x",
        "\uff1d1+1",  # typed on a Chinese or Japanese keyboard
        "\uff0bcmd",
    ],
)
def test_what_a_spreadsheet_would_run_is_guarded(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["+4930123456", "030 123", "Ada = Bo", "a-b", "", "1+1"])
def test_numbers_and_plain_text_are_left(text):
    assert guarded(text) == text


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("王小明", 6), ("é", 1), ("e\u0301", 1), ("\uff21\uff22\uff23", 6)],
)
def test_width(text, columns):
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 5, "abcd…"),
        ("王小明", 6, "王小明"),
        ("王小明", 5, "王小…"),
        ("王小明", 4, "王… "),
        ("王", 1, "…"),
    ],
)
def test_fit_fills_its_columns_exactly(text, columns, shown):
    assert fit(text, columns) == shown
    assert width(shown) == columns


def test_numbers_stand_at_the_right():
    assert fit("1.5", 6, right=True) == "   1.5"
