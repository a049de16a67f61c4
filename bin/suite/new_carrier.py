"""Writes the addon of a new carrier: one that works, to be made into the carrier's.

The template is an addon for a carrier named Acme Parcel, with the code `acme`. Only
these words are replaced, so that what is tested is what is written.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from suite import paths
from suite.progress import SuiteError, say

TEMPLATE = Path(__file__).with_name("carrier_template")
ICON = Path("logistics_carrier_base", "static", "description", "icon.png")
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
NAME = re.compile(r"\w[\w .-]*")
LONGEST = 24
# Of addons that are no carrier's, and of adapters that live in the base.
TAKEN = ("base", "canonical", "sandbox")
PREFIX = "logistics_carrier_"

NEXT = """\
Written: {folder}

  bin/test --db {code} --quick --addons {addon} {shown}
  bin/normalise {code} {shown}/tests/payloads/parcel_delivered.json

It speaks a small format of its own, see mapper.py. docs/adding-a-carrier.md leads from
here to the carrier's: tables, mapper, stand-in, and the contract tests stay green.
"""


def parser():
    """Describe the options of `bin/new-carrier`."""
    found = argparse.ArgumentParser(
        prog="bin/new-carrier",
        description="Write a working addon for a new carrier, with passing tests.",
        allow_abbrev=False,
    )
    found.add_argument("code", metavar="CODE", help="small letters, digits and _: acme")
    found.add_argument("--name", help='the carrier as users know it: "Acme Parcel"')
    found.add_argument(
        "--into", type=Path, default=paths.ADDONS, help="the folder of addons"
    )
    return found


def main(arguments):
    """Write the addon that the command line asks for.

    :return: The exit status.
    :rtype: int
    """
    options = parser().parse_args(arguments)
    name = options.name or options.code.replace("_", " ").title()
    folder = write(options.code, name, options.into)
    inside = folder.is_relative_to(paths.ROOT)
    shown = folder.relative_to(paths.ROOT) if inside else folder
    say(NEXT.format(folder=folder, code=options.code, addon=folder.name, shown=shown))
    return 0


def write(code, name, into):
    """Write the addon of a carrier.

    :param str code: The code of the adapter.
    :param str name: The carrier's name as users know it.
    :param Path into: The folder of addons; it must be there.
    :return: The folder of the addon.
    :rtype: Path
    :raise SuiteError: When it cannot be named so, or is there already.
    """
    _check(code, name)
    folder = into.resolve() / f"{PREFIX}{code}"
    if folder.exists():
        raise SuiteError(f"{folder} is there already.", "Choose another code.")
    if not into.is_dir():
        raise SuiteError(f"There is no folder {into}.", "Make it first.")
    for source in sorted(TEMPLATE.rglob("*")):
        if source.is_dir() or "__pycache__" in source.parts:
            continue
        place = source.relative_to(TEMPLATE)
        target = folder / place.with_name(place.name.replace("acme", code))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_replaced(source.read_text(), code, name))
    icon = folder / "static" / "description" / "icon.png"
    icon.parent.mkdir(parents=True)
    shutil.copy(paths.ADDONS / ICON, icon)
    # Longer names break lines elsewhere.
    command = [sys.executable, "-m", "ruff", "format", "--quiet", str(folder)]
    subprocess.run(
        [*command, "--config", str(paths.ROOT / "pyproject.toml")], check=True
    )
    return folder


def _check(code, name):
    if not CODE.fullmatch(code) or len(code) > LONGEST or code in TAKEN:
        raise SuiteError(
            f"{code!r} cannot be the code of a carrier.",
            f"Use up to {LONGEST} small letters, digits and _, such as acme.",
        )
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise SuiteError(
            f"{name!r} cannot be the name of a carrier.",
            f"Use up to {LONGEST} letters, digits, blanks, dots and hyphens.",
        )


def _replaced(text, code, name):
    title = "Logistics Carrier: Acme Parcel"
    line = "=" * len(title)
    text = text.replace(line, "=" * len(title.replace("Acme Parcel", name)))
    text = text.replace("Acme Parcel", name)
    camel = "".join(part.capitalize() for part in code.split("_"))
    # A host has no underscore.
    text = text.replace("acme.example", f"{code.replace('_', '-')}.example")
    return text.replace("Acme", camel).replace("acme", code)
