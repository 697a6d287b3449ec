"""COCO documents as tools write them: boxes, turned boxes, polygons; keys in two orders."""

import json


def specimens() -> dict[str, bytes]:
    images = [
        {"id": 1, "file_name": "front/0001.jpg", "width": 1920, "height": 1080},
        {"id": 2, "file_name": "front/0002.jpg", "width": 1920, "height": 1080},
    ]
    categories = [{"id": 1, "name": "人脸", "supercategory": ""}, {"id": 2, "name": "plate"}, {"id": 3, "name": "遮挡"}]
    annotations = [
        {"id": 11, "image_id": 1, "category_id": 1, "bbox": [100, 200, 40, 50.5], "segmentation": [], "area": 2020, "iscrowd": 0,
         "attributes": {"可见比例": "80%", "五官清晰": True, "rotation": 30.0, "occluded": False}},
        {"id": 12, "image_id": 1, "category_id": 2, "segmentation": [[10, 10, 90, 12, 89, 40, 9, 38]], "legible": True, "unobstructed": "是"},
        {"id": 13, "image_id": 1, "category_id": 3, "segmentation": [[10, 10, 50, 10, 50, 40], [60, 10, 90, 10, 90, 40, 60, 40]]},
    ]  # fmt: skip
    first = {"info": {"description": "夜间"}, "licenses": [], "images": images, "categories": categories, "annotations": annotations}
    last = {"annotations": annotations[:1], "categories": categories, "images": images}
    return {"cvat.json": json.dumps(first, ensure_ascii=False).encode(), "turned.json": json.dumps(last, indent=1).encode()}
