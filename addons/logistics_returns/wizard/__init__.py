from . import stock_return_picking
from . import logistics_return_inspection
from . import logistics_return_inspection_line
from . import logistics_return_inspection_scan
from . import logistics_reason_finding
from . import logistics_return_decide
from . import logistics_return_setup
from . import logistics_reason_return
