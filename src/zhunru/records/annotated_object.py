"""Face, plate or masked area in a picture, as a ledger keeps it (标注目标)."""

from typing import ClassVar

from zhunru.core.record import Flag, Key, Number, Record, Word, item
from zhunru.records.annotation_file import AnnotationRole


class AnnotatedObject(Record):
    """One shape in one picture: the ledger form of what annotation files hold.

    Source: GB/T 44464-2024 annex B; the columns are those of `tables.annotated_shape`.
    """

    title_zh: ClassVar[str] = "标注目标"
    sheet_names: ClassVar[tuple[str, ...]] = ("标注目标", "目标清单", "人脸车牌标注")

    picture_set: Key = item("图像集编号", "试验编号", "图像集", "数据集编号", doc="set of pictures it is about", key=True)
    picture: Key = item("图像名称", "图像文件", "图片", "图片名称", doc="name of the picture", key=True)
    object: Key = item("目标编号", "目标ID", doc="id of the object inside the picture", key=True)
    role: AnnotationRole = item("标注用途", "标注内容", doc="truth, masks or marked")
    label: Word = item("目标类别", "目标标签", doc="face, plate or mask")
    outline: Word = item("目标轮廓", "轮廓坐标", doc="corners x y x y ..., px; at least three")
    centre_x_px: Number = item("中心横坐标(像素)", doc="centre of the rotated box, px")
    centre_y_px: Number = item("中心纵坐标(像素)", doc="centre of the rotated box, px")
    width_px: Number = item("框宽(像素)", doc="width of the rotated box, px")
    height_px: Number = item("框高(像素)", doc="height of the rotated box, px")
    angle_deg: Number = item("框旋转角(度)", doc="clockwise turn of the box on the screen, degrees; empty = 0")
    visible_ratio: Number = item("可见比例", "可见范围比例", doc="visible part of the object, 0 to 1")
    features_visible: Flag = item("五官清晰", "眼鼻口清晰可见", doc="eyes, nose or mouth of the face are clearly visible")
    legible: Flag = item("字符可辨", "字符全部可辨", doc="all figures and characters of the plate can be read in the original")
    unobstructed: Flag = item("无遮挡", "车牌无遮挡", doc="nothing stands before the plate")
    excluded: Word = item("排除原因", "不计入原因", doc="advert, reflection, temporary, sprayed, e-bike or motorcycle; empty = none")
    target: Word = item("遮盖对象", doc="of a masked area: face or plate, as the tool that masked it says")
    required_by: Word = item("其他遮盖依据", doc="of a masked area: another rule that demands it; empty = none")
    covering_ratio: Number = item("遮挡率", doc="masked part of the box as the tool that is being qualified gives it, 0 to 1")
