import type { Clock } from "../../core/clock.js";
import { powershell, readsLines } from "../../core/powershell.js";
import type { Remote } from "../../core/remote.js";
import { type Apart, quicker, refuseIfApart, unheard } from "./clock-apart.js";

/**
 * Answers each line with the time, in ticks of 100 ns since the year 1; a line with a number sets the clock that many ticks
 * ahead. PowerShell itself takes long to start.
 */
const program = `${readsLines}
while ($null -ne ($Line = $Lines.ReadLine())) {
  if ($Line -match '^-?[0-9]+$') { $null = Set-Date -Adjust ([TimeSpan]::FromTicks($Line)) }
  [Console]::Out.WriteLine([DateTime]::UtcNow.Ticks)
}`;

const ticksAt1970 = 621_355_968_000_000_000n;
const questions = 5;

/** Refuses a Windows host whose clock is surely further from this one's than evidence can bear. */
export async function checkWindowsClock(remote: Remote, clock: Clock, who: string): Promise<void> {
  refuseIfApart(await windowsApart(remote, clock), who, "have both follow NTP; there: w32tm /resync");
}

/** Sets a Windows machine's clock by this host's: one that was off, frozen or restored has another time. */
export async function setWindowsClock(remote: Remote, clock: Clock): Promise<void> {
  await windowsApart(remote, clock, true);
}

async function windowsApart(remote: Remote, clock: Clock, sets = false): Promise<Apart> {
  let heard: (line: string) => void = () => undefined;
  let said = "";
  const running = await remote.start(powershell(program), {
    onStdout: (chunk) => {
      said += chunk.toString();
      const end = said.indexOf("\n");
      if (end < 0) return;
      heard(said.slice(0, end).trim());
      said = said.slice(end + 1);
    },
  });
  const ended = running.exited.then(() => undefined);
  let apart = unheard;
  const ask = (line: string) => {
    const answer = new Promise<string>((resolve) => (heard = resolve));
    running.write(`${line}\n`);
    return Promise.race([answer, ended]);
  };
  for (let question = 0; question < questions; question++) {
    const beforeMs = clock.now();
    const ticks = await ask("?");
    if (ticks === undefined || !/^\d+$/.test(ticks)) break;
    const tookMs = clock.now() - beforeMs;
    apart = quicker(apart, { beforeMs, tookMs }, Number((BigInt(ticks) - ticksAt1970) / 10n) / 1000);
  }
  if (sets && apart !== unheard) await ask((-apart.aheadMs * 1e4).toFixed(0));
  running.release();
  await ended;
  return apart;
}
