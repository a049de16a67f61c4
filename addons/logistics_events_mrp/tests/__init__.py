from . import test_dispatch_kit
