/**
 * Which texts can be a login on GitHub. A person's: letters, digits and dashes, at most 39. A managed user's: the same, `_` and the
 * company's short code, together at most 39. An app's: its slug with `[bot]`. Dashes at the end or side by side are of old accounts.
 * Source: GitHub, "Username considerations for external authentication".
 */

/** A person or an organisation. */
export const PERSON_LOGIN = /^(?=.{1,39}$)[A-Za-z0-9][A-Za-z0-9-]*(?:_[A-Za-z0-9]+)?$/;

/** Or an app. */
export const LOGIN =
  /^(?:(?=.{1,39}$)[A-Za-z0-9][A-Za-z0-9-]*(?:_[A-Za-z0-9]+)?|[A-Za-z0-9][A-Za-z0-9-]{0,38}\[bot\])$/;
