from . import labels
from . import metrics
from . import webhook
