namespace Plugfest
{
    using System;
    using System.Collections.Generic;
    using System.Threading;

    /// <summary>Hashes and verifies what was read, in a thread of its own, so that the next read need not wait.</summary>
    public class Consumer
    {
        private const int Ahead = 4;
        private readonly object turn = new object();
        private readonly Queue<KeyValuePair<long, byte[]>> waiting = new Queue<KeyValuePair<long, byte[]>>();
        private readonly Hashes hashes = new Hashes();
        private readonly Verifier verifier;
        private readonly Thread thread;
        private Exception broken;
        private bool ended;

        public Consumer(Verifier verifier)
        {
            this.verifier = verifier;
            thread = new Thread(Work);
            thread.IsBackground = true;
            thread.Start();
        }

        public void Feed(long offset, byte[] data)
        {
            lock (turn)
            {
                while (waiting.Count >= Ahead && broken == null) Monitor.Wait(turn);
                if (broken != null) throw new Failed("hash", broken.Message);
                waiting.Enqueue(new KeyValuePair<long, byte[]>(offset, data));
                Monitor.PulseAll(turn);
            }
        }

        public void Finish(long length, Dictionary<string, object> result)
        {
            lock (turn)
            {
                ended = true;
                Monitor.PulseAll(turn);
            }
            thread.Join();
            if (broken != null) throw new Failed("hash", broken.Message);
            hashes.Finish(result);
            result["mismatch"] = verifier.Finish(length);
            result["bad"] = verifier.Ranges(length);
        }

        private void Work()
        {
            try
            {
                for (; ; )
                {
                    KeyValuePair<long, byte[]> next;
                    lock (turn)
                    {
                        while (waiting.Count == 0 && !ended) Monitor.Wait(turn);
                        if (waiting.Count == 0) return;
                        next = waiting.Dequeue();
                        Monitor.PulseAll(turn);
                    }
                    verifier.Check(next.Key, next.Value, next.Value.Length);
                    hashes.Feed(next.Value, next.Value.Length);
                }
            }
            catch (Exception error)
            {
                lock (turn)
                {
                    broken = error;
                    Monitor.PulseAll(turn);
                }
            }
        }
    }
}
