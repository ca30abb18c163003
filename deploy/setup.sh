#!/usr/bin/env bash
# Take a bare Debian or Ubuntu server to a running shop. Repeatable: what is there is left, or put right. docs/install.md.
#
#   sudo bash deploy/setup.sh --dry-run    # says what it would do and changes nothing
#   sudo bash deploy/setup.sh              # asks for the token and whatever else it needs
#   bash deploy/setup.sh --help
set -euo pipefail

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly SOURCE
# shellcheck source=deploy/lib.sh
. "$SOURCE/deploy/lib.sh"

readonly DATABASE=telegram_shop
readonly DATABASE_USER=shop_user
readonly SITE=$SYSTEM/etc/nginx/conf.d/telegram-shop.conf
readonly MARIADB_FILE=$SYSTEM/etc/mysql/mariadb.conf.d/60-telegram-shop.cnf
readonly SMALL_KB=1600000 # of memory: servers that are sold as having 1 GB, or 1.5

declare -A wanted=() # variables of .env, by the flags and the answers
token="" data_key="" domain="" certificate="" certificate_key=""
interactive=yes start=yes uninstall=no purge=no sure=no is_small=""

usage() {
    cat <<'USAGE'
Take a bare Debian or Ubuntu server to a running shop, or put an installed one right. Run it as root.

  sudo bash deploy/setup.sh                                  ask for what is needed
  sudo bash deploy/setup.sh --token-file token.txt --owner-id 123456789 --non-interactive
  sudo bash deploy/setup.sh --domain shop.example.com        the dashboard behind nginx with TLS
  sudo bash deploy/setup.sh --uninstall                      remove the program, keep the data

What the shop is told (each changes its line of .env, also later):
  --token-file FILE          the bot's token; - reads it from standard input
  --token TOKEN              the same, but others on this machine may see it while this runs
  --owner-id ID              your numeric Telegram id
  --currency CODE            the currency of all prices, such as USD
  --min-amount N, --max-amount N
  --channel-url TEXT         channels that customers have to join
  --helper-id ID             who answers customers' questions
  --locale en|ru             the language of people whose own the shop does not speak
  --data-key-file FILE       the key of a shop that moves here; - reads it from standard input
  --set NAME=VALUE           any other variable of .env.example
  --set-from NAME=FILE       the same from a file, or - for standard input

nginx:
  --domain NAME              the dashboard at https://NAME/, for this machine's name in the DNS
  --certificate FILE, --certificate-key FILE
                             its certificate; without, certbot's if it is there, else a self-signed one for now

How:
  --small, --not-small       whether MariaDB shall save memory; without, as much as this machine has decides
  --no-start                 do not start the bot
  --non-interactive          ask nothing
  --dry-run                  say what would be done and change nothing
  --uninstall                stop and remove the program; data, settings and the database stay
  --purge                    with --uninstall: remove them too, for ever; asks, or takes --yes
  --help
USAGE
}

# -- what is asked for -------------------------------------------------------------------------------------------------

is_token() { [[ $1 =~ ^[0-9]+:[A-Za-z0-9_-]{3,}$ ]]; }
is_id() { [[ $1 =~ ^[1-9][0-9]{0,15}$ ]]; }
is_currency() { [[ $1 =~ ^[A-Za-z]{3}$ ]]; }
is_amount() { [[ $1 =~ ^[0-9]{1,10}(\.[0-9]{1,2})?$ ]]; }
is_locale() { [[ $1 =~ ^(en|ru)$ ]]; }
is_key() { [[ $1 =~ ^[0-9a-fA-F]{64}$ ]]; }
is_domain() { [[ $1 =~ ^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$ ]]; }
is_name() { grep -q "^#\?$1=" "$SOURCE/.env.example"; }
# One line of text, and nothing that the reader of .env would take for another variable.
is_text() { [[ -n $1 && $1 != *$'\n'* && $1 != *$'\r'* && $1 != *"\${"* ]]; }

# What each kind is, for a sentence.
words_for() {
    case $1 in
    token) echo "a token looks like 123456:ABC-DEF, as @BotFather gives it" ;;
    id) echo "use a numeric Telegram id such as 123456789" ;;
    currency) echo "use a currency's three letters such as USD" ;;
    amount) echo "use an amount such as 20 or 19.90" ;;
    locale) echo "use en or ru" ;;
    key) echo "a data key is 64 hexadecimal digits" ;;
    domain) echo "use a name such as shop.example.com" ;;
    text) echo "use one line of text, without \${" ;;
    esac
}

# Refuse the value $3 of the flag $1 unless it is of the kind $2; secrets are not repeated.
check() {
    "is_$2" "$3" || wrong_usage "$1: $(words_for "$2")."
}

# The first line of a file, or of standard input; for secrets, which should not stand on a command line.
secret_from() {
    local flag=$1 file=$2 line=""
    if [ "$file" = - ]; then
        IFS= read -r line || true
    else
        if [ ! -f "$file" ] || [ ! -r "$file" ]; then
            wrong_usage "$flag: $file cannot be read."
        fi
        IFS= read -r line <"$file" || true
    fi
    line=${line%$'\r'}
    [ -n "$line" ] || wrong_usage "$flag: nothing stands there."
    printf '%s' "$line"
}

want() { # NAME FLAG KIND VALUE
    check "$2" "$3" "$4"
    wanted[$1]=$4
}

want_any() { # FLAG NAME=VALUE
    local name=${2%%=*} value=${2#*=}
    [[ $2 == *=* && $name =~ ^[A-Z][A-Z0-9_]*$ ]] || wrong_usage "$1: use NAME=VALUE, such as --set MONITORING_PORT=9191."
    is_name "$name" || wrong_usage "$1: there is no variable $name; .env.example has them all."
    [[ $name != TOKEN && $name != DATA_KEY ]] || wrong_usage "$1: use --token-file or --data-key-file."
    [ "$1" = --set ] || value=$(secret_from "$1" "$value")
    want "$name" "$1" text "$value"
}

read_flags() {
    while [ $# -gt 0 ]; do
        case $1 in
        --help | -h) usage && exit 0 ;;
        --dry-run) dry_run=yes ;;
        --non-interactive) interactive=no ;;
        --no-start) start=no ;;
        --small) is_small=yes ;;
        --not-small) is_small=no ;;
        --uninstall) uninstall=yes ;;
        --purge) purge=yes ;;
        --yes) sure=yes ;;
        --token | --token-file | --owner-id | --currency | --min-amount | --max-amount | --channel-url | --helper-id | \
            --locale | --data-key-file | --set | --set-from | --domain | --certificate | --certificate-key)
            [ $# -ge 2 ] || wrong_usage "$1: a value is missing; see --help."
            read_value "$1" "$2"
            shift
            ;;
        *) wrong_usage "There is no flag $1; see: bash deploy/setup.sh --help" ;;
        esac
        shift
    done
    agree
}

read_value() {
    case $1 in
    --token | --token-file)
        token=$2
        [ "$1" = --token ] || token=$(secret_from "$1" "$2")
        check "$1" token "$token"
        ;;
    --data-key-file)
        data_key=$(secret_from "$1" "$2")
        check "$1" key "$data_key"
        ;;
    --owner-id) want OWNER_ID "$1" id "$2" ;;
    --currency) want PAY_CURRENCY "$1" currency "${2^^}" ;;
    --min-amount) want MIN_AMOUNT "$1" amount "$2" ;;
    --max-amount) want MAX_AMOUNT "$1" amount "$2" ;;
    --channel-url) want CHANNEL_URL "$1" text "$2" ;;
    --helper-id) want HELPER_ID "$1" id "$2" ;;
    --locale) want BOT_LOCALE "$1" locale "$2" ;;
    --set | --set-from) want_any "$1" "$2" ;;
    --domain) check "$1" domain "$2" && domain=${2,,} ;;
    --certificate) certificate=$2 ;;
    --certificate-key) certificate_key=$2 ;;
    esac
}

# Refuse flags that do not go together.
agree() {
    [ "$purge" = no ] || [ "$uninstall" = yes ] || wrong_usage "--purge goes with --uninstall."
    [ "$sure" = no ] || [ "$purge" = yes ] || wrong_usage "--yes goes with --uninstall --purge."
    if [ -n "$certificate$certificate_key" ]; then
        [ -n "$domain" ] || wrong_usage "--certificate goes with --domain."
        if [ -z "$certificate" ] || [ -z "$certificate_key" ]; then
            wrong_usage "--certificate and --certificate-key go together."
        fi
        [ -r "$certificate" ] || wrong_usage "--certificate: $certificate cannot be read."
        [ -r "$certificate_key" ] || wrong_usage "--certificate-key: $certificate_key cannot be read."
    fi
    [ -t 0 ] && [ "$dry_run" = no ] || interactive=no
}

# Ask until the answer is of its kind; an empty one takes the default.
answer_to() { # QUESTION KIND DEFAULT [secret|optional]
    local said="" terminal
    if [ "${4-}" = secret ]; then
        # Also before the question and between two tries: people type, and paste, before they are asked.
        terminal=$(stty -g)
        # shellcheck disable=SC2064 # as it is now
        trap "stty $terminal" EXIT
        stty -echo
    fi
    while true; do
        if [ "${4-}" = secret ]; then
            IFS= read -r -s -p "$1: " said && echo >&2
        else
            IFS= read -r -p "$1${3:+ [$3]}: " said
        fi || die "Nobody answers."
        said=${said:-$3}
        if "is_$2" "$said" || { [ -z "$said" ] && [ "${4-}" = optional ]; }; then
            printf '%s' "$said"
            return
        fi
        printf '%s\n' "That is not it: $(words_for "$2")." >&2
    done
}

# Tell whether .env has a value for $1.
env_has() { grep -qs "^ *$1=." "$TARGET/.env"; }

has_token() { [ -s "$CREDENTIALS/TOKEN" ] || env_has TOKEN; }

ask() {
    [ "$interactive" = yes ] || return 0
    if [ -z "$token" ] && ! has_token; then
        token=$(answer_to "The bot's token, from @BotFather (it is not shown)" token "" secret)
    fi
    if [ -z "${wanted[OWNER_ID]-}" ] && ! env_has OWNER_ID; then
        wanted[OWNER_ID]=$(answer_to "Your numeric Telegram id (@userinfobot tells it)" id "")
    fi
    [ ! -e "$TARGET/.env" ] || return 0
    if [ -z "${wanted[PAY_CURRENCY]-}" ]; then
        wanted[PAY_CURRENCY]=$(answer_to "The currency of all prices" currency USD)
        wanted[PAY_CURRENCY]=${wanted[PAY_CURRENCY]^^}
    fi
    if [ -z "$domain" ]; then
        domain=$(answer_to "The name under which the dashboard shall be seen from elsewhere (empty: only here)" domain "" optional)
    fi
}

# -- before anything is done ---------------------------------------------------------------------------------------------

look_around() {
    require_root
    command -v apt-get >/dev/null ||
        die "This script knows Debian and Ubuntu only; docs/install.md says what is needed elsewhere."
    local id="" version=""
    # shellcheck source=/dev/null
    [ ! -r /etc/os-release ] || { id=$(. /etc/os-release && echo "${ID-}") && version=$(. /etc/os-release && echo "${VERSION_ID-0}"); }
    case $id-${version%%.*} in
    debian-[0-9] | debian-10 | debian-11 | ubuntu-1? | ubuntu-20 | ubuntu-22)
        die "The shop needs Python 3.11 or newer: Debian 12, Ubuntu 24.04 or later; this is $id $version."
        ;;
    esac
    if [ "$uninstall" = no ] && [ -n "$(pointed current)" ] && [ "$(pointed current)" != "$(release_of "$SOURCE")" ]; then
        die "Another version is installed. Bring it up to this one: sudo bash deploy/upgrade.sh
To change its settings: sudo bash $TARGET/current/deploy/setup.sh ..."
    fi
}

# -- step by step --------------------------------------------------------------------------------------------------------

packages() {
    local list=(ca-certificates mariadb-server mariadb-client redis-server python3 python3-venv openssl logrotate bash-completion)
    [ -z "$domain" ] || list+=(nginx)
    say "Packages: MariaDB, Redis, Python${domain:+, nginx}"
    run apt-get -q update
    run env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get -q install --yes --no-install-recommends "${list[@]}"
    [ "$dry_run" = yes ] || command -v systemctl >/dev/null || die "The shop's services need systemd, and it is not here."
    run systemctl enable --now mariadb redis-server
    [ "$dry_run" = yes ] || python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        die "The shop needs Python 3.11 or newer: Debian 12, Ubuntu 24.04 or later."
}

save_memory() {
    local memory
    memory=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
    [ -n "$is_small" ] || is_small=$([ "$memory" -lt "$SMALL_KB" ] && echo yes || echo no)
    [ "$is_small" = yes ] || return 0
    say "MariaDB saves memory: $MARIADB_FILE"
    if [ -e "$MARIADB_FILE" ]; then
        note "it is there, and left as it is"
        return
    fi
    run put "$SOURCE/deploy/mariadb-small.cnf" "$MARIADB_FILE" 0644
    run systemctl restart mariadb
    [ "$(awk '/^SwapTotal:/ { print $2 }' /proc/meminfo)" -gt 0 ] ||
        note "This machine has no swap; half a gigabyte of it lets it survive an upgrade of its packages."
}

user_and_folders() {
    say "System user $SHOP_USER, folders in $TARGET and $CONFIG"
    id "$SHOP_USER" >/dev/null 2>&1 ||
        run useradd --system --user-group --home-dir "$TARGET" --no-create-home --shell /usr/sbin/nologin "$SHOP_USER"
    run install -d -m 0755 "$TARGET"
    run install -d -m 0750 -o "$SHOP_USER" -g "$SHOP_USER" "$TARGET/data" "$TARGET/logs"
    run install -d -m 0755 "$CONFIG"
    run install -d -m 0750 -o root -g "$SHOP_USER" "$CREDENTIALS"
    run install -d -m 0750 -o root -g adm "$SYSTEM/var/log/telegram-shop"
    if [ ! -e "$TARGET/btc_addresses.txt" ]; then
        run install -m 0640 -o root -g "$SHOP_USER" "$SOURCE/btc_addresses.txt" "$TARGET/btc_addresses.txt"
    fi
    local name
    for name in TOKEN DATA_KEY; do
        [ -e "$CREDENTIALS/$name" ] || run install -m 0640 -o root -g "$SHOP_USER" /dev/null "$CREDENTIALS/$name"
    done
}

code() {
    local id
    id=$(release_of "$SOURCE")
    say "Code and its environment: release $id"
    build_release "$SOURCE" "$id"
    if [ "$(pointed current)" != "$id" ]; then
        changed=yes
        run point current "$id"
    fi
    # Earlier versions of this script put the code beside the data.
    if [ "$SOURCE" != "$TARGET" ] && [ -d "$TARGET/bot" ] && [ ! -d "$TARGET/.git" ]; then
        note "remove the code that an earlier version of this script left in $TARGET"
        run rm -rf "$TARGET/bot" "$TARGET/deploy" "$TARGET/.venv" "$TARGET/run.py" "$TARGET/bot_cli.py" \
            "$TARGET/requirements.txt" "$TARGET/.env.example"
    fi
}

# Write a secret; $2 stands in no command line.
credential() {
    [ -n "$2" ] || return 0
    if [ "$dry_run" = yes ]; then
        note "write $CREDENTIALS/$1"
        return
    fi
    put_secret "$CREDENTIALS/$1" < <(printf '%s\n' "$2")
}

# Write stdin into a file that only root and the shop read, if it differs. (Not behind a pipe: `changed` has to be seen.)
put_secret() {
    local draft
    draft=$(mktemp "$1.XXXXXX")
    cat >"$draft"
    chown "root:$SHOP_USER" "$draft"
    chmod 0640 "$draft"
    if cmp -s "$draft" "$1"; then
        rm -f "$draft"
    else
        note "$1"
        changed=yes
        mv "$draft" "$1"
    fi
}

secrets() {
    say "Credentials in $CREDENTIALS"
    if [ -n "$data_key" ] && [ -e "$TARGET/data/data.key" ]; then
        die "This shop has a data key already, $TARGET/data/data.key. To give it another: telegram-shop db rotate-key"
    fi
    if [ -n "$data_key" ] && [ -s "$CREDENTIALS/DATA_KEY" ] && [ "$(cat "$CREDENTIALS/DATA_KEY")" != "$data_key" ]; then
        die "This shop has another data key already, $CREDENTIALS/DATA_KEY. To change it: telegram-shop db rotate-key"
    fi
    credential TOKEN "$token"
    credential DATA_KEY "$data_key"
}

# How a value stands in .env: as it is, or between quotes.
quoted() {
    local value=$1
    if [[ $value =~ ^[A-Za-z0-9_./:@%+,=|-]+$ ]]; then
        printf '%s' "$value"
    else
        value=${value//\\/\\\\}
        printf "'%s'" "${value//\'/\\\'}"
    fi
}

# Set a variable in the text on stdin: instead of its line, else of the comment that stands for it, else at the end.
with_variable() {
    NAME=$1 VALUE=$(quoted "$2") awk '
        { lines[NR] = $0 }
        index($0, ENVIRON["NAME"] "=") == 1 && !active { active = NR }
        $0 ~ "^# *" ENVIRON["NAME"] "=" && !comment { comment = NR }
        END {
            at = active ? active : comment ? comment : NR + 1
            lines[at] = ENVIRON["NAME"] "=" ENVIRON["VALUE"]
            for (number = 1; number <= (at > NR ? at : NR); number++) print lines[number]
        }'
}

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# Make .env, or change the lines for which there are flags. A new one gets a database password that nobody has to know.
env_file() {
    say "$TARGET/.env"
    local name text
    if [ ! -e "$TARGET/.env" ]; then
        note "it is new, with a new password for the database and a token for the dashboard"
        : "${wanted[DB_HOST]:=127.0.0.1}" "${wanted[DB_NAME]:=$DATABASE}" "${wanted[DB_USER]:=$DATABASE_USER}"
        : "${wanted[DB_PASSWORD]:=$(random)}" "${wanted[REDIS_HOST]:=127.0.0.1}" "${wanted[MONITORING_TOKEN]:=$(random)}"
        : "${wanted[DATA_DIR]:=$TARGET/data}" "${wanted[LOG_DIR]:=$TARGET/logs}"
        : "${wanted[BTC_ADDRESSES_FILE]:=$TARGET/btc_addresses.txt}"
    fi
    [ ${#wanted[@]} -gt 0 ] || return 0
    if [ "$dry_run" = yes ]; then
        note "set $(printf '%s\n' "${!wanted[@]}" | sort | tr '\n' ' ')"
        return
    fi
    text=$(cat "$TARGET/.env" 2>/dev/null || cat "$SOURCE/.env.example")
    for name in "${!wanted[@]}"; do
        text=$(with_variable "$name" "${wanted[$name]}" <<<"$text")
    done
    put_secret "$TARGET/.env" < <(printf '%s\n' "$text")
}

# Have the program read what it was told, before anything stands on it.
check_config() {
    [ "$dry_run" = no ] || return 0
    ask_config "$TARGET/current" "" || die "So nothing was started. Give the right value by its flag, and run this again."
}

# Make the database and its user, by what .env says; those that are there are left as they are.
database() {
    say "Database and its user"
    [ "$dry_run" = no ] || return 0
    local facts
    # shellcheck disable=SC2016  # the braces are Python's
    facts=$(ask_config "$TARGET/current" '
import json
if config.database_url or config.db_host not in ("127.0.0.1", "localhost"):
    sys.exit()
password = config.db_password.get_secret_value() if config.db_password else ""
literal = lambda text: chr(39) + text.replace(chr(92), chr(92) * 2).replace(chr(39), chr(39) * 2) + chr(39)
name = "`" + config.db_name.replace("`", "``") + "`"
scratch = "`" + config.db_name.replace("`", "``").replace("_", chr(92) + "_") + chr(92) + "_scratch" + chr(92) + "_%`"
print(f"CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;")
# The same machine, by whichever name MariaDB resolves it.
for host in ("localhost", "127.0.0.1"):
    user = literal(config.db_user) + "@" + literal(host)
    print(f"CREATE USER IF NOT EXISTS {user};")
    print(f"ALTER USER {user} IDENTIFIED BY {literal(password)};")
    print(f"GRANT ALL PRIVILEGES ON {name}.* TO {user};")
    # Backups are tried out in a scratch database.
    print(f"GRANT ALL PRIVILEGES ON {scratch}.* TO {user};")
')
    if [ -z "$facts" ]; then
        note "the database is elsewhere, as .env says, and has to be there already"
    else
        mariadb <<<"$facts" || die "MariaDB does not let root in through its socket; see docs/install.md."
    fi
}

schema() {
    say "Schema"
    [ "$dry_run" = yes ] || cli_of "$TARGET/current" db upgrade
}

system() {
    say "Services, logrotate, the command telegram-shop with its manual and completion"
    system_files "$SOURCE"
    [ "$dry_run" = yes ] || completion "$TARGET/current"
    run systemctl daemon-reload
    run systemctl enable --now telegram-shop-backup.timer
}

# Say which certificate the site shall have, and make one for now where there is none.
choose_certificate() {
    local live=/etc/letsencrypt/live/$domain
    if [ -z "$certificate" ] && [ -e "$live/fullchain.pem" ]; then
        certificate=$live/fullchain.pem certificate_key=$live/privkey.pem
    fi
    if [ -n "$certificate" ]; then
        certificate=$(realpath -s "$certificate") certificate_key=$(realpath -s "$certificate_key")
        note "certificate: $certificate"
        return
    fi
    certificate=$CONFIG/tls/$domain.crt certificate_key=$CONFIG/tls/$domain.key
    [ -e "$certificate" ] || note "a self-signed certificate for now: $certificate"
    if [ ! -e "$certificate" ] && [ "$dry_run" = no ]; then
        install -d -m 0700 "$CONFIG/tls"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -subj "/CN=$domain" \
            -addext "subjectAltName=DNS:$domain" -keyout "$certificate_key" -out "$certificate" 2>/dev/null
    fi
    note "A real one: apt-get install certbot; certbot certonly --webroot -w /var/www/letsencrypt -d $domain \\"
    note "    --deploy-hook 'systemctl reload nginx'; then run this again."
}

site() {
    [ -n "$domain" ] || return 0
    say "nginx: https://$domain/"
    choose_certificate
    [ "$dry_run" = no ] || return 0
    local port
    # shellcheck disable=SC2016  # the braces are Python's
    port=$(ask_config "$TARGET/current" 'print(config.monitoring_port)')
    install -d -m 0755 "$SYSTEM/var/www/letsencrypt"
    sed -e "s|monitoring\.example\.com|$domain|g" -e "s|127\.0\.0\.1:9090|127.0.0.1:$port|" \
        -e "s|^\( *ssl_certificate\) .*|\1 $certificate;|" -e "s|^\( *ssl_certificate_key\) .*|\1 $certificate_key;|" \
        "$SOURCE/deploy/nginx-monitoring.conf" | put_text "$SITE" 0644
    if ! nginx -t -q; then
        mv "$SITE" "$SITE.refused"
        die "nginx refuses its configuration; the shop's part of it is in $SITE.refused. The shop itself is not touched."
    fi
    systemctl enable --now nginx
    systemctl reload nginx
    note "the password of the dashboard: MONITORING_TOKEN in $TARGET/.env"
}

begin() {
    if [ "$dry_run" = no ] && ! has_token; then
        say "Next: the token. sudo bash $TARGET/current/deploy/setup.sh --token-file FILE"
        return
    fi
    run systemctl enable "$SERVICE"
    if [ "$start" = no ]; then
        say "Start it: systemctl start $SERVICE"
        return
    fi
    say "Start $SERVICE"
    # A service that is not told to wait would let this wait for Telegram.
    if [ "$changed" = yes ]; then
        run systemctl restart --no-block "$SERVICE"
    else
        run systemctl start --no-block "$SERVICE"
    fi
    [ "$dry_run" = no ] || return 0
    wait_until_ready "$TARGET/current" 120 ||
        die "The shop is not well yet. See: systemctl status $SERVICE; journalctl -u $SERVICE -n 50; telegram-shop doctor"
    note "the shop is open"
}

# -- the way back ----------------------------------------------------------------------------------------------------------

remove() {
    say "Stop and remove the program"
    local unit
    for unit in "$SERVICE.service" telegram-shop-backup.timer telegram-shop-backup.service; do
        [ ! -e "$UNITS/$unit" ] || run systemctl disable --now "$unit"
        run rm -f "$UNITS/$unit"
    done
    run systemctl daemon-reload
    if [ -e "$SITE" ]; then
        run rm -f "$SITE"
        run systemctl reload nginx
    fi
    run rm -f "$SYSTEM/etc/logrotate.d/telegram-shop" "$SYSTEM/usr/local/bin/telegram-shop" \
        "$SYSTEM/usr/local/share/man/man1/bot_cli.1.gz" "$SYSTEM/usr/local/share/man/man1/telegram-shop.1" \
        "$SYSTEM/usr/local/share/bash-completion/completions/telegram-shop"
    run rm -rf "$TARGET/releases" "$TARGET/environments" "$TARGET/current" "$TARGET/previous"
}

# Remove what cannot be had back, once somebody has said so.
remove_data() {
    if [ "$sure" = no ] && [ "$dry_run" = no ]; then
        [ "$interactive" = yes ] || wrong_usage "--purge removes every order, customer and backup: add --yes if you mean it."
        local said
        IFS= read -r -p "This removes every order, customer, key and backup for ever. Type $DATABASE to go on: " said
        [ "$said" = "$DATABASE" ] || die "Nothing was removed."
    fi
}

purge_data() {
    say "Remove the database, data, backups, keys and settings"
    if [ "$dry_run" = yes ]; then
        note "DROP DATABASE $DATABASE, and the user $DATABASE_USER"
    elif command -v mariadb >/dev/null; then
        mariadb <<<"DROP DATABASE IF EXISTS $DATABASE;
            DROP USER IF EXISTS $DATABASE_USER@localhost; DROP USER IF EXISTS $DATABASE_USER@'127.0.0.1';" ||
            note "MariaDB does not answer: the database $DATABASE is still there"
    fi
    run rm -f "$MARIADB_FILE"
    run rm -rf "$TARGET" "$CONFIG" "$SYSTEM/var/log/telegram-shop"
    if id "$SHOP_USER" >/dev/null 2>&1; then
        run userdel "$SHOP_USER"
    fi
    say "Done. MariaDB, Redis and the other packages stay, because others may use them."
}

take_down() {
    [ "$purge" = no ] || remove_data
    remove
    if [ "$purge" = yes ]; then
        purge_data
        return
    fi
    say "Done. What stays: the database $DATABASE, $TARGET (data with key and backups, logs, .env, btc_addresses.txt),"
    note "$CONFIG, and the user $SHOP_USER. deploy/setup.sh opens the same shop again; --uninstall --purge removes all of it."
}

main() {
    read_flags "$@"
    look_around
    if [ "$uninstall" = yes ]; then
        take_down
        return
    fi
    ask
    packages
    save_memory
    user_and_folders
    code
    secrets
    env_file
    check_config
    database
    schema
    system
    site
    begin
    say "Done. Operators: sudo telegram-shop --help; the manual: man telegram-shop; is all well: sudo telegram-shop doctor"
    [ "$dry_run" = no ] || say "This was a rehearsal: nothing was changed."
}

main "$@"
