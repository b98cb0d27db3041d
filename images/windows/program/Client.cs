namespace Plugfest
{
    using System;
    using System.Collections.Generic;
    using System.IO;
    using System.Threading;

    /// <summary>
    /// A job from its line to its last event. Whoever drives it tells what Windows says of the connection in between, and
    /// calls in this order: Start, Go, Wait until it is true, Finish.
    /// </summary>
    public class Client
    {
        private const int SmbPort = 445;
        public readonly Job Job;
        /// <summary>0 done, 1 the job failed, 4 let go of.</summary>
        public int ExitCode = 1;
        private readonly Leash leash;
        private readonly Share share;
        private readonly Progress progress;
        private readonly Watch watch;
        private readonly ManualResetEvent over = new ManualResetEvent(false);
        private Exception failure;
        private Dictionary<string, object> result;
        private Action<Dictionary<string, object>> addHashes;
        private double closed;

        private Client(Job job, TextReader input)
        {
            Job = job;
            leash = new Leash(input);
            if (job.Folder == null) share = new Share(job.Address, job.Share, job.User, job.Password);
            progress = new Progress(job.Marks);
            watch = new Watch(job.Folder == null ? job.Address : null, SmbPort, progress);
        }

        /// <summary>Reads the job and connects to its share; null when that failed, which the error event has told.</summary>
        public static Client Start(TextReader input)
        {
            try
            {
                return new Client(Job.Parse(input.ReadLine()), input);
            }
            catch (Failed failed)
            {
                Tell(failed.Stage, failed.Message);
                return null;
            }
        }

        /// <summary>Begins to copy; the dialect, whether the connection is signed, and Windows' release are told first.</summary>
        public void Go(string dialect, string signing, string release)
        {
            Report.Emit("connected", "address", Job.Address ?? "", "port", watch.Port, "dialect", dialect, "signing", signing, "kernel", release);
            watch.Start();
            Thread thread = new Thread(Work);
            thread.IsBackground = true;
            thread.Start();
        }

        /// <summary>Whether the file is closed, or the copy over, within so many milliseconds.</summary>
        public bool Wait(int milliseconds)
        {
            return over.WaitOne(milliseconds);
        }

        /// <summary>Hashes, tells the result or the failure, and lets go of the share.</summary>
        public void Finish()
        {
            watch.Dispose();
            if (share != null) share.Dispose();
            try
            {
                if (failure != null) throw failure;
                addHashes(result);
                result["hashMs"] = Report.Ms(Time.Monotonic() - closed);
                result["gaps"] = progress.Gaps();
                List<object> fields = new List<object>();
                foreach (KeyValuePair<string, object> field in result)
                {
                    fields.Add(field.Key);
                    fields.Add(field.Value);
                }
                Report.Emit("result", fields.ToArray());
                ExitCode = 0;
            }
            catch (Aborted)
            {
                Report.Emit("aborted");
                ExitCode = 4;
            }
            catch (Failed failed)
            {
                Tell(failed.Stage, failed.Message);
            }
        }

        /// <summary>A line of a log of Windows', or what one of its commands shows.</summary>
        public static void Say(double t, int level, string text)
        {
            Report.EmitAt(t, "kernel", "level", level, "text", text);
        }

        private void Work()
        {
            try
            {
                result = new Transfer(Job, leash, progress, watch).Run(out addHashes);
                closed = Time.Monotonic();
            }
            catch (Exception error)
            {
                failure = error is Failed || error is Aborted ? error : new Failed("local", error.Message);
            }
            over.Set();
        }

        private static void Tell(string stage, string message)
        {
            Report.Emit("error", "stage", stage, "status", null, "message", message);
        }
    }
}
