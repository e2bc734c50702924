"""Event files of TensorBoard, read by the format's own description alone, and printed as JSON.

TFRecord: u64 length, u32 masked CRC-32C of it, message, u32 masked CRC-32C of it, little-endian. Event: double wall_time = 1,
int64 step = 2, string file_version = 3, Summary summary = 5. Summary: repeated Value value = 1. Value: string tag = 1,
float simple_value = 2.
"""
import json
import struct
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            (value,) = struct.unpack_from("<d", data, at)
            at += 8
        elif kind == 2:
            length, at = varint(data, at)
            value = data[at : at + length]
            assert len(value) == length
            at += length
        elif kind == 5:
            (value,) = struct.unpack_from("<f", data, at)
            at += 4
        else:
            raise ValueError(f"wire type {kind}")
        yield number, value


def events(data):
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        assert struct.unpack_from("<I", data, at + 8)[0] == masked(data[at : at + 8]), "length"
        message = data[at + 12 : at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(message), "message"
        at += 16 + length
        event = {"values": []}
        for number, value in fields(message):
            if number == 1:
                event["time"] = value
            if number == 2:
                event["step"] = value
            if number == 3:
                event["version"] = value.decode()
            if number == 5:
                for _, one in fields(value):
                    parts = dict(fields(one))
                    event["values"].append([parts[1].decode(), parts[2]])
        yield event


with open(sys.argv[1], "rb") as file:
    print(json.dumps(list(events(file.read()))))
