import { renderToString } from "ink";
import type { Picture } from "./picture.js";
import { Dashboard } from "./views/dashboard.js";

/** A frame as lines of text, for those who have no terminal: recordings and tests. */
export function frameOf(picture: Picture): string {
  return renderToString(<Dashboard picture={picture} />, { columns: picture.size.columns });
}
