"""How long the overview takes on one database, in seconds.

python -m overview_probe DATABASE
"""

import json
import statistics
import sys
import time

from suite import database

TIMES = 7


def main(name):
    """Print the median of what the page asks for."""
    with database.odoo_environment(name) as env:
        user = env.ref("base.user_admin")
        for role in ("manager", "finance", "integration"):
            user.group_ids += env.ref(f"logistics_events.logistics_events_group_{role}")
        overview = env(user=user, su=False)["logistics.overview"]
        measured = {
            "numbers": _median(env, overview.get_tiles),
            "charts of a day": _median(env, overview.get_charts, 1),
            "charts of a week": _median(env, overview.get_charts, 7),
        }
        env.cr.rollback()
    sys.stdout.write(json.dumps(measured))


def _median(env, ask, *args):
    """Return the median duration; the first call fills the caches."""
    durations = []
    for _number in range(TIMES + 1):
        env.invalidate_all()
        began = time.perf_counter()
        ask(*args)
        durations.append(time.perf_counter() - began)
    return statistics.median(durations[1:])


if __name__ == "__main__":
    main(*sys.argv[1:])
