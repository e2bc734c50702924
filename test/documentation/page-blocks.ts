/**
 * @file Code blocks of a Markdown page as a program: in order, in one folder, with what they claim made into checks.
 *
 * Blocks of TypeScript and JavaScript are one module; one that declares a name again begins the next, as a reader takes it.
 * Blocks of shell run where they stand. A block of TypeScript, JavaScript, JSON or HTML that begins with its name in a
 * comment is written to that file. A block without a language, of `text` or `json`, right behind one that ran is its output.
 * Blocks of Python run by themselves, behind the others. Headers (`http`) are no code. A block behind the comment `<!-- not run: reason -->` is passed over.
 */

/** A fenced block. */
export interface Block {
  /** Line of its first fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** Why it is not run. */
  readonly notRun?: string;
}

/** A page as modules. */
export interface PageProgram {
  readonly page: string;
  readonly text: string;
  readonly modules: readonly string[];
  /** Shown output by the line of the block that printed it. */
  readonly outputs: ReadonlyMap<number, string>;
  readonly blocks: readonly Block[];
}

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const fence = lines[i]!.match(/^```(\w*)$/);
    if (!fence) continue;
    const end = lines.indexOf("```", i + 1);
    const before = lines.slice(0, i).findLast((line) => line !== "");
    const notRun = before?.match(/^<!-- not run: (.+) -->$/)?.[1];
    const code = lines.slice(i + 1, end).join("\n");
    blocks.push({ line: i + 1, language: fence[1]!, code, ...(notRun && { notRun }) });
    i = end;
  }
  return blocks;
}

const isModule = ({ language }: Block) => /^(ts|js)$/.test(language);
const isOutput = ({ language }: Block) => /^(text|json)?$/.test(language);
const DECLARED =
  /^(?:export )?(?:const|let|function|async function|class|interface|type) (?:(\w+)|\{([^}]*)\})/gm;
const IMPORTED = /^import (?:type )?\{([^}]*)\} from/gm;

/** Names that a block declares at the top. */
function namesOf(code: string): string[] {
  const lists = [...code.matchAll(DECLARED), ...code.matchAll(IMPORTED)].map((found) =>
    found.slice(1).join(""),
  );
  return lists.flatMap((list) =>
    list.split(",").map((name) =>
      name
        .replace(/^\s*type /, "")
        .replace(/.*(:| as )/, "")
        .trim(),
    ),
  );
}

/** Name of the file that a block is, by its first line. */
export function fileNameOf({ language, code }: Block): string | undefined {
  const comment = /^(?:\/\/|#|<!--) ([\w./-]+\.(?:\w+))(?: -->)?$/;
  return /^(ts|js|html|json|csv|sh|python)$/.test(language)
    ? code.split("\n", 1)[0]!.match(comment)?.[1]
    : undefined;
}

/** The page's program. `checks` is what modules import their checks from. */
export function programOf(page: string, text: string, checks: string): PageProgram {
  const blocks = blocksOf(text);
  const outputs = new Map<number, string>();
  const modules: string[] = [];
  let names = new Set<string>();
  const begin = () => {
    names = new Set();
    modules.push(`import { block, file, same, shell, sized } from "${checks}";\n`);
  };
  begin();
  blocks.forEach((one, index) => {
    const before = blocks[index - 1];
    if (one.notRun !== undefined || one.language === "http") return;
    const name = fileNameOf(one);
    const add = (code: string) => {
      modules[modules.length - 1] += `${code}\n`;
    };
    if (name !== undefined) add(`file(${JSON.stringify(name)}, ${JSON.stringify(one.code)});`);
    else if (isModule(one)) {
      const declared = namesOf(one.code);
      if (declared.some((declaration) => names.has(declaration))) begin();
      for (const declaration of declared) names.add(declaration);
      add(`block(${one.line});\n${withChecks(one.code)}`);
    } else if (one.language === "sh") add(`block(${one.line});\nawait shell(${JSON.stringify(one.code)});`);
    else if (isOutput(one)) {
      if (
        before === undefined ||
        before.notRun !== undefined ||
        !/^(ts|js|sh|python)$/.test(before.language)
      ) {
        throw new Error(`${page}:${one.line}: this block says nothing of what it is`);
      }
      outputs.set(before.line, one.code);
    } else if (one.language !== "python")
      throw new Error(`${page}:${one.line}: a block of ${one.language} is run by nothing`);
  });
  return { page, text, modules, outputs, blocks };
}

const SHAPE = /\[(?:\d+|[a-zA-Z])(?:, (?:\d+|[a-zA-Z]))*\]/;
const VALUE = /^(?:-?\d[\d.,e-]*(?=$|[\s,;:])|"[^"]*"|true\b|false\b)/;

/** Makes what comments behind statements claim, a shape such as `[n, 8]` or a value, into checks. */
function withChecks(code: string): string {
  return code
    .split("\n")
    .map((line) => {
      const found = line.match(
        /^(\s*)(?:(?:const|let) (?:\{ )?(\w+)(?: \})?(?:: [^=]+)? = )?(.*?);? \/\/ (.*)$/,
      );
      if (!found) return line;
      const [, indent, name, expression, comment] = found;
      const shape = comment!.match(SHAPE)?.[0];
      const value = comment!.match(VALUE)?.[0];
      if (shape === undefined && value === undefined) return line;
      const claim = JSON.stringify(shape ?? value);
      const check = shape === undefined ? "same" : "sized";
      if (name !== undefined) return `${line}\n${indent}${check}(${name}, ${claim});`;
      if (!/^[\w(]/.test(expression!) || /^(import|export|const|let|return) /.test(expression!)) {
        throw new Error(`nothing checks the claim of this comment: ${line}`);
      }
      return `${indent}${check}(${expression}, ${claim});`;
    })
    .join("\n");
}
