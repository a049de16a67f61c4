"""The same stream without a storm: every message once, in the order of what happened.

python -m load.inorder DATABASE STREAM
"""

import base64
import json
import sys
from pathlib import Path

from suite import database

PORTIONS = 10


def main(name, file):
    """Hand the messages of a file in, portion by portion, and take every action."""
    rows = [base64.b64decode(row) for row in json.loads(Path(file).read_text())]
    with database.odoo_environment(name) as env:
        connection = env["logistics.connection"].search(
            [("adapter", "=", "canonical")], limit=1
        )
        Message = env["logistics.message"]
        Effect = env["logistics.effect"]
        size = -(-len(rows) // PORTIONS)
        for start in range(0, len(rows), size):
            Message._store(connection, "webhook", rows[start : start + size], 4)
            env.cr.commit()
            Message._cron_drain()
            while Effect.search_count(Effect._ready_domain(), limit=1):
                Effect._cron_run()
            env.invalidate_all()


if __name__ == "__main__":
    main(*sys.argv[1:])
