// The client program of a Windows host, in C# 5: what every Windows compiles (Add-Type of Windows PowerShell 5.1).
// Job, leash, commands and events are those of images/program/plugfest_smb3, whose docstring is the contract.
namespace Plugfest
{
    using System;
    using System.Collections.Generic;
    using System.IO;
    using System.Text;
    using System.Web.Script.Serialization;

    /// <summary>A failure that the copy ends with; the stage is one word.</summary>
    public class Failed : Exception
    {
        public readonly string Stage;

        public Failed(string stage, string message) : base(message)
        {
            Stage = stage;
        }
    }

    /// <summary>Whoever drives the program has let go of it.</summary>
    public class Aborted : Exception
    {
    }

    /// <summary>Events: one JSON object per line on standard output, each with `t` (epoch seconds) and `ev`.</summary>
    public static class Report
    {
        private static readonly object Turn = new object();
        private static readonly Stream Output = Console.OpenStandardOutput();
        private static readonly JavaScriptSerializer Json = new JavaScriptSerializer { MaxJsonLength = 1 << 28 };

        public static void Emit(string ev, params object[] fields)
        {
            EmitAt(Time.Now(), ev, fields);
        }

        /// <summary>Fields are names and values in turn. A reader that has gone away means that nobody drives us.</summary>
        public static void EmitAt(double t, string ev, params object[] fields)
        {
            Dictionary<string, object> line = new Dictionary<string, object>();
            line["t"] = Math.Round(t, 6);
            line["ev"] = ev;
            for (int at = 0; at < fields.Length; at += 2)
            {
                line[(string)fields[at]] = fields[at + 1];
            }
            lock (Turn)
            {
                byte[] bytes = new UTF8Encoding(false).GetBytes(Json.Serialize(line) + "\n");
                try
                {
                    Output.Write(bytes, 0, bytes.Length);
                    Output.Flush();
                }
                catch (IOException)
                {
                    Environment.Exit(4);
                }
            }
        }

        public static IDictionary<string, object> Parse(string text)
        {
            return Json.DeserializeObject(text) as IDictionary<string, object>;
        }

        /// <summary>Seconds as milliseconds with microsecond resolution.</summary>
        public static double Ms(double seconds)
        {
            return Math.Round(seconds * 1000, 3);
        }
    }
}
