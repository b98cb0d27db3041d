import { Text } from "ink";
import type { ReactNode } from "react";
import { formatMs } from "../../reports/format.js";
import type { Feed, Picture } from "../picture.js";

/** Later than this is worth a word: up to then a frame shows what is. */
const LATE_MS = 500;

/** What is shown, how long it has been going on, and how what is shown stands with what is. */
export function Header({ picture, width }: { readonly picture: Picture; readonly width: number }): ReactNode {
  const { state, nowMs, feed, theme } = picture;
  const { run } = state;
  const name = run.scenario === "" ? run.topology || "plugfest" : `${run.scenario} on ${run.topology}`;
  const verdict = run.verdict === null ? "" : `  ${run.verdict.outcome.toUpperCase()}`;
  const time = run.startedMs === 0 ? "" : formatMs(Math.max(0, nowMs - run.startedMs));
  const { text, late } = feedText(feed);
  const left = `${name}${verdict}  ${time}`;
  const gap = " ".repeat(Math.max(2, width - left.length - text.length));
  const role = run.verdict === null ? "plain" : run.verdict.outcome === "pass" ? "ok" : "bad";
  return (
    <Text wrap="truncate-end">
      <Text {...theme.title}>{name}</Text>
      <Text {...theme[role]} bold>
        {verdict}
      </Text>
      {`  ${time}${gap}`}
      <Text {...theme[late ? "warn" : "quiet"]}>{text}</Text>
    </Text>
  );
}

function feedText(feed: Feed): { readonly text: string; readonly late: boolean } {
  if (feed.is === "recording") return { text: "", late: false };
  if (feed.is === "replay") {
    const how = feed.paused ? "paused" : `×${String(feed.speed)}`;
    return { text: `replay ${how}  event ${String(feed.at)} of ${String(feed.of)}`, late: feed.paused };
  }
  if (feed.ended !== undefined) return { text: feed.ended, late: true };
  if (feed.lagMs === undefined) return { text: "waiting for events", late: true };
  return { text: `live, ${formatMs(feed.lagMs)} behind`, late: feed.lagMs > LATE_MS };
}
