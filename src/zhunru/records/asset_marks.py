"""What the marks of an asset say of the rules that bind it."""

from zhunru.records.data_asset import DataAsset


def holds_important(asset: DataAsset) -> bool | None:
    """Tell whether an asset holds important or core data, by its mark or its grade; None when neither is told."""
    if asset.important or asset.grade in {"important", "core"}:
        return True
    return None if asset.important is None and asset.grade is None else False


def holds_personal(asset: DataAsset) -> bool | None:
    """Tell whether an asset holds personal information; None when its marks do not say."""
    return True if asset.personal or asset.sensitive else asset.personal
