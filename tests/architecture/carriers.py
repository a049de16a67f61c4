"""A carrier addon holds tables and pure functions; the base has what they share."""

import ast

from architecture.reading import CARRIER_PREFIX, code_size

LONGEST = 300
# Mostly those that book as well; in lines of code, const.py and tests not counted.
MAY_BE_LONGER = {
    "logistics_carrier_easypost": 1150,
    # Signature proofs, and several shipments of one number.
    "logistics_carrier_fedex": 430,
    "logistics_carrier_karrio": 700,
    # Shipments and returns are two APIs there.
    "logistics_carrier_sendcloud": 760,
    # Two formats of its own: what is asked, and what is pushed.
    "logistics_carrier_shopify": 380,
    "logistics_carrier_ups": 520,
}
# What a test or a trainer runs, and tables.
NOT_COUNTED = ("const.py", "standin.py")
TABLES = "codes"
FORBIDDEN_RECORDS = ("ir.cron", "ir.ui.view", "ir.ui.menu", "ir.actions.act_window")
# Shorter ones look alike by nature.
SHORTEST_COPY = 6


def check_carrier_parts(addons):
    """Look for jobs, routes, screens and models beside the adapter."""
    problems = []
    for addon in addons.values():
        if not addon.is_carrier:
            continue
        code = addon.name.removeprefix(CARRIER_PREFIX)
        others = addon.models() - {f"logistics.carrier.adapter.{code}"}
        problems += [f"{addon.name} makes {model}" for model in sorted(others)]
        for path, text in addon.data_files():
            problems += [
                f"{addon.name}/{path.name} has an {model}"
                for model in FORBIDDEN_RECORDS
                if f'model="{model}"' in text
            ]
        for path, tree in addon.python_files(tests=False):
            if any(_is_http(node) for node in ast.walk(tree)):
                problems.append(f"{addon.name}/{path.name} has a route")
    return problems


def _is_http(node):
    if isinstance(node, ast.ImportFrom):
        return node.module in ("odoo.http",) or (
            node.module == "odoo" and any(one.name == "http" for one in node.names)
        )
    return isinstance(node, ast.Import) and any(
        one.name == "odoo.http" for one in node.names
    )


def check_carrier_size(addons):
    """Look for carriers that hold more than tables and pure functions."""
    problems = []
    for addon in addons.values():
        if not addon.is_carrier:
            continue
        size = sum(
            code_size(tree)
            for path, tree in addon.python_files(tests=False)
            if path.name not in NOT_COUNTED and not path.name.startswith(TABLES)
        )
        longest = MAY_BE_LONGER.get(addon.name, LONGEST)
        if size > longest:
            problems.append(f"{addon.name} has {size} lines, at most {longest}")
    return problems


def check_carrier_copies(addons):
    """Look for functions that stand in two carriers word for word."""
    seen, problems = {}, []
    for addon in addons.values():
        if not addon.is_carrier:
            continue
        for path, tree in addon.python_files():
            for node in ast.walk(tree):
                if not isinstance(node, ast.FunctionDef):
                    continue
                if code_size(ast.Module([node], [])) < SHORTEST_COPY:
                    continue
                where = f"{addon.name}/{path.name}:{node.lineno} {node.name}"
                other = seen.setdefault(_said(node), (addon.name, where))
                if other[0] != addon.name:
                    problems.append(f"{where} is the same as {other[1]}")
    return problems


def _said(node):
    """Give what a function does, without its name and its words."""
    body = node.body
    if ast.get_docstring(node, clean=False) is not None:
        body = body[1:]
    return ast.dump(ast.Module([node.args, *body], []))
