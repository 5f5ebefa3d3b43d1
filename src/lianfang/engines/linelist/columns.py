"""Which column is which: known spellings of the standard fields of a line list, in English and Chinese.

A header that stands in no list of spellings is taken apart into words: 'date_onset_symptoms_dd_mm_yyyy' is a date of
onset, because one of its words says so and every other word may stand beside it. 'onset_infector' is not: an infector's
onset belongs to somebody else.
"""

import re
from collections.abc import Sequence

# field → spellings, folded (lower case, no spaces, underscores or punctuation). The first fits best.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "id": ("caseid", "id", "caseno", "casenumber", "case", "patientid", "patientno", "recordid", "uid", "uniqueid", "uniquekey", "patientnumber", "caseidno", "idcase", "casenum", "subjectid", "personid", "number", "no", "recordnumber", "linelistid", "deathid", "identifiant", "个案编号", "病例序号", "病例编号", "编号", "病例号", "个案号", "患者编号", "病人编号", "感染者编号", "病例", "個案編號", "病例編號", "编码", "序号"),
    "name": ("name", "fullname", "patientname", "casename", "nomcomplet", "姓名", "患者姓名", "病例姓名", "病人姓名"),
    "id_number": ("idnumber", "residentid", "nationalid", "身份证号", "身份证号码", "证件号码", "公民身份号码"),
    "phone": ("phone", "mobile", "telephone", "电话", "手机号", "联系电话", "联系方式", "手机号码", "電話", "手机"),
    "age": ("ageyears", "ageinyears", "age", "agebracket", "ageatonset", "âge", "edad", "年龄", "年龄岁", "周岁", "年齡"),
    "age_unit": ("ageunit", "ageunits", "uniteage", "unitéâge", "年龄单位"),
    "sex": ("sex", "gender", "sexe", "sexo", "性别", "性別"),
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
        "首发症状日期",
        "症状开始日期",
        "出现症状日期",
        "起病日期",
        "發病日期",
        "症状出现日期",
        "datedebut",
        "datedebutsymptomes",
    ),
    "sampled_on": ("sampled", "sampledate", "datesampled", "dtsample", "specimendate", "dateofsample", "samplecollectiondate", "dateofspecimen", "采样日期", "采样时间", "标本采集日期", "首次阳性采样日期"),
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
        "诊断时间",
        "确认日期",
        "確診日期",
        "核酸阳性日期",
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
        "reported",
        "报告日期",
        "报告时间",
        "報告日期",
        "通报日期",
    ),
    "exposed_from": (
        "dtstartexp",
        "startsource",
        "exposurelower",
        "exposurestart",
        "exposedfrom",
        "startexposure",
        "暴露开始日期",
        "暴露起始",
    ),
    "exposed_to": ("dtendexp", "endsource", "exposureend", "exposureupper", "exposedto", "endexposure", "暴露结束日期", "暴露终止"),
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
        "admission",
        "admitted",
        "hospitalized",
        "hospitalised",
        "入院日期",
        "住院日期",
        "收治日期",
        "入院时间",
    ),
    "quarantined_on": ("datequarantine", "quarantinedate", "dtquarantine", "隔离日期", "隔离时间", "集中隔离日期", "管控日期"),
    "discharged_on": ("datedischarge", "dischargedate", "dtdischarge", "dateofdischarge", "discharged", "出院日期", "出院时间"),
    "died_on": ("dtdeath", "dateofdeath", "deathdate", "datedeath", "death", "died", "diedon", "死亡日期", "死亡时间"),
    "outcome": ("outcome", "currentstatus", "finaloutcome", "patientoutcome", "转归", "结局", "issue"),
    "hospital": ("lochosp", "hospital", "hospitalname", "nameofhospitaladmitted", "healthfacility", "healthfacilityname", "treatmenthospital", "医院", "就诊医院", "收治医院", "定点医院", "入住醫院名稱"),
    "setting": (
        "placeinfect", "placeofinfection", "infectionplace", "presumedreason", "setting", "exposureplace", "placeofexposure", "exposuresetting",
        "infectioncase", "感染地点", "感染方式", "感染场所", "暴露地点", "暴露场所",
    ),
    "severity": ("severity", "病情", "临床分型", "临床严重程度", "严重程度"),
    "source": (
        "infectionsource", "infector", "source", "infectedby", "sourcecase", "infectorid", "sourceid", "sourcecaseid", "infectedbycase",
        "idinfector", "infectedfrom", "infectedbyid", "infectioussource", "presumedinfector", "likelyinfector", "contractedfrom", "contractedfromwhichpatient", "contractedfromwhichpatientsuspected", "contactwith", "contactwithcase", "sourceofinfection", "parentcase", "primarycase", "parentid", "exposedtocase",
        "感染来源", "传染源", "传染来源", "密接来源", "上代病例", "来源病例", "上一代病例", "感染者来源", "传染源编号", "感染源", "感染来源病例", "密接的病例",
    ),
    "related": ("relatedcases", "clusterlinks", "knowncontacts", "关联的病例", "关联病例编号", "与其他病例关系", "与病例关系", "与确诊病例关系", "linkedcases", "linkedto", "epilink", "epilinks", "关联病例"),
    "area_code": ("areacode", "admincode", "regioncode", "区划代码"),
    "address": ("address", "residence", "现住址", "住址", "现住地址", "居住地址", "家庭住址", "地址"),
    "notes": ("notes", "note", "additionalinformation", "additionalinfo", "comment", "comments", "remarks", "备注"),
}
DATES = tuple(field for field in SPELLINGS if field.endswith(("_on", "_from", "_to")))
MANY = frozenset({"related"})  # fields that several columns may share
_BY_SPELLING = {spelling: field for field, all_ in SPELLINGS.items() for spelling in all_}


# field → (words that name it, words that may stand beside them). Every word of a header must be one or the other.
_BESIDE = frozenset(["date", "dt", "t", "day", "on", "of", "the", "in", "to", "at", "for", "a", "and", "first", "d", "dd", "m", "mm", "y", "yy", "yyyy", "reported", "recorded", "exact", "approximate", "case", "patient", "s"])
_WORDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    field: (frozenset(named.split()), frozenset(beside.split()) | _BESIDE)
    for field, named, beside in (
        ("onset_on", "onset prodrome", "symptom symptoms illness disease fever start began begin"),
        ("sampled_on", "sample sampled sampling specimen swab swabbed", "collected collection taken tested test"),
        ("diagnosed_on", "confirm confirmed confirmation diag diagnosis diagnosed diagnostic positive", "lab laboratory test result pcr"),
        ("admitted_on", "hosp hospitalised hospitalized hospitalisation hospitalization admission admitted", "hospital visit"),
        ("quarantined_on", "quarantine quarantined isolation isolated", "start began"),
        ("discharged_on", "discharge discharged released release", "hospital from"),
        ("died_on", "death died deceased", ""),
        ("reported_on", "report reporting notification notified announced", "who cdc"),
    )
}
_DATE_WORDS = frozenset({"date", "dt", "dd", "onset"})  # without one of these a word such as 'isolation' may be a place


def fold(header: str) -> str:
    """Lower case, no blanks or punctuation; 'age (2)', the second column called 'age', is spelt as the first."""
    return re.sub(r"[\W_]+", "", re.sub(r" \(\d\)$", "", header).lower())


def words(header: str) -> list[str]:
    """'OnsetDate', 'onset.date' and 'date of onset' are the same words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return [word for word in re.split(r"[\W_]+", apart.lower()) if word]


def _by_words(header: str) -> str:
    said = set(words(header))
    if not said & _DATE_WORDS:
        return ""
    named = [field for field, (own, beside) in _WORDS.items() if said & own and said <= own | beside]
    return named[0] if len(named) == 1 else ""


def field_of(header: str) -> str:
    """The field a header names, or ''."""
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", header)  # '发病日期（年/月/日）', 'age (years)'
    return _BY_SPELLING.get(fold(header)) or _BY_SPELLING.get(fold(bare)) or _by_words(bare)


def recognise(header: Sequence[str]) -> dict[str, str]:
    """Return {column: field} for every column whose spelling is known; the rest is left to the user."""
    return {name: field for name in header if (field := field_of(name))}


def clashes(columns: dict[str, str]) -> dict[str, list[str]]:
    """Fields claimed by more than one column where one spelling is not plainly the better."""
    claims: dict[str, list[str]] = {}
    for name, field in columns.items():
        claims.setdefault(field, []).append(name)
    return {field: names for field, names in claims.items() if len(names) > 1 and field not in MANY}


def best_spelt(field: str, names: Sequence[str]) -> str:
    """The one column whose spelling stands first in the list, or '': two are spelt equally well."""
    ranks = sorted((SPELLINGS[field].index(fold(name)), name) for name in names if fold(name) in SPELLINGS[field])
    return ranks[0][1] if ranks and (len(ranks) == 1 or ranks[0][0] < ranks[1][0]) else ""
