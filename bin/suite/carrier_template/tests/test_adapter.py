from odoo.tests import tagged

from odoo.addons.logistics_carrier_base.tests import (
    contract,
    mapper_contract,
    poll_contract,
)

from .. import mapper
from .standin import AcmeStandIn


@tagged("post_install", "-at_install")
class TestAcmeDocuments(mapper_contract.MapperContract):
    parse = staticmethod(mapper.parse)
    stand_in = AcmeStandIn


@tagged("post_install", "-at_install")
class TestAcmePush(contract.WebhookContract):
    adapter = "acme"
    stand_in = AcmeStandIn
    # The signature covers the content only.
    signs_time = False


@tagged("post_install", "-at_install")
class TestAcmePoll(poll_contract.PollContract):
    adapter = "acme"
    stand_in = AcmeStandIn
