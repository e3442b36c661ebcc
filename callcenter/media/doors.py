"""What a page may do, by the ticket that it came with: a caller's, a desk's, a telephone's.

The rule: a page acts on its own call only. Whatever it asks for beyond that, or too late, is refused by the key
of a reason and changes nothing.
"""

from __future__ import annotations

import time

from callcenter.cti.browser.token import CallerTicket, StationTicket, TelephoneTicket
from callcenter.media import phone_wire as wire
from callcenter.media.exchange import Exchange
from callcenter.media.phones import Phone


class Doors:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def gone(self, phone: Phone) -> None:
        match phone.ticket:
            case StationTicket(agent):
                self._exchange.desks.gone(agent, phone)
            case TelephoneTicket(number):
                self._exchange.telephones.unplug(phone, number)
                self._exchange.gone(phone)
            case CallerTicket():
                self._exchange.gone(phone)

    def obey(self, phone: Phone, said: wire.Said) -> str:
        match phone.ticket:
            case CallerTicket():
                return self._obey_caller(phone, phone.ticket, said)
            case TelephoneTicket(number):
                return self._obey_telephone(phone, number, said)
            case StationTicket(agent):
                return self._obey_desk(phone, agent, said)

    def _obey_caller(self, phone: Phone, ticket: CallerTicket, said: wire.Said) -> str:
        leg = self._exchange.legs.get(phone.leg or "")
        match said:
            case wire.Start():
                self._exchange.caller_connects(phone, ticket, said.start.rejoin)
            case wire.Dtmf():
                return self._key(phone, said.dtmf.digit)
            case wire.Hangup() if leg is not None:
                self._exchange.hang_up(leg)
            case wire.Hangup():
                return "phone.no_call"
            case _:
                return "phone.not_for_callers"
        return ""

    def _obey_telephone(self, phone: Phone, number: str, said: wire.Said) -> str:
        match said:
            case wire.Start():
                if phone.ticket.expires_at < time.time() * 1000:
                    phone.close(wire.CLOSE_BAD_TICKET)
                else:
                    self._exchange.telephones.plug_in(phone, number, said.start.leg)
            case wire.Answer():
                leg = self._exchange.legs.get(said.leg)
                return self._exchange.answer(
                    leg if leg is not None and phone in leg.rings_at else None, phone
                )
            case wire.Dtmf():
                return self._key(phone, said.dtmf.digit)
            case wire.Hangup():
                leg = self._exchange.legs.get(said.leg or phone.leg or "")
                if leg is not None and phone in leg.rings_at:
                    self._exchange.telephones.decline(leg, phone)
                elif leg is not None and leg.phone is phone:
                    self._exchange.hang_up(leg)
                else:
                    return "phone.no_call"
            case _:
                return "phone.not_for_telephones"
        return ""

    def _key(self, phone: Phone, digit: str) -> str:
        leg = self._exchange.legs.get(phone.leg or "")
        if leg is None:
            return "phone.no_call"
        self._exchange.key(leg, digit)
        return ""

    def _is_cut_off(self, agent: int, phone: Phone) -> bool:
        """Its talk is still there: then it may come back although nobody can give it a new ticket."""
        legs = self._exchange.legs.values()
        return phone.tab != "" and any(leg.agent == agent and leg.up and leg.tab == phone.tab for leg in legs)

    def _obey_desk(self, phone: Phone, agent: int, said: wire.Said) -> str:
        match said:
            case wire.Start():
                if phone.ticket.expires_at < time.time() * 1000 and not self._is_cut_off(agent, phone):
                    phone.close(wire.CLOSE_BAD_TICKET)
                else:
                    self._exchange.desks.connect(agent, phone)
            case wire.Claim():
                self._exchange.desks.claim(agent, phone)
            case wire.Answer():
                if self._exchange.desks.phone(agent) is not phone:
                    return "phone.watching"
                leg = self._exchange.legs.get(said.leg)
                return self._exchange.answer(leg if leg is not None and leg.agent == agent else None, phone)
            case wire.Dtmf():
                return self._key(phone, said.dtmf.digit)
            case wire.Hangup():
                leg = self._exchange.legs.get(said.leg or phone.leg or "")
                if leg is None or leg.agent != agent:
                    return "phone.no_call"
                self._exchange.hang_up(leg)
            case _:
                return "phone.not_for_desks"
        return ""
