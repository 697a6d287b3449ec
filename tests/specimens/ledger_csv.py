"""Small generated ledgers as delimited text."""


def specimens() -> dict[str, bytes]:
    plain = '编号,数据名称,责任人\nA-1,车辆轨迹,张三\nA-2,"座舱\n视频",李四\n'
    return {
        "utf8": plain.encode(),
        "bom": plain.encode("utf-8-sig"),
        "gb": ("某公司数据资产台账,,\n" + plain + "合计,2,\n").encode("gb18030"),
        "wide": plain.replace(",", "\t").encode("utf-16"),
        "semicolon": plain.replace(",", ";").replace("\n", "\r\n").encode(),
    }
