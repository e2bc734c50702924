/**
 * @file Completion for zsh: verbs and flags with what they do.
 */
import type { CommandTree, Flag, Values } from "./command-tree.js";

export function zshCompletion({ flags, verbs, methods }: CommandTree): string {
  return `#compdef unlabeled
# Completion of unlabeled for zsh. In ~/.zshrc, after compinit:  source <(unlabeled completion zsh)

# Sets \\$specs to the flags of a method.
_unlabeled_method_flags() {
  case $1 in
${methods.map((method) => `    ${method.name}) specs=(${specs(method.flags)}) ;;`).join("\n")}
  esac
}

_unlabeled_names_or_files() {
  _alternative "names:name:($*)" 'files:file:_files'
}

_unlabeled() {
  local -a verbs all specs
  local verb at method
  verbs=(${verbs.map(({ name, summary }) => quoted(`${name}:${summary}`)).join(" ")} 'help:Print help')
  if (( CURRENT == 2 )); then
    if [[ $words[2] == -* ]]; then
      _arguments ${specs(flags)}
    else
      _describe -t verbs verb verbs
    fi
    return
  fi
  verb=$words[2]
  # From here on the verb is the command.
  shift words
  (( CURRENT-- ))
  case $verb in
    help) (( CURRENT == 2 )) && _describe -t verbs verb verbs; return ;;
${verbs
  .map(
    (verb) =>
      `    ${verb.name}) all=(${specs(verb.flags)}${verb.arguments.map(({ name, values }, i) => ` ${quoted(`${i + 1}:${name}:${action(values)}`)}`).join("")}) ;;`,
  )
  .join("\n")}
    *) return 1 ;;
  esac
  for (( at = 2; at < CURRENT; at++ )); do
    case $words[at] in
      --method=*|--methods=*) method=\${words[at]#*=} ;;
      --method|--methods) method=$words[at+1] ;;
      *) continue ;;
    esac
    for method in \${(s:,:)method}; do
      specs=()
      _unlabeled_method_flags $method
      all+=($specs)
    done
  done
  _arguments -S $all
}

if [[ $funcstack[1] == _unlabeled ]]; then
  _unlabeled "$@"
else
  compdef _unlabeled unlabeled
fi
`;
}

function specs(flags: readonly Flag[]): string {
  return flags
    .flatMap(({ names, help, values, placeholder }) =>
      names.map((name) => {
        const value = values ? `:${escaped(placeholder.replace(/[<>]/g, ""))}:${action(values)}` : "";
        const equals = values && name.startsWith("--") ? "=" : "";
        return quoted(`*${name}${equals}[${escaped(help)}]${value}`);
      }),
    )
    .join(" ");
}

/** Action of _arguments that completes a value. */
function action({ words, files, list, pairs }: Values): string {
  if (pairs) return " ";
  if (list) return `_values -s , value ${words.join(" ")}`;
  // After a space it is called as it stands.
  if (files && words.length > 0) return ` _unlabeled_names_or_files ${words.join(" ")}`;
  if (files) return "_files";
  return words.length > 0 ? `(${words.join(" ")})` : " ";
}

const escaped = (text: string) => text.replace(/[[\]:\\]/g, "\\$&");
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
