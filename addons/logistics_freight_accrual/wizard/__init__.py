from . import logistics_freight_bill_import
from . import logistics_reason_bill
