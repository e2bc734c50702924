"""Small Parquet files by writers that are none of ours: page checksums, encodings and quirks that DuckDB does not write.

Run in this folder with pyarrow 25.0.1, polars 1.44.2, fastparquet 2026.9.0 (from PyPI): writes parquet/*.parquet.
"""

import os

import fastparquet
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 40
FLOATS = [((i * 7919) % 1000) / 64 - 7 for i in range(ROWS)]
COUNTS = [i % 4 for i in range(ROWS)]
GAPS = [None if i % 5 == 0 else i * 1.5 for i in range(ROWS)]
TEXTS = [None if i % 7 == 0 else f"t{i % 3}" for i in range(ROWS)]


def path(name):
    return os.path.join("parquet", f"{name}.parquet")


def arrow_table():
    return pa.table(
        {
            "a": pa.array(FLOATS, pa.float32()),
            "b": pa.array(COUNTS, pa.int32()),
            "c": pa.array(GAPS, pa.float64()),
            "s": pa.array(TEXTS, pa.string()),
        }
    ).replace_schema_metadata(None)


def arrow(name, table, **options):
    pq.write_table(table, path(name), store_schema=False, write_statistics=False, **options)


os.makedirs("parquet", exist_ok=True)
table = arrow_table()
# DuckDB writes data pages of version 1 alone.
for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
    arrow(f"arrow-{codec}-v2", table, compression=codec, data_page_version="2.0", use_dictionary=["b", "s"])
for codec, version in [("none", "1.0"), ("zstd", "2.0")]:
    name = f"arrow-{codec}-v{version[0]}-checksum"
    arrow(
        name,
        table,
        compression=codec,
        data_page_version=version,
        use_dictionary=["b", "s"],
        write_page_checksum=True,
    )

encodings = {
    "a": "BYTE_STREAM_SPLIT",
    "b": "DELTA_BINARY_PACKED",
    "c": "BYTE_STREAM_SPLIT",
    "s": "DELTA_BYTE_ARRAY",
    "l": "DELTA_BINARY_PACKED",
    "t": "DELTA_LENGTH_BYTE_ARRAY",
    "f": "RLE",
}
wide = (
    table.append_column("l", pa.array([(-3) ** i for i in range(ROWS)], pa.int64()))
    .append_column("t", pa.array([f"text {i % 5}" for i in range(ROWS)]))
    .append_column("f", pa.array([None if i % 3 == 1 else i % 2 == 0 for i in range(ROWS)]))
    .append_column("h", pa.array(FLOATS, pa.float16()))
    .append_column("u", pa.array([2**32 - 1 - i for i in range(ROWS)], pa.uint32()))
)
for version in ["1.0", "2.0"]:
    name = f"arrow-encodings-v{version[0]}"
    arrow(
        name,
        wide,
        compression="none",
        data_page_version=version,
        use_dictionary=False,
        column_encoding=encodings,
    )

frame = pl.from_arrow(table)
for codec in ["gzip", "zstd", "lz4"]:
    frame.write_parquet(path(f"polars-{codec}"), compression=codec, statistics=False)

fastparquet.write(
    path("fastparquet-snappy"),
    pd.DataFrame({"a": FLOATS, "b": COUNTS, "s": pd.Categorical([text or "none" for text in TEXTS])}),
    compression="SNAPPY",
    stats=False,
)
