"""What the records, the life of a warrant and its certificate are called: (official Chinese, English)."""

TERMS = {
    "record": {
        "ping": ("定位记录", "positions"),
        "visit": ("场所记录", "stays"),
        "ride": ("乘车记录", "rides"),
    },
    "warrant_state": {
        "requested": ("待审批", "to be approved"),
        "active": ("有效", "in force"),
        "refused": ("未批准", "refused"),
        "lapsed": ("逾期未批", "lapsed unanswered"),
        "destroying": ("正在销毁", "being destroyed"),
        "destroyed": ("已销毁", "destroyed"),
    },
    "certificate": {
        "altered": ("证明被改动", "the certificate was altered"),
        "not_in_ledger": ("台账中没有这份证明", "the ledger does not hold this certificate"),
        "never_here": ("销毁时密钥不在这台主机上", "the key was not on the host that destroyed it"),
        "still_there": ("记录或密钥仍在", "key or records are still there"),
        "unfinished": ("销毁尚未完成", "the destruction is not finished"),
    },
    "outside": {
        "period": ("时段外", "outside the period"),
        "area": ("区域外", "outside the area"),
    },
}
