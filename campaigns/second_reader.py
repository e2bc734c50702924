"""Reads what our readers accepted with Python's csv and gzip modules, NumPy and pandas, and says where they differ.

One JSON list of cases a line in, one list of differences a line out; "" is none.
"""
import base64
import csv
import gzip
import io
import json
import re
import struct
import sys

import numpy

try:
    import pandas
except ImportError:
    pandas = None

csv.field_size_limit(2**31 - 1)
# What String.prototype.trim takes away.
SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def main():
    print(json.dumps({"python": sys.version.split()[0], "numpy": numpy.__version__, "pandas": pandas and pandas.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps([difference(case) for case in json.loads(line)]), flush=True)


def difference(case):
    """Why the reading of a case is not the second reader's, or nothing."""
    data = base64.b64decode(case["bytes"])
    numbers = numpy.frombuffer(base64.b64decode(case["numbers"]), "<f8")
    got = None if case["columns"] else numbers.reshape(case["rows"], case["cols"])
    try:
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        if case["pandas"] and pandas:
            told = pandas_difference(data, case)
            if told:
                return told
        return READERS[case["format"]](data, got, case)
    except Exception as error:  # what it refuses we should not have read
        return f"the second reader refuses it: {type(error).__name__}: {error}"


def npy(data, got, case):
    array = channels_first(numpy.load(io.BytesIO(data), allow_pickle=False))
    return compare(array.reshape(array.shape[0] if array.ndim else 1, -1), got)


IDX_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def idx(data, got, case):
    zero, kind, rank = struct.unpack(">HBB", data[:4])
    shape = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    array = numpy.frombuffer(data[4 + 4 * rank :], IDX_TYPES[kind])
    assert zero == 0
    return compare(channels_first(array.reshape(shape)).reshape(shape[0], -1), got)


def channels_first(array):
    """Images whose last axis is 1, 3 or 4 long and the second is not have their channels last."""
    last = array.ndim == 4 and array.shape[3] in (1, 3, 4) and array.shape[1] not in (1, 3, 4)
    return numpy.moveaxis(array, 3, 1) if last else array


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
    # Parts of 255, rounded to float32.
    return compare(pixels.transpose(2, 0, 1).reshape(1, -1).astype("f4"), got)


def compare(array, got):
    wanted = array.astype("f8")
    if wanted.shape != got.shape:
        return f"shape {got.shape}, the second reader has {wanted.shape}"
    odd = numpy.flatnonzero(wanted.view("u8").ravel() != numpy.ascontiguousarray(got).view("u8").ravel())
    odd = [i for i in odd if not (numpy.isnan(wanted.flat[i]) and numpy.isnan(got.flat[i]))]
    if odd:
        return f"number {odd[0]} is {got.flat[odd[0]]!r}, the second reader has {wanted.flat[odd[0]]!r}"
    return ""


def pandas_difference(data, case):
    """Where our columns are not those of pandas, told how the file is written."""
    told = case["pandas"]
    options = {name: told[name] for name in ("sep", "comment", "encoding", "skiprows")}
    raw = pandas.read_csv(io.BytesIO(data), dtype=str, na_filter=False, **options)
    names = list(raw.columns)
    if [column["name"] for column in case["columns"]] != names:
        return f"columns {[column['name'] for column in case['columns']]}, pandas has {names}"
    for at, (name, want) in enumerate(zip(names, told["columns"])):
        column = case["columns"][at]
        if ("texts" in column) != (want["kind"] == "text"):
            return f"column {name} is {'text' if 'texts' in column else 'numbers'}, written as {want['kind']}"
        texts = list(raw[name])
        if want["kind"] == "text":
            wanted = ["" if text.strip(SPACES) == "" else text for text in texts]
            if wanted != column["texts"]:
                odd = next(i for i in range(len(wanted)) if wanted[i] != column["texts"][i])
                return f"column {name}: text {odd} is {column['texts'][odd]!r}, pandas has {wanted[odd]!r}"
            continue
        # What pandas cannot be told: marks before and after a number.
        lines = [unmarked(text, want).replace('"', '""') for text in texts]
        alone = "v\n" + "".join(f'"{line}"\n' for line in lines)
        reading = {name: told[name] for name in ("decimal", "thousands", "na_values")}
        numbers = pandas.read_csv(io.StringIO(alone), float_precision="round_trip", **reading)["v"]
        difference = compare(numbers.to_numpy("f8"), numpy.frombuffer(base64.b64decode(column["numbers"]), "<f8"))
        if difference:
            return f"column {name}: {difference} (pandas)"
    return ""


def unmarked(text, column):
    """A text without the marks of its column."""
    if not text.startswith(column["prefix"]) or not text.endswith(column["suffix"]):
        return text
    return text[len(column["prefix"]) : len(text) - len(column["suffix"])]


def table(data, got, case):
    """Our rules of what is a name, a number or missing, on the fields that the csv module finds."""
    text = decoded(data, case["encoding"])
    for _ in range(case["skipRows"]):
        text = next_line(text)
    delimiters = [case["delimiter"]] if case["delimiter"] else [",", ";", "\t", "|"]
    separator = re.match("sep=(.)(?:\r\n|\n|\r|$)", text, re.IGNORECASE)
    if separator:
        text = next_line(text)
        delimiters = [case["delimiter"] or separator[1]]
    comments = [case["comment"]]
    # Lines at the top that begin with # may be remarks.
    if text.startswith("#") and not case["comment"]:
        comments.append("#")
    why = ""
    for delimiter in delimiters:
        for comment in comments:
            records = [record for record in records_of(text, delimiter, comment) if record]
            # A line of spaces is no row; a quoted field and spaces is one, and the csv module gives the same for both.
            rows = [record for record in records if len(record) > 1 or record[0] == "" or record[0].strip(" ")]
            for lines in [rows, records] if '"' in text else [rows]:
                for header in [case["header"]] if case["header"] is not None else [True, False]:
                    try:
                        difference = table_difference(lines, header, case)
                    except ValueError as error:
                        difference = str(error)
                    if not difference:
                        return ""
                    why = why or difference
    return why


def decoded(data, encoding):
    """The text of a file, without its byte order mark."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and not encoding:
        return data.decode("utf-16")
    if encoding == "latin1":
        # The web's latin1 is Windows', where five bytes mean nothing and stand for themselves.
        letters = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)]
        return "".join(letters[byte] for byte in data)
    return data.decode(encoding or "utf-8", "replace").removeprefix("\ufeff")


def records_of(text, delimiter, comment):
    """Records of the csv module, without lines of comment; inside quotes there are none."""
    between = True

    def lines():
        nonlocal between
        for line in io.StringIO(text, newline=""):
            if between and comment and line.startswith(comment):
                continue
            between = False
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    while True:
        between = True
        try:
            yield next(reader)
        except StopIteration:
            return


def next_line(text):
    for at, character in enumerate(text):
        if character == "\n" or (character == "\r" and text[at + 1 : at + 2] != "\n"):
            return text[at + 1 :]
    return ""


def distinct(names):
    """Names that are all different: one that was there before gets .1, .2 and so on."""
    taken, out = set(), []
    for name in names:
        own, k = name, 1
        while own in taken:
            if f"{name}.{k}" not in names:
                own = f"{name}.{k}"
            k += 1
        taken.add(own)
        out.append(own)
    return out


def table_difference(lines, header, case):
    unix = [[text.replace("\r\n", "\n").replace("\r", "\n") for text in record] for record in lines]
    if not unix:
        return "no rows"
    columns = case["columns"]
    top = [name.strip(SPACES) if header else "" for name in unix[0]]
    if header and len(top) == len(columns) - 1:
        # R leaves the name of the column of row names out.
        top = ["", *top]
    for j, name in enumerate(top):
        own = f"x{j + 1}"
        while not name and own in top:
            own += "_"
        top[j] = name or own
    names = distinct(top)
    rows = unix[1:] if header else unix
    if len(rows) != case["rows"]:
        return f"{case['rows']} rows, the second reader has {len(rows)}"
    for record, row in zip(rows, range(len(rows))):
        if len(record) != len(names):
            return f"row {row} has {len(record)} fields for {len(names)} names"
    ours = [column["name"] for column in columns]
    if ours != names:
        return f"columns {ours}, the second reader has {names}"
    missing = {"", *case["missing"]}
    for at, column in enumerate(columns):
        texts = [record[at] for record in rows]
        trimmed = [text.strip(SPACES) for text in texts]
        there = [text for text in trimmed if text not in missing and text.lower() not in MISSING]
        difference = (
            text_difference(column, texts, there, case)
            if "texts" in column
            else number_difference(column, trimmed, there, missing)
        )
        if difference:
            return f"column {column['name']}: {difference}"
    return ""


PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
MISSING = {
    *["", "na", "n/a", "#n/a", "#na", "#n/a n/a", "<na>", "n.a.", "nan", "-nan", "+nan", "null", "(null)", "\\n", "nil"],
    *["none", "-", "--", "\u2013", "\u2014", "?", ".", "#value!", "#div/0!", "#ref!"],
    *["1.#qnan", "-1.#ind", "1.#ind", "-1.#qnan"],
}


def text_difference(column, texts, there, case):
    """Texts stand as they are, and are no numbers that a column of numbers would have."""
    wanted = ["" if text.strip(SPACES) == "" else text for text in texts]
    if wanted != column["texts"]:
        odd = next(i for i in range(len(wanted)) if wanted[i] != column["texts"][i])
        return f"text {odd} is {column['texts'][odd]!r}, the second reader has {wanted[odd]!r}"
    plain = there and all(PLAIN.fullmatch(text) and abs(float(text)) < float("inf") for text in there)
    codes = all(re.fullmatch("[0-9]+", text) for text in there) and any(re.match("0[0-9]", text) for text in there)
    rounded = any(re.fullmatch("-?[0-9]+", text) and float(text) != int(text) for text in there)
    told = case["decimal"] == "," and any("." in text for text in there)
    return "numbers alone, and yet text" if plain and not (codes or rounded or told) else ""


def number_difference(column, trimmed, there, missing):
    """Numbers by the way that our reader says they are written, which must be the plain one where that will do."""
    style = column.get("style")
    if style and there and all(PLAIN.fullmatch(text) for text in there) and style["decimal"] == ".":
        return f"plain numbers, read as {style}"
    gaps = [float(text) for text in missing if PLAIN.fullmatch(text)]
    wanted = [
        float("nan") if text in missing or text.lower() in MISSING else number_of(text, style) for text in trimmed
    ]
    wanted = [float("nan") if number in gaps else number for number in wanted]
    return compare(numpy.array(wanted), numpy.frombuffer(base64.b64decode(column["numbers"]), "<f8"))


def number_of(text, style):
    """The number that a text is in a style."""
    if not style:
        if not PLAIN.fullmatch(text):
            raise ValueError(f"{text!r} is no plain number")
        return float(text)
    sign = -1 if re.match(r"[(]|[^0-9]*[-\u2212\u2013]", text) else 1
    for mark in (style["prefix"].strip(SPACES), style["suffix"].strip(SPACES)):
        text = text.replace(mark, "", 1) if mark else text
    digits = text.strip(SPACES + "()+-\u2212\u2013")
    if style["thousands"]:
        digits = digits.replace(style["thousands"], "")
    number = digits.replace(style["decimal"], ".") if style["decimal"] != "." else digits
    if not PLAIN.fullmatch(number):
        raise ValueError(f"{text!r} is no number in the style {style}")
    return sign * float(number)


READERS = {"npy": npy, "idx": idx, "netpbm": netpbm, "csv": table}

main()
