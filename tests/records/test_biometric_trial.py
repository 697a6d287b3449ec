"""What those can do who do not give a feature."""

from datetime import date

import pytest

from zhunru.records.biometric_function import BiometricFunction
from zhunru.records.biometric_trial import FACE, choice_of, is_biometric

GOOD = {"function": "F-7", "alternatives": "密码", "off_tried": "是", "works_without": "是", "tried_on": "2026-01-01"}


@pytest.mark.parametrize(
    ("cells", "choice"),
    [
        ({}, "free"),
        ({"tried_on": "2026-01-02"}, "open"),
        ({"tried_on": ""}, "open"),
        ({"off_tried": ""}, "open"),
        ({"off_tried": "否", "works_without": "否"}, "open"),
        ({"works_without": ""}, "open"),
        ({"works_without": "否"}, "locked_out"),
        ({"alternatives": ""}, "open"),
        ({"alternatives": "待定"}, "open"),
        ({"alternatives": "无"}, "no_other"),
        ({"alternatives": "无;待定"}, "open"),
        ({"alternatives": "指纹;声纹"}, "biometric_only"),
        ({"alternatives": "指纹;密码"}, "free"),
        ({"alternatives": "指纹;无"}, "biometric_only"),
    ],
)
def test_choice(cells: dict[str, object], choice: str) -> None:
    assert choice_of(BiometricFunction.model_validate(GOOD | cells), date(2026, 1, 1)) == choice


@pytest.mark.parametrize(
    ("word", "any_feature", "face"),
    [
        ("人脸特征", True, True),
        ("非接触式人脸识别", True, True),
        ("无感刷脸", True, True),
        ("Touch ID", True, False),
        ("无人脸", False, False),
        ("non-face", False, False),
        ("手机 interface", False, False),
        ("Face ID", True, True),
        ("指纹", True, False),
        ("密码", False, False),
        ("非生物特征方式", False, False),
        ("表面温度", False, False),
    ],
)
def test_words(word: str, any_feature: bool, face: bool) -> None:
    assert is_biometric(word) is any_feature
    assert is_biometric(word, FACE) is face
