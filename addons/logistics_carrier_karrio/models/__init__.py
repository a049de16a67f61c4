from . import logistics_adapter_karrio
