/** Why it cannot be said where a submit goes. */
import { type SettingName } from "./setting-names.ts";
import { type Origin } from "./settings.ts";

export type LocateProblem =
  | { readonly kind: "no-remote"; readonly suggested?: string }
  | {
      readonly kind: "unknown-remote";
      readonly remote: string;
      readonly origin: Origin;
      readonly known: readonly string[];
    }
  | { readonly kind: "not-a-forge"; readonly remote: string; readonly url: string }
  | { readonly kind: "other-host"; readonly remote: string; readonly remoteHost: string; readonly fileHost: string }
  | {
      readonly kind: "other-project";
      readonly remote: string;
      readonly remoteProject: string;
      readonly project: string;
      readonly from: string;
    }
  | { readonly kind: "bad-branch"; readonly text: string; readonly origin?: Origin }
  | {
      readonly kind: "bad-setting";
      readonly name: SettingName;
      readonly text: string;
      readonly expected: string;
      readonly origin: Origin;
    }
  | { readonly kind: "plain-http"; readonly host: string }
  /** Gerrit without a remote, and settings that do not make one. */
  | { readonly kind: "no-gerrit"; readonly missing: "host" | "project" };
