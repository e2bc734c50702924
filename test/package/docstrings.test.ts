/**
 * @file Docstrings where editors show them: on every public name of the built declarations, and on all its members.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  API,
  type Checker,
  type Symbol as Name,
  SymbolFlags,
  type Type,
} from "@typescript/native/unstable/sync";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "unlabeled-docstrings-"));
const api = new API({ cwd: folder });
afterAll(() => {
  api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A public name or a member of one, such as `Pca.components`, and the text that an editor shows for it. */
interface Documented {
  readonly name: string;
  readonly text: string;
}

/** Everything that a project's declaration files export, and members of what they export, each once. */
function documented(project: string, files: readonly string[]): Documented[] {
  const compilerOptions = {
    module: "nodenext",
    lib: ["es2023", "dom"],
    types: [],
    strict: true,
    noEmit: true,
  };
  const config = join(folder, `${project}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  const { checker, program } = api.updateSnapshot({ openProjects: [config] }).getProject(config)!;
  const found = new Map<string, Documented>();
  const add = (symbol: Name, name: string) => {
    const [place] = symbol.declarations;
    found.set(`${place?.path} ${place?.index}`, {
      name,
      text: symbol.getDocumentationComment(checker),
    });
  };
  for (const file of files) {
    for (const symbol of exportsOf(checker.getSymbolAtLocation(program.getSourceFile(file)!)!, checker)) {
      add(symbol, symbol.name);
      for (const member of ownMembers(symbol, checker)) add(member, `${symbol.name}.${member.name}`);
    }
  }
  return [...found.values()];
}

/** Names that a module exports, and those of the modules that it exports as a whole. */
function exportsOf(module: Name, checker: Checker): Name[] {
  return checker.getExportsOfModule(module).flatMap((symbol) => {
    const target = symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return target.flags & SymbolFlags.ValueModule ? exportsOf(target, checker) : [target];
  });
}

/**
 * Properties and methods of an interface, a class or each alternative of a union, without those of JavaScript's own types and
 * the mark that a class has fields of its own alone.
 */
function ownMembers(symbol: Name, checker: Checker): Name[] {
  if (!(symbol.flags & (SymbolFlags.Interface | SymbolFlags.Class | SymbolFlags.TypeAlias))) return [];
  const alternatives = (type: Type): readonly Type[] =>
    type.isUnionType() ? (type.getTypes() ?? []).flatMap(alternatives) : [type];
  return alternatives(checker.getDeclaredTypeOfSymbol(symbol))
    .flatMap((type) => checker.getPropertiesOfType(type))
    .filter(({ name }) => !name.includes("#private"))
    .filter(({ declarations: [place] }) => place !== undefined && !/\/node_modules\//.test(place.path));
}

const bare = (names: readonly Documented[]) =>
  names.filter(({ text }) => text === "").map(({ name }) => name);
const showing = ({ name, text }: Documented) => `${name}: ${text.split("\n")[0]}`;

const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  exports: Record<string, string | { readonly types: string }>;
};
const entries = Object.values(exports).flatMap((entry) =>
  typeof entry === "string" ? [] : [join(root, entry.types)],
);
const names = documented("package", entries);

test("every public name and each of its members has a docstring of its own", () => {
  expect(entries.length).toBeGreaterThan(4);
  expect(names.length).toBeGreaterThan(900);
  expect(bare(names)).toEqual([]);
});

test("docstrings begin with the thing or the verb", () => {
  const evasive = /^(What|How|Whether|Of|Where|By)\b/;
  expect(names.filter(({ text }) => evasive.test(text)).map(showing)).toEqual([]);
});

test("bare names are found, of every kind, and a file's header is no docstring", () => {
  const file = join(folder, "bare.d.ts");
  writeFileSync(
    file,
    `/** @file A header. */
export declare function bareFunction(): void;
export declare const bareConstant: number;
/** Documented. */
export interface Options {
  /** Documented. */
  readonly told: number;
  readonly bare: number;
}
/** Documented. */
export type Either =
  | {
      /** Documented. */
      name: "a";
      bareOfOne: 1;
    }
  | {
      /** Documented. */
      name: "b";
    };
export type BareText = "a" | "b";
/** Documented. */
export declare class Thing {
  bareMethod(): void;
}
`,
  );
  expect(bare(documented("bare", [file])).sort()).toEqual([
    "BareText",
    "Either.bareOfOne",
    "Options.bare",
    "Thing.bareMethod",
    "bareConstant",
    "bareFunction",
  ]);
});
