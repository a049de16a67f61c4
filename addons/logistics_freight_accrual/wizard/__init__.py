from . import logistics_freight_bill_import
from . import logistics_reason_bill
from . import account_payment_register
from . import logistics_freight_decide
from . import logistics_freight_day
from . import logistics_cutoff
from . import logistics_cutoff_query
