"""Names that nobody has in particular: common surnames with common given names, put together by chance."""

from __future__ import annotations

from random import Random

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马苗方俞任袁柳史唐费薛雷贺"
    "倪汤罗毕郝安常乐于傅齐康伍余顾孟黄穆萧尹姚邵汪毛戴宋庞熊纪舒项祝董梁杜蓝闵季贾路江童颜郭梅盛林钟徐邱骆高夏"
)
_FIRST = "建国志文海春秀玉桂兰晓永德明立新红雪慧淑美丽英俊伟宏振国庆子雨思佳嘉若书景云月星向卫东学守长福"
_SECOND = "华英芳梅兰军强平辉斌杰勇磊涛超明刚健生林宁欣怡洁琴娟燕玲敏静莉红霞云荣贵民安然涵轩宇航博远"


def person(random: Random) -> str:
    """A name of two or three characters."""
    surname = random.choice(_SURNAMES)
    if random.random() < 0.18:
        return surname + random.choice(_SECOND)
    return surname + random.choice(_FIRST) + random.choice(_SECOND)


def telephone(number: int) -> str:
    """A number in the 170 range that only invented people have here: 1700xxxxxxx."""
    if not 0 <= number < 10**7:
        raise ValueError("seven digits")
    return f"1700{number:07d}"
