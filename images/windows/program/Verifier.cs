namespace Plugfest
{
    using System;
    using System.Collections.Generic;

    /// <summary>
    /// Compares a file, given in order and in whole blocks, with what it should hold, and names the first byte that is wrong
    /// and what sort of wrong it is: the classes are those of plugfest_smb3/mismatch.py, which says what each means.
    /// </summary>
    public class Verifier
    {
        private const int Sector = 512;
        private const int ZeroRun = 16;
        private const int MostRanges = 16;
        private readonly Payload payload;
        private readonly long size;
        private readonly byte[] wanted = new byte[1 << 20];
        private readonly List<object[]> bad = new List<object[]>();
        private Dictionary<string, object> first;

        public Verifier(Payload payload, long size)
        {
            this.payload = payload;
            this.size = size;
        }

        /// <summary>The bytes at `offset`, a multiple of 64 KiB; more than the file's size is not looked at.</summary>
        public void Check(long offset, byte[] data, int length)
        {
            int inside = (int)Math.Max(0, Math.Min(length, size - offset));
            for (int at = 0; at < inside; at += wanted.Length)
            {
                int part = Math.Min(wanted.Length, inside - at);
                payload.Fill(offset + at, wanted, part);
                for (int block = 0; block < part; block += Payload.Block)
                {
                    int end = Math.Min(block + Payload.Block, part);
                    int differs = FirstDifference(wanted, block, end, data, at);
                    if (differs < 0) continue;
                    byte[] want = Slice(wanted, block, end);
                    byte[] have = Slice(data, at + block, at + end);
                    string kind = Look(offset + at + block, differs - block, want, have);
                    if (bad.Count < MostRanges) Add(offset + at + block, offset + at + end, kind);
                }
            }
        }

        /// <summary>The verdict on a file of `length` bytes, all of which were checked; null where it is right.</summary>
        public Dictionary<string, object> Finish(long length)
        {
            if (first == null && length < size) Found(length, "short", "the file has " + length + " bytes of " + size);
            else if (first == null && length > size)
                Found(size, "long", "the file has " + length + " bytes, " + (length - size) + " too many");
            return first;
        }

        /// <summary>Where a file of `length` bytes is not what it should be, in whole blocks: the first ranges.</summary>
        public List<object> Ranges(long length)
        {
            List<object> told = new List<object>();
            if (length < size) bad.Add(new object[] { length, size, "short" });
            foreach (object[] range in bad)
            {
                Dictionary<string, object> one = new Dictionary<string, object>();
                one["from"] = range[0];
                one["to"] = range[1];
                one["class"] = range[2];
                told.Add(one);
            }
            return told;
        }

        private string Look(long blockAt, int index, byte[] want, byte[] have)
        {
            string detail;
            string kind = Classify(blockAt, index, want, have, out detail);
            if (first == null) Found(blockAt + index, kind, detail);
            return kind;
        }

        private string Classify(long blockAt, int index, byte[] want, byte[] have, out string detail)
        {
            if (ZerosFrom(have, 0) == have.Length)
            {
                detail = "the block at " + blockAt + " reads as " + have.Length + " zeros";
                return "lost";
            }
            Stamp stamp = Stamp.Read(have, 0, have.Length);
            if (stamp != null && (!IsOurs(stamp) || stamp.Generation != payload.Generation))
            {
                string whose = "generation " + stamp.Generation + " of " + (IsOurs(stamp) ? "this run" : "another run");
                detail = "the block at " + blockAt + " is stamped as " + whose + ", offset " + stamp.Offset;
                return "stale";
            }
            if (stamp != null && stamp.Offset != blockAt)
            {
                detail = "the block at " + blockAt + " is stamped as offset " + stamp.Offset;
                return "duplicated";
            }
            for (int at = 1; stamp == null && at + Stamp.Size <= have.Length; at++)
            {
                Stamp inner = have[at] == Stamp.Magic[0] ? Stamp.Read(have, at, have.Length) : null;
                if (inner == null || !IsOurs(inner)) continue;
                detail = "the stamp of offset " + inner.Offset + " stands at " + (blockAt + at);
                return "duplicated";
            }
            int zeros = ZerosFrom(have, index);
            if (zeros >= ZeroRun || (zeros > 1 && index + zeros == have.Length))
            {
                detail = zeros + " bytes are zero in the block at " + blockAt;
                return "zero";
            }
            if (stamp != null || HasSectorInPlace(want, have))
            {
                int wrong = 0;
                for (int at = 0; at < have.Length; at++) if (want[at] != have[at]) wrong++;
                detail = wrong + " of " + have.Length + " bytes differ in the block at " + blockAt + ", the first is 0x" +
                    have[index].ToString("x2") + " and should be 0x" + want[index].ToString("x2");
                return "torn";
            }
            detail = "nothing in the block at " + blockAt + " is known";
            return "foreign";
        }

        private bool IsOurs(Stamp stamp)
        {
            for (int at = 0; at < stamp.Run.Length; at++) if (stamp.Run[at] != payload.Run[at]) return false;
            return true;
        }

        private void Found(long offset, string kind, string detail)
        {
            first = new Dictionary<string, object>();
            first["offset"] = offset;
            first["class"] = kind;
            first["detail"] = detail;
        }

        /// <summary>Ranges of one class that follow each other are one.</summary>
        private void Add(long from, long to, string kind)
        {
            object[] last = bad.Count > 0 ? bad[bad.Count - 1] : null;
            if (last != null && (long)last[1] == from && (string)last[2] == kind) last[1] = to;
            else bad.Add(new object[] { from, to, kind });
        }

        private static bool HasSectorInPlace(byte[] want, byte[] have)
        {
            for (int at = 0; at < have.Length; at += Sector)
            {
                int end = Math.Min(at + Sector, have.Length);
                if (FirstDifference(want, at, end, have, 0) < 0) return true;
            }
            return false;
        }

        /// <summary>Where `left` first differs from `right`, which begins `shift` further on; -1 where it does not.</summary>
        private static int FirstDifference(byte[] left, int from, int end, byte[] right, int shift)
        {
            for (int at = from; at < end; at++) if (left[at] != right[at + shift]) return at;
            return -1;
        }

        private static int ZerosFrom(byte[] data, int from)
        {
            int at = from;
            while (at < data.Length && data[at] == 0) at++;
            return at - from;
        }

        private static byte[] Slice(byte[] data, int from, int end)
        {
            byte[] slice = new byte[end - from];
            Buffer.BlockCopy(data, from, slice, 0, slice.Length);
            return slice;
        }
    }
}
