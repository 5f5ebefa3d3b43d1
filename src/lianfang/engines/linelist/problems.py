"""What is wrong or unknown in a file, in the reader's language."""

from dataclasses import dataclass, field

ERROR, QUESTION, WARNING = "error", "question", "warning"

# code → (Chinese, English). {value}, {column} and the problem's params fill the braces.
MESSAGES = {
    "not_a_table": (
        "这不是可读的表格，或文件已损坏、不完整（{why}）",
        "This is no table that can be read, or it is damaged or incomplete ({why})",
    ),
    "markup": (
        "这是网页或 XML，不是表格。请用电子表格软件打开，另存为 .xlsx 后再导入",
        "This is a web page or XML, not a table. Open it in a spreadsheet program, save it as .xlsx and import that",
    ),
    "no_header": ("没有表头：第一行应写各列的名称", "There is no header: the first row should name the columns"),
    "empty_file": ("文件是空的", "The file is empty"),
    "no_rows": ("只有表头，没有数据行", "There is a header but no row"),
    "cut_mid_row": (
        "文件在一行中间被截断（{why}）。整份拒收，请重新取得完整文件",
        "The file is cut in the middle of a row ({why}). It is refused whole; get the complete file again",
    ),
    "ragged_row": (
        "应有 {expected} 个单元格，这一行有 {found} 个。请更正这一行（常见原因：文字里的逗号没有加引号）",
        "This row has {found} cells where the header has {expected}. Mend the row; often a comma inside a text stands"
        " without quotation marks",
    ),
    "duplicate_header": (
        "列名重复，后一列在这里称为“{column}”",
        "Two columns have the same name; the later one is called “{column}” here",
    ),
    "title_rows": (
        "表头在第 {header} 行；它上面的行没有读",
        "The header stands in row {header}; the rows above it are not read",
    ),
    "row_quoted": (
        "有 {count} 行整行写在引号里（如第 {first} 行），已按单元格拆开",
        "Rows that stood whole in quotation marks were taken apart into cells: {count}, such as row {first}",
    ),
    "row_repeated": (
        "有 {count} 行与前面的某一行逐字相同（如第 {other} 行与第 {first} 行）。只保留前面的吗？",
        "Rows that repeat an earlier one word for word: {count}, such as row {other} after row {first}. Keep the earlier only?",
    ),
    "rows_dropped": (
        "有 {count} 行与前面的某一行逐字相同，已略去",
        "Rows that repeat an earlier one word for word are left out: {count}",
    ),
    "nul_byte": ("含有空字节，文件已损坏", "The file holds NUL bytes; it is damaged"),
    "encoding": (
        "文字编码无法识别（试过 UTF-8、UTF-16、GB18030 与西欧编码）。请另存为 UTF-8",
        "The text encoding is not known (tried UTF-8, UTF-16, GB18030 and Western European). Save the file as UTF-8",
    ),
    "encoding_wrong": ("文件不是 {value} 编码", "The file is not written in {value}"),
    "encoding_unknown": ("没有名为 {value} 的编码", "There is no encoding called {value}"),
    "encoding_guessed": (
        "按西欧编码（{value}）读取。如果姓名显示不对，请在映射文件的 [file] encoding 中指明",
        "Read as Western European ({value}). If names look wrong, say which it is in a map: [file] encoding",
    ),
    "encoding_doubtful": (
        "文字可能不是 GB18030 编码（表头读作“{value}”）。是哪一种？",
        "The text may not be written in GB18030 (a header would read “{value}”). Which encoding is it?",
    ),
    "old_workbook": (
        "这是旧格式（.xls）或有密码的工作簿，不能直接读。请去掉密码，另存为 .xlsx 后再导入",
        "This is a workbook of the old kind (.xls), or one with a password; it is not read. Save it as .xlsx without a"
        " password, then import that",
    ),
    "sheet_area": (
        "工作表一直用到第 {rows} 行、第 {columns} 列，多半是远处误写了一格。请删去名单以外的行和列，保存后再导入",
        "A sheet is used down to row {rows} and column {columns}, most likely by one stray cell. Delete the rows and columns"
        " outside the list, save, and import again",
    ),
    "password": (
        "工作簿有密码保护，或已损坏。请去掉密码后再导入",
        "The workbook is protected by a password, or damaged. Remove the password and import again",
    ),
    "no_sheet": ("没有名为“{value}”的工作表；有：{sheets}", "There is no sheet called “{value}”; there are: {sheets}"),
    "uncomputed": (
        "有 {count} 个单元格是没有计算结果的公式（如 {value}）。请用电子表格软件打开、保存后再导入",
        "Cells hold a formula without its result: {count}, such as {value}. Open and save the file in a spreadsheet program,"
        " then import it again",
    ),
    "several_sheets": (
        "有 {count} 个工作表像个案表：{sheets}。读哪一个？",
        "More than one sheet looks like a line list: {sheets}. Which one is meant?",
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
        "只读工作表“{sheet}”；未读：{sheets}",
        "Only the sheet “{sheet}” is read; not read: {sheets}",
    ),
    "no_id_column": (
        "没有认出病例编号列。请指明；名单没有编号时，可用行号代替",
        "No column was recognised as the case number. Say which one it is; where the list has none, rows can be numbered",
    ),
    "loose_quotes": (
        "这一行的文字里有未成对的引号，已按原样读取。请核对这一行",
        "A text in this row has a quotation mark that is not doubled; it was read as it stands. Look at the row",
    ),
    "two_columns": (
        "有不止一列像“{field}”：{columns}。请选一列",
        "More than one column looks like “{field}”: {columns}. Choose one",
    ),
    "missing_id": ("缺少病例编号", "The case number is missing"),
    "duplicate_id": ("编号 {value} 在第 {other} 行已出现", "Number {value} already stands in row {other}"),
    "alike_id": (
        "有 {count} 个编号只在大小写、前导零或空格上与别的编号不同（如 {value} 与第 {other} 行的 {twin}）。它们是不同的病例吗？",
        "Numbers differ from another only in case, leading zeros or blanks: {count}, such as {value} and {twin} in row"
        " {other}. Are they different cases?",
    ),
    "date_order": (
        "有 {count} 个日期分不清是日/月还是月/日，例如 {value}。文件里没有能判断的证据",
        "Dates such as {value} ({count} in all) may be day/month or month/day. Nothing in the file decides it",
    ),
    "date_year": (
        "有 {count} 个日期没有年份，例如 {value}。是哪一年？跨年的名单请写两年，如 2020-2021",
        "Dates such as {value} ({count} in all) have no year. Which year? If they run into the next, give both: 2020-2021",
    ),
    "year_turns": (
        "没有年份的日期既有年底的也有年初的，现在都算作同一年。跨年的名单请写两年，如 2020-2021",
        "Dates without a year stand on both sides of New Year, and all were put in one year. If they run into the next,"
        " give both: 2020-2021",
    ),
    "date_century": (
        "有 {count} 个两位数年份看不出是哪个世纪，例如 {value}。从哪一年算起？",
        "Years of two digits as in {value} ({count} in all) may belong to any century. In which year does it begin?",
    ),
    "date_serial": (
        "有 {count} 个日期只是一个数，例如 {value}。从哪一天数起？",
        "Dates are bare numbers such as {value} ({count} in all). From which day do they count?",
    ),
    "date_far": (
        "有 {count} 个日期离其他日期（{first} 至 {last}）很远，例如 {value}。照写还是留空？",
        "Dates such as {value} ({count} in all) lie years away from all others ({first} to {last}). Keep them or leave them"
        " empty?",
    ),
    "date_blanked": (
        "有 {count} 种写法不是日期，例如“{value}”，已留空",
        "Texts such as “{value}” are no date and are left empty: {count} in all",
    ),
    "no_date": (
        "“{value}”只说发生与否，没有日期，留空",
        "“{value}” says whether it happened, not when; the date is left empty",
    ),
    "date_mangled": (
        "有 {count} 个日期像被电子表格弄乱了，例如 {value} 可能是 {proposal}。怎样处理？",
        "Dates look mangled by a spreadsheet: {count} in all, for example {value} may be {proposal}. What shall be done?",
    ),
    "bad_date": ("“{value}”不是可识别的日期", "“{value}” is not a date that can be read"),
    "no_symptoms": (
        "写“{value}”的行没有日期，按无症状留空",
        "Rows that say “{value}” have no date; it is left empty",
    ),
    "age_range": (
        "有 {count} 行写的是年龄段，例如“{value}”；年龄留空，原文记入备注",
        "Ages given as a range such as “{value}” are left empty, and the text stands in the notes: {count} rows",
    ),
    "sex_other": (
        "有 {count} 行写“{value}”一类；性别留空，原文记入备注",
        "Sexes such as “{value}” are left empty, and the text stands in the notes: {count} rows",
    ),
    "sex_coded": (
        "只有 0 和 1。哪一个是男？",
        "Only 0 and 1 are used. Which of them is male?",
    ),
    "bad_number": ("“{value}”不是年龄", "“{value}” is not an age that can be read"),
    "bad_sex": ("“{value}”不是可识别的性别", "“{value}” is not a sex that can be read"),
    "bad_id_number": ("身份证号校验不通过", "The resident ID number fails its check digit"),
    "unknown_source": ("来源 {value} 不在名单中", "Source {value} is not in the list"),
    "id_alike": (
        "“{value}”按病例 {id} 处理",
        "“{value}” is taken for case {id}",
    ),
    "source_range": (
        "“{value}”像是一段编号，只取了两端的病例",
        "“{value}” looks like a range; only the two cases at its ends were taken",
    ),
    "circle": (
        "这些病例互为来源，成环：{value}。从起点到不了的病例没有代次",
        "These cases are each other's source in a circle: {value}. Whoever no beginning leads to gets no generation",
    ),
    "self_source": (
        "病例 {value} 把自己列为来源，这一条不采用",
        "Case {value} names itself as its source; that link is left out",
    ),
    "unknown_end": (
        "接触表有 {count} 处写的人不在名单中（如第 {line} 行的“{value}”）。忽略这些联系吗？",
        "The contacts file names people who are not in the list: {count} times, such as “{value}” in row {line}. Leave these"
        " links out?",
    ),
    "end_ignored": (
        "{value} 不在名单中，这一条联系不采用",
        "{value} is not in the list; the link is left out",
    ),
    "no_end": ("没有写病例，这一条联系不采用", "No case is named; the link is left out"),
    "backwards": (
        "接触表里 {compared} 条有发病日期的联系中，有 {count} 条是来源比病例后发病（如 {value}）。方向写反了吗？",
        "In {count} of {compared} links with known onsets the source fell ill after the case (such as {value}). Is their"
        " direction the other way round?",
    ),
    "both_ways": (
        "接触表有 {count} 对是双向的（如 {value}）。它们有方向吗？",
        "The contacts file has {count} pairs in both directions (such as {value}). Do its links have a direction?",
    ),
    "contacts_source": (
        "接触表里没有认出哪一列是来源（传染给别人的人）。请指明",
        "No column of the contacts file was recognised as the source (who infected). Say which one it is",
    ),
    "contacts_case": (
        "接触表里没有认出哪一列是病例（被传染的人）。请指明",
        "No column of the contacts file was recognised as the case (who was infected). Say which one it is",
    ),
    "more": ("另有 {count} 条同类提示，没有逐条列出", "{count} more of this kind are not listed one by one"),
    "order": ("{first} 晚于 {second}", "{first} is later than {second}"),
}

# code of a question → where its answer stands in a map (mapping.py)
ANSWERED_IN = {
    "last_row": "[file] last_row", "sheet_full": "[file] last_row", "several_sheets": "[file] sheet",
    "row_repeated": "[file] repeated", "alike_id": "[file] alike", "encoding_doubtful": "[file] encoding",
    "no_id_column": '[columns] "…" = "id", or [file] number = "rows"', "two_columns": "[columns]",
    "contacts_source": '[contacts] "…" = "source"', "contacts_case": '[contacts] "…" = "case"',
    "date_order": "[dates] order", "date_year": "[dates] year", "date_century": "[dates] century",
    "date_serial": "[dates] serial", "date_mangled": "[dates] mangled", "date_far": "[dates] far",
    "bad_date": "[dates] unreadable = blank",
    "sex_coded": '[values.sex] "0" = "female", "1" = "male", or the reverse', "bad_sex": '[values.sex] "…" = ""', "bad_number": '[values.age] "…" = ""',
    "unknown_end": "[sources] unknown", "both_ways": "[sources] contacts", "backwards": "[sources] contacts",
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


class Refused(ValueError):
    """The file cannot be taken at all; nothing of it was. Carries the problem that says why."""

    def __init__(self, problem: Problem):
        super().__init__(f"{problem.where()} {problem.message()}".strip())
        self.problem = problem
