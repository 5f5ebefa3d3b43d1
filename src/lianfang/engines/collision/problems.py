"""What is wrong with location records, in the reader's language, always naming the row and the column."""

# code → (Chinese, English). {column}, {value} and the problem's params fill the braces.
MESSAGES = {
    "shape": (
        "{column}：应为一维、{expected} 个值，实为 {found}",
        "{column}: one dimension of {expected} values is needed, found {found}",
    ),
    "not_integer": ("{column}：应为整数，实为“{value}”", "{column}: a whole number is needed, found “{value}”"),
    "not_number": ("{column}：“{value}”不是数字", "{column}: “{value}” is not a number"),
    "not_finite": ("{column}：缺失或不是有限数（{value}）", "{column}: missing or not finite ({value})"),
    "out_of_range": (
        "{column}：{value} 超出 {low} 至 {high}",
        "{column}: {value} is outside {low} to {high}",
    ),
    "times_reversed": (
        "{column}：结束时间 {value} 早于开始时间 {start}",
        "{column}: the end {value} lies before the beginning {start}",
    ),
    "index_twice": ("人员 {value} 作为索引出现两次", "Person {value} stands twice in the index"),
    "parameter": (
        "参数 {column}：{value} 不可用，应{need_zh}",
        "Parameter {column}: {value} cannot be used, {need_en}",
    ),
    "no_column": ("缺少列 {column}；文件中有：{found}", "There is no column {column}; the file has: {found}"),
    "no_kind": (
        "认不出记录的种类：需要 t、lon、lat、accuracy（定位），或 place、t_in、t_out（场所），"
        "或 trip、carriage、row、t_on、t_off（乘车）；文件中有：{found}",
        "The kind of records is not known: t, lon, lat, accuracy (pings), or place, t_in, t_out (visits), or trip, "
        "carriage, row, t_on, t_off (rides) are needed; the file has: {found}",
    ),
    "duplicate_header": ("列名重复或同义：{column}", "Two columns mean the same: {column}"),
    "empty_cell": ("{column}：为空", "{column}: empty"),
    "bad_time": (
        "{column}：“{value}”不是秒数，也不是 2021-01-05T08:00:00+08:00 这样的时间",
        "{column}: “{value}” is neither seconds nor a time such as 2021-01-05T08:00:00+08:00",
    ),
    "ragged_row": ("应有 {expected} 列，这一行有 {found} 列", "The header has {expected} columns, this row {found}"),
    "open_end": (
        "文件末尾没有换行，最后一行可能被截断。整份拒收；若完整，请在末尾加一个换行",
        "The file does not end with a line break, so its last row may be cut. It is refused whole; "
        "add a line break if it is complete",
    ),
    "empty_file": ("文件是空的", "The file is empty"),
    "not_a_table": ("这不是 CSV 或 Parquet 表格：{why}", "This is not a CSV or Parquet table: {why}"),
    "encoding": (
        "文字编码无法识别（试过 UTF-8 与 GB18030）",
        "The text encoding is not known (tried UTF-8 and GB18030)",
    ),
}


class BadRecord(ValueError):
    """Input that cannot be used. Nothing of it was.

    row: of an array its position from 0; of a file the line a person sees in a spreadsheet (the header is row 1).
    """

    def __init__(self, code: str, *, column: str = "", row: int | None = None, value: object = "", **params: object):
        self.code, self.column, self.row, self.value, self.params = code, column, row, value, params
        super().__init__(self.message("en"))

    def message(self, language: str = "en") -> str:
        chinese = language.startswith("zh")
        text = MESSAGES[self.code][0 if chinese else 1].format(column=self.column, value=self.value, **self.params)
        if self.row is None:
            return text
        return f"第 {self.row} 行 · {text}" if chinese else f"row {self.row} · {text}"
