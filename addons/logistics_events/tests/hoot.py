"""Runs the browser unit tests of one addon, and nothing else."""

from odoo.tests import HttpCase


class HootCase(HttpCase):
    """A subclass runs the suites it names, e.g. `@my_addon/subject/file`."""

    def _run_suites(self, *suites):
        chosen = "".join(f"&id={_suite_hash(suite)}" for suite in suites)
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000{chosen}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" in message,
        )


def _suite_hash(name):
    """Return the identifier of a suite, as Hoot works it out from its name."""
    number = 0
    for char in name:
        number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
    return f"{number:08x}"
