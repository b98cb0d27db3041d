import { expect, test } from "vitest";
import { whyNot } from "./mmdebstrap.js";

test.each([
  [
    "I: running --customize-hook\nplugfest: the kernel 6.12.1-cloud lacks rdma_rxe\nE: run_hooks failed\n",
    "the kernel 6.12.1-cloud of Debian trixie has no module rdma_rxe",
    "a mirror or snapshot with Debian's own kernel has it",
  ],
  [
    "plugfest: your kernel 6.18.0 lacks CONFIG_CIFS_SMB_DIRECT\n",
    "the kernel 6.18.0 that the topology names is without CONFIG_CIFS_SMB_DIRECT",
    "build it with CONFIG_CIFS_SMB_DIRECT, or leave `kernel` out",
  ],
  [
    "plugfest: there is no source of the kernel 6.12.1-amd64, linux-source-6.12 6.12.1-1\n",
    "there is no source of the kernel 6.12.1-amd64, linux-source-6.12 6.12.1-1",
    "a snapshot of both",
  ],
  [
    "plugfest: compiling cifs, ksmbd and siw for 6.19.1-amd64, which is done once\nmake: *** [Makefile:236: __sub-make] Error 2\n",
    "modules for the kernel 6.19.1-amd64 could not be compiled",
    "newer than plugfest knows",
  ],
  ["E: No space left on device", "Debian trixie could not be bootstrapped", "free disk space"],
  ["unshare: failed to execute newuidmap: No such file", "Debian trixie could not be bootstrapped", "package uidmap"],
  [
    "setpriv: failed to execute mmdebstrap: No such file or directory",
    "Debian trixie could not be bootstrapped",
    "doctor --fix",
  ],
  ["E: mmdebstrap failed to run", "Debian trixie could not be bootstrapped", "mirror (/etc/apt) answers"],
])("why a Debian could not be made is said in words, with what to do: %j", (output, message, hint) => {
  expect(whyNot("trixie", output)).toEqual({ message, hint: expect.stringContaining(hint) as string });
});
