"""Small tables in the form of tor-geoipdb."""


def specimens() -> dict[str, bytes]:
    four = (
        "# Location table\n# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n16777216,16777471,AU\n16777472,16778239,CN\n16778240,16779263,??\n"
    )
    six = "# Last updated based on February 7 2019 Maxmind\n2001:200::,2001:200:ffff:ffff:ffff:ffff:ffff:ffff,JP\n2400:3200::,2400:3200:ffff::,CN\n"
    return {"geoip": four.encode(), "geoip6": six.encode()}
