"""The addons of this repository: what there is, and installing it in a database."""

import ast
import hashlib
import json
import os

from suite import database, paths
from suite.progress import SuiteError, say, step

# Names a database with all addons that nobody uses but to copy it.
MADE = "LOGISTICS_MADE_DATABASE"
UNTRACKED_PARTS = {"tests", "static", "i18n", "__pycache__", "README.rst", "README.md"}


def listed(only=(), *, tests=True):
    """List the addons of this repository.

    :param only: Names to restrict to, with what they depend on.
    :param bool tests: With the addons that exist for tests only.
    :return: name → folder, what is depended on first
    :rtype: dict
    """
    manifests = {}
    for base in paths.addon_folders(tests=tests):
        for manifest in sorted(base.glob("*/__manifest__.py")):
            content = ast.literal_eval(manifest.read_text())
            if content.get("installable", True):
                manifests[manifest.parent.name] = (manifest.parent, content)
    for name in only:
        if name not in manifests:
            raise SuiteError(
                f"There is no addon {name}.", f"Known: {', '.join(manifests)}."
            )
    ordered = {}

    def add(name):
        if name not in manifests or name in ordered:
            return
        folder, content = manifests[name]
        for dependency in content.get("depends", ()):
            add(dependency)
        ordered[name] = folder

    for name in only or manifests:
        add(name)
    return ordered


def fresh(name, only=(), *, tests=True):
    """Make a database with the suite's addons; one of that name is dropped.

    In a whole run it is a copy of the one that was made first, with all addons.

    :param str name: The database.
    :param only: Names to restrict to, with what they depend on.
    :param bool tests: With the addons that exist for tests only.
    """
    begin(name)
    install(name, only, tests=tests)


def begin(name):
    """Make a database to install addons in; in a whole run it has all of them."""
    made = os.environ.get(MADE)
    if made and database.exists(made):
        database.copy(made, name)
    else:
        database.from_template(name)


def install(name, only=(), *, update="changed", tests=True):
    """Install the suite's addons, and update those that changed since.

    :param str name: The database.
    :param only: Names to restrict to, with what they depend on.
    :param str update: `changed`, `all` or `none`.
    :param bool tests: With the addons that exist for tests only.
    """
    addons = listed(only, tests=tests)
    prints = {addon: _fingerprint(folder) for addon, folder in addons.items()}
    with database.cursor(name) as cr:
        cr.execute(
            "SELECT name FROM ir_module_module"
            " WHERE state IN ('installed', 'to upgrade') AND name = ANY(%s)",
            [list(addons)],
        )
        installed = {row[0] for row in cr.fetchall()}
    file = database.state_file(name)
    known = json.loads(file.read_text()) if file.is_file() else {}
    missing = [addon for addon in addons if addon not in installed]
    stale = [
        addon
        for addon in addons
        if addon in installed
        and (
            update == "all"
            or (update == "changed" and known.get(addon) != prints[addon])
        )
    ]
    if not missing and not stale:
        say(f"   {name}: nothing to install or update")
        return
    arguments = ["--stop-after-init"]
    if missing:
        arguments += ["-i", ",".join(missing)]
    if stale:
        arguments += ["-u", ",".join(stale)]
    # Should the step fail, the next run must not believe that it is done.
    file.write_text(json.dumps({k: v for k, v in known.items() if k not in stale}))
    title = "; ".join(
        f"{verb} {', '.join(group)}"
        for verb, group in (("installing", missing), ("updating", stale))
        if group
    )
    with step(f"{name}: {title}"):
        database.run_odoo(name, arguments)
    changed = {addon: prints[addon] for addon in (*missing, *stale)}
    file.write_text(json.dumps({**known, **changed}))


def _fingerprint(folder):
    """Digest what an update depends on: not tests, texts and web assets."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        parts = set(file.relative_to(folder).parts)
        if file.is_file() and not parts & UNTRACKED_PARTS:
            digest.update(str(file.relative_to(folder)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
