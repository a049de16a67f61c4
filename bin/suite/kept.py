"""What each class of tests would make anew, for what it stores itself is rolled back:
packed scripts and styles, and whom and what nearly all of them work with.
"""

import runpy
from unittest.mock import patch

from suite import paths

CAST = paths.ADDONS / "logistics_events" / "tests" / "cast.py"
# No test opens what loads these; together they take longer than the others.
UNUSED = {
    "api_doc.assets",
    "mail.assets_public",
    "spreadsheet.public_spreadsheet",
    "web.assets_unit_tests",
    "web.assets_unit_tests_setup",
    "web.assets_web_dark",
    "web.tests_assets",
}


def keep(env):
    """Make it in a database, for all tests on it.

    :param Environment env: Committed at the end.
    """
    qweb = env["ir.qweb"]
    used = tuple(
        set(bundles) - UNUSED for bundles in qweb._get_bundles_to_pregenarate()
    )
    with patch.object(
        env.registry["ir.qweb"], "_get_bundles_to_pregenarate", lambda _qweb: used
    ):
        qweb._pregenerate_assets_bundles()
    runpy.run_path(str(CAST))["keep"](env)
    env.cr.commit()
