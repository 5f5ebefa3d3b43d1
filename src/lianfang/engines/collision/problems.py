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
    "other_kind": (
        "文件里是 {value}，需要的是 {expected}",
        "The file holds records of kind {value}; {expected} is needed",
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
    "not_parquet": ("读不出 Parquet：{why}", "This cannot be read as Parquet: {why}"),
    "wrong_whole_type": (
        "{column}：列的类型应为整数，实为 {value}",
        "{column}: a column of whole numbers is needed, found {value}",
    ),
    "wrong_number_type": (
        "{column}：列的类型应为数字，实为 {value}",
        "{column}: a column of numbers is needed, found {value}",
    ),
    "too_large": ("{column}：{value} 超出 64 位整数", "{column}: {value} is beyond a 64-bit whole number"),
    "statistics": (
        "{column}：{value} 不在文件自己登记的最小与最大值之间；文件的统计信息有误",
        "{column}: {value} is not between the smallest and largest value the file itself has on record; "
        "the file's statistics are wrong",
    ),
    "no_store": ("这里没有轨迹库：{why}", "There is no store of pings here: {why}"),
    "store_damaged": (
        "轨迹库已损坏，未作任何回答：{why}",
        "The store is damaged and answers nothing: {why}",
    ),
    "store_format": (
        "轨迹库的格式是 {value}，本版本只认 {expected}",
        "The store has format {value}; this version reads {expected}",
    ),
    "store_busy": ("另一个进程正在写这个轨迹库", "Another process is writing this store"),
    "store_origin": (
        "轨迹库的原点是 {start}，不是 {value}；原点在首次建立时定下",
        "The store's origin is {start}, not {value}; it is set when the store is first built",
    ),
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
        if self.row is not None:
            text = f"第 {self.row} 行 · {text}" if chinese else f"row {self.row} · {text}"
        return f"{self.params['file']} · {text}" if "file" in self.params else text
