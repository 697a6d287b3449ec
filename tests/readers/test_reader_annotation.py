"""One set of shapes in four formats gives the same rows; hostile documents are refused; what cannot be read is counted."""

import json
from typing import Any

import polars as pl
import pytest

from zhunru.core.errors import DamagedEvidence
from zhunru.core.evidence import Skipped
from zhunru.core.step import Reader
from zhunru.engine.intake import blocks
from zhunru.engine.source import BytesSource
from zhunru.readers.coco import coco
from zhunru.readers.cvat import cvat
from zhunru.readers.labelme import labelme
from zhunru.readers.voc import voc

BOX = [10.0, 20.0, 50.0, 20.0, 50.0, 70.0, 10.0, 70.0]
TURNED = [20.0, 25.0, 40.0, 25.0, 40.0, 65.0, 20.0, 65.0]  # the box of 40 x 20 at (30, 45), a quarter turned: 20 wide, 40 high


def read(reader: Reader, content: bytes | str) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    raw = content.encode() if isinstance(content, str) else content
    found: dict[str, list[pl.DataFrame]] = {"AnnotatedShape": [], "AnnotatedPicture": []}
    skipped = 0
    for item in blocks(reader, BytesSource(raw, "a")):
        if isinstance(item, Skipped):
            skipped += item.count
        else:
            found[type(item).__name__].append(item.collect())  # type: ignore[union-attr]
    shapes = pl.concat(found["AnnotatedShape"]) if found["AnnotatedShape"] else pl.DataFrame()
    return shapes, pl.concat(found["AnnotatedPicture"]), skipped


def coco_document(*annotations: dict[str, Any], **changed: Any) -> str:
    plain: dict[str, Any] = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 640, "height": 480}],
        "categories": [{"id": 1, "name": "face"}, {"id": 2, "name": "车牌"}, {"id": 3, "name": "马赛克"}],
        "annotations": list(annotations),
    }
    return json.dumps(plain | changed)


SAID = {"visible_ratio": "60%", "features_visible": True, "排除原因": "广告牌"}
COCO = coco_document({"id": 5, "image_id": 1, "category_id": 1, "bbox": [10, 20, 40, 50], "segmentation": [], "attributes": SAID})
CVAT = """<annotations><image id="0" name="a.jpg" width="640" height="480"><box label="人脸" xtl="10" ytl="20" xbr="50" ybr="70">
<attribute name="visible_ratio">0.6</attribute><attribute name="五官清晰">true</attribute><attribute name="excluded">advert</attribute>
</box></image></annotations>"""
LABELME = json.dumps(
    {
        "imagePath": "a.jpg", "imageWidth": 640, "imageHeight": 480,
        "shapes": [{"label": "Face", "shape_type": "rectangle", "points": [[10, 20], [50, 70]], "flags": {"五官清晰": True}, "attributes": {"可见比例": 0.6, "排除原因": "广告"}}],
    }
)  # fmt: skip
VOC = """<annotation><filename>a.jpg</filename><size><width>640</width><height>480</height></size><object><name>face</name>
<visible_ratio>0.6</visible_ratio><attributes><features_visible>yes</features_visible><excluded>广告</excluded></attributes>
<bndbox><xmin>10</xmin><ymin>20</ymin><xmax>50</xmax><ymax>70</ymax></bndbox></object></annotation>"""


@pytest.mark.parametrize(
    ("reader", "content"), [(coco, COCO), (cvat, CVAT), (labelme, LABELME), (voc, VOC)], ids=["coco", "cvat", "labelme", "voc"]
)
def test_four_formats_one_meaning(reader: Reader, content: str) -> None:
    shapes, pictures, skipped = read(reader, content)
    row = shapes.to_dicts()[0]
    assert (row["picture"], row["label"], row["outline_px"]) == ("a.jpg", "face", BOX)
    assert (row["visible_ratio"], row["features_visible"], row["excluded"], row["legible"]) == (0.6, True, "advert", None)
    assert pictures.select("picture", "width_px", "height_px", "shape_count").rows() == [("a.jpg", 640, 480, 1)]
    assert skipped == 0


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        (coco, coco_document({"image_id": 1, "category_id": 2, "bbox": [10, 35, 40, 20], "attributes": {"rotation": 90.0}})),
        (cvat, '<annotations><image name="a.jpg"><box label="plate" xtl="10" ytl="35" xbr="50" ybr="55" rotation="90"/></image></annotations>'),
        (voc, "<annotation><filename>a.jpg</filename><object><name>plate</name><robndbox><cx>30</cx><cy>45</cy><w>40</w><h>20</h><angle>90</angle></robndbox></object></annotation>"),
        (labelme, json.dumps({"imagePath": "a.jpg", "shapes": [{"label": "plate", "shape_type": "rotation", "points": [[40, 25], [40, 65], [20, 65], [20, 25]]}]})),
    ],
)  # fmt: skip
def test_turned_boxes(reader: Reader, content: str) -> None:
    shapes, _, _ = read(reader, content)
    corners = shapes["outline_px"][0].to_list()
    assert sorted((round(x, 6), round(y, 6)) for x, y in zip(corners[::2], corners[1::2], strict=True)) == sorted(
        zip(TURNED[::2], TURNED[1::2], strict=True)
    )


@pytest.mark.parametrize(
    "annotation",
    [
        {"image_id": 9, "category_id": 1, "bbox": [1, 1, 5, 5]},
        {"image_id": 1, "category_id": 9, "bbox": [1, 1, 5, 5]},
        {"image_id": 1, "category_id": 1, "bbox": [1, 1, 0, 5]},
        {"image_id": 1, "category_id": 1, "bbox": [1, 1, -5, 5]},
        {"image_id": 1, "category_id": 1, "bbox": [1, 1, 5]},
        {"image_id": 1, "category_id": 1, "bbox": [1, 1, True, 5]},
        {"image_id": 1, "category_id": 1, "bbox": [1, 1, 1e9, 5]},
        {"image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5], "attributes": {"rotation": "left"}},
        {"image_id": 1, "category_id": 1, "segmentation": {"counts": "abc", "size": [1, 2]}},
        {"image_id": 1, "category_id": 1, "segmentation": [[1, 1, 5, 5]]},
        {"image_id": 1, "category_id": 1, "segmentation": [[1, 1, 5, 5, 9, 9, 2]]},
        {"image_id": 1, "category_id": 1, "segmentation": [[0, 0] * 513]},
        {"image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5], "iscrowd": 1},
        {"image_id": 1, "category_id": 1},
        7,
    ],
)
def test_a_shape_that_is_none_is_counted(annotation: Any) -> None:
    shapes, pictures, skipped = read(coco, coco_document(annotation))
    assert (shapes.height, pictures.height, skipped) == (0, 1, 1)


def test_parts_of_one_shape_stay_apart() -> None:
    shapes, _, _ = read(
        coco, coco_document({"id": 4, "image_id": 1, "category_id": 3, "segmentation": [[0, 0, 5, 0, 5, 5], [9, 9, 12, 9, 12, 12]]})
    )
    assert shapes.select("object", "part_no", "label").rows() == [("4", 0, "mask"), ("4", 1, "mask")]


@pytest.mark.parametrize("value", [60, "sixty", -0.1, 1.0001, True, None, "", {"a": 1}, [0.5]], ids=str)
def test_a_visible_part_that_is_no_ratio_stays_untold(value: Any) -> None:
    shapes, _, _ = read(
        coco, coco_document({"image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5], "attributes": {"visible_ratio": value}})
    )
    assert shapes["visible_ratio"].to_list() == [None]


def test_two_words_for_one_thing_that_differ_leave_it_untold() -> None:
    attributes = {"visible_ratio": 0.9, "可见比例": 0.2, "legible": "是", "字符可辨": "是"}
    shapes, _, _ = read(coco, coco_document({"image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5], "attributes": attributes}))
    assert shapes.select("visible_ratio", "legible").rows() == [(None, True)]


def test_a_reason_that_is_none_of_the_reasons_is_not_taken_for_one() -> None:
    shapes, _, _ = read(coco, coco_document({"image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5], "attributes": {"excluded": "太小"}}))
    assert shapes["excluded"].to_list() == ["unknown"]


def test_a_category_that_means_two_things_means_nothing() -> None:
    twice = [{"id": 1, "name": "face"}, {"id": 1, "name": "car"}]
    _, _, skipped = read(coco, coco_document({"image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]}, categories=twice))
    assert skipped == 1


BILLION = b'<?xml version="1.0"?><!DOCTYPE annotations [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><annotations><image name="&b;"/></annotations>'
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE annotation [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation><filename>&x;</filename></annotation>'
)


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        (cvat, BILLION),
        (voc, OUTSIDE),
        (cvat, b"<annotations>" + b"<a>" * 100),
        (cvat, b"<annotations><image name='" + b"x" * (3 << 20)),
        (voc, b"<annotation><filename>" + b"x" * 100 + b"</filename><object" + b" " * (2 << 20)),
        (cvat, b"<?xml version='1.0' encoding='no-such'?><annotations/>"),
        (cvat, b"<annotations></annotations>"),
        (voc, b"<annotation><object><name>face</name></object></annotation>"),
        (coco, b'{"images": [], "annotations": [], "categories": [], "file_name": 1}'),
        (coco, b'{"images": [' + b"[" * 5000),
        (coco, b'{"images": [], "images": []}'),
        (labelme, b'{"shapes": [], "imageHeight": 4}'),
    ],
)
def test_hostile_documents_are_refused(reader: Reader, content: bytes) -> None:
    with pytest.raises(DamagedEvidence):
        read(reader, content)


def test_tracks_and_run_lengths_of_cvat_are_counted() -> None:
    text = (
        '<annotations><track label="face"><box frame="0" xtl="1" ytl="1" xbr="5" ybr="5"/></track><image name="a.jpg">'
        '<mask label="face" rle="1,2"/><polyline label="face" points="1,1;2,2"/><box label="face" xtl="5" ytl="1" xbr="1" ybr="5"/>'
        '<polygon label="face" points="1,1;2,2;x,3"/></image></annotations>'
    )
    shapes, pictures, skipped = read(cvat, text)
    assert (shapes.height, pictures["shape_count"].to_list(), skipped) == (0, [0], 5)


def test_a_cut_cvat_document_keeps_its_whole_pictures() -> None:
    whole = '<annotations><image name="a.jpg"><box label="face" xtl="1" ytl="1" xbr="5" ybr="5"/></image><image name="b.jpg"><box label="fa'
    found: list[str] = []
    with pytest.raises(DamagedEvidence) as told:
        for item in blocks(cvat, BytesSource(whole.encode(), "a")):
            found += item.collect()["picture"].to_list()  # type: ignore[union-attr]
    assert found == ["a.jpg", "a.jpg"]
    assert told.value.saved == 1


def test_a_large_cvat_document_is_read_in_blocks() -> None:
    image = '<image name="{}.jpg">' + '<box label="face" xtl="1" ytl="1" xbr="5" ybr="5"/>' * 10 + "</image>"
    text = "<annotations>" + "".join(image.format(k) for k in range(5000)) + "</annotations>"
    sizes = [item.collect().height for item in blocks(cvat, BytesSource(text.encode(), "a"))]  # type: ignore[union-attr]
    assert sum(sizes) == 55_000
    assert max(sizes) < 25_000
