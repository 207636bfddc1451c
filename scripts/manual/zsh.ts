/** A completion for zsh: one function for each command, in the words of `_arguments`. zsh's own `_git` calls `_git-review`. */
import { all, nameOf, type Described, type DescribedOption, type Place, type Value } from "./described.ts";

/** `exclusive`: long names without dashes of which at most one may be given, as the command line itself has them. */
export function zshCompletion(
  root: Described,
  { program, exclusive }: { readonly program: string; readonly exclusive: readonly (readonly string[])[] },
): string {
  const id = `_${program}`;
  return `#compdef ${program}
# zsh completion for ${root.path.join(" ")}. Written by \`npm run manual\`; change the command line, not this file.

${all(root)
  .map((command) => commandFunction(command, { id, exclusive: command === root ? exclusive : [] }))
  .join("\n")}
# Branches of the remotes, without those that belong to changes and to the gate.
${id}__branches() {
  local -a found
  found=(\${(f)"$(git for-each-ref --format='%(refname:lstrip=3)' refs/remotes 2>/dev/null | grep -v -E '^(HEAD$|changes/|review/|gate/)')"})
  compadd -a found
}

# Changes whose patch sets were fetched here: refs/remotes/<remote>/changes/43/143/2.
${id}__changes() {
  local -a found
  found=(\${(f)"$(git for-each-ref --format='%(refname:lstrip=3)' 'refs/remotes/*/changes/**' 2>/dev/null | cut -d/ -f3)"})
  compadd -a found
}

${id}__remotes() {
  local -a found
  found=(\${(f)"$(git remote 2>/dev/null)"})
  compadd -a found
}

if [[ \${funcstack[1]} = ${id} ]]; then
  ${id} "$@"
elif (( $+functions[compdef] )); then
  compdef ${id} ${program}
fi
`;
}

interface At {
  readonly id: string;
  readonly exclusive: readonly (readonly string[])[];
}

function commandFunction(command: Described, { id, exclusive }: At): string {
  const name = functionName(command, id);
  const options = command.options.flatMap((option) => optionSpecs(option, command, { id, exclusive }));
  const nested = command.commands.length > 0;
  const places = nested
    ? ["'1: :->first'", "'*:: :->rest'"]
    : command.places.map((place, index) => placeSpec(place, index, id));
  const arguments_ = `_arguments${nested ? " -C" : ""} -s -S \\\n    ${[...options, ...places].join(" \\\n    ")}`;
  if (!nested) return `${name}() {\n  ${arguments_}\n}\n`;
  const [place] = command.places;
  const offers = [
    "'commands:command:{_describe command commands}'",
    ...(place === undefined ? [] : [`${quoted(`places:${place.name}:{ ${actionOf(place, id).trim() || ":"} }`)}`]),
  ];
  return `${name}() {
  local curcontext="$curcontext" state line
  local -a commands
  typeset -A opt_args
  commands=(
    ${command.commands.map((one) => quoted(`${one.path.at(-1) ?? ""}:${escaped(one.summary, ":")}`)).join("\n    ")}
  )
  ${arguments_} && return
  case $state in
    first) _alternative ${offers.join(" ")} ;;
    rest)
      curcontext="\${curcontext%:*}-$line[1]:"
      case $line[1] in
        ${command.commands.map((one) => `${one.path.at(-1) ?? ""}) ${functionName(one, id)} ;;`).join("\n        ")}
      esac
      ;;
  esac
}
`;
}

function functionName({ path }: Described, id: string): string {
  return [id, ...path.slice(1)].join("__");
}

/** `-n` and `--dry-run` shut out each other, and whatever excludes them. */
function optionSpecs(option: DescribedOption, command: Described, { id, exclusive }: At): readonly string[] {
  const groups = exclusive.filter((group) => group.includes(nameOf(option).replace(/^--/, "")));
  const others = command.options.filter((one) =>
    groups.some((group) => group.includes(nameOf(one).replace(/^--/, ""))),
  );
  const shut = [
    ...new Set([
      ...(option.repeats ? [] : option.flags),
      ...others.filter((one) => one !== option).flatMap(({ flags }) => flags),
    ]),
  ];
  const before = option.repeats ? `'*'` : shut.length > 0 ? `'(${shut.join(" ")})'` : "";
  const { value } = option;
  return option.flags.map((flag) => {
    const joined = value === undefined ? "" : flag.startsWith("--") ? "=" : "+";
    const taken = value === undefined ? "" : `${value.required ? ":" : "::"}${value.name}:${actionOf(value, id)}`;
    return `${before}${quoted(`${flag}${joined}[${escaped(option.summary, "[]")}]${taken}`)}`;
  });
}

function placeSpec(place: Place, index: number, id: string): string {
  const where = place.several ? "*" : String(index + 1);
  return quoted(
    `${where}${place.required || place.several ? ":" : "::"}${escaped(place.name, ":")}:${actionOf(place, id)}`,
  );
}

function actionOf({ kind }: Value, id: string): string {
  switch (kind.kind) {
    case "words":
      return `(${kind.words.join(" ")})`;
    case "file":
      return "_files";
    case "branch":
      return `${id}__branches`;
    case "change":
      return `${id}__changes`;
    case "remote":
      return `${id}__remotes`;
    case "free":
      return " ";
  }
}

function escaped(text: string, these: string): string {
  return [...text].map((one) => (one === "\\" || these.includes(one) ? `\\${one}` : one)).join("");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
