"""How the bot receives updates: by asking, or by a webhook."""

from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.methods.registry import method
from bot.sandbox.model import Json
from bot.sandbox.params import Params
from bot.sandbox.refusals import bad_request
from bot.sandbox.webhook import SECRET, Webhook
from bot.sandbox.world import World


@method("getUpdates")
async def get_updates(world: World, params: Params) -> list[Json]:
    """Return what waits, and take everything below `offset` as handled."""
    world.updates.ask_for(params.json("allowed_updates"))
    limit = min(max(params.integer("limit", 100), 1), 100)
    return await world.updates.poll(params.integer("offset"), limit, min(params.number("timeout"), 50))


@method("setWebhook")
async def set_webhook(world: World, params: Params) -> bool:
    """Send every update to an address of the bot from now on; no address turns the webhook off."""
    url = params.text("url")
    if not url:
        await _stop(world, params)
        return True
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise bad_request("bad webhook: invalid webhook URL specified")
    secret = params.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    await _stop(world, params)
    world.updates.ask_for(params.json("allowed_updates"))
    world.webhook = Webhook(world, url, secret, params.integer("max_connections", 40))
    world.webhook.start()
    return True


@method("deleteWebhook")
async def delete_webhook(world: World, params: Params) -> bool:
    """Go back to getUpdates."""
    await _stop(world, params)
    return True


async def _stop(world: World, params: Params) -> None:
    if world.webhook is not None:
        await world.webhook.stop()
        world.webhook = None
    if params.flag("drop_pending_updates"):
        world.updates.drop()


@method("getWebhookInfo")
async def get_webhook_info(world: World, _params: Params) -> Json:
    """Return where updates go, and what went wrong last."""
    about: dict[str, Any] = {"url": "", "has_custom_certificate": False}
    if world.webhook is not None:
        about |= world.webhook.json()
    if world.updates.allowed:
        about["allowed_updates"] = world.updates.allowed
    return {**about, "pending_update_count": len(world.updates.pending)}


@method("logOut")
async def log_out(_world: World, _params: Params) -> bool:
    """Leave this server for another one."""
    return True


@method("close")
async def close(_world: World, _params: Params) -> bool:
    """Prepare to move to another server."""
    return True
