/**
 * @file Completion for bash, from version 3.2 on: a function that looks words up in tables and starts nothing.
 */
import type { CommandTree, Flag, Values } from "./command-tree.js";

export function bashCompletion({ flags, verbs, methods }: CommandTree): string {
  const names = verbs.map(({ name }) => name);
  const first = [...names, "help", ...namesOf(flags)].join(" ");
  return `# Completion of unlabeled for bash. In ~/.bashrc:  source <(unlabeled completion bash)

# Flags of a method.
_unlabeled_method_flags() {
  case $1 in
${methods.map((method) => `    ${method.name}) echo "${namesOf(method.flags).join(" ")}" ;;`).join("\n")}
  esac
}

# Values of a flag of a method, in the place of what the verb offers.
_unlabeled_method_values() {
  case " \${chosen//,/ } $prev" in
${methods.flatMap((method) => methodCases(method.name, method.flags)).join("\n")}
  esac
}

_unlabeled() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]}
  local words="" files="" list="" pair="" named="" chosen="" at=0 method
  local IFS=$' \\t\\n'
  COMPREPLY=()
  # bash makes three words of --flag=value, and of COLUMN=VALUE, with which a flag may be followed.
  if [[ $cur == "=" ]]; then
    cur="" at=$(( COMP_CWORD - 1 ))
  elif [[ $prev == "=" ]]; then
    at=$(( COMP_CWORD - 2 ))
  fi
  if (( at > 0 )); then
    while [[ \${COMP_WORDS[at]} != -* ]]; do
      pair=1
      if [[ \${COMP_WORDS[at-1]} == "=" ]]; then
        (( at -= 2 ))
      else
        (( at -= 1 ))
        break
      fi
    done
    prev=\${COMP_WORDS[at]}
  fi
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=( $(compgen -W "${first}" -- "$cur") )
    return
  fi
  for (( at = 2; at < COMP_CWORD; at++ )); do
    if [[ \${COMP_WORDS[at]} == --method || \${COMP_WORDS[at]} == --methods ]]; then
      chosen=\${COMP_WORDS[at+1]}
      [[ $chosen == "=" ]] && chosen=\${COMP_WORDS[at+2]}
    fi
  done
  for method in \${chosen//,/ }; do
    named+=" $(_unlabeled_method_flags "$method")"
  done
  case $verb in
    help) [[ $COMP_CWORD == 2 ]] && words="${names.join(" ")}" ;;
${verbs
  .map(
    (verb) => `    ${verb.name})
      case $prev in
${cases(verb.flags)}
        *)
          if [[ $cur == -* ]]; then
            words="${namesOf(verb.flags).join(" ")}${verb.takesMethods ? "$named" : ""}"
          else
            ${verb.arguments[0] ? offer(verb.arguments[0].values) : ":"}
          fi ;;
      esac${verb.takesMethods ? "\n      _unlabeled_method_values" : ""} ;;`,
  )
  .join("\n")}
  esac
  if [[ -n $list && $cur == *,* ]]; then
    COMPREPLY=( $(compgen -P "\${cur%,*}," -W "$words" -- "\${cur##*,}") )
  else
    COMPREPLY=( $(compgen -W "$words" -- "$cur") )
  fi
  if [[ -n $files ]]; then
    # Names of files may have spaces in them.
    IFS=$'\\n'
    COMPREPLY+=( $(compgen -f -- "$cur") )
    compopt -o filenames 2> /dev/null
  fi
  return 0
}
complete -F _unlabeled unlabeled
`;
}

const namesOf = (flags: readonly Flag[]) => flags.flatMap(({ names }) => names);

const offer = ({ words, files, list, pairs }: Values) =>
  `words="${pairs ? `\${pair:+${words.join(" ")}}` : words.join(" ")}"${files ? " files=1" : ""}${list ? " list=1" : ""}`;

/** Values of flags. */
function cases(flags: readonly Flag[]): string {
  return flags
    .flatMap(({ names, values }) => (values ? `        ${names.join("|")}) ${offer(values)} ;;` : []))
    .join("\n");
}

function methodCases(method: string, flags: readonly Flag[]): string[] {
  return flags.flatMap(({ names, values }) =>
    values ? `    *" ${method} "*"${names[0]}") words="${values.words.join(" ")}" files="" ;;` : [],
  );
}
