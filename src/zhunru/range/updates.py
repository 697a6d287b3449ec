"""Update campaigns and approvals of the sample maker."""

PROFILE = """title = "企业内部加严"

[limits."data.capture_sees_every_channel_and_state".dropped_ratio]
value = 0.0005
justification = "企业抓包规范 V1.1：丢包率按半值控制 / company capture rule V1.1: half of the usual loss"
"""


def records(seed: int) -> dict[str, bytes]:
    """Return the ledgers of updates: name -> content."""
    del seed
    return {}
