namespace Plugfest
{
    using System;
    using System.Collections.Generic;
    using System.Globalization;
    using System.IO;

    /// <summary>A moment: so many bytes, or so many writes, are acknowledged.</summary>
    public class Mark
    {
        public string Id;
        public long? At;
        public long? Write;
        public bool Slow;
    }

    /// <summary>What is to be done: one line of JSON. Verbs are "put" and "get".</summary>
    public class Job
    {
        public string Verb;
        public string Address;
        public string Share;
        public string Path;
        /// <summary>A folder of this machine in the share's place: for the checklist, which has no server.</summary>
        public string Folder;
        public long Size;
        public byte[] Seed;
        public string Run;
        public int Generation;
        public int BlockSize;
        public double Rate;
        public string User;
        public string Password;
        public readonly List<Mark> Marks = new List<Mark>();

        /// <summary>Throws Failed of stage `job` or `credentials`.</summary>
        public static Job Parse(string text)
        {
            IDictionary<string, object> given = null;
            try
            {
                given = Report.Parse(text ?? "");
            }
            catch (ArgumentException)
            {
            }
            if (given == null) throw new Failed("job", "not a JSON object");
            Job job = new Job();
            job.Verb = Text(given, "verb");
            if (job.Verb != "put" && job.Verb != "get") throw new Failed("job", "verb is '" + job.Verb + "', not put or get");
            object[] addresses = Value(given, "addresses") as object[];
            job.Address = addresses != null && addresses.Length > 0 ? (string)addresses[0] : null;
            job.Share = Text(given, "share");
            job.Folder = Text(given, "folder");
            job.Path = Text(given, "path");
            if (job.Path == null) throw new Failed("job", "no path");
            if (job.Folder == null && (job.Address == null || job.Share == null)) throw new Failed("job", "no address or share");
            job.Size = Number(given, "size", 0);
            job.Seed = Hex(Text(given, "seed") ?? new string('0', 32));
            job.Run = Text(given, "run") ?? "";
            job.Generation = (int)Number(given, "generation", 1);
            job.BlockSize = (int)Number(given, "blockSize", 1 << 20);
            if (job.BlockSize < 65536 || job.BlockSize % 65536 != 0) throw new Failed("job", "blockSize is no multiple of 65536");
            job.Rate = Number(given, "rate", 0);
            foreach (object mark in Value(given, "marks") as object[] ?? new object[0]) job.Marks.Add(MarkOf(mark));
            job.Marks.Sort(delegate(Mark left, Mark right) { return (left.At ?? left.Write ?? 0).CompareTo(right.At ?? right.Write ?? 0); });
            if (job.Folder == null) job.ReadAccount(Text(given, "credentials") ?? "");
            return job;
        }

        private void ReadAccount(string path)
        {
            try
            {
                IDictionary<string, object> found = Report.Parse(File.ReadAllText(path));
                User = (string)found["user"];
                Password = (string)found["password"];
            }
            catch (Exception error)
            {
                throw new Failed("credentials", path + ": " + error.GetType().Name);
            }
        }

        private static Mark MarkOf(object given)
        {
            IDictionary<string, object> fields = given as IDictionary<string, object>;
            if (fields == null || Text(fields, "id") == null) throw new Failed("job", "a mark without an id");
            Mark mark = new Mark();
            mark.Id = Text(fields, "id");
            mark.Slow = object.Equals(Value(fields, "slow"), true);
            if (Value(fields, "at") != null) mark.At = Number(fields, "at", 0);
            else mark.Write = Number(fields, "write", 0);
            return mark;
        }

        private static object Value(IDictionary<string, object> given, string name)
        {
            object value;
            return given.TryGetValue(name, out value) ? value : null;
        }

        private static string Text(IDictionary<string, object> given, string name)
        {
            return Value(given, name) as string;
        }

        private static long Number(IDictionary<string, object> given, string name, long otherwise)
        {
            object value = Value(given, name);
            return value == null ? otherwise : Convert.ToInt64(value, CultureInfo.InvariantCulture);
        }

        private static byte[] Hex(string digits)
        {
            byte[] bytes = new byte[digits.Length / 2];
            for (int at = 0; at < bytes.Length; at++) bytes[at] = Convert.ToByte(digits.Substring(at * 2, 2), 16);
            return bytes;
        }
    }
}
