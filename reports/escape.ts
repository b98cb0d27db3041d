/**
 * What XML 1.0 allows nowhere, not even as a character reference (section 2.2, production Char): most control
 * characters, halves of surrogate pairs, U+FFFE and U+FFFF.
 */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that is safe between tags and in quoted attributes, in XML and in HTML. What XML forbids becomes U+FFFD. */
export function escapeMarkup(text: string): string {
  return text.replace(forbidden, "\ufffd").replace(/[&<>"']/g, (character) => references[character] ?? character);
}
