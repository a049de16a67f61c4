from . import metrics
from . import webhook
