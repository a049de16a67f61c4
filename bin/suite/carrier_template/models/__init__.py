from . import logistics_adapter_acme
