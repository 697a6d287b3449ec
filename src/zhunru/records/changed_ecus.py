"""ECUs that an update renews, as the baselines before and after it tell."""

from collections.abc import Iterable

from zhunru.formulas.written_names import bare
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.update_campaign import UpdateCampaign


def changed_ecus(campaigns: Iterable[UpdateCampaign], units: Iterable[SoftwareUnit]) -> dict[str, frozenset[str]]:
    """Return activity -> ECUs whose version differs between its two baselines, in bare form.

    An activity of which one of the two has no software on record demands nothing here; rows of one activity add up.
    """
    bills: dict[str, dict[str, set[str]]] = {}
    for unit in units:
        bills.setdefault(bare(unit.baseline), {}).setdefault(bare(unit.ecu), set()).add(bare(unit.version or ""))
    found: dict[str, frozenset[str]] = {}
    for campaign in campaigns:
        before, after = (bills.get(bare(name or ""), {}) for name in (campaign.baseline_before, campaign.baseline_after))
        if before and after:
            changed = frozenset(e for e in before.keys() | after.keys() if before.get(e) != after.get(e))
            found[bare(campaign.id)] = found.get(bare(campaign.id), frozenset()) | changed
    return found
