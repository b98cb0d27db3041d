import { defineConfig } from "vitest/config";

const rooms = [
  "core",
  "topologies",
  "images",
  "provisioners",
  "cluster",
  "clients",
  "lab",
  "scenarios",
  "reports",
  "dashboard",
  "nightly",
  "cli",
  "scripts",
];

// Four sorts of tests: `unit` needs nothing; `contract` holds every provisioner to one suite; `cli` spawns the built
// program; `e2e` needs a Docker engine. The last three share the machine's one engine, so their files run one by one.
const real = { fileParallelism: false, testTimeout: 300_000, hookTimeout: 300_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: rooms.map((room) => `${room}/**/*.test.{ts,tsx}`) } },
      { test: { name: "contract", include: ["test/contract/**/*.test.ts"], ...real } },
      { test: { name: "cli", include: ["test/cli/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], ...real } },
    ],
  },
});
