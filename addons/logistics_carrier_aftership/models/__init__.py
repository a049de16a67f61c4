from . import logistics_adapter_aftership
