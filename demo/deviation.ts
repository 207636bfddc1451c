// The demo's one way to fail: something else happened than the story says.
export class Deviation extends Error {
  override readonly name = "Deviation";
  readonly expected: string;
  readonly found: string;
  constructor(expected: string, found: string) {
    super(`expected ${expected}; found ${found}`);
    this.expected = expected;
    this.found = found;
  }
}
