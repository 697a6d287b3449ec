"""Packets of ESP tunnels opened with given keys, each only when its integrity check value proves the key.

An opened packet keeps its outer addresses; the ESP header (and the UDP header of RFC 3948 before it) gives way to what it hid: tunnel mode
becomes IP in IP, transport mode the plain protocol. What cannot be opened is left as it was and counted.
Not read: fragments of outer packets and what `wire.esp_place` does not find; IPComp inside stays IPComp.
Sources: RFC 4303, RFC 3948, RFC 3602, RFC 2404, RFC 4868, RFC 4106, RFC 7634 (basis G, checked against tshark).
"""

import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field

from zhunru.wire.esp_keys import Association
from zhunru.wire.esp_place import LEAST_SPI, Place, located, without_esp

NO_NEXT = 59
DEEPEST = 4
"""Associations inside each other that are opened (P)."""
WINDOW = 4096
"""Sequence numbers behind the highest that are remembered for each association; an older one counts as repeated (P)."""
MOST_WINDOWS = 16_384
"""Pairs of association and target whose sequence numbers are remembered (P)."""
_AEAD_IV_BYTE, _CBC_IV_BYTE, _TAG_BYTE = 8, 16, 16


@dataclass(slots=True)
class EspAccount:
    """What became of the ESP packets; those of other packets are not counted.

    Args:
        opened: The check value holds and the packet is written open.
        dummy: Of these, packets that hide nothing (RFC 4303 2.6).
        repeated: Of these, packets whose sequence number was seen before, or is too old to tell.
        no_key: No association is given for the SPI and the addresses.
        unproven: The check value does not hold under any association that fits.
        contradicting: The check value holds, but the padding contradicts itself.
        cut: Captured shorter than sent, or the lengths of the headers contradict the packet.
        fragment: A fragment of an outer packet.
    """

    opened: int = 0
    dummy: int = 0
    repeated: int = 0
    no_key: int = 0
    unproven: int = 0
    contradicting: int = 0
    cut: int = 0
    fragment: int = 0

    @property
    def closed(self) -> int:
        """ESP packets that were not opened."""
        return self.no_key + self.unproven + self.contradicting + self.cut + self.fragment


@dataclass(slots=True)
class _Window:
    """Sequence numbers seen under one association to one target."""

    top: int = -1
    seen: int = 0

    def repeated(self, number: int) -> bool:
        """Tell whether the number was seen before or is too old to tell; remember it."""
        if number > self.top:
            self.seen = (self.seen << min(number - self.top, WINDOW) | 1) & ((1 << WINDOW) - 1)
            self.top = number
            return False
        back = self.top - number
        if back >= WINDOW or self.seen >> back & 1:
            return True
        self.seen |= 1 << back
        return False


@dataclass
class EspOpener:
    """Opens ESP packets under the associations given; keeps the account of a whole capture in bounded memory.

    Args:
        associations: Keys; several may fit one packet, the check value decides.
    """

    associations: Sequence[Association]
    account: EspAccount = field(default_factory=EspAccount)
    _by_spi: dict[int | None, list[Association]] = field(default_factory=dict)
    _windows: dict[tuple[int, bytes], _Window] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put the associations in order of their numbers."""
        for association in self.associations:
            self._by_spi.setdefault(association.spi, []).append(association)

    def opened(self, packet: bytes) -> bytes | None:
        """Return the IP packet with what its ESP hid, or None when it stays as it is.

        A packet with several layers of ESP is opened as far as keys go; it counts as opened only when no ESP is left, else by what stopped it.

        Args:
            packet: From the IP header on, as far as it was captured.
        """
        found: bytes | None = None
        for _ in range(DEEPEST):
            place = located(packet)
            if place is None:
                break
            inner = place if isinstance(place, str) else self._layer(packet, place)
            if isinstance(inner, str):
                setattr(self.account, inner, getattr(self.account, inner) + 1)
                return found
            packet = found = inner
        self.account.opened += found is not None
        return found

    def _layer(self, packet: bytes, place: Place) -> bytes | str:
        """Return the packet without one layer of ESP, or the name of the account that it belongs to."""
        body = packet[place.start : place.end]
        spi = int.from_bytes(body[:4], "big")
        fitting = [a for a in (*self._by_spi.get(spi, ()), *self._by_spi.get(None, ())) if _fits(a, packet, place)]
        if spi < LEAST_SPI or not fitting:
            return "no_key"
        target = packet[16:20] if place.version == 4 else packet[24:40]
        for association in fitting:
            window = self._windows.get((association.line, target)) or _Window()
            for upper in _uppers(association, window, int.from_bytes(body[4:8], "big")):
                if (plain := decrypted(association, body, upper)) is None:
                    continue
                self.account.repeated += window.repeated((upper or 0) << 32 | int.from_bytes(body[4:8], "big"))
                if len(self._windows) < MOST_WINDOWS:
                    self._windows[association.line, target] = window
                return self._inside(packet, place, plain)
        return "unproven"

    def _inside(self, packet: bytes, place: Place, plain: bytes) -> bytes | str:
        pad_byte, kind = plain[-2:] if len(plain) >= 2 else (255, 0)
        end = len(plain) - 2 - pad_byte
        if end < 0 or plain[end : end + pad_byte] != bytes(range(1, pad_byte + 1)):
            return "contradicting"
        self.account.dummy += kind == NO_NEXT
        return without_esp(packet, place, kind, b"" if kind == NO_NEXT else plain[:end])


def _fits(association: Association, packet: bytes, place: Place) -> bool:
    if association.version != place.version:
        return False
    ends = (packet[12:16], packet[16:20]) if place.version == 4 else (packet[8:24], packet[24:40])
    return all(
        network is None or ipaddress.ip_address(end) in network
        for network, end in zip((association.source, association.target), ends, strict=True)
    )


def _uppers(association: Association, window: _Window, number: int) -> tuple[int | None, ...]:
    """Return the upper halves of the sequence number that may be meant: near the highest one seen, RFC 4303 appendix A2."""
    if association.upper is None:
        return (None,)
    now = association.upper if window.top < 0 else window.top >> 32
    late = window.top >= 0 and number > window.top & 0xFFFFFFFF and now > association.upper
    return (now, now - 1) if late else (now, min(now + 1, 0xFFFFFFFF))


def decrypted(association: Association, body: bytes, upper: int | None) -> bytes | None:
    """Return payload, padding, pad length and next header of an ESP packet, or None when the check value does not hold.

    Args:
        association: Algorithms and keys.
        body: From the SPI to the end of the check value.
        upper: Upper half of the sequence number, where it has 64 bits.
    """
    if association.hash_name:
        signed, value = body[: -association.icv_byte], body[-association.icv_byte :]
        told = signed + (b"" if upper is None else upper.to_bytes(4, "big"))
        wanted = hmac.digest(association.auth_key, told, association.hash_name)[: association.icv_byte]
        if len(signed) < 8 or not hmac.compare_digest(wanted, value):
            return None
        return signed[8:] if association.cipher == "null" else _of_cbc(association.key, signed[8:])
    return _of_aead(association, body, upper)


def _of_cbc(key: bytes, body: bytes) -> bytes:
    """Return the plain text behind the IV; nothing when the length is no whole number of blocks."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    sealed = body[_CBC_IV_BYTE:]
    if not sealed or len(sealed) % 16:
        return b""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(body[:_CBC_IV_BYTE])).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()


def _of_aead(association: Association, body: bytes, upper: int | None) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

    if len(body) < 8 + _AEAD_IV_BYTE + _TAG_BYTE:
        return None
    nonce, sealed = association.salt + body[8 : 8 + _AEAD_IV_BYTE], body[8 + _AEAD_IV_BYTE :]
    also = body[:8] if upper is None else body[:4] + upper.to_bytes(4, "big") + body[4:8]
    cipher = AESGCM(association.key) if association.cipher == "gcm" else ChaCha20Poly1305(association.key)
    try:
        return cipher.decrypt(nonce, sealed, also)
    except InvalidTag:
        return None
