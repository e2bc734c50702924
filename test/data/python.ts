/** @file A Python that has a module, for files by other writers and for second readers. */
import { spawnSync } from "node:child_process";

/** The first interpreter that can import `module`: the one on the path, or the system's own, or none. */
export function pythonWith(module: string): string | undefined {
  return ["python3", "/usr/bin/python3"].find(
    (one) => spawnSync(one, ["-c", `import ${module}`]).status === 0,
  );
}

/** Runs a program that writes files in base64 as lines `NAME TEXT`. */
export function filesBy(python: string, program: string): Record<string, Uint8Array<ArrayBuffer>> {
  const { status, stdout, stderr } = spawnSync(python, ["-c", program], { maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`Python: ${stderr}`);
  const lines = String(stdout).trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [name, text] = line.split(" ");
      return [name!, new Uint8Array(Buffer.from(text!, "base64"))];
    }),
  );
}

/** Python's side of `filesBy`: `give(name, bytes)`. */
export const GIVE = `
import base64
def give(name, data):
    print(name, base64.b64encode(data).decode())
`;
