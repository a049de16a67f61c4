"""Two files that give one model a method of the same name must know of each other."""

import ast
from collections import defaultdict


def check_no_silent_override(addons):
    """Look for methods of one model that replace each other and do not say so.

    Odoo merges all classes of a model: of two methods with one name the one loaded
    last is called, and nothing tells of the other. One that calls `super()`, or whose
    docstring begins with "Override", knows what it does.
    """
    found = defaultdict(list)
    for addon in addons.values():
        for path, tree in addon.python_files(tests=False):
            where = path.relative_to(addon.folder.parent)
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef) and (model := _model_of(node)):
                    for method in _unaware_methods(node):
                        place = f"{where}:{method.lineno}"
                        found[model, method.name].append(place)
    return [
        f"{model}.{name} stands in {' and in '.join(places)}, unaware of each other"
        for (model, name), places in sorted(found.items())
        if len(places) > 1
    ]


def _model_of(node):
    """Return the model that a class makes or extends, None for another class."""
    values = {
        line.targets[0].id: line.value
        for line in node.body
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
    }
    for name in ("_name", "_inherit"):
        value = values.get(name)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
    return None


def _unaware_methods(node):
    for method in node.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        calls_super = any(
            isinstance(part, ast.Name) and part.id == "super"
            for part in ast.walk(method)
        )
        says_so = (ast.get_docstring(method) or "").startswith("Override")
        if not calls_super and not says_so:
            yield method
