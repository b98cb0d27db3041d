/** Whether two paths name one file, where either may have the share in front and slashes of either kind. */
export function samePath(one: string, other: string): boolean {
  const [a, b] = [parts(one), parts(other)];
  const length = Math.min(a.length, b.length);
  return length > 0 && a.slice(-length).join("/") === b.slice(-length).join("/");
}

/** SMB compares names without regard to case ([MS-FSCC] 2.1.5). */
function parts(path: string): string[] {
  return path
    .toLowerCase()
    .split(/[\\/]+/)
    .filter(Boolean);
}
