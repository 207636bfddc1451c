// The house rules that a machine can keep. Each fence carries the sentence that explains it.
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

const PURE = "src/core decides and does nothing else:";

/** Which room may import which. `from` may not be imported by `target`. */
const arrows = [
  {
    target: "./src/core",
    from: ["./src/git", "./src/forge", "./src/config", "./src/cli", "./src/clock.ts"],
    message: `${PURE} it may not know git, a forge, configuration or the clock. Pass the facts in as a snapshot.`,
  },
  {
    target: "./src",
    from: "./bot",
    message: "The service uses the product's core; the core and the CLI never use the service.",
  },
  {
    target: ["./src", "./bot"],
    from: ["./local-forge", "./test", "./demo", "./bench"],
    message: "The product may not lean on the local forge or on tests: it runs against the real GitHub.",
  },
  {
    target: "./local-forge",
    from: ["./src", "./bot", "./test", "./demo"],
    message: "The local forge is an independent model of GitHub: sharing code with our adapter would share its bugs.",
  },
  {
    target: ["./src/git", "./src/forge", "./src/config"],
    from: "./src/cli",
    message: "git, forge and config serve the CLI; they do not call it.",
  },
  {
    target: "./src/forge",
    from: "./src/git",
    message: "The forge port and the git door are two doors; whoever needs both passes facts between them.",
  },
  {
    target: "./src/git",
    from: "./src/forge",
    message: "The forge port and the git door are two doors; whoever needs both passes facts between them.",
  },
  {
    target: "./bot",
    from: "./src/cli",
    message: "The service and the CLI are two shells around one core; neither uses the other.",
  },
  {
    target: "./bin/git-review.ts",
    from: ["./bot", "./local-forge", "./demo", "./test"],
    message: "`git review` loads the CLI alone, so that it starts fast.",
  },
];

const noAs = ["error", { assertionStyle: "never" }];

export default tseslint.config(
  { ignores: ["dist/**", "coverage/**", "node_modules/**", "**/*.d.ts", "demo/project/**"] },
  { files: ["**/*.js", "**/*.mjs"], languageOptions: { sourceType: "module" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommended],
    plugins: { "import-x": importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones: arrows }],
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "import-x/no-default-export": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-assertions": noAs,
      "max-lines": ["error", { max: 400 }],
      "max-params": ["error", { max: 4 }],
      eqeqeq: "error",
    },
  },
  {
    files: ["src/**/*.ts", "bot/**/*.ts"],
    ignores: ["src/clock.ts", "src/core/time.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: "Time comes from outside: take `now: Instant` or a Clock. Date.now() stands in src/clock.ts alone.",
        },
        {
          selector: "NewExpression[callee.name='Date']",
          message: "Time comes from outside; parsing and formatting stand in src/core/time.ts.",
        },
      ],
    },
  },
  {
    files: ["src/core/**/*.ts"],
    ignores: ["src/core/time.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "AwaitExpression", message: `${PURE} no await. Gather first, then decide.` },
        { selector: ":function[async=true]", message: `${PURE} no async function.` },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: `${PURE} no clock. Take \`now: Instant\`.`,
        },
        { selector: "NewExpression[callee.name='Date']", message: `${PURE} dates are parsed in core/time.ts.` },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: `${PURE} no dice.` },
        { selector: "Identifier[name='process']", message: `${PURE} no process.` },
      ],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(?!\\.{1,2}/)(?!(yaml|zod|zod/mini|re2js|@noble/hashes)(/|$))",
              message: `${PURE} only yaml, zod, re2js and @noble/hashes (pure, synchronous) may be imported here.`,
            },
          ],
        },
      ],
    },
  },
  {
    // Where raw text becomes branded: the only places where a type assertion tells the truth.
    files: ["src/core/ids.ts", "src/core/policy/parse.ts", "src/forge/**/from-*.ts"],
    rules: { "@typescript-eslint/consistent-type-assertions": "off" },
  },
  {
    files: ["test/**/*.ts", "demo/**/*.ts", "scripts/**/*", "*.config.ts"],
    rules: {
      "@typescript-eslint/consistent-type-assertions": "off",
      "max-lines": "off",
      "max-params": "off",
    },
  },
  { files: ["*.config.ts", "*.config.js"], rules: { "import-x/no-default-export": "off" } },
);
