"""Steps from one approved baseline of a product to the next: what their approval must have been for."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from zhunru.core.step import derive
from zhunru.core.table import Table, col
from zhunru.formulas.written_names import bare
from zhunru.records.approval import Approval
from zhunru.records.approval_cover import PermitKind, Release, fault_of, permits
from zhunru.records.baseline import Baseline
from zhunru.records.feature_flag import FeatureFlag
from zhunru.records.odc_item import OdcItem
from zhunru.records.software_unit import SoftwareUnit
from zhunru.records.trust_anchor import TrustAnchor
from zhunru.records.vehicle_function import VehicleFunction
from zhunru.records.vehicle_parameter import VehicleParameter
from zhunru.tables.difference.activities import approved_baselines, names_of
from zhunru.tables.difference.change import needed
from zhunru.tables.difference.compare import compare
from zhunru.tables.difference.configuration import configuration_of
from zhunru.tables.software_difference import ledgers


class ApprovedStep(Table):
    """One approved baseline that follows another of the same product. That it is approved is the maker's word until an approval shows it."""

    product = col(pl.String, "product, in one form of writing", "产品")
    before = col(pl.String, "earlier approved baseline", "前一批准基线")
    after = col(pl.String, "later approved baseline", "后一批准基线")
    day = col(pl.Date, "day of the later one", "批准日期")
    approval = col(pl.String, "number of the approval that the later one names", "批准文号")
    procedure = col(pl.String, "a procedure that the step needs; one row each", "程序")


@derive
def approved_steps(
    baselines: list[Baseline],
    units: list[SoftwareUnit] | None,
    parameters: list[VehicleParameter] | None,
    functions: list[VehicleFunction] | None,
    flags: list[FeatureFlag] | None,
    odc: list[OdcItem] | None,
) -> ApprovedStep:
    """Compare each approved baseline with the approved one before it.

    Args:
        baselines: Baselines.
        units: Software of the ECUs.
        parameters: Technical parameters.
        functions: Functions.
        flags: Switches.
        odc: Operational design conditions.

    Returns:
        One row per step and procedure.
    """
    sheets = ledgers(baselines, units, parameters, functions, flags, odc)
    rows = []
    for product in sorted({n for b in baselines for n in names_of(b.product)}):
        mine = approved_baselines(product, sheets)
        for before, after in pairwise(mine):
            step = compare(configuration_of(before, sheets), configuration_of(after, sheets))
            rows += [
                {"product": product, "before": before.id, "after": after.id, "day": after.day, "approval": after.approval, "procedure": p}
                for p in needed(step)
            ]
    return ApprovedStep(pl.DataFrame([r | {"source": ""} for r in rows], schema=ApprovedStep.schema()))


def unvouched(
    steps: ApprovedStep, procedure: str, kind: PermitKind, approvals: Sequence[Approval], anchors: Sequence[TrustAnchor]
) -> Iterator[dict[str, Any]]:
    """Yield each step that needs `procedure`, or cannot be told, and that no signed approval of `kind` bears out.

    Give rows and keys as `reconciled` and `reconciled_keys` return them. The approval is the one that the later baseline names; it counts for
    the product on the day of that baseline.
    """
    for step in steps.collect().sort("product", "after", "procedure").iter_rows(named=True):
        if step["procedure"] not in {procedure, "unknown"}:
            continue
        given = [a for a in approvals if step["approval"] and bare(a.id) == bare(step["approval"]) and kind in permits(a)]
        day = step["day"]
        if day is None or not any(fault_of(a, Release(a.digest, [step["product"]], (), day), anchors) is None for a in given):
            yield step
