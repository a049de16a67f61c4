"""Run a stand-in without Odoo: `python addons/logistics_carrier_base/sandbox`.

`--of CODE` runs the stand-in of the carrier addon with that code, `--many CODE…` those
of several in one process (see `many.py`). The addons are
imported from here without their models, so nothing but the libraries of the pure
modules is needed.
"""

import importlib
import sys
from pathlib import Path
from types import ModuleType

ADDONS = Path(__file__).resolve().parents[2]


def _package(name, path):
    module = ModuleType(name)
    module.__path__ = [str(path)]
    sys.modules[name] = module


def main(arguments):
    """Start the stand-in that is asked for.

    :param list[str] arguments: The command line.
    """
    module = "odoo.addons.logistics_carrier_base.sandbox.server"
    if arguments[:1] == ["--of"] and len(arguments) > 1:
        module = f"odoo.addons.logistics_carrier_{arguments[1]}.standin"
        arguments = arguments[2:]
    elif arguments[:1] == ["--many"]:
        module = "odoo.addons.logistics_carrier_base.sandbox.many"
        arguments = arguments[1:]
    _package("odoo", ADDONS)
    _package("odoo.addons", ADDONS)
    for folder in ADDONS.glob("logistics_*"):
        _package(f"odoo.addons.{folder.name}", folder)
        # Not its tests, which need Odoo: only the stand-in beside them.
        _package(f"odoo.addons.{folder.name}.tests", folder / "tests")
    importlib.import_module(module).main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
