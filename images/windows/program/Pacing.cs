namespace Plugfest
{
    using System;
    using System.Collections.Generic;

    /// <summary>When the next byte may go, and how many with it: slow marks, and the rate.</summary>
    public class Pacing
    {
        public const double Forever = 3600;
        /// <summary>What goes past the cache goes in whole sectors, so a mark within one is stopped at behind it.</summary>
        public const int Sector = 4096;
        /// <summary>From one sector to the next behind a slow mark: some 200 KB/s.</summary>
        public const double SlowSeconds = 0.02;
        /// <summary>Behind a slow mark so many go, and then none until it is released.</summary>
        private const long SlowBytes = 1 << 19;
        private readonly List<Mark> slow = new List<Mark>();
        private readonly Dictionary<Mark, long> begun = new Dictionary<Mark, long>();
        private readonly double rate;
        private readonly Leash leash;
        private double began = -1;
        private long first;

        public Pacing(List<Mark> marks, double rate, Leash leash)
        {
            foreach (Mark mark in marks) if (mark.Slow) slow.Add(mark);
            this.rate = rate;
            this.leash = leash;
        }

        /// <summary>Where what begins at `offset` must stop at the latest.</summary>
        public long End(long offset, long end)
        {
            foreach (Mark mark in slow)
            {
                if (mark.At == null || begun.ContainsKey(mark)) continue;
                long at = StopOf(mark);
                if (offset < at && at < end) end = at;
            }
            return end;
        }

        /// <summary>Whether the byte at `offset`, which so many writes came before, is behind a slow mark.</summary>
        public bool IsSlow(long offset, long writes)
        {
            foreach (Mark mark in slow)
            {
                if (begun.ContainsKey(mark)) continue;
                if (mark.At == null ? writes >= mark.Write : offset >= StopOf(mark)) begun[mark] = offset;
            }
            return begun.Count > 0;
        }

        /// <summary>Seconds until the byte at `offset` may go: 0 is now, Forever until a mark is released.</summary>
        public double Wait(long offset, double now)
        {
            foreach (Mark mark in slow.FindAll(delegate(Mark each) { return leash.IsReleased(each.Id); }))
            {
                slow.Remove(mark);
                begun.Remove(mark);
                began = -1;
            }
            foreach (long from in begun.Values) if (offset >= from + SlowBytes) return Forever;
            if (rate <= 0) return 0;
            if (began < 0)
            {
                began = now;
                first = offset;
            }
            return Math.Max(0, began + (offset - first) / rate - now);
        }

        private static long StopOf(Mark mark)
        {
            return (mark.At.Value + Sector - 1) / Sector * Sector;
        }
    }
}
