# shellcheck shell=bash
# What setup.sh and upgrade.sh share: where everything is, and how a release of the code is built beside those that are there.
#
#   /opt/telegram-shop/releases/ID          the code as it was delivered, owned by root, with links to what is below
#   /opt/telegram-shop/environments/ID      a Python environment, for all releases that pin the same libraries
#   /opt/telegram-shop/current              the release that runs; previous: the one before
#   /opt/telegram-shop/.env, data/, logs/, btc_addresses.txt
#   /etc/telegram-shop/credentials/         TOKEN, DATA_KEY: a file each, empty where .env has them or nobody
#
# SHOP_TARGET, SHOP_ETC, SHOP_SYSTEM and SHOP_USER are for rehearsals; nobody sets them on a server.

TARGET=${SHOP_TARGET:-/opt/telegram-shop}
CONFIG=${SHOP_ETC:-/etc/telegram-shop}
SYSTEM=${SHOP_SYSTEM:-}
SHOP_USER=${SHOP_USER:-telegram-shop}
SERVICE=telegram-shop-bot
CREDENTIALS=$CONFIG/credentials
UNITS=$SYSTEM/etc/systemd/system
readonly TARGET CONFIG SYSTEM SHOP_USER SERVICE CREDENTIALS UNITS

# What makes a release; what else lies in a checkout (tests, .git, data) stays there.
readonly PARTS=(bot deploy docs run.py bot_cli.py requirements.txt .env.example)

dry_run=no
# shellcheck disable=SC2034  # setup.sh asks it
changed=no

say() { printf '==> %s\n' "$*"; }

note() { printf '    %s\n' "$*"; }

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

wrong_usage() {
    printf '%s\n' "$*" >&2
    exit 2
}

# Do a command, or only say it.
run() {
    if [ "$dry_run" = yes ]; then
        printf '    %s\n' "$*"
    else
        "$@"
    fi
}

# Tell whether this user may do what these scripts do.
require_root() {
    [ "$dry_run" = yes ] || [ "$(id -u)" = 0 ] || [ -n "${SHOP_TARGET:-}" ] || die "Run this as root: sudo bash $0"
}

# Hand a file or folder to an owner; where a rehearsal is not run by root, everything is the rehearser's.
own() { [ "$(id -u)" != 0 ] || chown "$@"; }

# Do a command as the shop's user.
as_shop() {
    if [ "$(id -un)" = "$SHOP_USER" ]; then
        "$@"
    else
        runuser -u "$SHOP_USER" -- "$@"
    fi
}

# The shop's shell in the release $1.
cli_of() {
    local release=$1
    shift
    as_shop env CREDENTIALS_DIRECTORY="$CREDENTIALS" "$release/.venv/bin/python" "$release/bot_cli.py" --as "${SUDO_USER:-root}" "$@"
}

# A line of Python in the release $1, with its configuration as `config`.
ask_config() {
    as_shop env CREDENTIALS_DIRECTORY="$CREDENTIALS" PYTHONPATH="$1" "$1/.venv/bin/python" -c "
import sys
from bot.config import ConfigError, load_config
try:
    config = load_config()
except ConfigError as error:
    sys.exit(str(error))
$2"
}

# A short name for what lies in the checkout $1: equal code has equal names.
release_of() {
    (
        cd "$1" || exit
        export LC_ALL=C
        find "${PARTS[@]}" -type f ! -path '*/__pycache__/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12
    )
}

# A short name for what the release in $1 needs of Python.
environment_of() {
    { python3 -c 'import sys; print(sys.version)' && cat "$1/requirements.txt"; } | sha256sum | cut -c 1-12
}

# Put the checkout $1 into releases/$2, with its environment, whole or not at all. What runs is not touched.
build_release() {
    local source=$1 id=$2 draft=$TARGET/releases/.$2 part name
    if [ -d "$TARGET/releases/$id" ]; then
        note "release $id is there"
        return
    fi
    if [ "$dry_run" = yes ]; then
        note "copy the code to $TARGET/releases/$id, make an environment with what requirements.txt pins"
        return
    fi
    install -d -m 0755 "$TARGET/releases" "$TARGET/environments"
    rm -rf "$draft"
    install -d -m 0755 "$draft"
    (cd "$source" && tar -cf - --exclude=__pycache__ "${PARTS[@]}") | tar -xf - -C "$draft"
    own -R root:root "$draft"
    chmod -R u=rwX,go=rX "$draft"
    for part in .env data logs btc_addresses.txt; do
        ln -s "../../$part" "$draft/$part"
    done
    name=$(environment_of "$draft")
    build_environment "$draft" "$name"
    ln -s "../../environments/$name" "$draft/.venv"
    # The service may not write beside the code, so it is compiled once, here.
    "$draft/.venv/bin/python" -m compileall -q "$draft/bot"
    mv "$draft" "$TARGET/releases/$id"
}

# Make environments/$2 for the release in $1. The mark says that it is whole.
build_environment() {
    local folder=$TARGET/environments/$2
    [ ! -e "$folder.whole" ] || return 0
    note "Python environment $2: this takes some minutes"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/python" -m pip --disable-pip-version-check --no-input install --quiet \
        --require-hashes -r "$1/requirements.txt"
    touch "$folder.whole"
}

# Point the link $1 to the release $2, in one step.
point() {
    ln -sfn "releases/$2" "$TARGET/.$1.new"
    mv -T "$TARGET/.$1.new" "$TARGET/$1"
}

# The release that the link $1 points to, or nothing.
pointed() {
    local link
    link=$(readlink "$TARGET/$1") || return 0
    basename "$link"
}

# Install a file with a mode if it differs from what is there, and remember that something changed.
put() {
    local from=$1 to=$2 mode=$3
    if cmp -s "$from" "$to"; then
        return
    fi
    note "$to"
    # shellcheck disable=SC2034  # setup.sh asks it
    changed=yes
    [ "$dry_run" = yes ] || install -D -m "$mode" "$from" "$to"
}

# Put text from stdin into a file, as `put` does.
put_text() {
    local draft
    draft=$(mktemp)
    cat >"$draft"
    put "$draft" "$1" "$2"
    rm -f "$draft"
}

# What of the checkout or release $1 lies elsewhere in the system: units, logrotate, the operators' command.
system_files() {
    local from=$1 unit
    for unit in "$SERVICE.service" telegram-shop-backup.service telegram-shop-backup.timer; do
        put "$from/deploy/$unit" "$UNITS/$unit" 0644
    done
    put "$from/deploy/telegram-shop.logrotate" "$SYSTEM/etc/logrotate.d/telegram-shop" 0644
    put "$from/deploy/telegram-shop" "$SYSTEM/usr/local/bin/telegram-shop" 0755
    gzip -9nc "$from/docs/bot_cli.1" | put_text "$SYSTEM/usr/local/share/man/man1/bot_cli.1.gz" 0644
    echo '.so man1/bot_cli.1' | put_text "$SYSTEM/usr/local/share/man/man1/telegram-shop.1" 0644
}

# The completion is written by the program itself, once it is there; in $1.
completion() {
    local script
    script=$("$1/.venv/bin/python" "$1/bot_cli.py" completion bash)
    printf '%s\ncomplete -o nosort -F _bot_clipy_completion telegram-shop\n' "$script" |
        put_text "$SYSTEM/usr/local/share/bash-completion/completions/telegram-shop" 0644
}

# Wait until the shop of the release $1 says that every part of it is well; at most $2 seconds.
wait_until_ready() {
    local release=$1 seconds=$2 url said=""
    # shellcheck disable=SC2016  # the braces are Python's
    url=$(ask_config "$release" 'print(f"http://{config.monitoring_host}:{config.monitoring_port}/ready")') || return 1
    url=${url/0.0.0.0/127.0.0.1}
    local until=$((SECONDS + seconds))
    while [ $SECONDS -lt $until ]; do
        if said=$(python3 -c '
import sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())
except urllib.error.HTTPError as error:
    sys.exit(error.read().decode())
except OSError as error:
    sys.exit(f"{sys.argv[1]} does not answer ({error})")
' "$url" 2>&1); then
            return 0
        fi
        sleep 1
    done
    note "$said"
    return 1
}

# Keep the releases that run, ran before, and the newest ones, $1 together; and the environments that they use.
tidy() {
    local most=$1 kept folder
    kept=" $(pointed current) $(pointed previous) "
    while IFS= read -r folder; do
        case $kept in
        *" $folder "*) ;;
        *)
            if [ "$(wc -w <<<"$kept")" -lt "$most" ]; then
                kept="$kept$folder "
            else
                note "remove release $folder"
                run rm -rf "$TARGET/releases/$folder" "$TARGET/releases/$folder.before"
            fi
            ;;
        esac
    done < <(find "$TARGET/releases" -mindepth 1 -maxdepth 1 -type d ! -name '.*' -printf '%T@ %f\n' | sort -rn | cut -d ' ' -f 2)
    tidy_environments
}

tidy_environments() {
    local folder used
    used=$(find "$TARGET/releases" -mindepth 2 -maxdepth 2 -name .venv -printf '%l\n')
    for folder in "$TARGET"/environments/*.whole; do
        folder=${folder%.whole}
        grep -qF "environments/${folder##*/}" <<<"$used" || run rm -rf "$folder" "$folder.whole"
    done
}
