/**
 * @file Completion for fish: verbs and flags with what they do.
 */
import type { CommandTree, Flag, Values } from "./command-tree.js";

export function fishCompletion({ flags, verbs, methods }: CommandTree): string {
  const names = verbs.map(({ name }) => name).join(" ");
  return `# Completion of unlabeled for fish. In ~/.config/fish/config.fish:  unlabeled completion fish | source

# True where the verb stands.
function __unlabeled_first
    test (count (commandline -opc)) -eq 1
end

# True for the verb.
function __unlabeled_verb
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]
end

# True for a method that the command line names.
function __unlabeled_method
    set -l words (commandline -opc)
    for at in (seq 2 (count $words))
        string match -qr -- "^--methods?=" $words[$at]; and set -l said (string split -m 1 = $words[$at])[2]
        contains -- $words[$at] --method --methods; and set -l said $words[(math $at + 1)]
        contains -- $argv[1] (string split , -- "$said"); and return 0
    end
    return 1
end

complete -c unlabeled -f
${flags.flatMap((flag) => line("__unlabeled_first", flag)).join("\n")}
complete -c unlabeled -n __unlabeled_first -a help -d 'Print help'
complete -c unlabeled -n '__unlabeled_verb help' -a ${quoted(names)}
${verbs
  .flatMap(({ name, summary, flags: own, arguments: given }) => [
    `complete -c unlabeled -n __unlabeled_first -a ${name} -d ${quoted(summary)}`,
    ...(given[0] ? [`complete -c unlabeled -n '__unlabeled_verb ${name}' ${offer(given[0].values)}`] : []),
    ...own.map((flag) => line(`'__unlabeled_verb ${name}'`, flag)),
  ])
  .join("\n")}
${methods
  .flatMap((method) => method.flags.map((flag) => line(`'__unlabeled_method ${method.name}'`, flag)))
  .join("\n")}
`;
}

function line(condition: string, { names, help, values }: Flag): string {
  const forms = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const taken = values ? ` -r ${offer(values)}` : "";
  return `complete -c unlabeled -n ${condition} ${forms.join(" ")}${taken} -d ${quoted(help)}`;
}

const offer = ({ words, files, pairs }: Values) =>
  [files ? "-F" : "-f", ...(words.length > 0 && !pairs ? [`-a ${quoted(words.join(" "))}`] : [])].join(" ");

const quoted = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
