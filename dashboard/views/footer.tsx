import { Text } from "ink";
import type { ReactNode } from "react";
import { bindings } from "../keys.js";
import type { Binding } from "../keys.js";
import type { Picture } from "../picture.js";

/** The keys that do something now: as many as there is room for, and those that one needs to find the others. */
export function Footer({ picture, width }: { readonly picture: Picture; readonly width: number }): ReactNode {
  const { theme, mode, feed } = picture;
  if (feed.is === "recording") return <Text> </Text>;
  const all = bindings.filter(({ modes, inFooter }) => inFooter === true && modes.includes(mode));
  const last = all.filter(({ command }) => command.do === "help" || command.do === "quit");
  let left = width - last.reduce((sum, one) => sum + widthOf(one), 0);
  const fitting = all.filter((binding) => {
    if (last.includes(binding)) return false;
    left -= widthOf(binding);
    return left >= 0;
  });
  return (
    <Text wrap="truncate-end">
      {[...fitting, ...last].map(({ keys, label }) => (
        <Text key={label}>
          <Text {...theme.accent}>{keys[0]}</Text>
          <Text {...theme.quiet}>{` ${label}  `}</Text>
        </Text>
      ))}
    </Text>
  );
}

function widthOf({ keys: [key = ""], label }: Binding): number {
  return key.length + label.length + 3;
}
