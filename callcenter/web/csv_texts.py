"""What stands in the heads and cells of CSV files, in the reader's language. Both languages have the same keys."""

from __future__ import annotations

from callcenter.web.languages import Language

_EN = {
    "contact": "Contact",
    "started": "Started ({zone})",
    "ended": "Ended ({zone})",
    "direction": "Direction",
    "number": "Number",
    "customer": "Customer",
    "grade": "Grade",
    "language": "Language",
    "queue": "Queue",
    "agent": "Agent",
    "outcome": "Outcome",
    "disposition": "About",
    "wait": "Wait (s)",
    "talk": "Talk with holds (s)",
    "hold": "Hold (s)",
    "wrap_up": "Wrap-up (s)",
    "transfers": "Transfers",
    "recording": "Recording",
    "yes": "yes",
    "no": "no",
    "direction.inbound": "inbound",
    "direction.outbound": "outbound",
    "direction.internal": "internal",
    "outcome.answered": "answered",
    "outcome.abandoned": "abandoned",
    "outcome.left_in_ivr": "left in the IVR",
    "outcome.resolved_in_ivr": "resolved in the IVR",
    "outcome.closed": "closed",
    "outcome.lost_by_system": "lost by our fault",
    "outcome.not_reached": "not reached",
    "outcome.": "going on",
    "language.en": "English",
    "language.zh": "Chinese",
}

_ZH = {
    "contact": "联络编号",
    "started": "开始时间（{zone}）",
    "ended": "结束时间（{zone}）",
    "direction": "方向",
    "number": "号码",
    "customer": "客户",
    "grade": "等级",
    "language": "语言",
    "queue": "队列",
    "agent": "坐席",
    "outcome": "结果",
    "disposition": "事由",
    "wait": "等待（秒）",
    "talk": "通话含保持（秒）",
    "hold": "保持（秒）",
    "wrap_up": "话后处理（秒）",
    "transfers": "转接次数",
    "recording": "录音",
    "yes": "有",
    "no": "无",
    "direction.inbound": "呼入",
    "direction.outbound": "呼出",
    "direction.internal": "内部",
    "outcome.answered": "已接通",
    "outcome.abandoned": "放弃",
    "outcome.left_in_ivr": "语音菜单中挂机",
    "outcome.resolved_in_ivr": "自助办结",
    "outcome.closed": "非服务时间",
    "outcome.lost_by_system": "系统故障丢失",
    "outcome.not_reached": "未接通",
    "outcome.": "进行中",
    "language.en": "英语",
    "language.zh": "中文",
}

TEXTS: dict[Language, dict[str, str]] = {"en": _EN, "zh": _ZH}


def told(language: Language, key: str, **values: str) -> str:
    return TEXTS[language][key].format(**values)


def code(language: Language, family: str, value: str) -> str:
    """A code that has no text is told as it is."""
    return TEXTS[language].get(f"{family}.{value}", value)
