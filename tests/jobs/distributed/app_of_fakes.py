"""Service and workers with a fake analysis: `flask --app tests.jobs.distributed.app_of_fakes worker`."""

from app import create_app
from tests.jobs.test_runner import COMMAND

app = create_app({"ANALYSIS_COMMAND": COMMAND})
