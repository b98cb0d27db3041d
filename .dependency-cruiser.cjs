// Who may know whom. Rooms form layers; type imports count; a third-party package has one home.
const layers = [
  ["cli"],
  ["dashboard", "nightly"],
  ["scenarios", "reports"],
  ["lab"],
  ["clients", "cluster", "provisioners"],
  ["topologies", "images"],
  ["core"],
];
const rooms = layers.flat();

/** Each room may import itself, and the rooms of the layers below its own. */
const layerRules = layers.flatMap((layer, index) =>
  layer.map((room) => ({
    name: `layers-${room}`,
    severity: "error",
    from: { path: `^${room}/`, pathNot: "\\.test\\.tsx?$" },
    to: {
      path: `^(${rooms.join("|")})/`,
      pathNot: `^(${[room, ...layers.slice(index + 1).flat()].join("|")})/`,
    },
  })),
);

/** Package → the places that import it; whoever needs what it gives asks them. */
const homes = {
  commander: "^cli/",
  ink: "^(cli|dashboard)/",
  react: "^(cli|dashboard)/",
  dockerode: "^provisioners/docker/",
  "tar-stream": "^(provisioners|images|cli/capsule)/",
  ssh2: "^provisioners/(qemu|ssh)/",
  execa: "^(provisioners|images|cli)/",
  jiti: "^scenarios/load-module\\.ts$",
  yaml: "^core/(source|fill-blanks|rewrite-yaml)\\.ts$",
  zod: "^(core|topologies|images|provisioners|clients|lab|scenarios|nightly|cli)/",
};

const homeRules = Object.entries(homes).map(([name, path]) => ({
  name: `home-of-${name}`,
  severity: "error",
  from: { path: `^(${rooms.join("|")})/`, pathNot: [path, "\\.test\\.tsx?$"] },
  to: { path: `node_modules/(@types/)?${name}/` },
}));

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-strangers", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "bench-is-last",
      comment: "The bench measures plugfest from outside, as tests do: nobody builds on either.",
      severity: "error",
      from: { path: `^(${rooms.join("|")})/`, pathNot: "\\.test\\.tsx?$" },
      to: { path: "^(bench|test)/" },
    },
    ...layerRules,
    ...homeRules,
  ],
  options: {
    includeOnly: { path: [`^(${rooms.join("|")}|bench|test)/`, "node_modules"] },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|runs)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".js", ".mjs", ".json"],
      conditionNames: ["import", "node", "types"],
    },
  },
};
