"""A CVAT document: upright and turned boxes, a polygon, a picture without shapes."""

TEXT = """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta><task><id>7</id><name>夜间试验</name></task></meta>
  <image id="0" name="front/0001.jpg" width="1920" height="1080">
    <box label="人脸" source="manual" occluded="0" xtl="100.00" ytl="200.00" xbr="140.00" ybr="250.00" rotation="30.0" z_order="0">
      <attribute name="可见比例">0.8</attribute>
      <attribute name="五官清晰">true</attribute>
    </box>
    <polygon label="plate" source="manual" occluded="0" points="10.0,10.0;90.0,12.0;89.0,40.0;9.0,38.0" z_order="0">
      <attribute name="legible">yes</attribute>
      <attribute name="excluded">广告</attribute>
    </polygon>
    <box label="遮挡" occluded="0" xtl="5" ytl="5" xbr="95" ybr="45"></box>
  </image>
  <image id="1" name="front/0002.jpg" width="1920" height="1080">
  </image>
</annotations>
"""


def specimens() -> dict[str, bytes]:
    return {"set.xml": TEXT.encode(), "crlf.xml": TEXT.replace("\n", "\r\n").encode()}
