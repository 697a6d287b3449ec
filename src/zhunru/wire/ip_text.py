"""Addresses as text: IPv4 dotted, IPv6 as RFC 5952 writes it, independent of the Python version."""


def ipv4_text(address: int) -> str:
    """Return the dotted form of a 32-bit address."""
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


def ipv6_text(address: int) -> str:
    """Return the RFC 5952 form of a 128-bit address; IPv4-mapped ones end in dotted form."""
    if address >> 32 == 0xFFFF:
        return "::ffff:" + ipv4_text(address & 0xFFFFFFFF)
    groups = [address >> shift & 0xFFFF for shift in range(112, -16, -16)]
    start, length, run = 0, 0, 0
    for i, group in enumerate(groups):
        run = run + 1 if group == 0 else 0
        if run > length:
            start, length = i - run + 1, run
    text = [f"{group:x}" for group in groups]
    if length < 2:  # a single zero group is not shortened
        return ":".join(text)
    return ":".join(text[:start]) + "::" + ":".join(text[start + length :])


def ip_text(address: int, words: int) -> str:
    """Return the text of an address of `words` = 1 (IPv4) or 2 (IPv6) key words."""
    return ipv4_text(address) if words == 1 else ipv6_text(address)
