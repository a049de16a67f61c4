"""How long single things take on one database, in milliseconds.

python -m growth_probe DATABASE COUNT
"""

import json
import random
import statistics
import sys
import time

from lxml import etree

from suite import database

BATCH = 200
# As the web client asks.
PAGE, COUNT_LIMIT = 80, 10_001


def main(name, count):
    """Print the median of each measure."""
    with database.odoo_environment(name) as env:
        chosen = random.Random(1).sample(range(1, int(count) + 1), 200)
        measured = {
            "lookup": _median(env, [_lookup(env, number) for number in chosen]),
            "claim": _median(env, [_claim(env)] * 30),
        }
        user = env.ref("base.user_admin")
        user.group_ids += env.ref("logistics_events.logistics_events_group_manager")
        user.group_ids += env.ref("logistics_events.logistics_events_group_integration")
        reader = env(user=user, su=False)
        for title, model in (("events", "event"), ("messages", "message")):
            page = _page(reader[f"logistics.{model}"])
            measured[f"page of {title}"] = _median(reader, [page] * 12)
        env.cr.rollback()
    sys.stdout.write(json.dumps(measured))


def _median(env, deeds):
    """Return the median duration of deeds, the first of which fill the caches."""
    durations = []
    for deed in deeds:
        env.invalidate_all()
        began = time.perf_counter()
        deed()
        durations.append((time.perf_counter() - began) * 1000)
    return statistics.median(durations[len(durations) // 4 :])


def _lookup(env, number):
    """Ask whether a fact is known, as the drain does with every event."""
    report = {
        "company_id": env.ref("base.main_company").id,
        "fact": {"event_key": f"past|{number}", "content_hash": "another"},
    }
    return lambda: env["logistics.event"]._known_facts([report])


def _claim(env):
    """Take the next new messages and let them go again."""

    def deed():
        if len(env["logistics.message"]._claim(BATCH)) != BATCH:
            raise RuntimeError("There are not enough new messages")
        env.cr.execute("ROLLBACK TO SAVEPOINT claim")

    env.flush_all()
    env.cr.execute("SAVEPOINT claim")
    return deed


def _page(model):
    """Open the first page of the list view, newest first."""
    views = model.get_views([(False, "list")])
    arch = etree.fromstring(views["views"]["list"]["arch"])
    fields = {
        node.get("name"): model._fields[node.get("name")] for node in arch.iter("field")
    }
    specification = {
        name: {"fields": {"display_name": {}}} if field.type == "many2one" else {}
        for name, field in fields.items()
    }

    def deed():
        page = model.web_search_read(
            [], specification, limit=PAGE, count_limit=COUNT_LIMIT
        )
        if len(page["records"]) != PAGE:
            raise RuntimeError("The page is not full")

    return deed


if __name__ == "__main__":
    main(*sys.argv[1:])
