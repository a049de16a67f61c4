"""Who may name whom."""

import ast
import re

from architecture.reading import (
    CARRIER_BASE,
    CARRIER_PREFIX,
    HTTP_MODULES,
    MAY_DEPEND_ON,
    PREFIX,
    below,
    code_size,
    imported_modules,
    package_of,
)

# Only these talk to partners.
MAY_CALL_HTTP = {CARRIER_BASE}
# It reads the bills of carriers, each in a format of its own.
MAY_NAME_CARRIERS = {"logistics_freight_accrual"}
LONGEST_GLUE = 50


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
    size = sum(code_size(tree) for _path, tree in addon.python_files(tests=False))
    if size > LONGEST_GLUE:
        problems.append(f"{addon.name} is glue of {size} lines of code")
    return problems


def check_imports(addons):
    """Look for Python imports that point up, and for Odoo's private package."""
    problems = []
    for addon in addons.values():
        allowed = below(addon.name, addons)
        for path, tree in addon.python_files():
            for line, name in imported_modules(tree, package_of(addon, path)):
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
            for line, name in imported_modules(tree, package_of(addon, path)):
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
            for line, name in imported_modules(tree, package_of(addon, path)):
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
    """Look for carriers' codes in the addons beside them; prose may name one."""
    codes = [
        name.removeprefix(CARRIER_PREFIX) for name in addons if addons[name].is_carrier
    ]
    problems = []
    for addon in addons.values():
        if addon.is_carrier or addon.name in MAY_NAME_CARRIERS:
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
