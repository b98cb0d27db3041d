namespace Plugfest
{
    using System;
    using System.Diagnostics;
    using System.Runtime.InteropServices;

    /// <summary>The time of day, as exactly as the system tells it, and one that only goes forward.</summary>
    public static class Time
    {
        private static readonly DateTime Epoch = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        /// <summary>Since Windows 8; DateTime.UtcNow steps by up to 16 ms.</summary>
        [DllImport("kernel32.dll")]
        private static extern void GetSystemTimePreciseAsFileTime(out long fileTime);

        public static bool IsWindows
        {
            get { return Environment.OSVersion.Platform == PlatformID.Win32NT; }
        }

        /// <summary>Seconds since 1970.</summary>
        public static double Now()
        {
            return Of(IsWindows ? Precise() : DateTime.UtcNow);
        }

        public static double Of(DateTime utc)
        {
            return (utc - Epoch).Ticks / 1e7;
        }

        /// <summary>Seconds since some moment.</summary>
        public static double Monotonic()
        {
            return Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
        }

        private static DateTime Precise()
        {
            long fileTime;
            GetSystemTimePreciseAsFileTime(out fileTime);
            return DateTime.FromFileTimeUtc(fileTime);
        }
    }
}
