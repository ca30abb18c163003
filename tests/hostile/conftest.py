"""The bot, the shell and the shop, for whoever means them ill."""

from tests.cli.conftest import cli as cli
from tests.cli.conftest import environment as environment
from tests.cli.conftest import home as home
from tests.telegram.conftest import _fresh_audit as _fresh_audit
from tests.telegram.conftest import _jobs_wait as _jobs_wait
from tests.telegram.conftest import _quick_goodbye as _quick_goodbye
from tests.telegram.conftest import config as config
from tests.telegram.conftest import process as process
from tests.telegram.conftest import sandbox as sandbox
from tests.telegram.conftest import without_pace as without_pace
from tests.telegram.test_every_input import redis as redis
