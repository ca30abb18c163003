"""`db rotate-key`: a new data key, and everything sealed anew with it, while the bot runs."""

import time
from collections import Counter
from typing import Any

import click

from bot.cli import Shell, asking, live, options, output, pass_shell
from bot.errors import Busy, WrongState
from bot.services import clock, resealing
from bot.services.keyring import Keyring
from bot.services.vault import Vault

PASSES = 20
"""So often what was sealed with the old key meanwhile is looked for; a transaction lasts a few seconds at most."""
SETTLE_SECONDS = 2.0
LOOK_SECONDS = 0.5


@options.examples(
    "db rotate-key --dry-run",
    "db rotate-key",
    "db rotate-key --wait 120 --yes --json",
)
@click.command("rotate-key")
@options.dry_run
@options.yes
@click.option(
    "--wait",
    type=options.Whole(0, 600),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long the bot has to notice the new key.",
)
@options.json_of("old_keys", "new_key", "sealed_anew", "left", "is_finished", "next_step")
@pass_shell
def rotate_key(shell: Shell, dry_run: bool, yes: bool, wait: int, as_json: bool) -> None:
    """Make a new data key and seal everything anew with it, while the bot runs.

    Nothing is sealed with the new key before the running bot can open it. It may be broken off at any point: the same
    command goes on. In the end nothing needs the old key any more; it is kept in DATA_DIR as data.key.ID.retired (mode
    0600), for backups that were made with it. Run it where the bot has its DATA_DIR.

    With DATA_KEY in the environment there is one step more: the command says where the new key lies; put that into
    DATA_KEY, restart the bot, and run the command again.
    """
    rotation = Rotation(shell)
    rotation.require_order()
    if dry_run:
        rotation.tell_plan(as_json)
        return
    if not rotation.is_under_way:
        asking.confirm(shell, f"Seal {output.counted(rotation.texts, 'text')} anew with a new key?", yes=yes)
        rotation.ring.prepare()
    rotation.wait_for_bot(wait)
    rotation.ring.activate()
    done = rotation.seal_all()
    rotation.finish(done, as_json)


class Rotation:
    """Where the keys stand, and what is sealed with which."""

    def __init__(self, shell: Shell) -> None:
        """Look at the keys and the database."""
        self.shell = shell
        self.vault: Vault = shell.db.info["shop"].vault
        assert self.vault.ring is not None  # noqa: S101 - the shell's vault always has one
        self.ring: Keyring = self.vault.ring
        self.found: Counter[str] = shell.db.read(resealing.counts)
        self.old = [key_id for key_id in self.found if key_id != self.goal]

    @property
    def goal(self) -> str | None:
        """Return the id of the key that everything shall be sealed with; None before there is one."""
        keys = self.ring.read()
        if self.ring.new.exists():
            return keys.sealing
        return next((each for each in keys.by_id if each == self._coming()), None)

    @property
    def is_under_way(self) -> bool:
        """Tell whether an earlier run has made a key and was broken off, or waits for DATA_KEY."""
        return self.ring.new.exists() or self.ring.coming.exists()

    @property
    def texts(self) -> int:
        """Return how many sealed texts there are."""
        return sum(self.found.values())

    def require_order(self) -> None:
        """Refuse where a key is missing, or DATA_KEY is neither the old key nor the new one.

        Raises:
            WrongState: it is so.
        """
        keys = self.ring.read()
        missing = sorted(set(self.found) - set(keys.by_id))
        if missing:
            count = output.counted(self.found[missing[0]], "text")
            where = self.ring.retired(missing[0])
            why = f"{count} need it, and it is not here; put it into DATA_KEY, or into {where}, first"
            raise WrongState("data key", missing[0], why)
        is_old_or_new = keys.base == self.goal or self.ring.retired(keys.base).exists()
        if self.is_under_way and not is_old_or_new:
            why = f"a rotation to what stands in {self.ring.new} is under way; set DATA_KEY to that, or to the old key"
            raise WrongState("data key", keys.base, why)

    def tell_plan(self, as_json: bool) -> None:
        """Say what would be sealed anew."""
        goal = self.goal
        left = sum(count for key_id, count in self.found.items() if key_id != goal)
        if as_json:
            self._print_json(0, left, is_finished=False, next_step=None)
        elif self.is_under_way:
            output.line(
                f"A rotation is under way: {left} of {output.counted(self.texts, 'text')} would be sealed anew."
            )
        else:
            output.line(f"{output.counted(self.texts, 'text')} would be sealed anew. Nothing was changed.")

    def wait_for_bot(self, seconds: int) -> None:
        """Let the bot notice the new key before anything is sealed with it.

        Raises:
            WrongState: it has not; nothing was sealed anew.
        """
        goal = self.goal
        until = time.monotonic() + seconds
        if goal is None or self.ring.new.exists():
            return
        while self.shell.db.read(resealing.bot_knows, goal, now=clock.now()) is False:
            if time.monotonic() >= until:
                why = f"the running bot has not noticed it; restart it with DATA_DIR {self.ring.folder}, then go on"
                raise WrongState("data key", goal, why)
            time.sleep(LOOK_SECONDS)

    def seal_all(self) -> int:
        """Seal everything anew until nothing is left, also of what was just being written; return how many texts."""
        left, done = self._left(), 0
        with live.progress(left, "sealing anew") as step:
            for _ in range(PASSES):
                done += sum(self._seal(kind.name, step) for kind in resealing.KINDS)
                while count := self.shell.db.call(resealing.reseal_old_letters):
                    done += count
                time.sleep(SETTLE_SECONDS if done else 0)
                if not self._left():
                    break
        return done

    def finish(self, done: int, as_json: bool) -> None:
        """Retire the old key, where nothing needs it any more, and say how it stands."""
        left, goal, old = self._left(), self.goal, [each for each in self.old if each != self.goal]
        if not left:
            self.ring.finish()
            if done:
                self.shell.db.call(resealing.note, old, str(goal), actor=self.shell.actor, now=clock.now())
        is_finished = not left and not self.ring.new.exists()
        next_step = None if is_finished else self._next_step(left)
        if as_json:
            self._print_json(done, left, is_finished=is_finished, next_step=next_step, goal=goal)
            return
        output.line(f"{output.counted(done, 'text')} sealed anew with key {goal}.")
        if next_step:
            output.line(next_step)
        else:
            output.line(
                f"Done. The old key is kept in {self.ring.folder}, as data.key.ID.retired; nothing here needs it."
            )

    def _seal(self, kind: str, step: Any) -> int:
        after, done = None, 0
        while True:
            try:
                after, count = self.shell.db.call(resealing.reseal_some, kind, after=after)
            except Busy:
                continue  # somebody holds a row for long; whoever is tired of waiting breaks off and goes on later
            if after is None:
                return done
            step(count)
            done += count

    def _left(self) -> int:
        goal = self.goal or self.vault.key_ids[0]
        return sum(count for key_id, count in self.shell.db.read(resealing.counts).items() if key_id != goal)

    def _next_step(self, left: int) -> str:
        if left:
            return f"{output.counted(left, 'text')} could not be sealed anew yet; run the same command again."
        return f"Now put what stands in {self.ring.new} into DATA_KEY, restart the bot, and run the same command again."

    def _coming(self) -> str | None:
        from bot.services.keyring import id_of

        try:
            return id_of(bytes.fromhex(self.ring.coming.read_text().strip()))
        except FileNotFoundError:
            return None

    def _print_json(
        self, done: int, left: int, *, is_finished: bool, next_step: str | None, goal: str | None = None
    ) -> None:
        output.json_of(
            {
                "old_keys": sorted(self.old),
                "new_key": goal,
                "sealed_anew": done,
                "left": left,
                "is_finished": is_finished,
                "next_step": next_step,
            }
        )
