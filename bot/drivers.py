"""The drivers by which Python talks to the database; mysqlclient is the one that has to be installed besides."""

from importlib.util import find_spec

from pydantic import SecretStr

DRIVERS = (
    *("mysql+pymysql", "mariadb+pymysql"),
    *("mysql+mysqldb", "mariadb+mysqldb"),
    *("sqlite", "sqlite+pysqlite"),
)
"""The services are synchronous, so these are."""

WHICH = "use mysql+pymysql, or install mysqlclient and use mysql+mysqldb"


def installed(driver: str) -> str:
    """Return the name of a driver that can be used here.

    Raises:
        ValueError: it is mysqlclient, and that is not installed.
    """
    if driver.endswith("+mysqldb") and find_spec("MySQLdb") is None:
        raise ValueError(WHICH)
    return driver


def database_shape(url: SecretStr) -> SecretStr:
    """Return the URL of a database that we have a driver for.

    Raises:
        ValueError: it is none.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        driver = make_url(url.get_secret_value()).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if driver not in DRIVERS:
        raise ValueError("use mysql+pymysql://user:password@host:3306/name or sqlite:////folder/shop.db")
    installed(driver)
    return url
