namespace Plugfest
{
    using System;
    using System.Collections.Generic;
    using System.IO;

    /// <summary>One file, one way, in blocks one after the other: from opening it to the result.</summary>
    public class Transfer
    {
        private readonly Job job;
        private readonly Leash leash;
        private readonly Progress progress;
        private readonly Watch watch;
        private readonly Pacing pacing;

        public Transfer(Job job, Leash leash, Progress progress, Watch watch)
        {
            this.job = job;
            this.leash = leash;
            this.progress = progress;
            this.watch = watch;
            pacing = new Pacing(job.Marks, job.Rate, leash);
        }

        /// <summary>What the event `result` says, without its hashes; `finish` adds them. Throws Failed or Aborted.</summary>
        public Dictionary<string, object> Run(out Action<Dictionary<string, object>> finish)
        {
            return job.Verb == "put" ? Put(out finish) : Get(out finish);
        }

        private Dictionary<string, object> Put(out Action<Dictionary<string, object>> finish)
        {
            string path = PathOf(job);
            if (job.Path.IndexOfAny(new char[] { '/', '\\' }) >= 0) MakeFolder(Path.GetDirectoryName(path));
            Payload payload = new Payload(job.Seed, job.Run, job.Generation);
            byte[] block = new byte[job.BlockSize];
            double began;
            using (UnbufferedFile file = Open(path, true))
            {
                began = Time.Monotonic();
                long count = 0;
                for (long at = 0; at < job.Size;)
                {
                    bool slow = Wait(at, count);
                    // Blocks begin at multiples of their size, whatever marks cut off before.
                    long end = slow ? at + Pacing.Sector : (at / job.BlockSize + 1) * job.BlockSize;
                    int length = (int)(pacing.End(at, Math.Min(end, job.Size)) - at);
                    int whole = (length + Pacing.Sector - 1) / Pacing.Sector * Pacing.Sector;
                    payload.Fill(at, block, length);
                    Array.Clear(block, length, whole - length);
                    Ask(at, length, delegate { file.Write(at, block, whole); return length; });
                    at += length;
                    count++;
                    if (slow) Pause();
                }
                if (job.Size % Pacing.Sector != 0) file.SetLength(job.Size);
                progress.Tell(Time.Monotonic());
                file.Flush();
                Report.Emit("flushed");
            }
            Report.Emit("closed");
            finish = HashSource;
            return Figures(job.Size, began);
        }

        private Dictionary<string, object> Get(out Action<Dictionary<string, object>> finish)
        {
            Consumer consumer = new Consumer(new Verifier(new Payload(job.Seed, job.Run, job.Generation), job.Size));
            double began;
            long size;
            using (UnbufferedFile file = Open(PathOf(job), false))
            {
                size = file.Length;
                began = Time.Monotonic();
                long count = 0;
                for (long at = 0; at < size;)
                {
                    if (Wait(at, count))
                    {
                        byte[] glance = new byte[Pacing.Sector];
                        int there = (int)Math.Min(glance.Length, size - at);
                        // What is looked at is read again, and counts then.
                        lock (watch.Turn) watch.InFlight = 1;
                        file.Read(at, glance, glance.Length);
                        lock (watch.Turn) watch.InFlight = 0;
                        if (there > 0) Pause();
                        continue;
                    }
                    // Reads begin at multiples of their size, and end at marks or less than a block of the payload behind them.
                    long end = Math.Min((at / job.BlockSize + 1) * job.BlockSize, size);
                    long stop = (pacing.End(at, end) + Payload.Block - 1) / Payload.Block * Payload.Block;
                    int length = (int)(Math.Min(end, stop) - at);
                    byte[] data = new byte[(length + Pacing.Sector - 1) / Pacing.Sector * Pacing.Sector];
                    Ask(at, length, delegate { return Math.Min(length, file.Read(at, data, data.Length)); });
                    if (data.Length != length) Array.Resize(ref data, length);
                    consumer.Feed(at, data);
                    at += length;
                    count++;
                }
                progress.Tell(Time.Monotonic());
            }
            Report.Emit("closed");
            finish = delegate(Dictionary<string, object> result) { consumer.Finish(size, result); };
            return Figures(size, began);
        }

        private UnbufferedFile Open(string path, bool writes)
        {
            UnbufferedFile file = UnbufferedFile.Open(path, writes, job.BlockSize);
            // Windows tells no program the id that the server gave.
            Report.Emit("opened", "path", job.Path, "fileId", "");
            lock (watch.Turn) progress.Start();
            return file;
        }

        /// <summary>One request: when it returns, the server has acknowledged it.</summary>
        private void Ask(long at, int length, Func<int> ask)
        {
            lock (watch.Turn)
            {
                progress.Busy(Time.Monotonic());
                progress.Sent = Math.Max(progress.Sent, at + length);
                watch.InFlight = 1;
            }
            int done = ask();
            if (done != length) throw new Failed(job.Verb == "put" ? "write" : "read", done + " of " + length + " bytes at " + at);
            lock (watch.Turn)
            {
                watch.InFlight = 0;
                watch.Look();
                progress.Ack(at, length, Time.Monotonic());
                watch.Acknowledged();
            }
        }

        /// <summary>Waits until marks and rate let the byte at `at` go; whether it is behind a slow mark.</summary>
        private bool Wait(long at, long count)
        {
            for (; ; )
            {
                leash.Check();
                double now = Time.Monotonic();
                double wait = pacing.Wait(at, now);
                if (wait <= 0) return pacing.IsSlow(at, count);
                lock (watch.Turn) progress.Idle(now, wait < Pacing.Forever);
                leash.Rest(wait);
            }
        }

        private void Pause()
        {
            lock (watch.Turn) progress.Idle(Time.Monotonic(), true);
            leash.Rest(Pacing.SlowSeconds);
        }

        /// <summary>The source's own hashes say what the file should hold, whatever was done with the buffers.</summary>
        private void HashSource(Dictionary<string, object> result)
        {
            Payload payload = new Payload(job.Seed, job.Run, job.Generation);
            Hashes hashes = new Hashes();
            byte[] part = new byte[1 << 20];
            for (long at = 0; at < job.Size; at += part.Length)
            {
                leash.Check();
                int length = (int)Math.Min(part.Length, job.Size - at);
                payload.Fill(at, part, length);
                hashes.Feed(part, length);
            }
            hashes.Finish(result);
            result["mismatch"] = null;
        }

        private static Dictionary<string, object> Figures(long size, double began)
        {
            double seconds = Time.Monotonic() - began;
            Dictionary<string, object> figures = new Dictionary<string, object>();
            figures["bytes"] = size;
            figures["seconds"] = Math.Round(seconds, 6);
            return figures;
        }

        private static string PathOf(Job job)
        {
            if (job.Folder != null) return Path.Combine(job.Folder, job.Path);
            return @"\\" + job.Address + @"\" + job.Share + @"\" + job.Path.Replace('/', '\\');
        }

        private static void MakeFolder(string path)
        {
            try
            {
                Directory.CreateDirectory(path);
            }
            catch (Exception error)
            {
                throw new Failed("open", error.Message);
            }
        }
    }
}
