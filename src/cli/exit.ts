/** The exit codes of `git review`. A room of its own, so that the command line is read without loading everything that can go wrong. */

/** Source: RULINGS 31; the manual page has the same table. */
export const EXIT = {
  ok: 0,
  refused: 1,
  usage: 2,
  malformed: 3,
  unreachable: 40,
  token: 41,
  conflict: 69,
  noRepository: 70,
  script: 71,
  partlyDone: 74,
  interrupted: 130,
} as const;
