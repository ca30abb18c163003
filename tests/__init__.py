"""The tests mirror bot/; `make test` runs them on a private MariaDB and a private Redis."""
