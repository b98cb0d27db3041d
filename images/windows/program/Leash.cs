namespace Plugfest
{
    using System;
    using System.Collections.Generic;
    using System.IO;
    using System.Threading;

    /// <summary>
    /// Standard input behind the job: its end ends the program, and commands come by it. The program must not outlive its
    /// driver, so when it does not come to an end within the time of grace, the process ends anyway.
    /// </summary>
    public class Leash
    {
        private const int GraceMs = 2000;
        private readonly object turn = new object();
        private readonly HashSet<string> released = new HashSet<string>();
        private readonly TextReader lines;
        private bool letGo;

        public Leash(TextReader lines)
        {
            this.lines = lines;
            Thread thread = new Thread(Watch);
            thread.IsBackground = true;
            thread.Start();
        }

        public bool IsReleased(string mark)
        {
            lock (turn) return released.Contains(mark);
        }

        /// <summary>Throws Aborted when the driver has let go.</summary>
        public void Check()
        {
            lock (turn) if (letGo) throw new Aborted();
        }

        /// <summary>Does nothing for so long, or until there is something to look at.</summary>
        public void Rest(double seconds)
        {
            lock (turn)
            {
                if (!letGo) Monitor.Wait(turn, Math.Max(1, (int)(seconds * 1000)));
                if (letGo) throw new Aborted();
            }
        }

        private void Watch()
        {
            try
            {
                for (string line = lines.ReadLine(); line != null; line = lines.ReadLine()) Obey(line);
            }
            catch (IOException)
            {
            }
            LetGo();
        }

        private void Obey(string line)
        {
            IDictionary<string, object> command;
            try
            {
                command = Report.Parse(line);
            }
            catch (ArgumentException)
            {
                return;
            }
            object name;
            object mark;
            if (command == null || !command.TryGetValue("cmd", out name)) return;
            if (object.Equals(name, "stop")) LetGo();
            if (!object.Equals(name, "release") || !command.TryGetValue("mark", out mark)) return;
            lock (turn)
            {
                released.Add(mark as string);
                Monitor.PulseAll(turn);
            }
        }

        private void LetGo()
        {
            lock (turn)
            {
                letGo = true;
                Monitor.PulseAll(turn);
            }
            Thread.Sleep(GraceMs);
            Environment.Exit(4);
        }
    }
}
