from . import test_access
from . import test_credit
from . import test_ledger_rows
from . import test_proof
from . import test_stock_picking
