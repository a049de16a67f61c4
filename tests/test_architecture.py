"""Arrows between addons point down, and what is pure stays pure.

Reads manifests, Python with `ast`, and data files; needs neither Odoo nor a database.
"""

import ast
import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ROOT / "addons"

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
    "logistics_returns": {"account", "logistics_events"},
}
PREFIX = "logistics_"
CARRIER_PREFIX = "logistics_carrier_"
CARRIER_BASE = "logistics_carrier_base"
# Only these talk to partners.
MAY_CALL_HTTP = {CARRIER_BASE}
HTTP_MODULES = {"aiohttp", "http.client", "httpx", "requests", "urllib.request", "zeep"}

PURE_FILES = {
    "logistics_events": ("vocabulary.py", "fold.py", "ledger.py"),
    CARRIER_BASE: (
        "exceptions.py",
        "carrier_event.py",
        "strict_json.py",
        "signatures.py",
        "mappers/canonical.py",
        "mappers/sandbox.py",
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
LONGEST_GLUE = 50


# === READING === #


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


def _package(addon, path):
    parts = path.relative_to(addon.folder).parent.parts
    return ".".join(["odoo", "addons", addon.name, *parts])


# === RULES === #


def check_manifests(addons):
    """Compare the manifests with the table of layers."""
    problems = []
    for addon in addons.values():
        if addon.is_carrier:
            allowed = {CARRIER_BASE}
        elif addon.is_glue:
            problems += _check_glue(addon, addons)
            continue
        else:
            allowed = MAY_DEPEND_ON[addon.name]
        problems += [
            f"{addon.name} depends on {name}"
            for name in sorted(addon.depends - allowed)
        ]
    return problems


def _check_glue(addon, addons):
    problems = []
    if not addon.manifest.get("auto_install"):
        problems.append(f"{addon.name} is glue and not auto_install")
    if len(addon.depends) < 2:
        problems.append(f"{addon.name} is glue between fewer than two addons")
    parents = [name for name in addon.depends if name in addons]
    if not any(addon.name.startswith(f"{name}_") for name in parents):
        problems.append(f"{addon.name} is not named after what it depends on")
    if models := addon.models():
        problems.append(f"{addon.name} is glue and makes {', '.join(sorted(models))}")
    size = sum(_code_size(tree) for _path, tree in addon.python_files(tests=False))
    if size > LONGEST_GLUE:
        problems.append(f"{addon.name} is glue of {size} lines of code")
    return problems


def _code_size(tree):
    """Count the lines that carry code: no blank lines, comments and docstrings."""
    lines, texts = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            texts |= set(range(node.lineno, node.end_lineno + 1))
        elif isinstance(node, ast.stmt | ast.expr):
            lines |= {node.lineno, node.end_lineno}
    return len(lines - texts)


def check_imports(addons):
    """Look for Python imports that point up, and for Odoo's private package."""
    problems = []
    for addon in addons.values():
        allowed = below(addon.name, addons)
        for path, tree in addon.python_files():
            for line, name in imported_modules(tree, _package(addon, path)):
                where = f"{path.relative_to(addon.folder.parent)}:{line}"
                if name.startswith("odoo.orm"):
                    problems.append(f"{where} imports {name}")
                match = re.match(rf"odoo\.addons\.({PREFIX}\w+)", name)
                if match and match.group(1) not in allowed:
                    problems.append(f"{where} imports {match.group(1)}")
    return problems


def check_upward_words(addons):
    """Look for models and record ids of an addon that is not below."""
    owners = {
        model: addon.name for addon in addons.values() for model in addon.models()
    }
    problems = []
    for addon in addons.values():
        allowed = below(addon.name, addons)
        above = {name for name in addons if name not in allowed}
        for path, tree in addon.python_files():
            for node in ast.walk(tree):
                if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                    continue
                where = f"{path.relative_to(addon.folder.parent)}:{node.lineno}"
                if owners.get(node.value, addon.name) not in allowed:
                    problems.append(f"{where} names the model {node.value}")
                prefix, dot, _rest = node.value.partition(".")
                if dot and prefix in above:
                    problems.append(f"{where} names the record {node.value}")
        for path, text in addon.data_files():
            for match in re.finditer(rf"\b({PREFIX}\w+)\.\w", text):
                if match.group(1) in above:
                    line = text.count("\n", 0, match.start()) + 1
                    where = f"{path.relative_to(addon.folder.parent)}:{line}"
                    problems.append(f"{where} refers to {match.group(1)}")
    return problems


def check_no_lookup(addons):
    """Look for code that asks whether another model exists."""
    problems = []
    for addon in addons.values():
        for path, tree in addon.python_files(tests=False):
            for node in ast.walk(tree):
                if _asks_for_model(node):
                    where = f"{path.relative_to(addon.folder.parent)}:{node.lineno}"
                    problems.append(f"{where} asks whether a model exists")
    return problems


def _asks_for_model(node):
    """Tell whether code looks for one certain model; a name from data is dispatch."""
    if isinstance(node, ast.Compare):
        return _is_fixed_name(node.left) and any(
            isinstance(operator, ast.In | ast.NotIn) and _is_registry(right)
            for operator, right in zip(node.ops, node.comparators, strict=True)
        )
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and _is_registry(node.func.value)
        and bool(node.args)
        and _is_fixed_name(node.args[0])
    )


def _is_fixed_name(node):
    if isinstance(node, ast.Constant):
        return True
    return isinstance(node, ast.Name) and node.id.isupper()


def _is_registry(node):
    names = {"env", "pool", "registry"}
    if isinstance(node, ast.Attribute):
        return node.attr in names
    return isinstance(node, ast.Name) and node.id in names


def check_http(addons):
    """Look for HTTP clients outside the layer that talks to partners."""
    problems = []
    for addon in addons.values():
        if addon.name in MAY_CALL_HTTP or addon.is_carrier:
            continue
        for path, tree in addon.python_files(tests=False):
            for line, name in imported_modules(tree, _package(addon, path)):
                if any(name == m or name.startswith(f"{m}.") for m in HTTP_MODULES):
                    where = f"{path.relative_to(addon.folder.parent)}:{line}"
                    problems.append(f"{where} imports {name}")
    return problems


def check_adapters(addons):
    """Look for routes, crons and screens of their own in carriers' addons."""
    problems = []
    for addon in addons.values():
        if not addon.is_carrier:
            continue
        for path, tree in addon.python_files(tests=False):
            for line, name in imported_modules(tree, _package(addon, path)):
                if name.startswith("odoo.http"):
                    where = f"{path.relative_to(addon.folder.parent)}:{line}"
                    problems.append(f"{where} imports {name}")
        for path, text in addon.data_files():
            if re.search(
                r"""model="ir\.(cron|actions\.act_window|ui\.menu)"|<menuitem""", text
            ):
                where = path.relative_to(addon.folder.parent)
                problems.append(f"{where} has a cron, a screen or a menu")
    return problems


def check_carrier_names(addons):
    """Look for carriers' codes in the addons below them; prose may name one."""
    codes = [
        name.removeprefix(CARRIER_PREFIX) for name in addons if addons[name].is_carrier
    ]
    problems = []
    for addon in addons.values():
        if addon.is_carrier:
            continue
        texts = [(path, _words(tree)) for path, tree in addon.python_files(tests=False)]
        for path, text in (*texts, *addon.data_files()):
            for code in codes:
                if re.search(rf"(?<![a-z]){code}(?![a-z])", text, re.IGNORECASE):
                    where = path.relative_to(addon.folder.parent)
                    problems.append(f"{where} names the carrier {code}")
    return problems


def _words(tree):
    """Give the names and texts of a file, without comments and docstrings."""
    prose = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    words = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            words.append(node.id)
        elif isinstance(node, ast.Attribute):
            words.append(node.attr)
        elif isinstance(node, ast.Constant) and node not in prose:
            words.append(str(node.value))
    return "\n".join(words)


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
    for line, name in imported_modules(tree, _package(addon, path)):
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


def check_versions(addons):
    """Look for manifests of another series or licence."""
    problems = []
    for addon in addons.values():
        version = addon.manifest.get("version", "")
        if not re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", version):
            problems.append(f"{addon.name} has version {version!r}")
        if addon.manifest.get("license") != "LGPL-3":
            problems.append(f"{addon.name} has another licence than LGPL-3")
    return problems


RULES = (
    check_manifests,
    check_imports,
    check_upward_words,
    check_no_lookup,
    check_http,
    check_adapters,
    check_carrier_names,
    check_pure_files,
    check_versions,
)


# === TESTS === #


@pytest.mark.parametrize("rule", RULES)
def test_suite_keeps_the_rule(rule):
    addons = read_addons(ADDONS)
    assert "logistics_events" in addons
    assert rule(addons) == []


def _make(folder, name, files=None, **manifest):
    addon = folder / name
    addon.mkdir()
    content = {"version": "19.0.1.0.0", "license": "LGPL-3", "depends": [], **manifest}
    (addon / "__manifest__.py").write_text(repr(content))
    for path, text in (files or {}).items():
        (addon / path).parent.mkdir(parents=True, exist_ok=True)
        (addon / path).write_text(textwrap.dedent(text))


BASE_MODEL = """
    class Connection(models.Model):
        _name = "logistics.connection"
"""
BAD_TREES = {
    "a manifest that points up": (
        check_manifests,
        {"logistics_events": {"depends": ["logistics_carrier_base"]}},
    ),
    "a manifest with a module of somebody else": (
        check_manifests,
        {"logistics_returns": {"depends": ["logistics_events", "rma"]}},
    ),
    "a carrier that skips the base": (
        check_manifests,
        {"logistics_carrier_acme": {"depends": ["logistics_events"]}},
    ),
    "glue that must be installed by hand": (
        check_manifests,
        {
            "logistics_returns": {"depends": []},
            "logistics_returns_mrp": {"depends": ["logistics_returns", "mrp"]},
        },
    ),
    "an import that points up": (
        check_imports,
        {
            "logistics_carrier_base": {"depends": ["logistics_events"]},
            "logistics_events": {
                "files": {"a.py": "from odoo.addons import logistics_carrier_base\n"}
            },
        },
    ),
    "an import of a neighbour": (
        check_imports,
        {
            "logistics_returns": {"files": {"b.py": "X = 1\n"}},
            "logistics_freight_accrual": {
                "files": {"a.py": "from odoo.addons.logistics_returns.b import X\n"}
            },
        },
    ),
    "Odoo's private package": (
        check_imports,
        {"logistics_events": {"files": {"a.py": "from odoo.orm import fields\n"}}},
    ),
    "a model from above": (
        check_upward_words,
        {
            "logistics_carrier_base": {
                "depends": ["logistics_events"],
                "files": {"models/connection.py": BASE_MODEL},
            },
            "logistics_events": {
                "files": {
                    "a.py": 'def f(self):\n    self.env["logistics.connection"]\n'
                }
            },
        },
    ),
    "a model from above, extended with a mixin": (
        check_upward_words,
        {
            "logistics_carrier_base": {
                "depends": ["logistics_events"],
                "files": {
                    "a.py": BASE_MODEL,
                    "b.py": """
                        class Order(models.Model):
                            _name = "sale.order"
                            _inherit = ["sale.order", "logistics.mixin"]
                    """,
                },
            },
            "logistics_events": {
                "files": {
                    "a.py": 'X = "logistics.connection"\n',
                    "b.py": 'X = "sale.order"\n',
                }
            },
        },
    ),
    "a record from above": (
        check_upward_words,
        {
            "logistics_carrier_base": {"depends": ["logistics_events"]},
            "logistics_events": {
                "files": {"views/a.xml": '<a ref="logistics_carrier_base.menu" />'}
            },
        },
    ),
    "asking whether a model exists": (
        check_no_lookup,
        {
            "logistics_events": {
                "files": {"a.py": 'def f(self):\n    return "x" in self.env\n'}
            }
        },
    ),
    "asking for a model by a constant": (
        check_no_lookup,
        {
            "logistics_events": {
                "files": {"a.py": "def f(self):\n    return MODEL not in self.env\n"}
            }
        },
    ),
    "asking the registry": (
        check_no_lookup,
        {
            "logistics_events": {
                "files": {"a.py": 'def f(env):\n    return env.registry.get("x")\n'}
            }
        },
    ),
    "HTTP in the ledger": (
        check_http,
        {"logistics_events": {"files": {"a.py": "import requests\n"}}},
    ),
    "a route of a carrier": (
        check_adapters,
        {
            "logistics_carrier_acme": {
                "files": {"controllers/a.py": "from odoo.http import route\n"}
            }
        },
    ),
    "a cron of a carrier": (
        check_adapters,
        {
            "logistics_carrier_acme": {
                "files": {"data/a.xml": '<record id="a" model="ir.cron" />'}
            }
        },
    ),
    "a carrier's name below": (
        check_carrier_names,
        {
            "logistics_carrier_acme": {},
            "logistics_events": {"files": {"a.py": 'CODES = {"acme": 1}\n'}},
        },
    ),
    "another licence": (check_versions, {"logistics_events": {"license": "AGPL-3"}}),
    "another series": (check_versions, {"logistics_events": {"version": "18.0.1.0.0"}}),
}


@pytest.mark.parametrize("case", BAD_TREES)
def test_rule_sees(case, tmp_path):
    rule, tree = BAD_TREES[case]
    for name, content in tree.items():
        content = dict(content)
        _make(tmp_path, name, content.pop("files", None), **content)
    assert len(rule(read_addons(tmp_path))) == 1


IMPURE_SOURCES = {
    "Odoo": "from odoo import fields\n",
    "a file that is not pure": "from .models import thing\n",
    "the environment": "def f(self):\n    return self.env\n",
    "the clock of datetime": "import datetime\nX = datetime.datetime.now()\n",
    "the clock of time": "import time\nX = time.time()\n",
    "the imported clock": "from time import monotonic\n",
    "chance": "import random\n",
    "HTTP": "import requests\n",
    "a sibling that uses the clock": "from .sibling import X\n",
}


@pytest.mark.parametrize("source", IMPURE_SOURCES)
def test_pure_file_may_not_use(source, tmp_path):
    files = dict.fromkeys(PURE_FILES["logistics_events"], "")
    files["fold.py"] = IMPURE_SOURCES[source]
    files["sibling.py"] = "import datetime\nX = datetime.date.today()\n"
    _make(tmp_path, "logistics_events", files)
    assert len(check_pure_files(read_addons(tmp_path))) == 1


def test_pure_file_may_use_a_pure_sibling_and_a_time_of_day(tmp_path):
    files = dict.fromkeys(PURE_FILES["logistics_events"], "")
    files["fold.py"] = "from .vocabulary import X\nY = X.time()\n"
    files["vocabulary.py"] = "import datetime\nX = datetime.datetime(2026, 1, 1)\n"
    _make(tmp_path, "logistics_events", files)
    assert check_pure_files(read_addons(tmp_path)) == []


def test_dispatch_by_a_name_from_data_is_no_lookup(tmp_path):
    source = "def f(self, name):\n    return name in self.env.registry\n"
    _make(tmp_path, "logistics_events", {"a.py": source})
    assert check_no_lookup(read_addons(tmp_path)) == []


def test_missing_pure_file_is_seen(tmp_path):
    files = dict.fromkeys(PURE_FILES["logistics_events"][1:], "")
    _make(tmp_path, "logistics_events", files)
    assert len(check_pure_files(read_addons(tmp_path))) == 1
