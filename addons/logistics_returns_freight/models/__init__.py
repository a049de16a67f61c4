from . import logistics_margin
from . import logistics_shipment
