"""The op of the control panel that no other page needs: which address of this machine the codes show."""

from __future__ import annotations

from django.utils.translation import gettext as _
from pydantic import Field

from workshop.kinds import Json, Refused
from workshop.live.desk import audit
from workshop.live.models import Session
from workshop.live.panel.addresses import lan_addresses
from workshop.realtime.inbox import Batch
from workshop.realtime.ops import Call, Payload, op

#: Longest IPv4 address.
LONGEST = 15


class Address(Payload):
    """An IPv4 address of this machine, '' for the likeliest."""

    address: str = Field(max_length=LONGEST)


@op("session.address", Address, permission="session.drive")
def choose_address(batch: Batch, call: Call[Address]) -> dict[str, Json]:
    """Show this address in the QR codes of panel and screen. Refused ``no_address`` when the machine has none such."""
    wanted = call.payload.address
    if wanted and all(address.ip != wanted for address in lan_addresses()):
        raise Refused("no_address", _("This computer no longer has this address. Please reload the page."))
    session = Session.objects.get(pk=call.session)
    session.screen = {**session.screen, "address": wanted}
    session.save(update_fields=("screen",))
    batch.move(call.session, "session")
    audit(batch, call)
    return {}
