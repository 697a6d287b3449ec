"""Shapes and pictures as annotation files give them, before anybody told what they stand for."""

import polars as pl

from zhunru.core.table import Table, col


class AnnotatedShape(Table):
    """One outline in one picture; a shape with several outlines has several rows."""

    picture = col(pl.String, "name of the picture, `formulas.picture_names`", "图像")
    object = col(pl.String, "identifier of the shape inside its file", "目标编号")
    part_no = col(pl.Int64, "number of the outline inside the shape, from 0", "部分序号")
    label = col(pl.String, "face, plate, mask, none (nothing there) or other (another thing); null when the label is not known", "类别")
    said_label = col(pl.String, "label as written", "原标签")
    outline_px = col(pl.List(pl.Float64), "corners x, y, x, y, ..., x to the right, y down; null when unreadable", "轮廓")
    visible_ratio = col(pl.Float64, "visible part of the object; null when not told", "可见比例")
    features_visible = col(pl.Boolean, "eyes, nose or mouth are clearly visible; null when not told", "五官清晰")
    legible = col(pl.Boolean, "all figures and characters can be read; null when not told", "字符可辨")
    unobstructed = col(pl.Boolean, "nothing stands before the plate; null when not told", "无遮挡")
    excluded = col(pl.String, "why it does not count, empty for no reason, unknown for a word that is no reason", "排除原因")
    target = col(pl.String, "of a mask: face, plate or empty", "遮盖对象")
    required_by = col(pl.String, "of a mask: another rule that demands it, or empty", "其他遮盖依据")
    covering_ratio = col(pl.Float64, "masked part as the tool itself gives it; null when not told", "遮挡率")


class AnnotatedPicture(Table):
    """One picture that an annotation file lists, with or without shapes."""

    picture = col(pl.String, "name of the picture, `formulas.picture_names`", "图像")
    width_px = col(pl.Int64, "width as the file gives it; null when it does not", "宽度")
    height_px = col(pl.Int64, "height as the file gives it; null when it does not", "高度")
    shape_count = col(pl.Int64, "shapes of the picture that could be read", "形状数")
