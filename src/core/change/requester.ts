/**
 * Whom a bot's change was made for (threat T11): `On-behalf-of: @login` lines in its pull request or its commits. Whoever asked
 * a bot for a change cannot approve it, so the lines of a pull request that a person opened say nothing: there it is the opener.
 */
import type { Person } from "../policy/snapshot.ts";

/** A line of its own, at most three spaces before it, as a trailer or in the pull request's text. Logins compare without case. */
const LINE =
  /^ {0,3}On-behalf-of[ \t]*:[ \t]*@?([A-Za-z0-9][A-Za-z0-9-]{0,38}(?:_[A-Za-z0-9]{1,38})?)(?![A-Za-z0-9-]|_[A-Za-z0-9])/gim;

/** Of those named, in that order, the first who is among `people`: whoever has not voted and may not approve need not be known. */
export function requesterOf(
  change: { readonly author: Person; readonly body: string; readonly messages: readonly string[] },
  people: readonly Person[],
): Person | undefined {
  if (change.author.type !== "Bot") return undefined;
  const texts = [change.body, ...change.messages].map((text) => text.replace(/<!--[^]*?-->/g, ""));
  const named = texts.flatMap((text) => [...text.matchAll(LINE)].map(([, login = ""]) => login.toLowerCase()));
  return named
    .map((login) => people.find((person) => person.type === "User" && person.login.toLowerCase() === login))
    .find((person) => person !== undefined);
}
