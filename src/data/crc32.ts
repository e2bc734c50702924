/**
 * @file CRC-32 as in gzip, PNG and Parquet pages, and CRC-32C as in records of TensorFlow.
 *
 * Sources: ISO 3309 and RFC 1952, section 8: polynomial 0xedb88320, reflected; RFC 3720, appendix B.4: 0x82f63b78, reflected.
 */

const tableOf = (polynomial: number) =>
  Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });

const TABLE = tableOf(0xedb88320);
let castagnoli: Uint32Array | undefined;

/** The checksum as a number in [0, 2³²). */
export function crc32(bytes: Uint8Array): number {
  return checksum(bytes, TABLE);
}

/** The checksum by Castagnoli's polynomial, as a number in [0, 2³²). */
export function crc32c(bytes: Uint8Array): number {
  castagnoli ??= tableOf(0x82f63b78);
  return checksum(bytes, castagnoli);
}

function checksum(bytes: Uint8Array, table: Uint32Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
