namespace Plugfest
{
    using System;
    using System.Collections.Generic;

    /// <summary>
    /// What has been acknowledged, gaps between acknowledgements, marks, and the events about them. Time during which there
    /// was deliberately nothing to do (a slow mark, the rate) does not count as a gap.
    /// </summary>
    public class Progress
    {
        private const double ReportSeconds = 0.045;
        private const int TopGaps = 5;
        public long Acked;
        public long Sent;
        private readonly List<Mark> marks = new List<Mark>();
        private readonly List<Mark> counted = new List<Mark>();
        private readonly List<double[]> gaps = new List<double[]>();
        private long count;
        private double last = -1;
        private double lastEpoch;
        private double idle;
        private double pacedIdle;
        private bool paced;
        private double idleSince = -1;
        private double reported;
        private int acks;
        private double longest;
        private string resuming;

        public Progress(List<Mark> given)
        {
            foreach (Mark mark in given) (mark.At == null ? counted : marks).Add(mark);
        }

        /// <summary>Marks at 0 are reached before anything is acknowledged.</summary>
        public void Start()
        {
            FireMarks();
        }

        /// <summary>Nothing is in flight and nothing may be sent yet; `forRate`: for the rate alone, and soon it may.</summary>
        public void Idle(double now, bool forRate)
        {
            if (idleSince >= 0) return;
            idleSince = now;
            paced = forRate;
            if (acks > 0) Tell(now);
        }

        public void Busy(double now)
        {
            if (idleSince < 0) return;
            if (last >= 0)
            {
                double rest = now - Math.Max(idleSince, last);
                idle += rest;
                if (paced) pacedIdle += rest;
            }
            idleSince = -1;
        }

        /// <summary>The gap around a loss begins with the last acknowledgement: the rate would have let more go by then.</summary>
        public void Lost(double now)
        {
            Busy(now);
            idle -= pacedIdle;
            pacedIdle = 0;
        }

        /// <summary>The next acknowledgement ends a loss.</summary>
        public void ResumesOn(string address)
        {
            resuming = address;
        }

        /// <summary>The bytes from `offset` on, where the last ones ended, were acknowledged.</summary>
        public void Ack(long offset, int length, double now)
        {
            Busy(now);
            double gap = last < 0 ? 0 : Math.Max(0, now - last - idle);
            Gap(gap);
            acks++;
            Acked = offset + length;
            if (resuming != null)
            {
                Report.Emit("resumed", "address", resuming, "acked", Acked, "gapMs", Report.Ms(gap));
                resuming = null;
            }
            last = now;
            idle = pacedIdle = 0;
            lastEpoch = Time.Now() - (Time.Monotonic() - now);
            count++;
            FireMarks();
            if (now - reported >= ReportSeconds) Tell(now);
        }

        public void Tell(double now)
        {
            Report.Emit("progress", "acked", Acked, "sent", Sent, "acks", acks, "longestGapMs", Report.Ms(longest));
            reported = now;
            acks = 0;
            longest = 0;
        }

        /// <summary>The longest gaps, longest first.</summary>
        public List<object> Gaps()
        {
            List<object> told = new List<object>();
            foreach (double[] gap in gaps)
            {
                Dictionary<string, object> one = new Dictionary<string, object>();
                one["t"] = Math.Round(gap[1], 6);
                one["ms"] = Report.Ms(gap[0]);
                one["acked"] = (long)gap[2];
                told.Add(one);
            }
            return told;
        }

        private void Gap(double gap)
        {
            if (last < 0) return;
            longest = Math.Max(longest, gap);
            // It ends with this acknowledgement, so a pause of our own lies before it.
            gaps.Add(new double[] { gap, lastEpoch + idle, Acked });
            gaps.Sort(delegate(double[] left, double[] right) { return right[0].CompareTo(left[0]); });
            if (gaps.Count > TopGaps) gaps.RemoveAt(TopGaps);
        }

        private void FireMarks()
        {
            while (marks.Count > 0 && marks[0].At <= Acked)
            {
                Report.Emit("mark", "id", marks[0].Id, "at", marks[0].At.Value, "acked", Acked);
                marks.RemoveAt(0);
            }
            while (counted.Count > 0 && counted[0].Write <= count)
            {
                Report.Emit("mark", "id", counted[0].Id, "at", Acked, "acked", Acked);
                counted.RemoveAt(0);
            }
        }
    }
}
