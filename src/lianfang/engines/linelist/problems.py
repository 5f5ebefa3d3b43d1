"""What is wrong or unknown in a file, in the reader's language."""

from dataclasses import dataclass, field

ERROR, QUESTION, WARNING = "error", "question", "warning"

# code → (Chinese, English). {value}, {column} and the problem's params fill the braces.
MESSAGES = {
    "not_a_table": ("这不是 CSV 或 XLSX 表格：{why}", "This is not a CSV or XLSX table: {why}"),
    "empty_file": ("文件是空的", "The file is empty"),
    "no_rows": ("只有表头，没有数据行", "There is a header but no row"),
    "cut_mid_row": (
        "文件在一行中间被截断（{why}）。整份拒收，请重新取得完整文件",
        "The file is cut in the middle of a row ({why}). It is refused whole; get the complete file again",
    ),
    "ragged_row": (
        "应有 {expected} 列，这一行有 {found} 列",
        "This row has {found} columns where the header has {expected}",
    ),
    "duplicate_header": ("列名重复：{column}", "Two columns have the same name: {column}"),
    "nul_byte": ("含有空字节，文件已损坏", "The file holds NUL bytes; it is damaged"),
    "encoding": (
        "文字编码无法识别（试过 UTF-8 与 GB18030）",
        "The text encoding is not known (tried UTF-8 and GB18030)",
    ),
    "last_row": (
        "文件末尾没有换行，最后一行可能不完整。它完整吗？",
        "The file does not end with a line break, so its last row may be cut. Is it complete?",
    ),
    "sheet_full": (
        "工作表已写满最后一行（{rows} 行），后面的数据可能已丢失。它完整吗？",
        "The sheet is filled to its last row ({rows}); what came after may be lost. Is it complete?",
    ),
    "other_sheets": (
        "只读第一个工作表；未读：{sheets}",
        "Only the first sheet is read; not read: {sheets}",
    ),
    "no_id_column": ("没有认出病例编号列。请指明", "No column was recognised as the case number. Say which one it is"),
    "two_columns": (
        "有不止一列像“{field}”：{columns}。请选一列",
        "More than one column looks like “{field}”: {columns}. Choose one",
    ),
    "missing_id": ("缺少病例编号", "The case number is missing"),
    "duplicate_id": ("编号 {value} 在第 {other} 行已出现", "Number {value} already stands in row {other}"),
    "date_order": (
        "{column}：日期是日/月还是月/日？文件里没有能判断的证据",
        "{column}: is it day/month or month/day? Nothing in the file decides it",
    ),
    "date_year": ("{column}：日期没有年份。是哪一年？", "{column}: the dates have no year. Which year?"),
    "date_mangled": (
        "{column}：有 {count} 个日期像被电子表格弄乱了，例如 {value} 可能是 {proposal}。怎样处理？",
        "{column}: {count} dates look mangled by a spreadsheet, for example {value} may be {proposal}. What shall be done?",
    ),
    "bad_date": ("{column}：“{value}”不是可识别的日期", "{column}: “{value}” is not a date that can be read"),
    "no_symptoms": (
        "{column}：写“{value}”的行没有日期，按无症状留空",
        "{column}: rows that say “{value}” have no date; it is left empty",
    ),
    "bad_number": ("{column}：“{value}”不是数字", "{column}: “{value}” is not a number"),
    "bad_sex": ("{column}：“{value}”不是可识别的性别", "{column}: “{value}” is not a sex that can be read"),
    "bad_id_number": ("身份证号校验不通过", "The resident ID number fails its check digit"),
    "unknown_source": ("来源 {value} 不在名单中", "Source {value} is not in the list"),
    "self_source": (
        "病例 {value} 把自己列为来源，这一条不采用",
        "Case {value} names itself as its source; that link is left out",
    ),
    "unknown_end": ("接触表第 {line} 行：{value} 不在名单中", "Contacts file, row {line}: {value} is not in the list"),
    "both_ways": (
        "接触表有 {count} 对是双向的（如 {value}）。它们有方向吗？",
        "The contacts file has {count} pairs in both directions (such as {value}). Do its links have a direction?",
    ),
    "contacts_columns": (
        "接触表没有认出来源列和病例列（如 from、to）",
        "The contacts file has no columns recognised as source and case (such as from, to)",
    ),
    "more": ("另有 {count} 条同类提示，没有逐条列出", "{count} more of this kind are not listed one by one"),
    "order": ("{first} 晚于 {second}", "{first} is later than {second}"),
}

# code of a question → where its answer stands in a map (mapping.py)
ANSWERED_IN = {
    "last_row": "[file] last_row", "sheet_full": "[file] last_row", "no_id_column": '[columns] "…" = "id"',
    "two_columns": "[columns]", "date_order": "[dates] order", "date_year": "[dates] year",
    "date_mangled": "[dates] mangled", "bad_date": "[dates] unreadable = blank", "bad_sex": "[values.sex]",
    "bad_number": "[values.age]", "unknown_end": "[sources] unknown", "both_ways": "[sources] contacts",
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One finding. ``row`` is the line number a person sees in a spreadsheet (the header is row 1)."""

    code: str
    severity: str = ERROR
    row: int | None = None
    column: str = ""
    value: str = ""
    params: dict[str, object] = field(default_factory=dict)

    def message(self, language: str = "en") -> str:
        text = MESSAGES[self.code][0 if language.startswith("zh") else 1]
        return text.format(**{"value": self.value, "column": self.column, **self.params})

    def where(self, language: str = "en") -> str:
        if self.row is None:
            return self.column
        row = f"第 {self.row} 行" if language.startswith("zh") else f"row {self.row}"
        return f"{row} · {self.column}" if self.column else row
