from . import test_hold
from . import test_invoice
from . import test_withdraw
from . import test_hands
from . import test_flows
from . import test_goods
