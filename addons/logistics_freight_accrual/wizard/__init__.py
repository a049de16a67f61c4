from . import logistics_freight_bill_import
from . import logistics_reason_bill
from . import account_payment_register
from . import logistics_freight_decide
from . import logistics_freight_line_match
from . import logistics_reason_freight
from . import logistics_rate_import
from . import logistics_rate_import_line
