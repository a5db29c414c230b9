"""`scripts/bench NAME [--json]`: every measurement of ours by name.

A bench is a function that takes `as_json`, prints a small table and, when asked, ends with one
line of JSON whose names carry their units.
"""

import controller.patched  # noqa: F401  # isort: skip

from collections.abc import Callable

import click

from controller.adapters.esl import bench_codec
from tests.bench import console, freeswitch, lab, paint, routing

BENCHES: dict[str, Callable[..., None]] = {
    "codec": bench_codec.run,
    "console": console.run,
    "freeswitch": freeswitch.run,
    "lab": lab.run,
    "paint": paint.run,
    "routing": routing.run,
}
#: Those whose rates and time can be chosen.
TIMED = ("console", "freeswitch", "lab")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", type=click.Choice(sorted(BENCHES)))
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.option(
    "--rate",
    "rates",
    multiple=True,
    type=float,
    help="Calls, or changes, a second; may be repeated.",
)
@click.option("--seconds", type=float, help="How long each rate lasts.")
def main(name: str, as_json: bool, rates: tuple[float, ...], seconds: float | None) -> None:
    """Measure NAME on this machine."""
    given = {"rates": rates or None, "seconds": seconds}
    options = {key: value for key, value in given.items() if value is not None}
    if options and name not in TIMED:
        raise click.UsageError(f"--rate and --seconds are for {', '.join(TIMED)}")
    BENCHES[name](as_json, **options)


if __name__ == "__main__":
    main()
