from . import logistics_adapter_ups
