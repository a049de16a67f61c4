from . import test_drain
from . import test_webhook
