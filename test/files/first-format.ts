/** @file Files as the first format had them. */
import { readSafetensors, writeSafetensors } from "../../src/files/safetensors.js";

/** The same model or checkpoint, in the words of then, without a checksum and without what its record did not have. */
export function asFirstFormat(bytes: Uint8Array): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const header = JSON.parse(metadata.unlabeled!.replaceAll('"rowShape":', '"imageShape":'));
  const { patience: _, validation: __, ...training } = header.training ?? {};
  const first = { ...header, formatVersion: 1, ...(header.training && { training }) };
  return writeSafetensors({ tensors, metadata: { unlabeled: JSON.stringify(first) } });
}
