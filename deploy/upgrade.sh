#!/usr/bin/env bash
# Bring the installed shop up to this checkout, with a way back: a backup first, the new code beside the old, and when the check
# fails the old code and the database as it was. docs/install.md says what that means for people who shop meanwhile.
#
#   sudo bash deploy/upgrade.sh --dry-run
#   sudo bash deploy/upgrade.sh
#   sudo bash deploy/upgrade.sh --rollback
set -euo pipefail

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly SOURCE
# shellcheck source=deploy/lib.sh
. "$SOURCE/deploy/lib.sh"

readonly LOG=$SYSTEM/var/log/telegram-shop/upgrade.log

force=no rollback=no with_database=no patience=90 keep=3
notice="We are back in a few minutes. / Мы вернёмся через несколько минут."
stage=before old="" new="" backup="" migrates=no closed_by_us=no

usage() {
    cat <<'USAGE'
Bring the installed shop up to this checkout. Run it as root, from the new checkout.

  sudo bash deploy/upgrade.sh                back up, install beside the old, migrate, restart, check; back if the check fails
  sudo bash deploy/upgrade.sh --rollback     back to the release before, by hand

  --notice TEXT      what customers read while the database is being changed; nothing else closes the shop
  --patience N       how many seconds the new release has until all its parts are well (90)
  --keep N           how many releases stay for the way back, with the present one (3)
  --force            also if the doctor finds the present shop ill
  --with-database    with --rollback: put the backup back that was made before the upgrade; what came since is lost
  --dry-run          say what would be done and change nothing
  --help
USAGE
}

number() { [[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || wrong_usage "$1: use a whole number from 1 to 9999."; }

read_flags() {
    while [ $# -gt 0 ]; do
        case $1 in
        --help | -h) usage && exit 0 ;;
        --dry-run) dry_run=yes ;;
        --force) force=yes ;;
        --rollback) rollback=yes ;;
        --with-database) with_database=yes ;;
        --notice | --patience | --keep)
            [ $# -ge 2 ] || wrong_usage "$1: a value is missing; see --help."
            case $1 in
            --notice) notice=$2 ;;
            --patience) number "$1" "$2" && patience=$2 ;;
            --keep) number "$1" "$2" && keep=$2 ;;
            esac
            shift
            ;;
        *) wrong_usage "There is no flag $1; see: bash deploy/upgrade.sh --help" ;;
        esac
        shift
    done
    [[ $notice =~ [^[:space:]] ]] || wrong_usage "--notice: say something."
    [ "$with_database" = no ] || [ "$rollback" = yes ] || wrong_usage "--with-database goes with --rollback."
}

# -- looking ---------------------------------------------------------------------------------------------------------------

look_around() {
    require_root
    old=$(pointed current)
    [ -n "$old" ] || die "No shop is installed in $TARGET. Install it: sudo bash deploy/setup.sh"
    if [ "$rollback" = no ]; then
        new=$(release_of "$SOURCE")
        if [ "$new" = "$old" ]; then
            say "This version is installed already: release $old. Nothing to do."
            exit 0
        fi
    fi
}

require_well() {
    say "Is the present shop well?"
    if [ "$dry_run" = yes ]; then
        note "telegram-shop doctor"
        return
    fi
    if ! doctor_of "$TARGET/releases/$old"; then
        [ "$force" = yes ] || die "The doctor finds it ill, so a check after the upgrade would say nothing. Mend it, or use --force."
    fi
}

# Ask the doctor, thrice: a shop that has just been started, or a busy machine, may need a moment. Only an ill shop is shown.
doctor_of() {
    local said
    for _ in 1 2 3; do
        if said=$(cli_of "$1" doctor 2>&1); then
            return 0
        fi
        sleep 3
    done
    printf '%s\n' "$said"
    return 1
}

# Tell whether the database has the schema of the release $1.
fits() { cli_of "$1" db status --json | grep -q '"is_up_to_date": *true'; }

# Refuse where the disk is too small for what comes: a release with its environment, and a backup as large as the newest.
require_room() {
    local free needed=600000
    free=$(df -Pk "$TARGET" | awk 'NR == 2 { print $4 }')
    if [ -d "$TARGET/data/backups" ]; then
        needed=$((needed + $(du -sk "$TARGET"/data/backups/* 2>/dev/null | sort -n | tail -1 | cut -f 1 || true)))
    fi
    [ "$free" -gt "$needed" ] || die "Only $((free / 1024)) MB are free on the disk of $TARGET; $((needed / 1024)) are wanted."
}

# -- step by step ------------------------------------------------------------------------------------------------------------

# While the schema is changed, a way back means the backup; so nobody may buy between the backup and the check.
close_shop() {
    say "Close the shop for customers: $notice"
    [ "$(cli_of "$TARGET/releases/$old" settings get maintenance 2>/dev/null)" = "" ] || {
        note "it is closed already"
        return
    }
    cli_of "$TARGET/releases/$old" settings set maintenance "$notice"
    closed_by_us=yes
    let_messages_out
}

# What waits to be sent would be parked by a restore: give the bot a moment for it.
let_messages_out() {
    local until=$((SECONDS + 20))
    while [ $SECONDS -lt $until ] && systemctl is-active --quiet "$SERVICE"; do
        [ "$(cli_of "$TARGET/releases/$old" outbox list --status pending --json)" != "[]" ] || return 0
        sleep 1
    done
}

open_shop() {
    [ "$closed_by_us" = yes ] || return 0
    say "Open the shop"
    cli_of "$1" settings set maintenance off
    closed_by_us=no
}

back_up() {
    say "Back up"
    local said
    said=$(cli_of "$TARGET/releases/$old" backup create --json)
    backup=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["name"])' <<<"$said")
    note "backup $backup"
}

# Switch code, units and command to the release $1.
switch_to() {
    point current "$1"
    system_files "$TARGET/releases/$1"
    completion "$TARGET/releases/$1"
    systemctl daemon-reload
}

go() {
    say "Upgrade from release $old to $new"
    require_room
    require_well
    say "New code beside the old: $TARGET/releases/$new"
    build_release "$SOURCE" "$new"
    if [ "$dry_run" = yes ]; then
        say "Then, all of it undone if something fails:"
        note "ask the new release whether the schema changes; if so: close the shop for customers ($notice)"
        note "telegram-shop backup create; systemctl stop $SERVICE; telegram-shop db upgrade"
        note "point $TARGET/current to the new release; systemctl start $SERVICE"
        note "wait $patience seconds until /ready says that all is well; telegram-shop doctor; open the shop"
        say "This was a rehearsal: nothing was changed."
        return
    fi
    ask_config "$TARGET/releases/$new" "" || die "The new release does not take the present .env. Nothing was changed."
    fits "$TARGET/releases/$new" || migrates=yes
    stage=closing
    if [ "$migrates" = yes ]; then
        close_shop
        say "Stop $SERVICE"
        stage=stopped
        systemctl stop "$SERVICE"
        back_up
        say "Bring the schema up to date"
        stage=migrating
        cli_of "$TARGET/releases/$new" db upgrade --no-backup
    else
        note "the schema stays as it is"
        back_up
        say "Stop $SERVICE"
        stage=stopped
        systemctl stop "$SERVICE"
    fi
    say "Switch, and start $SERVICE"
    [ "$migrates" = yes ] || stage=switched
    switch_to "$new"
    systemctl start --no-block "$SERVICE"
    say "Check"
    wait_until_ready "$TARGET/releases/$new" "$patience" || die "The new release is not well after $patience seconds."
    doctor_of "$TARGET/releases/$new" || die "The doctor finds the new release ill."
    stage=after
    settle
}

# The new release is the shop from now on. What fails here undoes nothing.
settle() {
    printf '%s %s\n' "$backup" "$closed_by_us" >"$TARGET/releases/$new.before"
    open_shop "$TARGET/releases/$new"
    point previous "$old"
    tidy "$keep"
    say "Done: release $new runs. The way back: sudo bash $TARGET/current/deploy/upgrade.sh --rollback"
}

# -- the way back --------------------------------------------------------------------------------------------------------------

# Put the backup back by the old release. A bot that was killed holds its lease for another half a minute.
put_back() {
    local tries
    say "Put the database back as it was: backup $backup"
    for tries in 1 2 3 4 5 6 7 8; do
        if cli_of "$TARGET/releases/$old" backup restore "$backup" --yes; then
            return 0
        fi
        [ "$tries" = 8 ] || sleep 5
    done
    say "IT COULD NOT BE PUT BACK. The shop is stopped, and closed for customers. By hand:"
    note "telegram-shop backup list; telegram-shop backup restore $backup; systemctl start $SERVICE;"
    note "telegram-shop settings set maintenance off"
    return 1
}

undo() {
    say "Back to release $old"
    systemctl stop "$SERVICE" || true
    switch_to "$old"
    if [ "$stage" = migrating ]; then
        put_back || return 1
    fi
    systemctl start --no-block "$SERVICE"
    open_shop "$TARGET/releases/$old"
    if wait_until_ready "$TARGET/releases/$old" 120; then
        say "The shop runs as before, with release $old. What went wrong: journalctl -u $SERVICE -n 100"
    else
        say "Release $old is started, but not well yet. See: systemctl status $SERVICE; telegram-shop doctor"
    fi
}

finish() {
    local code=$1
    trap - EXIT INT TERM
    set +e
    case $stage in
    before | after) ;;
    closing) open_shop "$TARGET/releases/$old" ;;
    *) undo ;;
    esac
    exit "$code"
}

# Back to the release before, because somebody says so.
go_back() {
    local here=$old before
    before=$(pointed previous)
    if [ -z "$before" ] || [ ! -d "$TARGET/releases/$before" ]; then
        die "There is no release before $here in $TARGET/releases."
    fi
    [ ! -e "$TARGET/releases/$here.before" ] || read -r backup closed_by_us <"$TARGET/releases/$here.before"
    say "Back from release $here to $before"
    if fits "$TARGET/releases/$before"; then
        note "the schema is the same: nothing is lost"
    elif [ "$with_database" = no ]; then
        die "Release $before does not know the present schema. With --with-database the backup ${backup:-of before} is put back:
what was ordered since then is lost to the shop; it is kept in a backup that is made first."
    elif [ -z "$backup" ]; then
        die "Nobody knows which backup belongs to release $before. See: telegram-shop backup list, and docs/operations.md."
    else
        migrates=yes
    fi
    if [ "$dry_run" = yes ]; then
        note "systemctl stop $SERVICE; point $TARGET/current to $before${backup:+; telegram-shop backup restore $backup, if the schema differs}"
        note "systemctl start $SERVICE"
        return
    fi
    [ "$migrates" = yes ] || closed_by_us=no # what the backup holds
    systemctl stop "$SERVICE"
    old=$before
    switch_to "$before"
    if [ "$migrates" = yes ]; then
        put_back || exit 1
    fi
    systemctl start --no-block "$SERVICE"
    open_shop "$TARGET/releases/$before"
    wait_until_ready "$TARGET/releases/$before" "$patience" || die "Release $before runs, but is not well. See: telegram-shop doctor"
    rm -f "$TARGET/previous" "$TARGET/releases/$here.before"
    say "Done: release $before runs."
}

main() {
    read_flags "$@"
    look_around
    if [ "$dry_run" = no ]; then
        mkdir -p "${LOG%/*}"
        exec > >(tee -a "$LOG") 2>&1
        say "$(date --iso-8601=seconds) upgrade.sh $*"
    fi
    if [ "$rollback" = yes ]; then
        go_back
        return
    fi
    trap 'finish $?' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    go
}

main "$@"
