import { z } from "zod";
import { fsctls } from "../../clients/client.js";
import { fail, pass, unknown } from "../checks/finding.js";
import type { Defects } from "../checks/defect.js";
import type { Finding } from "../checks/finding.js";
import { prove } from "../prove.js";
import type { RunContext, Verb } from "../scenario.js";
import { checkAbility, checkClient, complainUnless } from "./machine.js";
import { clientField, fileField, shareAndPath } from "./workload-fields.js";

/** What is offloaded or trimmed: the beginning of the file. */
const LENGTH = 64 * 1024;

const schema = z
  .strictObject({
    client: clientField.meta({ description: "The client that asks.", examples: ["laptop"] }),
    file: fileField.meta({ description: "Share and path of a file that is there.", examples: ["dvd/dvd.iso"] }),
    ask: z.enum(fsctls).meta({ description: "What for: copy offload (ODX), TRIM, or a key for server-side copy." }),
    answer: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, "expected the name of a status without NT_STATUS_")
      .meta({ description: "The status that must come back.", examples: ["INVALID_DEVICE_REQUEST", "OK"] }),
  })
  .meta({ description: "Asks for a file system control on a file, and judges the server's answer." });

type Args = z.infer<typeof schema>;

export const fsctl: Verb<Args> = {
  name: "fsctl",
  docs: [
    {
      form: "fsctl: { client, file, ask, … }",
      does: "The client asks for copy offload, TRIM or a copy's key on a file; another status than `answer` fails.",
    },
  ],
  schema,
  title: ({ ask, file, client }) => `fsctl ${ask} on ${file} from ${client}`,
  check({ client, file }, scope) {
    const { share } = shareAndPath(file);
    const shares = scope.spec.cluster.shares.map(({ name }) => name);
    const message = `no share "${share}" in topology "${scope.spec.name}"`;
    return [
      ...checkClient(client, ["client"], scope),
      ...checkAbility(client, "fsctl", ["client"], scope),
      ...complainUnless(shares, share, ["file"], "scenario/unknown-share", message),
    ];
  },
  async run(args, context) {
    const said = await ask(args, context);
    const name = `fsctl ${args.ask}`;
    const finding = judge(args.answer, said);
    context.emit({ type: "check.finished", check: name, ...finding });
    const judged = { check: { judge, defects }, name, wanted: args.answer, facts: said, subject: context, finding };
    if (context.prove) context.emit(await prove(judged));
    return { outcome: finding.outcome };
  },
};

/** The status that came back, or why nobody could ask. */
type Said = { readonly status: string } | { readonly failed: string };

async function ask({ client, file, ask: code }: Args, context: RunContext): Promise<Said> {
  const [address = ""] = context.spec.cluster.publicAddresses;
  const job = { ...shareAndPath(file), address, code, length: LENGTH };
  const said = await context.clients.get(client)?.fsctl(job, context.signal);
  if (said === undefined) throw new Error(`client ${client} was validated but is not in the lab`);
  return said;
}

function judge(answer: string, said: Said): Finding {
  if ("failed" in said) return unknown(`nobody could ask: ${said.failed}`);
  const status = said.status.replace(/^0x[0-9A-F]+ NT_STATUS_/, "");
  return status === answer ? pass(said.status) : fail(`${said.status}, expected ${answer}`);
}

const defects: Defects<string, Said> = [
  {
    name: "the server answers otherwise",
    turns: "fail",
    plant: (_said, answer) => ({
      status: answer === "OK" ? "0xC0000010 NT_STATUS_INVALID_DEVICE_REQUEST" : "0x00000000 NT_STATUS_OK",
    }),
  },
  { name: "nobody can ask", turns: "unknown", plant: () => ({ failed: "planted: no session" }) },
];
