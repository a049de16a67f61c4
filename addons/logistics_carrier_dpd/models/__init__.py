from . import logistics_adapter_dpd
