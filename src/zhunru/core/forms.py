"""Checks of one thing in the forms that evidence may have; a maker has one of them."""

from collections.abc import Iterable

from zhunru.core.result import CheckResult
from zhunru.core.verdict import Verdict

FORMS: tuple[frozenset[str], ...] = (
    frozenset({"ota.package_is_authentic", "ota.update_metadata_verifies", "ota.supply_chain_layout_holds"}),
    frozenset({"ota.vehicle_rejects_forged_packages", "ota.client_withstands_attacks"}),
)
"""Checks of one thing in different forms, of which a maker has one: plain signed packages, a repository of signed metadata, a signed layout; a car
that is tried with forged packages, or its client with attacks on its metadata.

Of such a group one without any evidence is left aside, as long as another one has some.
"""


EXTRA: frozenset[str] = frozenset({"ota.vehicle_manifests_are_genuine"})
"""Checks of evidence that no clause demands and that only some makers have, as signed manifests: without any of it they are left aside."""


def of_one_form(results: Iterable[CheckResult]) -> list[CheckResult]:
    """Leave out the checks without any evidence of forms that the maker does not use; what was left out decides no clause."""
    told = list(results)
    missing = {r.id for r in told if r.verdict is Verdict.MISSING}
    aside = {i for group in FORMS for i in group & missing if not group <= missing} | (EXTRA & missing)
    return [r for r in told if r.id not in aside]
