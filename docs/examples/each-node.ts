import { scenario } from "plugfest";

const nodes = ["node1", "node2", "node3"];

/** Every node is disabled once, one after the other, under one copy. */
export default scenario({
  name: "each-node",
  topology: "redmond",
  steps: [
    {
      copy: { id: "dvd", from: "laptop", to: "dvd/dvd.iso", size: "1GB" },
      during: nodes.flatMap((node, index) => [
        { at: { copy: "dvd", progress: `${String(10 + index * 30)}%` }, disable: node },
        { at: { copy: "dvd", progress: `${String(25 + index * 30)}%` }, enable: node },
      ]),
    },
    { until: { cluster: "healthy", within: "30s" } },
    { expect: { copy: "dvd", content: "identical" } },
  ],
});
