#!/usr/bin/env bash
# Install the shop on a Debian or Ubuntu server, or bring an installed one up to this checkout. Repeatable.
#
#   sudo bash deploy/setup.sh --dry-run    # says what it would do and changes nothing
#   sudo bash deploy/setup.sh
#
# It installs MariaDB, Redis and Python's venv from the distribution, copies the code to /opt/telegram-shop (owned by
# root), makes the system user telegram-shop, who owns data/ and logs/ only, and installs the systemd service. The
# database, its user and .env are made once; an existing .env, data/, logs/ and btc_addresses.txt are left as they are.
set -euo pipefail

readonly TARGET=/opt/telegram-shop
readonly SERVICE=telegram-shop-bot
readonly SHOP_USER=telegram-shop
readonly DATABASE=telegram_shop
readonly DATABASE_USER=shop_user
SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly SOURCE

dry_run=no

say() { printf '==> %s\n' "$*"; }

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Do a command, or only say it.
run() {
    if [ "$dry_run" = yes ]; then
        printf '    %s\n' "$*"
    else
        "$@"
    fi
}

check() {
    [ "$dry_run" = yes ] || [ "$(id -u)" = 0 ] || die "Run this as root: sudo bash deploy/setup.sh"
    command -v apt-get >/dev/null || die "This script knows Debian and Ubuntu only; README.md says what is needed."
}

packages() {
    say "Packages: MariaDB, Redis, Python"
    run apt-get -q update
    run env DEBIAN_FRONTEND=noninteractive apt-get -q install --yes --no-install-recommends \
        ca-certificates mariadb-server mariadb-client redis-server python3 python3-venv
    run systemctl enable --now mariadb redis-server
    [ "$dry_run" = yes ] || python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        die "The shop needs Python 3.11 or newer: Debian 12, Ubuntu 24.04 or later."
}

user_and_folders() {
    say "System user $SHOP_USER, folders in $TARGET"
    id "$SHOP_USER" >/dev/null 2>&1 ||
        run useradd --system --user-group --home-dir "$TARGET" --no-create-home --shell /usr/sbin/nologin "$SHOP_USER"
    run install -d -m 0755 "$TARGET"
    run install -d -m 0750 -o "$SHOP_USER" -g "$SHOP_USER" "$TARGET/data" "$TARGET/logs"
}

code() {
    say "Code and its environment"
    if [ "$SOURCE" != "$TARGET" ]; then
        run rm -rf "$TARGET/bot" "$TARGET/deploy"
        run cp -R "$SOURCE/bot" "$SOURCE/deploy" "$SOURCE/run.py" "$SOURCE/bot_cli.py" "$SOURCE/requirements.txt" \
            "$SOURCE/.env.example" "$TARGET/"
        run chown -R root:root "$TARGET/bot" "$TARGET/deploy"
    fi
    [ -x "$TARGET/.venv/bin/python" ] || run python3 -m venv "$TARGET/.venv"
    run "$TARGET/.venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet \
        --require-hashes -r "$TARGET/requirements.txt"
    # The service may not write beside the code, so it is compiled once, here.
    run "$TARGET/.venv/bin/python" -m compileall -q "$TARGET/bot"
}

# Set a variable in a .env file: instead of its line, also when that is a comment, or at the end.
set_variable() {
    local file=$1 name=$2 value=$3
    if grep -q "^#\? *$name=" "$file"; then
        sed -i "s|^#\? *$name=.*|$name=$value|" "$file"
    else
        printf '%s=%s\n' "$name" "$value" >>"$file"
    fi
}

# Make the database and .env together: the password is new, and nobody has to know it.
database_and_env() {
    if [ -e "$TARGET/.env" ]; then
        say "$TARGET/.env is there: it and the database are left as they are"
        return
    fi
    say "Database $DATABASE, its user $DATABASE_USER with a new password, and $TARGET/.env"
    if [ "$dry_run" = yes ]; then
        return
    fi
    local password fresh
    password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
    database_sql "$password" | mariadb
    fresh=$(mktemp "$TARGET/.env.XXXXXX")
    cat "$TARGET/.env.example" >"$fresh"
    set_variable "$fresh" DB_HOST 127.0.0.1
    set_variable "$fresh" DB_NAME "$DATABASE"
    set_variable "$fresh" DB_USER "$DATABASE_USER"
    set_variable "$fresh" DB_PASSWORD "$password"
    set_variable "$fresh" REDIS_HOST 127.0.0.1
    chown "root:$SHOP_USER" "$fresh"
    chmod 0640 "$fresh"
    mv "$fresh" "$TARGET/.env"
}

database_sql() {
    local host
    echo "CREATE DATABASE IF NOT EXISTS $DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
    for host in localhost 127.0.0.1; do # the same machine, by whichever name MariaDB resolves it
        echo "CREATE USER IF NOT EXISTS $DATABASE_USER@'$host';"
        echo "ALTER USER $DATABASE_USER@'$host' IDENTIFIED BY '$1';"
        echo "GRANT ALL PRIVILEGES ON $DATABASE.* TO $DATABASE_USER@'$host';"
        # Backups are tried out in a scratch database.
        echo "GRANT ALL PRIVILEGES ON \`${DATABASE//_/\\_}\\_scratch\\_%\`.* TO $DATABASE_USER@'$host';"
    done
}

service() {
    say "Service $SERVICE, and a backup every night"
    run install -m 0644 "$SOURCE/deploy/$SERVICE.service" "/etc/systemd/system/$SERVICE.service"
    run install -m 0644 "$SOURCE/deploy/telegram-shop-backup.service" "$SOURCE/deploy/telegram-shop-backup.timer" \
        /etc/systemd/system/
    run systemctl daemon-reload
    run systemctl enable --now telegram-shop-backup.timer
    run systemctl enable "$SERVICE"
    if grep -q '^TOKEN=.' "$TARGET/.env" 2>/dev/null; then
        run systemctl restart "$SERVICE"
    else
        say "Next: put TOKEN and OWNER_ID into $TARGET/.env, then: systemctl restart $SERVICE"
    fi
}

main() {
    case "${1-}" in
        "") ;;
        --dry-run) dry_run=yes ;;
        *) die "Usage: bash deploy/setup.sh [--dry-run]" ;;
    esac
    check
    packages
    user_and_folders
    code
    database_and_env
    service
    say "Done. Operators: sudo -u $SHOP_USER $TARGET/.venv/bin/python $TARGET/bot_cli.py --help"
}

main "$@"
