"""All that people can reach in the installed addons of the suite, read from the system.

Nothing here knows an addon by name: whoever adds one only adds rows to the tables.
"""

from inspect import isfunction

from lxml import etree

PREFIX = "logistics_"
# Addons that exist for tests only, and are part of no delivery.
NOT_DELIVERED = ("logistics_test_", "logistics_story_", "logistics_bench_")
# What `base` declares for every model is in the table of the models.
BASE_METHODS = frozenset({"create", "write", "unlink", "copy", "init"})


def addons(env):
    """Return the names of the installed addons of the suite.

    :rtype: list[str]
    """
    installed = env["ir.module.module"].search(
        [("state", "=", "installed"), ("name", "=like", f"{PREFIX}%")]
    )
    return sorted(
        name for name in installed.mapped("name") if not name.startswith(NOT_DELIVERED)
    )


def models(env):
    """Return the names of the tables and dialogs that the addons make.

    :rtype: list[str]
    """
    ours = set(addons(env))
    return sorted(
        name
        for name in env.registry
        if env[name]._original_module in ours and not env[name]._abstract
    )


def fields(env):
    """Return the fields added to models of others, and those closed to some people.

    :rtype: list[tuple[str, str]]
    """
    own, ours = set(models(env)), set(addons(env))
    return sorted(
        (model, name)
        for model in env.registry
        if not env[model]._abstract
        for name, field in env[model]._fields.items()
        if field._module in ours
        and not field.inherited
        and (model not in own or field.groups)
    )


def methods(env):
    """Return the methods of the addons that anybody can call over RPC.

    :rtype: set[tuple[str, str]]
    """
    prefixes = tuple(f"odoo.addons.{name}." for name in addons(env))
    found = set()
    for model in env.registry:
        if env[model]._abstract:
            continue
        for cls in type(env[model]).__mro__:
            if cls.__module__.startswith(prefixes):
                found |= {
                    (model, name)
                    for name, method in vars(cls).items()
                    if _is_called_from_outside(type(env[model]), name, method)
                    and not _is_of_others(type(env[model]), name, prefixes)
                }
    return found


def _is_called_from_outside(model_class, name, method):
    return (
        isfunction(method)
        and not name.startswith("_")
        and name not in BASE_METHODS
        and not any(
            getattr(vars(cls).get(name), "_api_private", False)
            for cls in model_class.__mro__
        )
    )


def _is_of_others(model_class, name, prefixes):
    """Whether a method overrides one of Odoo, which is theirs to protect."""
    return any(
        name in vars(cls) and not cls.__module__.startswith(prefixes)
        for cls in model_class.__mro__
        if cls.__module__.startswith("odoo.addons.")
    )


def buttons(env):
    """Return the buttons of all views of the addons that call a method.

    :return: By model and method the views that hold the button.
    :rtype: dict[tuple[str, str], set[int]]
    """
    found = {}
    for root, names in _roots(env).items():
        arch = root._get_combined_arch()
        for key in buttons_of(env, root.model, arch):
            if key[1] in names:
                found.setdefault(key, set()).add(root.id)
    return found


def buttons_of(env, model, node):
    """Yield model and method of every button in a view, and in the views inside."""
    if node.tag == "button" and node.get("type") == "object":
        yield model, node.get("name")
    name = node.get("name")
    if node.tag == "field" and len(node) and name in env[model]._fields:
        model = env[model]._fields[name].comodel_name or model
    for child in node:
        if isinstance(child.tag, str):
            yield from buttons_of(env, model, child)


def lists(env):
    """Return the lists the addons make, of their own models and of others.

    Those of dialogs are left out: they show what is being decided.

    :rtype: odoo.addons.base.models.ir_ui_view.IrUiView
    """
    views = _records(env, "ir.ui.view")
    return views.filtered(
        lambda view: (
            view.type == "list"
            and view.mode == "primary"
            and not env[view.model]._transient
        )
    )


def _roots(env):
    """Return the views the addons make or extend, with the buttons they put there."""
    roots = {}
    for view in _records(env, "ir.ui.view"):
        names = {
            node.get("name")
            for node in etree.fromstring(view.arch_db).iter("button")
            if node.get("type") == "object"
        }
        root = view
        while root.mode == "extension":
            root = root.inherit_id
        if names and root.type != "qweb":
            roots.setdefault(root, set()).update(names)
    return roots


def menus(env):
    """Return the external ids of the menus that open something.

    :rtype: dict[str, odoo.models.BaseModel]
    """
    found = _records(env, "ir.ui.menu").filtered("action")
    return {found_id: found.browse(menu_id) for menu_id, found_id in _ids(found)}


def deeds(env):
    """Return the external ids of actions that run code, or appear in a list's menu.

    :rtype: list[str]
    """
    crons = _records(env, "ir.cron").ir_actions_server_id
    found = [name for _id, name in _ids(_records(env, "ir.actions.server") - crons)]
    for model in ("ir.actions.act_window", "ir.actions.report"):
        bound = _records(env, model).filtered("binding_model_id")
        found += [name for _id, name in _ids(bound)]
    return sorted(found)


def _records(env, model):
    data = env["ir.model.data"].search(
        [("module", "in", addons(env)), ("model", "=", model)]
    )
    return env[model].browse(data.mapped("res_id")).exists()


def _ids(records):
    return sorted(records.get_external_id().items(), key=lambda pair: pair[1])
