"""Cells of ledgers, before they become records."""

import polars as pl

from zhunru.core.table import Table, col


class LedgerCell(Table):
    """One non-empty cell of a ledger, under its heading; merged cells are repeated in every row that they cover.

    TOML and YAML ledgers take the same form: sheet = the list's key, row = number of the entry, heading = key.
    """

    sheet = col(pl.String, "name of the sheet, or of the list in TOML and YAML; file stem for CSV", "工作表")
    row_no = col(pl.Int64, "row as a spreadsheet counts it, from 1; number of the entry in TOML and YAML", "行号")
    heading = col(pl.String, "heading of the column, line breaks removed, merged headings joined with /", "列名")
    value = col(pl.String, "content as text; dates as YYYY-MM-DD or with time as ISO 8601, numbers in shortest form", "内容")
    shape = col(pl.String, "text, number, date, flag, formula (result of a formula) or list", "类型")
