"""`scripts/bench NAME [--json]`: every measurement of ours by name.

A bench is a function that takes `as_json`, prints a small table and, when asked, ends with one
line of JSON whose names carry their units.
"""

import controller.patched  # noqa: F401  # isort: skip

from collections.abc import Callable

import click

from controller import bench_lab
from controller.adapters.esl import bench_codec

BENCHES: dict[str, Callable[[bool], None]] = {
    "codec": bench_codec.run,
    "lab": bench_lab.run,
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", type=click.Choice(sorted(BENCHES)))
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def main(name: str, as_json: bool) -> None:
    """Measure NAME on this machine."""
    BENCHES[name](as_json)


if __name__ == "__main__":
    main()
