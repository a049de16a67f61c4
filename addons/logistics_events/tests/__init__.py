from . import test_ledger_rows
from . import test_stock_picking
