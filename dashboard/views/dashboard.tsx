import { Box } from "ink";
import type { ReactNode } from "react";
import type { TransferState } from "../../reports/run-state.js";
import { layoutOf } from "../layout.js";
import type { Picture } from "../picture.js";
import { Cluster } from "./cluster.js";
import { Copy, Transfer } from "./copy.js";
import { Failover, failoverLines } from "./failover.js";
import { Footer } from "./footer.js";
import { Header } from "./header.js";
import { Help } from "./help.js";
import { Log } from "./log.js";
import { Now } from "./now.js";
import { Overlay, overlayLines } from "./overlay.js";
import { Rule } from "./rule.js";
import { Tail } from "./tail.js";
import { Verdict } from "./verdict.js";

/** Copies beyond these would leave no room for graphs. */
const MAX_GRAPHS = 4;
const MAX_TRANSFERS = 6;

/** The whole screen. */
export function Dashboard({ picture }: { readonly picture: Picture }): ReactNode {
  const { state, ui, theme } = picture;
  const { run } = state;
  const { copies, transfers } = chosen(run.transfers);
  const layout = layoutOf(picture.size, {
    nodes: run.nodes.length + (run.addresses.some(({ node }) => node === null) ? 1 : 0),
    copies: copies.length,
    transfers: transfers.length,
    failover: failoverLines(state.failover, picture.size),
    checks: run.checks.length,
    overlay: overlayLines(ui.overlay),
  });
  const { columns, height, wide, leftWidth, rightWidth } = layout;
  const cluster = <Cluster picture={picture} width={leftWidth} height={layout.cluster} />;
  const failover = <Failover picture={picture} width={leftWidth} height={layout.failover} />;
  const verdict = <Verdict picture={picture} width={leftWidth} height={layout.checks} />;
  const graphs = copies.map((transfer, index) => (
    <Copy
      key={transfer.key}
      transfer={transfer}
      picture={picture}
      width={rightWidth}
      height={layout.copies[index] ?? 0}
    />
  ));
  const others = layout.transfers > 1 && (
    <Box flexDirection="column" width={rightWidth} height={layout.transfers}>
      <Rule title="transfers" width={rightWidth} theme={theme} />
      {transfers.slice(1 - layout.transfers).map((transfer) => (
        <Transfer key={transfer.key} transfer={transfer} picture={picture} />
      ))}
    </Box>
  );
  const under =
    overlayLines(ui.overlay) > 0 ? (
      <Overlay picture={picture} width={columns} height={layout.tail} />
    ) : (
      <Tail picture={picture} width={columns} height={layout.tail} />
    );
  const body = wide ? (
    <>
      <Box height={height - 3 - layout.tail}>
        <Box flexDirection="column" width={leftWidth} marginRight={2}>
          {cluster}
          {failover}
          {verdict}
        </Box>
        <Box flexDirection="column" width={rightWidth}>
          {graphs}
          {others}
        </Box>
      </Box>
      {under}
    </>
  ) : (
    <>
      {cluster}
      {graphs}
      {others}
      {failover}
      {verdict}
      {under}
    </>
  );
  const full = { picture, width: columns, height: height - 3 };
  const page =
    ui.overlay.is === "help" ? <Help {...full} /> : ui.overlay.is === "log" ? <Log log={ui.overlay} {...full} /> : body;
  return (
    <Box flexDirection="column" width={columns} height={height} overflow="hidden">
      <Header picture={picture} width={columns} />
      <Now picture={picture} />
      <Box flexDirection="column" height={height - 3} overflow="hidden">
        {page}
      </Box>
      <Footer picture={picture} width={columns} />
    </Box>
  );
}

/** Which copies get a graph: those that run, else the newest; files that are read back to be checked get a line. */
function chosen(all: readonly TransferState[]): { copies: TransferState[]; transfers: TransferState[] } {
  const main = all.filter(({ key }) => !key.includes("@"));
  const running = main.filter(({ state }) => state === "running" || state === "stalled");
  const copies = (running.length > 0 ? running : main.slice(-1)).slice(-MAX_GRAPHS);
  const transfers = all.filter((transfer) => !copies.includes(transfer)).slice(-MAX_TRANSFERS);
  return { copies, transfers };
}
