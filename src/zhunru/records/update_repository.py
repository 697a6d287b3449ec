"""Repository of update metadata in the dossier (升级元数据仓库)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from zhunru.core.record import Key, Moment, Record, Word, choice, item

RepositoryRole = Annotated[
    Literal["director", "image", "tuf", "time"] | None,
    BeforeValidator(
        choice(director="Director|指挥仓库|导向仓库", image="Image|镜像仓库|映像仓库", tuf="TUF|单仓库", time="时间服务|时间证明")
    ),
]


class UpdateRepository(Record):
    """What a folder of metadata cannot say of itself: its role, the root that the vehicle trusts, and when it was fetched.

    Source: Uptane Standard 2.1.0; TUF specification; ota-and-recorders.md 3.1, 3.2.
    """

    title_zh: ClassVar[str] = "升级元数据仓库"
    sheet_names: ClassVar[tuple[str, ...]] = ("升级元数据仓库", "元数据仓库", "升级仓库")

    folder: Key = item("仓库目录", "目录", doc="folder of the metadata inside the dossier, e.g. evidence/ota/director", key=True)
    role: RepositoryRole = item("仓库角色", "角色", doc="director, image, tuf or time")
    vehicle: Word = item(
        "仓库车辆", "VIN", "车辆识别代号", doc="car whose pair of repositories it is; folders with the same word belong together"
    )
    trusted_root: Word = item("可信根摘要", "初始根摘要", doc="SHA-256 of the root metadata that the car left the factory with")
    fetched_at: Moment = item("获取时间", "下载时间", doc="moment as of which expiry is judged")
    campaign: Word = item("活动编号", "升级编号", doc="update activity that it serves")
