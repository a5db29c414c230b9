"""What channels and people write, as identities in their normal form."""

import re

import phonenumbers
from phonenumbers import NumberParseException, ValidationResult

from controller.domain.channels import VOICE
from controller.domain.customer import Identity, Kind, identity, phone
from controller.domain.model import Interaction
from controller.domain.returning import is_known
from controller.errors import Invalid, say

#: By which of his identities a customer comes in a channel; what is not here makes no customer.
BY_CHANNEL = {
    VOICE: Kind.PHONE,
    "sms": Kind.PHONE,
    "email": Kind.EMAIL,
    "wechat": Kind.WECHAT,
    "chat": Kind.DEVICE,
}

#: As people and carriers write numbers; what is dialled within a centre has fewer digits.
_NUMBER = re.compile(r"\+?[0-9 ()./-]{7,40}")
_FEWEST = 7


class Identities:
    """`region`: whose national numbers a carrier sends (ISO 3166, as DE); None: only international ones are
    understood."""

    def __init__(self, region: str | None = None) -> None:
        self._region = region

    def of_contact(self, interaction: Interaction) -> Identity | None:
        """Whose it is, by its address; None: that says nothing of who he is."""
        kind = BY_CHANNEL.get(interaction.channel)
        if kind is None or not is_known(interaction.address):
            return None
        try:
            return self.read(kind, interaction.address)
        except Invalid:
            return None

    def read(self, kind: Kind, text: str) -> Identity:
        """Raises Invalid."""
        return phone(self._e164(text)) if kind is Kind.PHONE else identity(kind, text)

    def _e164(self, text: str) -> str:
        """A number with its country code must be possible, one without be of the region's plan: else
        extensions and service numbers would be people."""
        plain = text.strip()
        international = plain.startswith(("+", "00"))
        if plain.startswith("00") and not self._region:
            plain = f"+{plain[2:]}"
        digits = sum(char.isdigit() for char in plain)
        if digits >= _FEWEST and _NUMBER.fullmatch(plain):
            try:
                number = phonenumbers.parse(plain, self._region)
            except NumberParseException:
                raise _no_number() from None
            possible = phonenumbers.is_possible_number_with_reason(number)
            if possible == ValidationResult.IS_POSSIBLE and (
                international or phonenumbers.is_valid_number(number)
            ):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        raise _no_number()


def _no_number() -> Invalid:
    return Invalid(
        say("no_phone_number", "this is no telephone number; write it as in +4930123456")
    )
