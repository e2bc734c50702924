"""Reads what our readers accepted with Python's csv and gzip modules and NumPy, and says where they differ.

One JSON list of cases a line in, one list of differences a line out; "" is none.
"""
import base64
import csv
import gzip
import io
import json
import struct
import sys

import numpy

csv.field_size_limit(2**31 - 1)
# What String.prototype.trim takes away.
SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def main():
    print(json.dumps({"python": sys.version.split()[0], "numpy": numpy.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps([difference(case) for case in json.loads(line)]), flush=True)


def difference(case):
    """Why the reading of a case is not the second reader's, or nothing."""
    data = base64.b64decode(case["bytes"])
    got = numpy.frombuffer(base64.b64decode(case["numbers"]), "<f4").reshape(case["rows"], case["cols"])
    try:
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        return READERS[case["format"]](data, got, case)
    except Exception as error:  # what it refuses we should not have read
        return f"the second reader refuses it: {type(error).__name__}: {error}"


def npy(data, got, case):
    array = numpy.load(io.BytesIO(data), allow_pickle=False)
    return compare(array.reshape(array.shape[0] if array.ndim else 1, -1), got)


IDX_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def idx(data, got, case):
    zero, kind, rank = struct.unpack(">HBB", data[:4])
    shape = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    array = numpy.frombuffer(data[4 + 4 * rank :], IDX_TYPES[kind])
    assert zero == 0
    return compare(array.reshape(shape).reshape(shape[0], -1), got)


def netpbm(data, got, case):
    kind = data[:2].decode()
    channels = 3 if kind in ("P3", "P6") else 1
    header, rest = [], data[2:]
    while len(header) < 3:
        # One space or comment away, or one number.
        if rest[:1] == b"#":
            rest = rest.partition(b"\n")[2]
        elif rest[:1].isspace():
            rest = rest[1:]
        else:
            digits = len(rest) - len(rest.lstrip(b"0123456789"))
            assert digits > 0
            header.append(int(rest[:digits]))
            rest = rest[digits:]
    width, height, most = header
    size = width * height * channels
    if kind in ("P5", "P6"):
        width_of = 1 if most < 256 else 2
        array = numpy.frombuffer(rest[1 : 1 + size * width_of], ">u1" if most < 256 else ">u2")
    else:
        lines = [line.partition(b"#")[0] for line in rest.split(b"\n")]
        array = numpy.array([int(word) for word in b" ".join(lines).split()])
    pixels = array.reshape(height, width, channels).astype("f8") * 255 / most
    return compare(pixels.transpose(2, 0, 1).reshape(1, -1), got)


def compare(array, got):
    # float32 by way of float64, as everywhere in this package.
    wanted = array.astype("f8").astype("f4")
    if wanted.shape != got.shape:
        return f"shape {got.shape}, the second reader has {wanted.shape}"
    odd = numpy.flatnonzero(wanted.view("u4").ravel() != numpy.ascontiguousarray(got).view("u4").ravel())
    odd = [i for i in odd if not (numpy.isnan(wanted.flat[i]) and numpy.isnan(got.flat[i]))]
    if odd:
        return f"number {odd[0]} is {got.flat[odd[0]]!r}, the second reader has {wanted.flat[odd[0]]!r}"
    return ""


def table(data, got, case):
    """Our rules of what is a name, a number or missing, on the fields that the csv module finds."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    for _ in range(case["skipRows"]):
        text = next_line(text)
    why = ""
    for delimiter in [case["delimiter"]] if case["delimiter"] else [",", ";", "\t"]:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        records = [record for record in records if record]
        # A line of spaces is no row; a quoted field and spaces is one, and the csv module gives the same for both.
        rows = [record for record in records if len(record) > 1 or record[0] == "" or record[0].strip(" ")]
        for lines in [rows, records] if '"' in text else [rows]:
            for header in [case["header"]] if case["header"] is not None else [True, False]:
                try:
                    difference = table_difference(lines, header, got, case)
                except ValueError as error:
                    difference = str(error)
                if not difference:
                    return ""
                why = why or difference
    return why


def next_line(text):
    for at, character in enumerate(text):
        if character == "\n" or (character == "\r" and text[at + 1 : at + 2] != "\n"):
            return text[at + 1 :]
    return ""


def table_difference(lines, header, got, case):
    unix = [[text.replace("\r\n", "\n").replace("\r", "\n") for text in record] for record in lines]
    if not unix:
        return "no rows"
    names = [name.strip(SPACES) if header else "" for name in unix[0]]
    names = [name or f"x{j + 1}" for j, name in enumerate(names)]
    rows = unix[1:] if header else unix
    if len(rows) != case["rows"]:
        return f"{case['rows']} rows, the second reader has {len(rows)}"
    for record, row in zip(rows, range(len(rows))):
        if len(record) != len(names):
            return f"row {row} has {len(record)} fields for {len(names)} names"
    ours = case["columns"] + [column["name"] for column in case["texts"]]
    if sorted(ours) != sorted(names):
        return f"columns {ours}, the second reader has {names}"
    missing = {"", *case["missing"]}
    for at, name in enumerate(case["columns"]):
        texts = [record[names.index(name)].strip(SPACES) for record in rows]
        wanted = [float("nan") if text in missing else float(text) for text in texts]
        difference = compare(numpy.array(wanted).reshape(-1, 1), got[:, at : at + 1])
        if difference:
            return f"column {name}: {difference}"
    for column in case["texts"]:
        texts = [record[names.index(column["name"])] for record in rows]
        wanted = ["" if text.strip(SPACES) in missing else text for text in texts]
        if wanted != column["values"]:
            odd = next(i for i in range(len(wanted)) if wanted[i] != column["values"][i])
            return f"text {odd} is {column['values'][odd]!r}, the second reader has {wanted[odd]!r}"
    return ""


READERS = {"npy": npy, "idx": idx, "netpbm": netpbm, "csv": table}

main()
