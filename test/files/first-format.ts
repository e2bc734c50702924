/** @file Files as earlier formats had them. */
import { writeDescribed } from "../../src/files/model-file.js";
import { readSafetensors, writeSafetensors } from "../../src/files/safetensors.js";

/** The same model or checkpoint in a format that did not tell the means of the data. */
export function asEarlierFormat(bytes: Uint8Array, formatVersion: 2 | 3): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const header = JSON.parse(metadata.unlabeled!);
  const { means: _, deviations: __, ...data } = header.data;
  return writeDescribed(JSON.stringify({ ...header, formatVersion, data }), tensors);
}

/** The same model or checkpoint, in the words of then, without a checksum and without what its record did not have. */
export function asFirstFormat(bytes: Uint8Array): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const header = JSON.parse(metadata.unlabeled!.replaceAll('"rowShape":', '"imageShape":'));
  const { patience: _, validation: __, ...training } = header.training ?? {};
  const { means: ___, deviations: ____, ...data } = header.data;
  const first = { ...header, data, formatVersion: 1, ...(header.training && { training }) };
  return writeSafetensors({ tensors, metadata: { unlabeled: JSON.stringify(first) } });
}
