#!/usr/bin/env bash
# Run deploy/setup.sh in a bare Debian tree: twice, with nginx, uninstalled and again, and look whether the shop answers.
#
#   sudo bash tests/install/rehearse.sh [FOLDER]     (make rehearse)
#
# It needs root, debootstrap and the ports 80, 443, 3306 and 6379, takes about ten minutes, and leaves FOLDER/bare, the tree as
# debootstrap made it, for the next time. Everything happens in a mount and a process namespace of its own, so that nothing stays
# mounted and nothing goes on running. apt and pip are set up in the tree as they are on this machine.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
FOLDER=${1:-/var/tmp/telegram-shop-rehearsal}
readonly ROOT FOLDER BARE=$FOLDER/bare TREE=$FOLDER/tree
readonly SUITE=${REHEARSAL_SUITE:-bookworm} TOKEN=42:REHEARSAL PORT=18943 MONITORING=19943 DOMAIN=shop.example.com

step() { printf '\n### %s\n' "$*"; }

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

in_tree() { chroot "$TREE" env -i HOME=/root TERM=dumb LC_ALL=C.UTF-8 "${surroundings[@]}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

setup() { in_tree bash /root/shop/deploy/setup.sh "$@"; }

# Everything in the tree with its size, its owner and what it holds.
picture() { (cd "$TREE" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./tmp \) -prune -o -printf '%p %y %s %u %m %T@\n' | sort | sha256sum); }

ready() { python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=10).status)' "http://127.0.0.1:$MONITORING/ready"; }

begin() {
    [ "$(id -u)" = 0 ] || fail "run it as root"
    command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
    local port
    for port in 80 443 3306 6379 $PORT $MONITORING; do
        ! (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || fail "somebody listens on port $port of this machine"
    done
    mkdir -p "$FOLDER"
    exec unshare --mount --pid --fork --kill-child env REHEARSAL_INSIDE=yes bash "${BASH_SOURCE[0]}" "$FOLDER"
}

surroundings=()
for name in $(compgen -e); do
    case $name in
    PIP_* | *_proxy | *_PROXY | SSL_CERT_FILE | SSL_CERT_DIR | REQUESTS_CA_BUNDLE) surroundings+=("$name=${!name}") ;;
    esac
done

plant() {
    step "A bare tree of $SUITE"
    if [ ! -e "$BARE.whole" ]; then
        rm -rf "$BARE"
        debootstrap --variant=minbase "$SUITE" "$BARE" >"$FOLDER/debootstrap.log"
        touch "$BARE.whole"
    fi
    rm -rf "$TREE"
    cp -a "$BARE" "$TREE"
    local path
    for path in /etc/apt /etc/ssl/certs /usr/share/keyrings /usr/local/share/ca-certificates /etc/pip.conf /etc/resolv.conf /etc/hosts; do
        if [ -e "$path" ]; then
            mkdir -p "$TREE${path%/*}"
            cp -rLT "$path" "$TREE$path" 2>/dev/null || true # a link may lead nowhere
        fi
    done
    rm -f "$TREE/etc/apt/sources.list"
    [ -d /etc/apt/sources.list.d ] || cp /etc/apt/sources.list "$TREE/etc/apt/"
    for path in ~/.config/pip/pip.conf ~/.pip/pip.conf; do
        [ ! -e "$path" ] || install -D -m 0644 "$path" "$TREE/root${path#"$HOME"}"
    done
    # Where pip finds its packages in a folder of this machine, the tree has it too.
    while IFS= read -r path; do
        mkdir -p "$TREE$path" && mount --rbind "$path" "$TREE$path"
    done < <({ python3 -m pip config list 2>/dev/null || true; env; } | grep -i '^\(:env:\|pip_\|global\)' |
        grep -o '\(file://\)\?/[^ '"'"']*' | sed 's|^file://||; s|/simple/*$||' | while read -r path; do [ ! -d "$path" ] || realpath "$path"; done | sort -u)
    mount -t proc proc "$TREE/proc"
    install -m 0755 "$ROOT/tests/install/systemctl" "$TREE/usr/local/bin/systemctl"
    printf '#!/bin/sh\nexit 101\n' >"$TREE/usr/sbin/policy-rc.d"
    chmod 0755 "$TREE/usr/sbin/policy-rc.d"
    mkdir "$TREE/root/shop"
    git -C "$ROOT" ls-files -z --cached --others --exclude-standard | (cd "$ROOT" && tar -cf - --null -T -) | tar -xf - -C "$TREE/root/shop"
    chmod 0755 "$TREE/root"
}

telegram() {
    (cd "$ROOT" && exec "${PYTHON:-$ROOT/.venv/bin/python}" -m bot.sandbox --port $PORT --token $TOKEN --owner 1) >"$FOLDER/sandbox.log" 2>&1 &
}

rehearse() {
    step "A dry run as nobody on the bare machine: changes nothing"
    local before
    before=$(picture)
    in_tree setpriv --reuid=65534 --regid=65534 --clear-groups bash /root/shop/deploy/setup.sh --dry-run --domain $DOMAIN
    [ "$before" = "$(picture)" ] || fail "the dry run changed something"

    step "Bad flags: a sentence and exit code 2"
    local code
    for words in "--owner-id anna" "--token-file /nowhere" "--nonsense" "--set NOTHING=1" "--purge"; do
        code=0
        # shellcheck disable=SC2086  # these are words
        setup $words || code=$?
        [ "$code" = 2 ] || fail "$words: exit code $code"
    done

    step "Install"
    echo "$TOKEN" | setup --token-file - --owner-id 1 --currency EUR --small --non-interactive \
        --set "TELEGRAM_API_URL=http://127.0.0.1:$PORT" --set MONITORING_PORT=$MONITORING --set "RULES=Don't; \"quote\" # me"
    is_open
    in_tree telegram-shop category add "Tea of the rehearsal"
    in_tree telegram-shop backup create

    step "Again: nothing changes, and the bot is not disturbed"
    local pid
    pid=$(cat "$TREE/run/stand-in/telegram-shop-bot.pid")
    setup --non-interactive
    [ "$pid" = "$(cat "$TREE/run/stand-in/telegram-shop-bot.pid")" ] || fail "the bot was started anew"
    is_open

    step "Upgrade to a release that differs in a word, and back by hand"
    in_tree cp -R /root/shop /root/newer
    echo "A word." >>"$TREE/root/newer/docs/install.md"
    local first
    first=$(readlink "$TREE/opt/telegram-shop/current")
    in_tree bash /root/newer/deploy/upgrade.sh --dry-run
    [ "$first" = "$(readlink "$TREE/opt/telegram-shop/current")" ] || fail "the dry run upgraded"
    in_tree bash /root/newer/deploy/upgrade.sh
    [ "$first" != "$(readlink "$TREE/opt/telegram-shop/current")" ] || fail "it was not upgraded"
    is_open
    in_tree bash /root/newer/deploy/upgrade.sh --rollback
    [ "$first" = "$(readlink "$TREE/opt/telegram-shop/current")" ] || fail "it did not go back"
    is_open

    step "The command, its manual and its completion"
    in_tree env _BOT_CLI_PY_COMPLETE=bash_complete COMP_WORDS="telegram-shop cate" COMP_CWORD=1 telegram-shop | grep -q ,category ||
        fail "nothing is completed"
    in_tree bash -c '. /usr/local/share/bash-completion/completions/telegram-shop; complete -p telegram-shop'
    in_tree setpriv --reuid=65534 --regid=65534 --clear-groups telegram-shop order list 2>/dev/null && fail "anybody is an operator"
    [ -n "$(zcat "$TREE/usr/local/share/man/man1/bot_cli.1.gz" | sed -n '/^\.TH BOT_CLI/p')" ] || fail "there is no manual"

    step "With nginx, and another currency's least amount"
    setup --non-interactive --domain $DOMAIN --min-amount 5
    [ "$pid" != "$(cat "$TREE/run/stand-in/telegram-shop-bot.pid")" ] || fail "the bot goes on with the old amount"
    is_open
    over_tls

    step "Uninstall: the data stays"
    setup --uninstall --non-interactive
    [ ! -e "$TREE/usr/local/bin/telegram-shop" ] || fail "the command is still there"
    [ ! -e "$TREE/opt/telegram-shop/releases" ] || fail "the code is still there"
    for path in .env data/data.key data/backups btc_addresses.txt logs/bot.log; do
        [ -e "$TREE/opt/telegram-shop/$path" ] || fail "$path is gone"
    done

    step "Install again: the same shop"
    setup --non-interactive
    is_open
    in_tree telegram-shop category list | grep "Tea of the rehearsal" || fail "it is another shop"

    step "Remove everything"
    code=0
    setup --uninstall --purge --non-interactive || code=$?
    [ "$code" = 2 ] || fail "nobody was asked"
    setup --uninstall --purge --yes --non-interactive
    for path in opt/telegram-shop etc/telegram-shop var/log/telegram-shop; do
        [ ! -e "$TREE/$path" ] || fail "$path is left"
    done
    [ -z "$(in_tree mariadb -Ne "SHOW DATABASES LIKE 'telegram%'")" ] || fail "the database is left"
    in_tree id telegram-shop 2>/dev/null && fail "the user is left"
    step "All as it should be"
}

is_open() {
    [ "$(ready)" = 200 ] || fail "the shop is not ready"
    in_tree telegram-shop doctor || fail "the doctor is not content"
    in_tree setpriv --reuid=65534 --regid=65534 --clear-groups cat /opt/telegram-shop/.env 2>/dev/null && fail "others may read .env"
    [ "$(stat -c %a "$TREE/opt/telegram-shop/data/data.key")" = 600 ] || fail "others may read the data key"
    [ "$(stat -c %U "$TREE/opt/telegram-shop/current/bot/main.py")" = root ] || fail "the code is not root's"
}

over_tls() {
    python3 "$ROOT/tests/install/over_tls.py" $DOMAIN "$TREE/etc/telegram-shop/tls/$DOMAIN.crt" \
        "$(sed -n 's/^MONITORING_TOKEN=//p' "$TREE/opt/telegram-shop/.env")" || fail "the dashboard does not answer over TLS"
}

[ "${REHEARSAL_INSIDE-}" = yes ] || begin
mount --make-rprivate /
plant
telegram
rehearse
