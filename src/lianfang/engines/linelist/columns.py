"""Which column is which: known spellings of the standard fields of a line list, in English and Chinese."""

import re
from collections.abc import Sequence

# field → spellings, folded (lower case, no spaces, underscores or punctuation). The first fits best.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "id": (
        "caseid",
        "id",
        "caseno",
        "casenumber",
        "case",
        "patientid",
        "patientno",
        "recordid",
        "个案编号",
        "病例序号",
        "病例编号",
        "编号",
        "病例号",
        "序号",
    ),
    "name": ("name", "fullname", "patientname", "姓名", "患者姓名"),
    "id_number": ("idnumber", "residentid", "nationalid", "身份证号", "身份证号码", "证件号码", "公民身份号码"),
    "phone": ("phone", "mobile", "telephone", "电话", "手机号", "联系电话", "手机"),
    "age": ("age", "ageyears", "年龄"),
    "sex": ("sex", "gender", "性别"),
    "onset_on": (
        "dtonset",
        "dateonset",
        "onset",
        "onsetdate",
        "symptomonset",
        "dateonsetsymptoms",
        "dateofonset",
        "symptomonsetdate",
        "dateofsymptomonset",
        "dateofsymptoms",
        "datesymptoms",
        "dateofonsetsymptoms",
        "symptomsonset",
        "onsetofsymptoms",
        "symptomdate",
        "onsetdatesymptoms",
        "dateofprodrome",
        "发病日期",
        "发病时间",
    ),
    "sampled_on": (
        "sampled",
        "sampledate",
        "datesampled",
        "dtsample",
        "specimendate",
        "dateofsample",
        "samplecollectiondate",
        "dateofspecimen",
        "采样日期",
        "采样时间",
    ),
    "diagnosed_on": (
        "dtdiag",
        "confirmdate",
        "dateconfirmation",
        "dateconfirmed",
        "confirmationdate",
        "diagnosisdate",
        "dtconfirm",
        "dateofconfirmation",
        "dateofdiagnosis",
        "datediagnosis",
        "confirmed",
        "dateconfirm",
        "confirmeddate",
        "dateofconfirm",
        "阳性日期",
        "确诊日期",
        "诊断日期",
        "确诊时间",
    ),
    "reported_on": (
        "dtreport",
        "reportdate",
        "datereport",
        "datereported",
        "dtnotification",
        "notificationdate",
        "dateofreport",
        "dateofnotification",
        "reportingdate",
        "dateofreporting",
        "报告日期",
        "报告时间",
    ),
    "exposed_from": (
        "dtstartexp",
        "startsource",
        "exposurestart",
        "exposedfrom",
        "startexposure",
        "暴露开始日期",
        "暴露起始",
    ),
    "exposed_to": ("dtendexp", "endsource", "exposureend", "exposedto", "endexposure", "暴露结束日期", "暴露终止"),
    "admitted_on": (
        "datehospital",
        "dthosp",
        "hospitalisationdate",
        "hospitalizationdate",
        "dateadmission",
        "dthospitalisation",
        "dateofhospitalisation",
        "dateofhospitalization",
        "dateofadmission",
        "admissiondate",
        "hospitaladmissiondate",
        "dateadmitted",
        "入院日期",
    ),
    "quarantined_on": ("datequarantine", "quarantinedate", "dtquarantine", "隔离日期"),
    "discharged_on": ("datedischarge", "dischargedate", "dtdischarge", "dateofdischarge", "出院日期"),
    "died_on": ("dtdeath", "dateofdeath", "deathdate", "datedeath", "death", "死亡日期"),
    "outcome": ("outcome", "dateoutcome转归", "转归"),
    "hospital": ("lochosp", "hospital", "hospitalname", "医院", "就诊医院"),
    "setting": ("placeinfect", "placeofinfection", "presumedreason", "setting", "感染地点", "感染方式"),
    "severity": ("severity", "病情", "临床分型"),
    "source": (
        "infectionsource",
        "infector",
        "source",
        "infectedby",
        "sourcecase",
        "infectorid",
        "sourceid",
        "sourcecaseid",
        "infectedbycase",
        "contactwith",
        "contactwithcase",
        "sourceofinfection",
        "parentcase",
        "primarycase",
        "exposedtocase",
        "感染来源",
        "传染源",
        "传染来源",
        "密接来源",
        "上代病例",
        "来源病例",
    ),
    "related": ("relatedcases", "clusterlinks", "linkedcases", "linkedto", "epilink", "epilinks", "关联病例"),
    "area_code": ("areacode", "admincode", "regioncode", "区划代码"),
    "address": ("address", "residence", "现住址", "住址", "地址"),
    "notes": ("notes", "additionalinformation", "comment", "comments", "remarks", "备注"),
}
DATES = tuple(field for field in SPELLINGS if field.endswith(("_on", "_from", "_to")))
MANY = frozenset({"related"})  # fields that several columns may share
_BY_SPELLING = {spelling: field for field, all_ in SPELLINGS.items() for spelling in all_}


def fold(header: str) -> str:
    return re.sub(r"[\W_]+", "", header.lower())


def recognise(header: Sequence[str]) -> dict[str, str]:
    """Return {column: field} for every column whose spelling is known; the rest is left to the user."""
    return {name: _BY_SPELLING[fold(name)] for name in header if fold(name) in _BY_SPELLING}


def clashes(columns: dict[str, str]) -> dict[str, list[str]]:
    """Fields claimed by more than one column where one spelling is not plainly the better."""
    claims: dict[str, list[str]] = {}
    for name, field in columns.items():
        claims.setdefault(field, []).append(name)
    return {field: names for field, names in claims.items() if len(names) > 1 and field not in MANY}


def settle(columns: dict[str, str]) -> dict[str, str]:
    """Case numbers only: where 'CaseID' and 'Case' both stand, the exact spelling wins without a question."""
    names = clashes(columns).get("id", [])
    if not names:
        return columns
    best = min(names, key=lambda name: SPELLINGS["id"].index(fold(name)))
    return {name: field for name, field in columns.items() if field != "id" or name == best}
