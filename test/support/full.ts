/** Whether everything is to be run, what takes long included: `npm run test:full`. */
export const isFull = process.env["PLUGFEST_TEST_FULL"] === "1";
if (!isFull) console.warn("skipped: what takes long, which is for `npm run test:full`");
