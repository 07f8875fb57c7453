// Compare scripts with what is sent of them: node same_program.js SCRIPT SENT [SCRIPT SENT ...]. Names those that differ.

import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

import { parse } from "espree";

/** Return the program of a script without the places of its parts. @param {string} path */
function program(path) {
  const tree = parse(readFileSync(path, "utf8"), { ecmaVersion: "latest", sourceType: "module" });
  return JSON.parse(JSON.stringify(tree, (key, value) => (["start", "end"].includes(key) ? undefined : value)));
}

const paths = process.argv.slice(2);
for (let n = 0; n < paths.length; n += 2) {
  const [script = "", sent = ""] = paths.slice(n, n + 2);
  if (isDeepStrictEqual(program(script), program(sent))) continue;
  process.stdout.write(`${script}\n`);
  process.exitCode = 1;
}
