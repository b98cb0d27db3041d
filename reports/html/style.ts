/** The page's whole look. No fonts, pictures or scripts from anywhere. */
export const style = `
:root { color-scheme: light dark; --fg: #1c2127; --quiet: #57606a; --bg: #fff; --card: #f5f6f8; --edge: #d0d5dc;
  --pass: #17692f; --fail: #b01722; --unknown: #7a5200; --line: #1d5fbf; --held: #2f6fc4; --warm: #c2540a; }
@media (prefers-color-scheme: dark) { :root { --fg: #e4e8ed; --quiet: #a3adb8; --bg: #14181d; --card: #1e242b;
  --edge: #39424d; --pass: #63c97f; --fail: #ff8b84; --unknown: #e8b64c; --line: #7db2ff; --held: #5b96e6; --warm: #ff9d5c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--bg); color: var(--fg);
  font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; } h2 { font-size: 1.15rem; margin: 0 0 .6rem; } h3 { font-size: 1rem; margin: 1rem 0 .4rem; }
p { margin: .4rem 0; } .quiet, figcaption, dt, .remark { color: var(--quiet); font-size: .875rem; }
header { border: 1px solid var(--edge); border-left: .5rem solid currentColor; border-radius: .4rem; padding: .8rem 1rem; background: var(--card); }
header > * { color: var(--fg); } header.pass { color: var(--pass); } header.fail { color: var(--fail); } header.unknown { color: var(--unknown); }
header ul { margin: .5rem 0; padding-left: 1.2rem; }
.mark { font-weight: 600; white-space: nowrap; } .mark.pass { color: var(--pass); } .mark.fail { color: var(--fail); } .mark.unknown { color: var(--unknown); }
section, h2.copy { margin-top: 1.8rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .6rem; margin: .8rem 0 0; }
.figures div { border: 1px solid var(--edge); border-radius: .4rem; padding: .4rem .7rem; } dd { margin: 0; font-weight: 600; }
figure { margin: 0 0 1rem; } svg text { fill: var(--quiet); font-size: 12px; paint-order: stroke; stroke: var(--bg); stroke-width: 3px; } svg text.label { fill: var(--fg); font-weight: 600; }
.curve { display: block; overflow: hidden; } .grid { stroke: var(--edge); } .line { fill: none; stroke: var(--line); stroke-width: 1.6; }
.stall { stroke: var(--warm); } .hatch { stroke: var(--warm); stroke-width: 1.5; stroke-opacity: .55; }
.fault { stroke: var(--fg); stroke-width: 1.5; stroke-dasharray: 4 3; } .phase { fill: var(--card); stroke: var(--warm); }
.lanes { list-style: none; margin: 0; padding: 0; }
.lanes li { display: grid; grid-template-columns: minmax(9rem, 15rem) 1fr minmax(9rem, 17rem); gap: .2rem .8rem; align-items: center;
  padding: .25rem 0; border-top: 1px solid var(--edge); font-size: .9rem; }
.track { position: relative; height: 1.1rem; background: var(--card); } .bar { position: absolute; top: 0; bottom: 0; border: 1px solid var(--held); min-width: 3px; }
.bar.held { background: var(--held); } .bar.step { background: color-mix(in srgb, var(--held) 35%, transparent); }
.bar.flag, .bar.fault { border-color: var(--warm); background: repeating-linear-gradient(45deg, var(--warm) 0 2px, transparent 2px 6px); }
table { width: 100%; border-collapse: collapse; font-size: .92rem; } th { text-align: left; font-weight: 600; color: var(--quiet); }
th, td { padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--edge); vertical-align: top; }
th, td:not(:last-child) { overflow-wrap: break-word; } td:not(:last-child) { font-variant-numeric: tabular-nums; min-width: 4.8rem; }
td:nth-child(2):not(:last-child) { min-width: 8rem; }
pre { margin: .4rem 0; padding: .6rem; background: var(--card); font: .8rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
details { margin: .5rem 0; } summary { cursor: pointer; font-weight: 600; }
footer { margin-top: 2rem; border-top: 1px solid var(--edge); padding-top: .6rem; }
@media (max-width: 44rem) {
  .lanes li { grid-template-columns: 1fr; }
  thead { position: absolute; clip-path: inset(50%); }
  tr { display: block; padding: .4rem 0; border-bottom: 1px solid var(--edge); }
  td { display: grid; grid-template-columns: 6.5rem 1fr; border: 0; padding: .05rem 0; } td::before { content: attr(data-h); color: var(--quiet); }
}
@media print {
  :root { color-scheme: light; --fg: #000; --quiet: #444; --bg: #fff; --card: #f2f2f2; --edge: #bbb; --pass: #17692f; --fail: #b01722;
    --unknown: #7a5200; --line: #1d5fbf; --held: #2f6fc4; --warm: #c2540a; }
  body { max-width: none; padding: 0; font-size: 10.5pt; } .bar, .track, header, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  figure, header, .lanes li, tr { break-inside: avoid; } h2, summary { break-after: avoid; }
}
`;
