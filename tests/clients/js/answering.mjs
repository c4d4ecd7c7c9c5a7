// What the scripts share: they are given queries on standard input and print what became of each.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

export const packages = new URL("../../../.ci/node_modules/", import.meta.url);
export const load = createRequire(packages);

/** The language-tagged literals of terms, as [text, language]. */
export const namesOf = (terms) =>
  terms.filter((term) => term.termType === "Literal").map((term) => [term.value, term.language]);

/**
 * Prints the outcome of each request of standard input: of a table or a graph its literals, of ASK
 * its truth, of what failed the error's words.
 */
export async function answerAll(answer) {
  const outcomes = {};
  for (const { name, ...request } of JSON.parse(await text(process.stdin))) {
    try {
      outcomes[name] = await answer(request);
    } catch (error) {
      outcomes[name] = String(error.cause ?? error);
    }
  }
  console.log(JSON.stringify(outcomes));
}
