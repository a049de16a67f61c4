"""The addons of a folder, read without running anything of them."""

import ast

# addon → what its manifest may name. Carriers and glue have rules of their own.
MAY_DEPEND_ON = {
    "logistics_events": {"account", "portal", "sale_stock", "stock_delivery"},
    "logistics_carrier_base": {"logistics_events"},
    "logistics_invoice_release": {"account", "logistics_events", "sale_stock"},
    "logistics_freight_accrual": {
        "account",
        "logistics_carrier_base",
        "stock_landed_costs",
    },
    "logistics_returns": {"account", "logistics_events", "portal", "sale_stock"},
}
PREFIX = "logistics_"
CARRIER_PREFIX = "logistics_carrier_"
CARRIER_BASE = "logistics_carrier_base"
HTTP_MODULES = {"aiohttp", "http.client", "httpx", "requests", "urllib.request", "zeep"}


class Addon:
    """One addon's manifest and sources."""

    def __init__(self, folder):
        self.name = folder.name
        self.folder = folder
        self.manifest = ast.literal_eval((folder / "__manifest__.py").read_text())
        self.depends = set(self.manifest.get("depends", ()))

    @property
    def is_carrier(self):
        return self.name.startswith(CARRIER_PREFIX) and self.name != CARRIER_BASE

    @property
    def is_glue(self):
        return self.name not in MAY_DEPEND_ON and not self.is_carrier

    def python_files(self, *, tests=True):
        """List the Python files, parsed."""
        for path in sorted(self.folder.rglob("*.py")):
            parts = path.relative_to(self.folder).parts
            if tests or "tests" not in parts:
                yield path, ast.parse(path.read_text(), str(path))

    def data_files(self):
        """List the XML and CSV files outside the tests."""
        for path in sorted(self.folder.rglob("*")):
            if path.suffix in (".xml", ".csv") and "static" not in path.parts:
                yield path, path.read_text()

    def models(self):
        """Give the names of the models the addon itself makes."""
        found = set()
        for _path, tree in self.python_files(tests=False):
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    found |= _new_model(node)
        return found


def _new_model(node):
    values = {}
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            values[line.targets[0].id] = line.value
    name = values.get("_name")
    if not isinstance(name, ast.Constant):
        return set()
    # An extension may repeat the name to add a mixin.
    inherited = ast.walk(values["_inherit"]) if "_inherit" in values else ()
    names = {part.value for part in inherited if isinstance(part, ast.Constant)}
    return {name.value} - names


def read_addons(folder):
    """Read every addon of a folder.

    :return: name → addon
    :rtype: dict[str, Addon]
    """
    manifests = sorted(folder.glob("*/__manifest__.py"))
    return {path.parent.name: Addon(path.parent) for path in manifests}


def below(name, addons):
    """Give an addon and everything it depends on within the suite."""
    found, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        if current in addons and current not in found:
            found.add(current)
            waiting += addons[current].depends
    return found


def imported_modules(tree, package):
    """List what a file imports, with relative imports made absolute.

    :param str package: The dotted package the file lies in.
    :return: pairs of line number and dotted name; `from a import b` gives `a.b`
    :rtype: list[tuple[int, str]]
    """
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join([*parts, *([base] if base else [])])
            found += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
    return found


def package_of(addon, path):
    parts = path.relative_to(addon.folder).parent.parts
    return ".".join(["odoo", "addons", addon.name, *parts])


def code_size(tree):
    """Count the lines that carry code: no blank lines, comments and docstrings."""
    lines, texts = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            texts |= set(range(node.lineno, node.end_lineno + 1))
        elif isinstance(node, ast.stmt | ast.expr):
            lines |= {node.lineno, node.end_lineno}
    return len(lines - texts)
