"""Pascal VOC files: an upright box, a turned one, a polygon."""

TEXT = """<annotation>
  <folder>front</folder>
  <filename>0001.jpg</filename>
  <source><database>夜间</database></source>
  <size><width>1920</width><height>1080</height><depth>3</depth></size>
  <segmented>0</segmented>
  <object>
    <name>face</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>
    <visible_ratio>0.75</visible_ratio>
    <bndbox><xmin>100</xmin><ymin>200</ymin><xmax>140</xmax><ymax>250</ymax></bndbox>
  </object>
  <object>
    <name>车牌</name>
    <robndbox><cx>50</cx><cy>25</cy><w>80</w><h>20</h><angle>10</angle></robndbox>
    <attributes><legible>1</legible><unobstructed>1</unobstructed></attributes>
  </object>
  <object>
    <name>mask</name>
    <polygon><x1>10</x1><y1>10</y1><x2>90</x2><y2>10</y2><x3>90</x3><y3>40</y3></polygon>
  </object>
</annotation>
"""


def specimens() -> dict[str, bytes]:
    return {"one.xml": TEXT.encode(), "declared.xml": b'<?xml version="1.0"?>\n' + TEXT.encode()}
