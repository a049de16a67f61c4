"""What is pure: no Odoo, no `env`, no clock, no chance."""

import ast

from architecture.reading import (
    CARRIER_BASE,
    HTTP_MODULES,
    PREFIX,
    imported_modules,
    package_of,
)

PURE_FILES = {
    "logistics_events": (
        "vocabulary.py",
        "fold.py",
        "resolve.py",
        "judge.py",
        "ledger.py",
        "credit_cap.py",
        "proof_files.py",
    ),
    CARRIER_BASE: (
        "api.py",
        "code_table.py",
        "credentials.py",
        "dhl_checkpoints.py",
        "exceptions.py",
        "problem.py",
        "carrier_event.py",
        "proof.py",
        "proof_turns.py",
        "strict_json.py",
        "strict_xml.py",
        "soap_envelope.py",
        "signatures.py",
        "mappers/canonical.py",
        "mappers/sandbox.py",
    ),
    "logistics_freight_accrual": (
        "bill.py",
        "readers/__init__.py",
        "readers/dhl_mybill_csv.py",
        "readers/edifact_invoic.py",
        "readers/fedex_csv.py",
        "readers/freight_csv.py",
        "readers/ups_csv.py",
        "readers/x12_210.py",
        "charge_codes.py",
        "charge_types.py",
        "duplicates.py",
        "evidence.py",
        "limits.py",
        "matching.py",
        "tolerance.py",
        "accrual.py",
        "allocation.py",
        "conversion.py",
        "expected_cost.py",
        "rate_sheet.py",
    ),
    "logistics_returns": (
        "return_approval.py",
        "return_bounds.py",
        "return_facts.py",
        "return_fold.py",
        "return_line.py",
    ),
}
CARRIER_PURE_FILES = ("const.py", "mapper.py")
IMPURE_MODULES = HTTP_MODULES | {
    "os",
    "psycopg2",
    "random",
    "socket",
    "subprocess",
    "threading",
    "werkzeug",
}
CLOCK_METHODS = {"now", "today", "utcnow"}
CLOCK_FUNCTIONS = {"monotonic", "perf_counter", "time", "time_ns"}


def check_pure_files(addons):
    """Follow the imports of pure files: no Odoo, no `env`, no clock, no chance."""
    problems, waiting = [], []
    for addon in addons.values():
        wanted = (
            CARRIER_PURE_FILES if addon.is_carrier else PURE_FILES.get(addon.name, ())
        )
        for name in wanted:
            if (addon.folder / name).is_file():
                waiting.append(addon.folder / name)
            else:
                problems.append(f"{addon.name}/{name} does not exist")
    seen = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            found, more = _check_pure(path, addons)
            problems += found
            waiting += more
    return problems


def _check_pure(path, addons):
    """Check one pure file.

    :return: what is wrong, and the files of the suite it imports
    """
    folder = next(parent for parent in path.parents if parent.name in addons)
    addon = addons[folder.name]
    base = folder.parent
    tree = ast.parse(path.read_text(), str(path))
    problems, more = [], []
    for line, name in imported_modules(tree, package_of(addon, path)):
        where = f"{path.relative_to(base)}:{line}"
        if name.startswith(f"odoo.addons.{PREFIX}"):
            target = _resolve(name, base)
            if target is None:
                problems.append(f"{where} imports {name}, which is not a pure file")
            else:
                more.append(target)
        elif name.split(".")[0] == "odoo" or _is_impure(name):
            problems.append(f"{where} imports {name}")
    for node in ast.walk(tree):
        if word := _impure_word(node):
            problems.append(f"{path.relative_to(base)}:{node.lineno} uses {word}")
    return problems, more


def _resolve(name, base):
    """Find the file of `odoo.addons.<addon>.<file>[.<name in it>]`."""
    parts = name.split(".")[2:]
    for length in (len(parts), len(parts) - 1):
        file = base.joinpath(*parts[:length]).with_suffix(".py")
        if length > 1 and file.is_file():
            return file
    return None


def _is_impure(name):
    if name in {"uuid.uuid1", "uuid.uuid4"}:
        return True
    if name.startswith("time.") and name.split(".")[1] in CLOCK_FUNCTIONS:
        return True
    return any(name == m or name.startswith(f"{m}.") for m in IMPURE_MODULES)


def _impure_word(node):
    if isinstance(node, ast.Name) and node.id == "env":
        return "env"
    if isinstance(node, ast.Attribute):
        if node.attr == "env":
            return "env"
        if node.attr in CLOCK_METHODS:
            return f"the clock ({node.attr})"
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        if owner == "time" and node.attr in CLOCK_FUNCTIONS:
            return f"the clock (time.{node.attr})"
        if owner == "uuid" and node.attr in {"uuid1", "uuid4"}:
            return "chance"
    return ""
