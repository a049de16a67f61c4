"""Everything a partner ever sent, read a second time, as two people would have it.

python -m load.again DATABASE

It prints what the replay says of itself, as JSON.
"""

import json
import sys

from suite import database

# A replay of ten thousand messages goes on in some two hundred portions.
MOST_RUNS = 100


def main(name):
    """Ask for a replay of all messages, agree to it as somebody else, and run it."""
    with database.odoo_environment(name) as env:
        connection = env["logistics.connection"].search(
            [("adapter", "=", "canonical")], limit=1
        )
        asking, agreeing = (_person(env, login) for login in ("asks", "agrees"))
        dialog = (
            env["logistics.message.replay"]
            .with_user(asking)
            .create({"connection_id": connection.id})
        )
        replay = env["logistics.replay"].browse(dialog.action_replay()["res_id"])
        if replay.state == "waiting":
            replay.with_user(agreeing).action_approve()
        env.cr.commit()
        for _number in range(MOST_RUNS):
            if replay.state == "done":
                break
            env["logistics.replay"]._cron_replay()
            env.invalidate_all()
        told = replay.read(
            ["state", "message_count", "done_count", "unreadable_count", "action_count"]
        )
    sys.stdout.write(json.dumps(told[0]))


def _person(env, login):
    return env["res.users"].create(
        {
            "name": login.capitalize(),
            "login": f"replay-{login}",
            "group_ids": [
                (4, env.ref("base.group_user").id),
                (4, env.ref("logistics_events.logistics_events_group_integration").id),
            ],
        }
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
