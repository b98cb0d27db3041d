import { Text } from "ink";
import type { ReactNode } from "react";
import type { Picture } from "../picture.js";

/** What is being done. */
export function Now({ picture }: { readonly picture: Picture }): ReactNode {
  const { run } = picture.state;
  const reasons = run.verdict?.reasons ?? [];
  const text = run.verdict === null ? run.doing.join(" · ") : reasons.join("; ");
  return (
    <Text wrap="truncate-end" {...picture.theme[run.verdict === null ? "quiet" : "bad"]}>
      {text === "" ? " " : text}
    </Text>
  );
}
