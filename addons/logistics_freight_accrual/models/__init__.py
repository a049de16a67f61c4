from . import logistics_freight_bill
from . import logistics_freight_bill_line
