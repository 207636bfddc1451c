/**
 * What GitHub refuses, thrown by an effect and caught in two places: the REST dispatcher makes a status and a JSON body of it,
 * GraphQL an error at the field's path. Thrown rather than returned, because graphql's partial errors are thrown errors.
 */

/** One entry of `errors` in a 422. */
export interface FieldError {
  readonly resource: string;
  readonly code: "missing" | "missing_field" | "invalid" | "already_exists" | "unprocessable" | "custom";
  readonly field?: string;
  readonly message?: string;
}

export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly (FieldError | string)[];

  constructor(status: number, message: string, errors: readonly (FieldError | string)[] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export const notFound = () => new Refusal(404, "Not Found");
export const notForIntegration = () => new Refusal(403, "Resource not accessible by integration");

export function invalid(...errors: readonly FieldError[]): Refusal {
  return new Refusal(422, "Validation Failed", errors);
}

export function customInvalid(resource: string, message: string, field?: string): Refusal {
  return invalid({ resource, code: "custom", message, ...(field === undefined ? {} : { field }) });
}

/** A 422 whose `errors` are plain sentences, as reviews answer. */
export function unprocessable(...sentences: readonly string[]): Refusal {
  return new Refusal(422, "Unprocessable Entity", sentences);
}
