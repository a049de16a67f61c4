from . import test_credit_kit
from . import test_dispatch_kit
