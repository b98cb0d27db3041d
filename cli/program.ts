import { Command as Commander, Option } from "commander";
import type { BisectFlags } from "./bisect/candidates.js";
import type { DoctorWindowsFlags } from "./commands/doctor-windows.js";
import type { ImagesFlags } from "./commands/images.js";
import type { NightlyFlags } from "./commands/nightly.js";
import type { Command } from "./context.js";
import type { CastFlags } from "./dashboard/cast-flags.js";
import type { DashboardFlags } from "./dashboard/flags.js";
import type { WindowsCdFlags } from "./commands/windows-cd.js";
import type { RunFlags, ShrinkFlags } from "./run-flags.js";

type DoctorFlags = Partial<DoctorWindowsFlags> & { readonly fix?: boolean };

/**
 * The whole command line: names, arguments, flags and help, and nothing that does work. Each action hands over the
 * command it stands for, which is loaded only then: `--help` and `validate` must not wait for Docker or a screen.
 */
export function buildProgram(version: string, choose: (command: Command) => void): Commander {
  const program = new Commander("plugfest")
    .description("An SMB plugfest in a box: Samba-CTDB clusters, real clients, and proof of transparent failover.")
    .version(version)
    .showSuggestionAfterError()
    .showHelpAfterError("(see --help)")
    .exitOverride()
    .addHelpText("after", GENERAL);
  const command = (usage: string, summary: string, examples: readonly string[]) =>
    program
      .command(usage)
      .description(summary)
      .allowExcessArguments(false)
      .addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ plugfest ${example}`).join("\n")}`);
  const samba = () => new Option("--samba <version>", "on all nodes: a version of the catalogue, or a Samba's file");
  const json = () => new Option("--json", "machine-readable output on standard output");
  const shrinkRuns = () => new Option("--shrink-runs <n>", "shrink in so many runs at most").default("40");
  const onDashboard = () => new Option("--dashboard", "show it on the whole screen, with keys; q leaves that");
  const runs = () => new Option("--runs <folder>", "where run folders are kept").default("runs");

  command(
    "demo",
    "Reproduce the 2012 Redmond demo: copy a DVD, disable the node that serves it, prove nothing was lost",
    ["demo", "demo --size 256MiB"],
  )
    .option("--size <size>", "copy this much instead of 4.7GB")
    .option("--topology <name>", "another topology, such as redmond-durable")
    .addOption(samba())
    .option("--keep", "leave the lab running afterwards")
    .addOption(onDashboard())
    .addOption(runs())
    .addOption(json())
    .action((options: RunFlags) => {
      choose(async (context) => (await import("./commands/run.js")).run(context, "redmond-failover", options));
    });
  command("run [scenario]", "Run a scenario, or all cells of one with a matrix: a shipped name or a file", [
    "run redmond-failover",
    "run my.yaml --topology redmond-durable --json",
    "run ./my.ts",
    "run my-matrix.yaml --repeat 3 --cell fault=stop,fault=ban,profile=durable",
    "run my-matrix.yaml --repeat 3 --resume runs/my-matrix/latest",
  ])
    .option("--tag <tag>", "all scenarios that are shipped with this tag, one after the other")
    .option("--topology <name>", "another topology than the scenario's own")
    .addOption(samba())
    .option("--size <size>", "copy this much instead of what the scenario says")
    .option("--prove", "judge each check again with defects planted below it: one that stays green fails the run")
    .option("--shrink", "when it fails, shrink the schedule of its nemesis to the smallest that fails")
    .addOption(shrinkRuns())
    .option("--seed <hex>", "32 hex digits that payloads and random faults derive from; drawn at random when left out")
    .option("--cell <axis=value,…>", "only these cells of a matrix")
    .option("--repeat <n>", "run each cell of a matrix so often")
    .option("--plan", "list the cells of a matrix and how many runs are to do")
    .option(
      "--resume <folder>",
      "go on with a matrix in its folder: what has a verdict other than unknown is not run again",
    )
    .option("--keep", "leave the lab running afterwards")
    .addOption(onDashboard())
    .addOption(runs())
    .addOption(json())
    .action((scenario: string | undefined, options: RunFlags) => {
      choose(async (context) => (await import("./commands/run-tagged.js")).runTagged(context, scenario, options));
    });
  command("dashboard [what]", "Watch a run on one screen, live or as a replay; or a lab, and act in it by keys", [
    "dashboard",
    "dashboard redmond",
    "dashboard runs/redmond-failover/latest --speed 4",
  ])
    .option("--speed <factor>", "replay at so many times the speed")
    .addOption(new Option("--theme <name>", "colours: dark, light or mono").default("dark"))
    .option("--screen-reader", "events in words, one below the other, and no picture")
    .addOption(runs())
    .action((what: string | undefined, options: DashboardFlags) => {
      choose(async (context) => (await import("./commands/dashboard.js")).dashboard(context, what, options));
    });
  command("cast <run>", "Make a recording of a run, for asciinema and as an animated SVG, or a picture of a moment", [
    "cast runs/redmond-failover/latest",
    "cast runs/redmond-failover/latest --from 10s --to 25s --out docs/redmond",
    "cast runs/redmond-failover/latest --at 14s",
  ])
    .option("--from <duration>", "leave out what was before, since the run began")
    .option("--to <duration>", "leave out what was after")
    .option("--at <duration>", "a picture of this moment, no recording")
    .option("--speed <factor>", "as many times as fast", "1")
    .option("--size <columns>x<rows>", "of the terminal that is shown", "100x32")
    .addOption(new Option("--theme <name>", "colours: dark, light or mono").default("dark"))
    .option("--out <name>", "name of the files without their suffix; else the run's name here")
    .addOption(json())
    .action((run: string, options: CastFlags) => {
      choose(async (context) => (await import("./commands/cast.js")).cast(context, run, options));
    });
  command("nightly <file>", "Run every cell of a nightly, and say what changed since the nights before", [
    "nightly nightly.yaml --plan",
    "nightly nightly.yaml",
  ])
    .option("--plan", "only list the cells in their order, and how long they take by the history")
    .option("--fresh", "begin a new night even if the last one broke off")
    .addOption(runs())
    .addOption(json())
    .action((file: string, options: NightlyFlags) => {
      choose(async (context) => (await import("./commands/nightly.js")).nightly(context, file, options));
    });
  command("bisect <scenario>", "Find between which two Samba versions, or commits, a scenario began to fail", [
    "bisect tickle-ack --good 4.17 --bad 4.22 --topology museum-422",
    "bisect tickle-ack --good ./monday.yaml --between ./tuesday.yaml ./wednesday.yaml --bad ./thursday.yaml",
    "bisect tickle-ack --samba ./git.yaml --good samba-4.23.0 --bad v4-24-test",
  ])
    .requiredOption("--good <version>", "a version, a Samba's file or a commit with which it passes")
    .requiredOption("--bad <version>", "one with which it fails")
    .option("--between <versions...>", "further ones, in order: versions, or files of Sambas")
    .option("--samba <file>", "the file of a Samba from git, whose commits are tried")
    .option("--topology <name>", "another topology than the scenario's own")
    .option("--profile <profile>", "persistent, durable or none, for all versions alike")
    .addOption(runs())
    .addOption(json())
    .action((scenario: string, options: BisectFlags) => {
      choose(async (context) => (await import("./commands/bisect.js")).bisect(context, scenario, options));
    });
  program
    .command("worker", { hidden: true })
    .description("Make labs and runs for a night on another host, which asks for them on standard input")
    .requiredOption("--parallel <n>", "labs at once")
    .action((options: { parallel: string }) => {
      choose(async (context) => (await import("./commands/worker.js")).worker(context, options));
    });
  command("serve", "Show nightlies and the reports of runs in a browser of this machine; changes nothing", [
    "serve",
    "serve --runs /srv/plugfest/runs --port 8445",
  ])
    .option("--port <number>", "of 127.0.0.1; 0 takes a free one", "8445")
    .addOption(runs())
    .action((options: { runs: string; port: string }) => {
      choose(async (context) => (await import("./commands/serve.js")).serve(context, options));
    });
  command("scenarios", "List the scenarios that plugfest ships, with their tags", [
    "scenarios",
    "scenarios --tag failover --json",
  ])
    .option("--tag <tag>", "only those with this tag")
    .addOption(json())
    .action((options: { tag?: string; json?: boolean }) => {
      choose(async (context) => (await import("./commands/scenarios.js")).scenarios(context, options));
    });
  command("shrink <folder>", "Shrink the random faults of a failed run to the smallest schedule that fails", [
    "shrink runs/rough/latest",
  ])
    .addOption(shrinkRuns())
    .addOption(json())
    .action((folder: string, options: ShrinkFlags) => {
      choose(async (context) => (await import("./commands/shrink.js")).shrink(context, folder, options));
    });
  command("validate <files...>", "Check topologies, scenarios and nightlies without touching anything", [
    "validate redmond",
    "validate my-scenario.yaml",
  ])
    .option("--topology <name>", "check scenarios against this topology")
    .addOption(json())
    .action((files: string[], options: { topology?: string; json?: boolean }) => {
      choose(async (context) => (await import("./commands/validate.js")).validate(context, files, options));
    });
  command("report <run>", "Make the reports of a run anew from its folder, or from a capsule, which is unpacked", [
    "report runs/redmond-failover/latest",
    "report redmond-failover-2026-11-23T20-55-11Z.tar.gz",
  ])
    .option("--into <folder>", "where a capsule is unpacked to; else a folder of its name")
    .addOption(json())
    .action((run: string, options: { into?: string; json?: boolean }) => {
      choose(async (context) => (await import("./commands/report.js")).report(context, run, options));
    });
  command("capsule <run>", "Pack a run into one file: sources, versions, events, logs, captures, reports", [
    "capsule runs/redmond-failover/latest",
  ])
    .option("--out <file>", "the file to make; else one of the run's name here")
    .addOption(json())
    .action((run: string, options: { out?: string; json?: boolean }) => {
      choose(async (context) => (await import("./commands/capsule.js")).capsule(context, run, options));
    });
  command("rerun <run>", "Run again what a run's folder or capsule holds, with the same seed, and say what differs", [
    "rerun runs/redmond-failover/latest",
    "rerun redmond-failover-2026-11-23T20-55-11Z.tar.gz",
  ])
    .option("--keep", "leave the lab running afterwards")
    .addOption(runs())
    .addOption(json())
    .action((run: string, options: RunFlags) => {
      choose(async (context) => (await import("./commands/rerun.js")).rerun(context, run, options));
    });
  command("plan <topology>", "Show what `up` would do", ["plan redmond", "plan redmond --resolved"])
    .option("--resolved", "show the topology with everything made explicit; needs no engine")
    .addOption(json())
    .action((topology: string, options: { resolved?: boolean; json?: boolean }) => {
      choose(async (context) => (await import("./commands/plan.js")).plan(context, topology, options));
    });
  command("up <topology>", "Bring a lab up and leave it running; does nothing when it is up", [
    "up redmond",
    "up ./my-topology.yaml",
  ])
    .option("--keep-on-failure", "leave what was made when it does not come up, to look at it")
    .addOption(samba())
    .addOption(json())
    .action((topology: string, options: { keepOnFailure?: boolean; json?: boolean; samba?: string }) => {
      choose(async (context) => (await import("./commands/up.js")).up(context, topology, options));
    });
  command("down <lab>", "Remove a lab", ["down redmond"])
    .addOption(json())
    .action((lab: string, options: { json?: boolean }) => {
      choose(async (context) => (await import("./commands/down.js")).down(context, lab, options));
    });
  command("ls", "List labs and their nodes", ["ls", "ls --json"])
    .addOption(json())
    .action((options: { json?: boolean }) => {
      choose(async (context) => (await import("./commands/ls.js")).ls(context, options));
    });
  command("exec <lab> <node> <command...>", "Run a command on a node or client of a lab", [
    "exec redmond node1 -- ctdb status",
  ]).action((lab: string, node: string, words: string[]) => {
    choose(async (context) => (await import("./commands/exec.js")).exec(context, lab, node, words));
  });
  for (const [verb, does] of [
    ["snapshot", "Keep all of a virtual machine, its memory and its disk, under a name"],
    ["restore", "Take a virtual machine back to one of its snapshots"],
  ] as const) {
    command(`${verb} <lab> <machine> <name>`, does, [`${verb} redmond-machine laptop before-update`]).action(
      (lab: string, machine: string, name: string) => {
        choose(async (context) => (await import("./commands/snapshot.js")).snapshot(context, verb, lab, machine, name));
      },
    );
  }
  command(
    "logs <lab> <node>",
    "Print a node's log: ctdbd's and its event scripts'; a virtual machine's has its console",
    ["logs redmond node1 --tail 64KiB"],
  )
    .option("--tail <size>", "the last part only", "1MiB")
    .action((lab: string, node: string, options: { tail: string }) => {
      choose(async (context) => (await import("./commands/logs.js")).logs(context, lab, node, options));
    });
  command("gc", "Remove what killed commands left behind; kept labs stay", ["gc", "gc --older-than 12h"])
    .option("--older-than <duration>", "also what other hosts made on a shared engine, when older than this")
    .addOption(json())
    .action((options: { olderThan?: string; json?: boolean }) => {
      choose(async (context) => (await import("./commands/gc.js")).gc(context, options));
    });
  command("doctor", "Say what this host can do, what it lacks, and what would enable it", [
    "doctor",
    "doctor --fix",
    "doctor --windows pat@192.168.1.20 --key ~/.ssh/plugfest_lab --host-key SHA256:…",
  ])
    .option("--fix", "install missing packages (Debian and Ubuntu, as root)")
    .option("--windows <user@host>", "instead, try step by step what plugfest does on a Windows host with OpenSSH")
    .option("--key <file>", "with --windows: the private key that opens it; else a key of the ssh-agent's")
    .option("--host-key <fingerprint>", "with --windows: its host key; left out, those that it has are told")
    .option("--address <address>", "with --windows: what it is to have on the lab's network")
    .addOption(json())
    .action(({ windows, ...options }: DoctorFlags) => {
      choose(async (context) =>
        windows === undefined
          ? (await import("./commands/doctor.js")).doctor(context, options)
          : (await import("./commands/doctor-windows.js")).doctorWindows(context, { windows, ...options }),
      );
    });
  command(
    "windows-cd",
    "Write the CD by which a Windows ISO installs itself and becomes a host for clients of kind windows",
    [
      "windows-cd --iso Win11.iso --authorized-key ~/.ssh/plugfest_lab.pub --mac 52:54:00:12:34:56 --address 10.77.2.201/24",
    ],
  )
    .requiredOption("--iso <file>", "the medium of Windows, as Microsoft gives it")
    .requiredOption("--authorized-key <file>", "the public key that is to open the host")
    .option("--out <file>", "the CD that is written", "windows-answers.iso")
    .option("--edition <name>", 'as the medium names it, such as "Windows 11 Pro"; left out, its first one')
    .option("--product-key <key>", "where the medium asks for one")
    .option("--language <language>", "that of the medium", "en-US")
    .option("--openssh <file>", "OpenSSH's installer (.msi); left out, it comes from Windows Update")
    .option("--drivers <file>", "the ISO with virtio's drivers, which the machine has as a third CD")
    .option("--mac <address>", "of the network card on the lab's network")
    .option("--address <address/prefix>", "what that card is to have")
    .action((options: WindowsCdFlags) => {
      choose(async (context) => (await import("./commands/windows-cd.js")).windowsCd(context, options));
    });
  command("engine <action>", "The Docker engine in use: status, or start and stop plugfest's own", [
    "engine status",
    "engine stop",
  ])
    .addOption(json())
    .action((action: string, options: { json?: boolean }) => {
      choose(async (context) => (await import("./commands/engine.js")).engine(context, action, options));
    });
  command(
    "images <action> [names...]",
    "Images: ls, build for topologies, add or remove a Windows of your own, or prune those no longer of use",
    [
      "images ls",
      "images build redmond",
      'images add windows --iso Win11.iso --edition "Windows 11 Pro"',
      "images add windows --qcow2 server.qcow2 --user pat --key ~/.ssh/plugfest_lab --name server-2025",
      "images remove server-2025",
      "images prune",
    ],
  )
    .option("--own", "prune images with Sambas of your own and of Windows, too")
    .option("--name <name>", "add: what the `image` of a client in a topology calls it by")
    .option("--iso <file>", "add: install from this medium of Windows, as Microsoft gives it")
    .option("--edition <name>", 'with --iso: as the medium names it, such as "Windows 11 Pro"; left out, its first one')
    .option("--product-key <key>", "with --iso: where the medium asks for one")
    .option("--language <language>", "with --iso: that of the medium; left out, en-US")
    .option("--openssh <file>", "with --iso: OpenSSH's installer (.msi); left out, it comes from Windows Update")
    .option("--virtio-iso <file>", "with --iso: the ISO with virtio's drivers; left out, devices that Windows knows")
    .option("--tpm", "with --iso: with a TPM; left out, setup is told not to ask for one")
    .option("--qcow2 <file>", "add: take a disk with a Windows that has OpenSSH's server")
    .option("--user <name>", "with --qcow2: an administrator of it")
    .option("--key <file>", "with --qcow2: the private key that opens it for that user")
    .option("--virtio", "with --qcow2: it has virtio's drivers, for disk and network")
    .option("--memory <size>", "add: of the machine that makes the image; left out, 4GiB")
    .option("--within <duration>", "add: how long that may take; left out, 3h, and 24h where there is no KVM")
    .addOption(json())
    .action((action: string, names: string[], options: ImagesFlags) => {
      choose(async (context) => (await import("./commands/images.js")).images(context, action, names, options));
    });
  command(
    "schema <language>",
    "Print the JSON Schema of `topology`, `samba`, `scenario`, `nightly` or `expectations`, or a scenario's `types`",
    ["schema topology > topology.schema.json"],
  ).action((language: string) => {
    choose(async (context) => (await import("./commands/schema.js")).schema(context, language));
  });
  return program;
}

const GENERAL = `
Exit codes: 0 pass or done · 1 the scenario failed · 2 the testbed failed or the verdict is unknown
            3 invalid input · 130 interrupted

Start here:
  $ plugfest doctor
  $ plugfest demo`;
