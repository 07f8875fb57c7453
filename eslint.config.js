// Rules for scripts and styles. What a name means is TypeScript's to check (`no-undef` would need a list of names);
// templates have a linter of their own, djlint.

import css from "@eslint/css";
import js from "@eslint/js";

export default [
  { ignores: ["static/vendor/", "build/", ".venv/", "instance/", "models/"] },
  {
    files: ["**/*.js"],
    ...js.configs.recommended,
    rules: {
      ...js.configs.recommended.rules,
      "no-undef": "off",
      "no-unused-vars": "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-console": "error",
      eqeqeq: "error",
      "object-shorthand": "error",
      "no-implicit-coercion": "error",
      "no-duplicate-imports": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "TemplateLiteral TemplateLiteral", message: "rjsmin (web/door/assets.py) does not know a template in a template." },
      ],
      "max-lines": ["error", 250],
      "max-lines-per-function": ["error", 50],
    },
  },
  {
    files: ["static/**/*.css"],
    plugins: { css },
    language: "css/css",
    languageOptions: {
      tolerant: true, // `(not (any-pointer: coarse))` is right, and unknown to the parser.
      customSyntax: { properties: { display: "| block math" } },
    },
    rules: {
      ...css.configs.recommended.rules,
      "css/no-invalid-properties": ["error", { allowUnknownVariables: true }],
      "css/no-important": "off", // Two uses: what is hidden, and what is not printed, must win.
      "css/use-baseline": "off", // A browser that does not know a property still shows a page that works.
    },
  },
];
