"""Run a command beside a private MariaDB and a private Redis that are gone when it ends.

`python -m tests.servers COMMAND...` tells the command where they are in TEST_DATABASE_URL (no database in it; its user
may create them), TEST_REDIS_URL, TEST_REDIS_HOST and TEST_REDIS_PORT, and where Chromium is in TEST_CHROMIUM. What
is set already is used as it stands, and nothing is started for it. TEST_MARIADB_OPTIONS gives MariaDB more options.
`python -m tests.servers --keep` prints the variables and keeps the servers until Ctrl-C.
"""

import os
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import pymysql
import redis
from pymysql.constants import CR
from redis.backoff import NoBackoff
from redis.retry import Retry

START_SECONDS = 60
STOP_SECONDS = 10
CANNOT_RUN = 2


class CannotRunError(Exception):
    """The servers cannot be had here; the message says why and what to do."""


@dataclass(frozen=True)
class Program:
    """A program by any of its names, and the Debian package that brings it."""

    names: tuple[str, ...]
    package: str

    def path(self) -> str | None:
        """Return where it is, also in the folders that only root has on PATH."""
        folders = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])
        return next(filter(None, (shutil.which(name, path=folders) for name in self.names)), None)

    def found(self) -> str:
        """Return where it is, once it is known to be there."""
        path = self.path()
        if path is None:
            raise CannotRunError(f"{self.names[0]} is missing: install {self.package}.")
        return path


MARIADBD = Program(("mariadbd",), "mariadb-server")
MARIADB_INSTALL_DB = Program(("mariadb-install-db",), "mariadb-server")
REDIS_SERVER = Program(("redis-server",), "redis-server")
CHROMIUM = Program(("chromium", "chromium-browser", "google-chrome"), "chromium")

# One statement a line: MariaDB reads the file that way.
INIT_SQL = """\
CREATE USER shop@'127.0.0.1' IDENTIFIED BY 'shop';
GRANT ALL PRIVILEGES ON *.* TO shop@'127.0.0.1' WITH GRANT OPTION;
"""

# Debian starts a service as soon as it is installed. The tests want their own servers only, so for the time of the
# installation a policy forbids that, unless the machine has a policy of its own.
INSTALL = """
set -eu
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\\nexit 101\\n' > "$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q install --yes --no-install-recommends "$@"
"""


def require(programs: Iterable[Program]) -> None:
    """Have every program on this machine, installing the missing ones where we may.

    Raises:
        CannotRunError: something is missing and we may not or could not install it.
    """
    wanted = tuple(programs)
    if packages := missing_packages(wanted):
        install(packages)
    if packages := missing_packages(wanted):
        raise CannotRunError(f"The tests need more here. Install it (Debian: apt-get install {' '.join(packages)}).")


def missing_packages(programs: Iterable[Program]) -> list[str]:
    """Return the packages of the programs that are not here, each once."""
    return list(dict.fromkeys(program.package for program in programs if program.path() is None))


def install(packages: Sequence[str]) -> None:
    """Install Debian packages, if there is apt-get and root's rights can be had without asking anybody."""
    rights = root_rights()
    if rights is None or shutil.which("apt-get") is None:
        return
    print(f"Installing Debian packages for the tests: {' '.join(packages)}", file=sys.stderr, flush=True)
    done = subprocess.run([*rights, "/bin/sh", "-c", INSTALL, "sh", *packages], capture_output=True, text=True)
    if done.returncode:
        raise CannotRunError(f"apt-get could not install {' '.join(packages)}:\n{last_lines(done.stderr.splitlines())}")


def root_rights() -> list[str] | None:
    """Return the words to put before a command that root must run, or None where we may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


@contextmanager
def running(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a session of its own, which Ctrl-C does not reach, and end all of it afterwards."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        kill_session(process)


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """End a server and its children at once: nobody will read its data again, so it need not put them in order."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def private_mariadb(folder: Path) -> Iterator[str]:
    """Run a MariaDB with its data below the folder and yield its URL."""
    data, log, init = folder / "mariadb", folder / "mariadb.log", folder / "init.sql"
    init.write_text(INIT_SQL)
    create_mariadb_data(data, log)
    port = free_port()
    options = mariadb_options(port, socket_file=folder / "mariadb.sock", pid_file=folder / "mariadb.pid")
    command = [MARIADBD.found(), "--no-defaults", f"--datadir={data}", f"--init-file={init}", *as_user(), *options]
    with running(command, log) as server:
        wait_until(lambda: mariadb_answers(port), server, log)
        yield f"mysql+pymysql://shop:shop@127.0.0.1:{port}/"


def create_mariadb_data(data: Path, log: Path) -> None:
    """Create an empty data folder for MariaDB."""
    options = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
    with running([MARIADB_INSTALL_DB.found(), "--no-defaults", f"--datadir={data}", *as_user(), *options], log) as job:
        try:
            code = job.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
    if code != 0:
        raise CannotRunError(f"mariadb-install-db failed:\n{last_lines_of(log)}")


def mariadb_options(port: int, *, socket_file: Path, pid_file: Path) -> list[str]:
    """Return options that suit tests: many connections, and no waiting for a disk that will be thrown away."""
    return [
        "--bind-address=127.0.0.1",
        f"--port={port}",
        f"--socket={socket_file}",
        f"--pid-file={pid_file}",
        # A server that starts removes what looks like forgotten temporary tables, also those of its neighbour.
        f"--tmpdir={socket_file.parent}",
        "--skip-name-resolve",
        "--skip-log-bin",
        "--max-connections=500",
        "--character-set-server=utf8mb4",
        "--innodb-buffer-pool-size=128M",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-flush-method=nosync",
        "--innodb-doublewrite=0",
        "--sync-frm=0",
        *shlex.split(os.environ.get("TEST_MARIADB_OPTIONS", "")),
    ]


def as_user() -> list[str]:
    """Return the option by which MariaDB agrees to be started by root."""
    return [f"--user={server_user()}"] if os.geteuid() == 0 else []


def server_user() -> str:
    """Return whom root starts MariaDB as: the user its package made, or root where there is none."""
    try:
        return pwd.getpwnam("mysql").pw_name
    except KeyError:
        return "root"


def mariadb_answers(port: int) -> bool:
    """Tell whether MariaDB lets the tests in."""
    try:
        pymysql.connect(host="127.0.0.1", port=port, user="shop", password="shop").close()
    except pymysql.err.OperationalError as error:
        if error.args[0] not in {CR.CR_CONN_HOST_ERROR, CR.CR_SERVER_LOST}:
            raise
        return False
    return True


@contextmanager
def private_redis(folder: Path) -> Iterator[str]:
    """Run a Redis that keeps nothing and yield its URL."""
    port, log = free_port(), folder / "redis.log"
    options = ["--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--appendonly", "no", "--databases", "64"]
    with running([REDIS_SERVER.found(), "--port", str(port), *options], log) as server:
        wait_until(lambda: redis_answers(port), server, log)
        yield f"redis://127.0.0.1:{port}/0"


def redis_answers(port: int) -> bool:
    """Tell whether Redis answers a ping."""
    with redis.Redis(host="127.0.0.1", port=port, retry=Retry(NoBackoff(), retries=0)) as client:
        try:
            return bool(client.ping())
        except (redis.exceptions.ConnectionError, redis.exceptions.BusyLoadingError):
            return False


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(answers: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers.

    Raises:
        CannotRunError: it ended or stayed silent; the message has the end of its log.
    """
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            raise CannotRunError(f"{log.stem} did not start:\n{last_lines_of(log)}")
        time.sleep(0.05)


def last_lines_of(log: Path) -> str:
    """Return the end of a log file."""
    with log.open(errors="replace") as lines:
        return last_lines(lines)


def last_lines(lines: Iterable[str]) -> str:
    """Return the last twenty lines, indented."""
    return "\n".join(f"    {line.rstrip()}" for line in deque(lines, maxlen=20))


@contextmanager
def servers(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Have a MariaDB, a Redis and a Chromium; yield the variables that say where they are."""
    wanted = {
        "TEST_DATABASE_URL": (MARIADBD, MARIADB_INSTALL_DB),
        "TEST_REDIS_URL": (REDIS_SERVER,),
        "TEST_CHROMIUM": (CHROMIUM,),
    }
    require(program for variable, programs in wanted.items() if not environment.get(variable) for program in programs)
    with ExitStack() as stack:
        folder = stack.enter_context(private_folder())
        database = environment.get("TEST_DATABASE_URL") or stack.enter_context(private_mariadb(folder))
        cache = environment.get("TEST_REDIS_URL") or stack.enter_context(private_redis(folder))
        yield {
            "TEST_DATABASE_URL": database,
            "TEST_REDIS_URL": cache,
            "TEST_REDIS_HOST": urlsplit(cache).hostname or "127.0.0.1",
            "TEST_REDIS_PORT": str(urlsplit(cache).port or 6379),
            "TEST_CHROMIUM": environment.get("TEST_CHROMIUM") or CHROMIUM.found(),
        }


@contextmanager
def private_folder() -> Iterator[Path]:
    """Yield an empty folder that the servers may write in, and remove it afterwards.

    It lies in /tmp whatever TMPDIR says: the path of a socket may have 107 bytes, and the user MariaDB runs as must
    get there, which a checkout in somebody's home does not promise.
    """
    folder = Path(tempfile.mkdtemp(prefix="shop-servers-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, server_user())
        yield folder
    finally:
        shutil.rmtree(folder)


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the command to its end and return its exit code, as a shell would give it."""
    # Ctrl-C reaches the command by itself, and its end is ours; a handler, because "ignore" would be inherited.
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        raise CannotRunError(f"{command[0]} cannot be run: {error.strerror}") from error
    try:
        code = process.wait()
    finally:
        end(process)
    return code if code >= 0 else 128 - code


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the command to end if it still runs, and insist after a while."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def leave(number: int, _frame: FrameType | None) -> None:
    """End by a signal, once, so that a second one does not disturb the tidying."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


def main(arguments: Sequence[str]) -> int:
    """Run the command beside the servers and return its exit code; 2 if it could not be run."""
    if not arguments or arguments[0] in {"-h", "--help"}:
        print(__doc__)
        return 0 if arguments else CANNOT_RUN
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, leave)
    try:
        with servers(os.environ) as variables:
            return serve(arguments, variables)
    except CannotRunError as error:
        print(error, file=sys.stderr)
        return CANNOT_RUN


def serve(arguments: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run the command, or wait for Ctrl-C if the servers are only to be kept."""
    # The commands of the environment that runs us come first: `pytest` is ours, whether or not it is activated.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, **variables}
    if arguments[0] != "--keep":
        return run(arguments, environment)
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}", flush=True)
    return run(["sleep", "infinity"], environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
