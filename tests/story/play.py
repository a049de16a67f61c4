"""The demo story of `bin/up`: its parts as `bin/suite/story.py` calls them."""

import shutil
import sys
import time

from story import (
    facts,
    neighbours,
    plot,
    plot_returns,
    post_office,
    text,
    verdict,
)

LOGINS = plot.LOGINS + plot_returns.LOGINS
_TITLES = verdict.SCENES


def prepare(env):
    """Make what the story starts from.

    :return: What the players must know; see `casting`.
    :rtype: dict
    """
    # Needs Odoo; everything else here does not.
    from story import casting

    shutil.rmtree(neighbours.mail_folder(env.cr.dbname), ignore_errors=True)
    return casting.prepare(env)


def companions(conf):
    """Return the command lines of the partners and of the mailbox."""
    return neighbours.commands(conf)


def resume(base_url, db, conf):
    """Tell the partners where the server is, after another start."""
    from story.stage import Stage

    Stage(base_url, db, conf).open()


def play(base_url, db, conf):
    """Play all scenes over HTTP.

    :return: What was told and what came of it.
    :rtype: dict
    """
    from story import (
        scenes_carriers,
        scenes_freight,
        scenes_goods,
        scenes_money,
        scenes_partners,
        scenes_returns,
    )
    from story.stage import Scene, Stage

    started = time.monotonic()
    stage = Stage(base_url, db, conf)
    stage.open()
    functions = scenes_goods.SCENES | scenes_partners.SCENES | scenes_money.SCENES
    functions |= scenes_freight.SCENES | scenes_returns.SCENES
    functions |= scenes_carriers.SCENES
    scenes = {key: Scene(stage, key) for key in _TITLES}
    # Its numbers are asked about when their turn has come: that takes a minute.
    parts = [("carrier_down", scenes_partners.book_and_break)]
    parts += [(key, functions[key]) for key in _TITLES]
    parts.append((parts[-1][0], scenes_freight.prove))
    for key, function in parts:
        _play_part(scenes[key], function)
    stage.warm_up()
    orders = {key: order["id"] for key, order in conf["orders"].items()}
    return {
        "db": db,
        "url": base_url,
        "orders": orders,
        "scenes": [_reported(scene) for scene in scenes.values()],
        "held": {
            plan.key: stage.why_held(plan.key) for plan in plot.ORDERS if plan.held
        },
        "answers": stage.answers(),
        "facts": facts.read(db, orders),
        "mails": post_office.read(stage.mail),
        "seconds": time.monotonic() - started,
    }


def verify(report):
    """List what is missing, by the database as it is now.

    :rtype: list[str]
    """
    found = facts.read(report["db"], report["orders"])
    mails = post_office.read(neighbours.mail_folder(report["db"]))
    return verdict.missing(report, found, mails)


def render(report):
    """Return the text for the reader."""
    return text.render(report)


def _play_part(scene, function):
    """Play one part; what goes wrong is kept, and the others are played."""
    title = _TITLES[scene.key]
    print(f"   {title}", file=sys.stderr, flush=True)
    started = time.monotonic()
    try:
        if not scene.problem:
            function(scene)
    except Exception as error:  # noqa: BLE001 - any reason is part of the report
        scene.problem = f"{type(error).__name__}: {error}"
        print(f"      {scene.problem}", file=sys.stderr, flush=True)
    scene.seconds += time.monotonic() - started


def _reported(scene):
    return {
        "key": scene.key,
        "title": _TITLES[scene.key],
        "told": scene.told,
        "happened": scene.happened,
        "numbers": scene.numbers,
        "mail": scene.facts.get("mail"),
        "problem": scene.problem,
        "seconds": scene.seconds,
    }
