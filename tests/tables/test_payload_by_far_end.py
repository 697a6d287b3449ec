"""Payload by far end: only what the vehicle sent, all flows together, names before addresses."""

from zhunru.tables.payload_by_far_end import payload_by_far_end
from zhunru.tables.sent_payload import SentPayload


def row(direction: str, far: str, names: str | None, readable: int, encrypted: int = 0, opaque: int = 0) -> dict[str, object]:
    near = {"protocol": "tcp", "from_ip": "10.0.0.2", "from_port": 50_000, "to_ip": far, "to_port": 443, "far_port": 443, "t_first_ns": 0}
    sums = {"readable_byte": readable, "encrypted_byte": encrypted, "opaque_byte": opaque, "lost_byte": 0}
    return near | sums | {"direction": direction, "far_ip": far, "names": names, "payload_byte": readable + encrypted + opaque}


def test_adds_up_by_name_else_by_address_and_leaves_out_what_was_received() -> None:
    found = SentPayload.rows(
        row("sent", "1.0.0.1", "tsp.example", 10, 100),
        row("sent", "1.0.0.2", "tsp.example", 5, 0, 7),
        row("unclear", "1.0.0.3", None, 200),
        row("received", "1.0.0.1", "tsp.example", 9999),
        row("local", "10.0.0.9", None, 9999),
    )
    table = payload_by_far_end(found).collect()
    assert table.select("far_end", "flow_count", "readable_byte", "encrypted_byte", "opaque_byte").rows() == [
        ("1.0.0.3", 1, 200, 0, 0),
        ("tsp.example", 2, 15, 100, 7),
    ]
