#!/usr/bin/env bash
# Run deploy/telegram-shop-bot.service by the real systemd, as an instance of its own in a namespace of its own: what it takes
# as a start, what it hears, and what it does with a bot that hangs. Root, systemd and the ports of the arguments are needed.
#
#   bash tests/install/under_systemd.sh FOLDER PYTHON PORT MONITORING_PORT
#
# The unit is as it is delivered, but for the user, the folders, /tmp and the watchdog's time, which is shorter here.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly ROOT FOLDER=$1 PYTHON=$2 PORT=$3 MONITORING=$4 UNIT=telegram-shop-bot

if [ "${UNDER_SYSTEMD-}" != yes ]; then
    UNDER_SYSTEMD=yes exec unshare --mount --pid --cgroup --fork --kill-child --mount-proc bash "${BASH_SOURCE[0]}" "$@"
fi

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    tail -n 30 "$FOLDER/systemd.log" "$FOLDER/bot.log" >&2 || true
    exit 1
}

ask() { systemctl --user --no-pager show "$UNIT" -P "$1"; }

# Wait until the property $1 is $2.
until_is() {
    local until=$((SECONDS + 120))
    while [ $SECONDS -lt $until ]; do
        [ "$(ask "$1")" != "$2" ] || return 0
        sleep 0.5
    done
    fail "$1 is $(ask "$1"), not $2"
}

mount --make-rprivate /
mount -t tmpfs tmpfs /run
mount --make-rshared / # credentials are mounted elsewhere and have to come here
mkdir -p /run/systemd/system /run/user/0 "$FOLDER"/{data,logs,credentials,home,config/systemd/user}
export XDG_RUNTIME_DIR=/run/user/0 XDG_CONFIG_HOME=$FOLDER/config HOME=$FOLDER/home
echo 42:SYSTEMD >"$FOLDER/credentials/TOKEN"
: >"$FOLDER/credentials/DATA_KEY"
sed -e '/^User=/d; /^Group=/d; /^PrivateTmp=/d; /^ProtectHome=/d' \
    -e "s|^WorkingDirectory=.*|WorkingDirectory=$ROOT|; s|/opt/telegram-shop/current/.venv/bin/python|$PYTHON|" \
    -e "s|/etc/telegram-shop/credentials|$FOLDER/credentials|; s|^ReadWritePaths=.*|ReadWritePaths=$FOLDER|" \
    -e 's|^WatchdogSec=.*|WatchdogSec=12|' "$ROOT/deploy/$UNIT.service" >"$FOLDER/config/systemd/user/$UNIT.service"
cat >>"$FOLDER/config/systemd/user/$UNIT.service" <<MORE
[Service]
Environment=OWNER_ID=1 DATA_DIR=$FOLDER/data LOG_DIR=$FOLDER/logs TMPDIR=$FOLDER TELEGRAM_API_URL=http://127.0.0.1:$PORT
Environment=MONITORING_PORT=$MONITORING BTC_ADDRESSES_FILE=$FOLDER/btc_addresses.txt
StandardOutput=append:$FOLDER/bot.log
StandardError=append:$FOLDER/bot.log
MORE
/lib/systemd/systemd --user --log-target=console --unit=basic.target >"$FOLDER/systemd.log" 2>&1 &
for _ in $(seq 100); do
    [ ! -S /run/user/0/systemd/private ] || break
    sleep 0.1
done

echo "start: Telegram is not there yet"
systemctl --user start --no-block "$UNIT"
until_is StatusText "Waiting for Telegram"
[ "$(ask ActiveState)" = activating ] || fail "it counts as started"
(cd "$ROOT" && exec "$PYTHON" -m bot.sandbox --port "$PORT" --token 42:SYSTEMD --owner 1) >"$FOLDER/sandbox.log" 2>&1 &
until_is ActiveState active
until_is StatusText "Serving as @sandbox_bot"

echo "the bot hangs"
kill -STOP "$(ask MainPID)"
until_is NRestarts 1
until_is ActiveState active
until_is StatusText "Serving as @sandbox_bot"
grep -q "Fatal Python error: Aborted" "$FOLDER/bot.log" || fail "it does not say where it hung"

echo "stop"
systemctl --user stop "$UNIT"
[ "$(ask Result) $(ask ActiveState)" = "success inactive" ] || fail "it did not end in good order"
echo "all as it should be"
