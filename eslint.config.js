import js from "@eslint/js";
import tseslint from "typescript-eslint";

const timers = ["setTimeout", "setInterval", "setImmediate"].map((name) => ({
  name,
  message: "Time comes from a Clock that is passed in (core/clock.ts).",
}));

export default tseslint.config(
  { ignores: ["dist", "node_modules", "runs", "**/*.cjs", "schemas"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["**/*.{ts,tsx}"] })),
  {
    files: ["**/*.{ts,tsx}"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/return-await": ["error", "in-try-catch"],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-globals": ["error", ...timers],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "Time comes from a Clock that is passed in (core/clock.ts)." },
        {
          object: "performance",
          property: "now",
          message: "Time comes from a Clock that is passed in (core/clock.ts).",
        },
        { object: "AbortSignal", property: "any", message: "It leaks: use joinSignals (core/join-signals.ts)." },
      ],
      "max-lines": ["error", 400],
    },
  },
  { files: ["core/clock.ts"], rules: { "no-restricted-globals": "off", "no-restricted-properties": "off" } },
  {
    // The bounds of a test are asserted by its own text; these rules only make its sentences longer.
    files: ["**/*.test.{ts,tsx}", "test/**/*.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    files: ["**/*.{mjs,js}", "bin/plugfest"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly" } },
  },
);
