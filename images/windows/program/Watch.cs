namespace Plugfest
{
    using System;
    using System.Collections.Generic;
    using System.Net;
    using System.Net.NetworkInformation;
    using System.Threading;

    /// <summary>
    /// Windows tells no program when a connection of its SMB client is gone, nor when there is a new one. Its table of TCP
    /// connections shows both: a thread looks at it, and so does whoever was answered, before that counts. `Turn` guards the
    /// progress, which both of them tell of losses.
    /// </summary>
    public class Watch : IDisposable
    {
        private const int EveryMs = 25;
        private const string Gone = "Windows has no connection to it any more";
        public readonly object Turn = new object();
        public int InFlight;
        private readonly string address;
        private readonly int serverPort;
        private readonly Progress progress;
        private readonly HashSet<int> seen = new HashSet<int>();
        private HashSet<int> known;
        private bool lost;
        private bool back;
        private volatile bool over;

        public Watch(string address, int serverPort, Progress progress)
        {
            this.address = address;
            this.serverPort = serverPort;
            this.progress = progress;
            known = Ports();
            seen.UnionWith(known);
        }

        /// <summary>A port of this machine's with a connection to the server; 0 without.</summary>
        public int Port
        {
            get
            {
                int most = 0;
                foreach (int port in known) most = Math.Max(most, port);
                return most;
            }
        }

        public void Start()
        {
            Thread thread = new Thread(LookOn);
            thread.IsBackground = true;
            thread.Start();
        }

        public void Dispose()
        {
            over = true;
        }

        /// <summary>To be called with the turn held.</summary>
        public void Look()
        {
            HashSet<int> now = Ports();
            // A loss is that none is left: with several, the others carry on.
            if (known.Count > 0 && !known.Overlaps(now)) TellLost();
            known = now;
            int fresh = 0;
            foreach (int port in now) if (!seen.Contains(port)) fresh = port;
            seen.UnionWith(now);
            if (!lost || back || fresh == 0) return;
            back = true;
            Report.Emit("session", "address", address, "port", fresh);
            progress.ResumesOn(address);
        }

        /// <summary>What ends a loss was acknowledged. To be called with the turn held, after the progress was told.</summary>
        public void Acknowledged()
        {
            if (back) lost = back = false;
        }

        private void TellLost()
        {
            if (lost)
            {
                back = false;
                Report.Emit("attempt", "address", address, "stage", "resume", "error", Gone);
                return;
            }
            lost = true;
            progress.Lost(Time.Monotonic());
            Report.Emit("lost", "address", address, "reason", Gone, "unacked", InFlight, "acked", progress.Acked);
        }

        private void LookOn()
        {
            while (!over)
            {
                Thread.Sleep(EveryMs);
                lock (Turn) if (!over) Look();
            }
        }

        private HashSet<int> Ports()
        {
            HashSet<int> ports = new HashSet<int>();
            if (address == null) return ports;
            IPAddress server = IPAddress.Parse(address);
            foreach (TcpConnectionInformation one in IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections())
            {
                if (one.State != TcpState.Established || one.RemoteEndPoint.Port != serverPort) continue;
                if (one.RemoteEndPoint.Address.Equals(server)) ports.Add(one.LocalEndPoint.Port);
            }
            return ports;
        }
    }
}
