"""MyDHL API of DHL Express: how it is called. Its checkpoints are those of DHL."""

from odoo.addons.logistics_carrier_base import problem
from odoo.addons.logistics_carrier_base.api import BasicKey, PartnerApi
from odoo.addons.logistics_carrier_base.credentials import Credential

# 200 are allowed; the histories of more would not fit into a message that is read.
BATCH_SIZE = 25
# Waybill of DHL's own documentation: known to the test system, to nobody else.
PROBE_NUMBER = "9356579890"

# Which document is asked for as a proof.
PROOF_CONTENT = "epod-summary"

# What the call came to, not how the parcel does.
SUCCESS = "success"

CREDENTIALS = (
    Credential("username", "API Key", "The user name of MyDHL API."),
    Credential("password", "API Secret", "The password of MyDHL API."),
)

API = PartnerApi(
    name="DHL Express",
    bases={
        "production": "https://express.api.dhl.com/mydhlapi",
        "test": "https://express.api.dhl.com/mydhlapi/test",
    },
    auth=BasicKey("username", "password"),
    headers={"Accept": "application/json"},
    answer_of=problem.answer_of,
    sensitive=frozenset({"signedBy", "name", "content"}),
)
