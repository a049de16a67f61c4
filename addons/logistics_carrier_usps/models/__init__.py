from . import logistics_adapter_usps
