"""The bot, the shell and the shop, for whoever means them ill."""

from tests.beside import config as config
from tests.beside import fresh_audit as fresh_audit
from tests.beside import jobs_wait as jobs_wait
from tests.beside import one_process as one_process
from tests.beside import process as process
from tests.beside import quick_goodbye as quick_goodbye
from tests.beside import sandbox as sandbox
from tests.beside import storage as storage
from tests.beside import storages as storages
from tests.beside import without_pace as without_pace
from tests.cli.conftest import cli as cli
from tests.cli.conftest import environment as environment
from tests.cli.conftest import home as home
