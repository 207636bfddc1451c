// The `${{ … }}` of a workflow: only look-ups of a named context value. Anything else is refused, never guessed.

/** What a look-up can name, for example `github.ref` or `matrix.node`. Keys are written in full. */
export type Context = ReadonlyMap<string, string>;

/** Thrown while a workflow is read; `message` is the sentence a run shows. */
export class WorkflowError extends Error {
  override name = "WorkflowError";
}

const LOOKUP = /\$\{\{([^}]*)\}\}/g;
const NAME = /^(github|matrix|env|runner|vars|inputs)(\.[A-Za-z0-9_-]+)+$/;

/** Replaces each look-up by its value; a name without a value becomes empty, as on GitHub. Throws `WorkflowError` on more than a look-up. */
export function interpolate(text: string, context: Context): string {
  return text.replace(LOOKUP, (_whole, inner: string) => context.get(lookupName(inner)) ?? "");
}

/** Throws `WorkflowError` if the text holds an expression that `interpolate` would refuse. */
export function checkExpressions(text: string): void {
  for (const match of text.matchAll(LOOKUP)) lookupName(match[1] ?? "");
}

function lookupName(inner: string): string {
  const name = inner.trim();
  if (NAME.test(name)) return name;
  throw new WorkflowError(
    `The expression "\${{ ${name} }}" is not in the subset this forge runs. Use a plain look-up such as \${{ github.sha }} or \${{ matrix.node }}`,
  );
}
