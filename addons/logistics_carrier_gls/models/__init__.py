from . import logistics_adapter_gls
