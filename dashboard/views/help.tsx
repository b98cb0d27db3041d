import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { bindings } from "../keys.js";
import type { Picture } from "../picture.js";
import { Rule } from "./rule.js";

const SIGNS = [
  "✓ the node is OK   ✗ it is not, in CTDB's words   ▸ the node that keys act on",
  "L or leader: it leads   22 %: load, of one core   1⇄ or smb 1: connections to smbd",
  "◂━ dvd: the client of dvd is connected to it   ← node2: it came from node2",
  "▒ stall: nothing was acknowledged   dots: MB/s over time",
];

/** Every key and sign, in as many columns as there is room for. */
export function Help(props: { readonly picture: Picture; readonly width: number; readonly height: number }): ReactNode {
  const { picture, width, height } = props;
  const { theme, mode } = picture;
  const rows = bindings.filter(({ modes }) => modes.includes(mode));
  const room = Math.max(1, height - SIGNS.length - 2);
  const columns = Math.ceil(rows.length / room);
  const lines = Math.ceil(rows.length / columns);
  const each = Math.floor(width / columns);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Rule title="keys" right="any key comes back" width={width} theme={theme} />
      <Box height={Math.min(room, lines)}>
        {Array.from({ length: columns }, (_, column) => (
          <Box key={column} flexDirection="column" width={each}>
            {rows.slice(column * lines, (column + 1) * lines).map(({ keys, help }) => (
              <Text key={keys[0]} wrap="truncate-end">
                <Text {...theme.accent}>{keys.join(" ").padEnd(columns === 1 ? 6 : 5)}</Text>
                {help}
              </Text>
            ))}
          </Box>
        ))}
      </Box>
      <Rule title="signs" width={width} theme={theme} />
      {SIGNS.map((line) => (
        <Text key={line} wrap="truncate-end">
          {line}
        </Text>
      ))}
    </Box>
  );
}
