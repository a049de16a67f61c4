from . import logistics_adapter_dhl_express
