import { DefaultReporter } from "vitest/node";

/** Vitest's own, which tells of an error what it carries as well: without that nobody knows what a program said before it ended. */
export default class extends DefaultReporter {
  verbose = true;
}
