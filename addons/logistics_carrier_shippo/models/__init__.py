from . import logistics_adapter_shippo
