"""Results of `zhunru residual`: what masked pictures still show, and whether their pixels changed."""

import polars as pl

from zhunru.core.table import Table, col


class ResidualModel(Table):
    """One detector of one session."""

    kind = col(pl.String, "face or plate", "识别对象")
    model = col(pl.String, "name of the model", "模型")
    version = col(pl.String, "version of the package that carries it", "版本")
    weights_sha256 = col(pl.String, "SHA-256 over its weights, hexadecimal", "权重摘要")
    threshold_ratio = col(pl.Float64, "score from which something counts as found", "阈值")
    least_side_px = col(
        pl.Float64, "shorter side below which it was not looked for: nothing found says nothing about smaller ones", "最小边"
    )


class ResidualPicture(Table):
    """One masked picture of one session."""

    picture = col(pl.String, "name of the file below the folder", "图像")
    masked_sha256 = col(pl.String, "SHA-256 of the masked picture", "匿名化图像摘要")
    original_sha256 = col(pl.String, "SHA-256 of the picture before masking; empty when it was not given", "原始图像摘要")
    reason = col(pl.String, "why it could not be examined; empty when it was", "未检原因")
    models_run = col(pl.Boolean, "the detectors looked at it", "已识别")
    outside_detail_count = col(
        pl.Int64, "pixels outside of all masks that had detail; null when pixels were not compared", "遮盖外细节像素"
    )
    outside_kept_count = col(pl.Int64, "of these, pixels that still have it", "遮盖外保留像素")


class ResidualFind(Table):
    """One face or plate that a detector still found in a masked picture."""

    picture = col(pl.String, "name of the file below the folder", "图像")
    masked_sha256 = col(pl.String, "SHA-256 of the masked picture", "匿名化图像摘要")
    kind = col(pl.String, "face or plate", "类别")
    model = col(pl.String, "name of the model", "模型")
    score_ratio = col(pl.Float64, "score that the model gave", "得分")
    whole = col(pl.Boolean, "a face, or a plate that was read whole; false for a plate read in part", "完整")
    shown = col(pl.String, "text of a plate, its middle hidden", "文字（已脱敏）")
    box_px = col(pl.List(pl.Float64), "corners x, y, ...", "框")


class MaskedPixels(Table):
    """Pixels under one masked outline, before and after masking. `formulas.pixel_change`."""

    picture = col(pl.String, "name of the picture in the annotation", "图像")
    masked_sha256 = col(pl.String, "SHA-256 of the masked picture", "匿名化图像摘要")
    original_sha256 = col(pl.String, "SHA-256 of the picture before masking", "原始图像摘要")
    outline_px = col(pl.List(pl.Float64), "corners x, y, ... of the mask", "轮廓")
    pixel_count = col(pl.Int64, "pixels under the mask", "像素数")
    detail_count = col(pl.Int64, "of these, with detail before masking", "有细节像素")
    kept_count = col(pl.Int64, "of these, with the same detail after it", "未改变像素")
