"""Tries what a person sees, what a call does, and leaves no trace of it."""

import ast
import re
from contextlib import contextmanager
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tools.safe_eval import safe_eval

from . import surface

WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


@contextmanager
def undone(env):
    """Take back whatever is done inside."""
    env.flush_all()
    savepoint = env.cr.savepoint(flush=False)
    try:
        yield
    finally:
        savepoint.rollback()
        savepoint.close(rollback=False)
        env.transaction.clear()


@contextmanager
def counted(env):
    """Give a list of the statements that change a row while it is open."""
    env.flush_all()
    found, execute = [], type(env.cr).execute

    def watched(cursor, query, *args, **kwargs):
        text = query if isinstance(query, str | bytes) else query.code
        text = text.decode() if isinstance(text, bytes) else text
        if WRITING.match(text):
            found.append(text)
        return execute(cursor, query, *args, **kwargs)

    with patch.object(type(env.cr), "execute", watched):
        yield found
        env.flush_all()


def outcome(env, model, method, ids, *args):
    """Call a method the way the web client does.

    :param odoo.api.Environment env: Of the person who calls.
    :return: `refused`, `looked` when no row changed, else `changed`.
    :rtype: str
    """
    # What belongs to the model and to no row is called without any.
    of_model = getattr(getattr(type(env[model]), method), "_api_model", False)
    given = args if of_model else (ids, *args)
    with counted(env) as statements:
        try:
            call_kw(env[model], method, [*given], {})
        except AccessError:
            return "refused"
        except UserError as error:
            return f"stopped: {error}"
    return "changed" if statements else "looked"


def is_shown(record, method, views):
    """Whether a person finds the button of a method on the screens of a record.

    :param record: What is looked at, as the person.
    :param views: The views that hold the button.
    """
    if not record.env.user._is_internal():
        return False
    for view in views:
        Model = record.env[view.model]
        if not Model.has_access("read"):
            continue
        arch = etree.fromstring(Model.get_view(view.id, view.type)["arch"])
        for node in arch.iter("button"):
            if (
                node.get("name") == method
                and _model_of(record.env, view.model, node) == record._name
                and _is_visible(node, record)
            ):
                return True
    return False


def _model_of(env, model, node):
    path = [up for up in node.iterancestors("field") if up.get("name")]
    for up in reversed(path):
        model = env[model]._fields[up.get("name")].comodel_name or model
    return model


def _is_visible(node, record):
    while node is not None and node.tag != "field":
        condition = node.get("invisible")
        if condition and _holds(condition, record):
            return False
        node = node.getparent()
    return True


def _holds(condition, record):
    """Work out a condition of a view as the browser would."""
    names = {
        node.id
        for node in ast.walk(ast.parse(condition, mode="eval"))
        if isinstance(node, ast.Name)
    }
    values = {"context": {}, "uid": record.env.uid, "id": record.id}
    for name in names & set(record._fields):
        value = _value(record, name)
        values[name] = value.ids if hasattr(value, "ids") else value
        if record._fields[name].type == "many2one":
            values[name] = value.id
    return bool(safe_eval(condition.strip(), values))


def _value(record, name):
    try:
        return record[name]
    except AccessError:
        return record.sudo()[name]


def rights(Model):
    """Return what the person may do with a model: the letters of RWCD, or a dash."""
    letters = (("R", "read"), ("W", "write"), ("C", "create"), ("D", "unlink"))
    return "".join(x for x, right in letters if Model.has_access(right)) or "-"


def field_rights(record, name):
    """Return what the person may do with one field of a record: R, W, RW or a dash."""
    record.env.invalidate_all()
    try:
        record.read([name])
        letters = "R"
    except AccessError:
        letters = ""
    field = record._fields[name]
    # Rows below are written with the rights on their own model.
    typed = (field.store or field.inverse) and field.type != "one2many"
    if typed and _can_write(record, name):
        letters += "W"
    return letters or "-"


def _can_write(record, name):
    field = record._fields[name]
    value = field.convert_to_write(record.sudo()[name], record.sudo())
    if field.type == "many2many":
        value = []
    with undone(record.env):
        try:
            record.write({name: value})
        except AccessError:
            return False
    return True


def shown_views(env):
    """Return the views that hold each button.

    :rtype: dict[tuple[str, str], odoo.models.BaseModel]
    """
    return {
        key: env["ir.ui.view"].browse(sorted(ids))
        for key, ids in surface.buttons(env).items()
    }
