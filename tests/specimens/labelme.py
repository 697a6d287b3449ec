"""LabelMe files: rectangle, polygon, turned rectangle; attributes in flags and beside them."""

import json


def specimens() -> dict[str, bytes]:
    shapes = [
        {
            "label": "face",
            "points": [[10.5, 20], [60, 80]],
            "group_id": None,
            "shape_type": "rectangle",
            "flags": {"features_visible": True},
            "visible_ratio": 0.9,
        },
        {
            "label": "车牌",
            "points": [[100, 100], [160, 104], [159, 124], [99, 120]],
            "shape_type": "rotation",
            "flags": {},
            "attributes": {"字符可辨": "是"},
        },
        {"label": "mask", "points": [[10, 20], [60, 20], [60, 80]], "shape_type": "polygon", "flags": {}},
    ]
    picture = {
        "version": "5.5.0",
        "flags": {},
        "shapes": shapes,
        "imagePath": "..\\front\\0001.jpg",
        "imageData": "QUJD" * 50,
        "imageHeight": 1080,
        "imageWidth": 1920,
    }
    return {
        "one.json": json.dumps(picture, ensure_ascii=False, indent=2).encode(),
        "bom.json": b"\xef\xbb\xbf" + json.dumps(picture).encode(),
    }
