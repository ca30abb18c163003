"""What exists in the shop, and every rule that one row can decide alone."""

from bot.models.base import Base
from bot.models.bitcoin import BitcoinAddress
from bot.models.bonus import BonusEntry, BonusKind, ReferralEarning
from bot.models.broadcasts import Broadcast, BroadcastCard, BroadcastState, ContentKind, Segment
from bot.models.cache_marks import CacheMark
from bot.models.cart import CartItem
from bot.models.catalog import Category, Goods, InventoryEntry, InventoryKind
from bot.models.checkout import CheckoutDraft
from bot.models.goods_photos import GoodsPhoto, SentPicture
from bot.models.goods_words import GoodsWord, WordVariant
from bot.models.help import FileKind, HelpCopy, HelpMessage, HelpThread
from bot.models.journal import Event, OutboxMessage, OutboxStatus
from bot.models.leases import Lease
from bot.models.order_cards import OrderCard
from bot.models.orders import TRANSITIONS, Order, OrderItem, OrderStatus, OrderStep, Payment, PaymentMethod
from bot.models.people import RIGHTS, Customer, Right, Role, RoleName, User
from bot.models.privacy import FIRST_PSEUDONYM, ErasedChat, RetentionMark, Secret, ShutOut
from bot.models.reference_codes import CodeState, ReferenceCode, ReferenceCodeUsage
from bot.models.settings import Setting
from bot.models.staff_cards import StaffCard
from bot.models.tallies import Mistake, Tally
from bot.models.waiting_list import WaitingPerson

__all__ = [
    "FIRST_PSEUDONYM",
    "RIGHTS",
    "TRANSITIONS",
    "Base",
    "BitcoinAddress",
    "BonusEntry",
    "BonusKind",
    "Broadcast",
    "BroadcastCard",
    "BroadcastState",
    "CacheMark",
    "CartItem",
    "Category",
    "CheckoutDraft",
    "CodeState",
    "ContentKind",
    "Customer",
    "ErasedChat",
    "Event",
    "FileKind",
    "Goods",
    "GoodsPhoto",
    "GoodsWord",
    "HelpCopy",
    "HelpMessage",
    "HelpThread",
    "InventoryEntry",
    "InventoryKind",
    "Lease",
    "Mistake",
    "Order",
    "OrderCard",
    "OrderItem",
    "OrderStatus",
    "OrderStep",
    "OutboxMessage",
    "OutboxStatus",
    "Payment",
    "PaymentMethod",
    "ReferenceCode",
    "ReferenceCodeUsage",
    "ReferralEarning",
    "RetentionMark",
    "Right",
    "Role",
    "RoleName",
    "Secret",
    "Segment",
    "SentPicture",
    "Setting",
    "ShutOut",
    "StaffCard",
    "Tally",
    "User",
    "WaitingPerson",
    "WordVariant",
]
