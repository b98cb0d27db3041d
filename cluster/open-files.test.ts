import { describe, expect, it } from "vitest";
import { parseOpenFiles } from "./open-files.js";

const rule = "-".repeat(100);

describe("smbstatus --locks", () => {
  it("lists each open, also of names with spaces, in the columns of 4.25", () => {
    const output = `
Locked files:
Pid          User(ID)   DenyMode   Access      R/W        Oplock           Persistent SharePath   Name   Time
${rule}
0:689        5000       DENY_WRITE 0x12019f    RDWR       LEASE(RWH)       yes        /cluster/dvd   dvd one.iso   Thu Nov 26 11:49:50 2026
0:1246       5000       DENY_WRITE 0x12019f    RDWR       LEASE STATE UNKNOWN yes        /cluster/dvd   lost.iso   Thu Nov 26 12:15:59 2026
1:44         5000       DENY_NONE  0x80        RDONLY     NONE             no         /cluster/dvd   .   Thu Nov  5 01:49:50 2026

`;
    expect(parseOpenFiles(output)).toEqual([
      { server: "0:689", oplock: "LEASE(RWH)", sharePath: "/cluster/dvd", name: "dvd one.iso" },
      { server: "0:1246", sharePath: "/cluster/dvd", name: "lost.iso", oplock: "LEASE STATE UNKNOWN" },
      { server: "1:44", oplock: "NONE", sharePath: "/cluster/dvd", name: "." },
    ]);
  });

  it("lists each open in the columns of the versions before that", () => {
    const output = `
Locked files:
Pid          User(ID)   DenyMode   Access      R/W        Oplock           SharePath   Name   Time
${rule}
0:689        5000       DENY_WRITE 0x12019f    RDWR       LEASE(RWH)       /cluster/dvd   dvd.iso   Thu Nov 26 11:49:50 2026
`;
    expect(parseOpenFiles(output)).toEqual([
      { server: "0:689", oplock: "LEASE(RWH)", sharePath: "/cluster/dvd", name: "dvd.iso" },
    ]);
  });

  it("lists nothing when no file is open, and only then", () => {
    expect(parseOpenFiles("No locked files\n\n")).toEqual([]);
    expect(parseOpenFiles("\n")).toEqual([]);
    expect(() => parseOpenFiles("")).toThrow(/plugfest does not know/);
    expect(() => parseOpenFiles(`Locked files:\n${rule}\nsomething else\n`)).toThrow(/something else/);
  });
});
