"""The demo story of `bin/up`: its parts as `bin/suite/story.py` calls them."""

from story import plot

LOGINS = plot.LOGINS


def prepare(env):
    """Make what the story starts from; see `casting`."""
    from story import casting

    return casting.prepare(env)
