namespace Plugfest
{
    using System;
    using System.ComponentModel;
    using System.Runtime.InteropServices;

    /// <summary>
    /// A connection to a share with the lab's own account, for as long as a job takes. It has no drive letter, nobody
    /// remembers it, and its password is on no command line.
    /// </summary>
    public class Share : IDisposable
    {
        private const uint Disk = 1;
        private const uint Temporary = 4;
        private readonly string name;

        /// <summary>Throws Failed of stage `mount`.</summary>
        public Share(string address, string share, string user, string password)
        {
            name = @"\\" + address + @"\" + share;
            Resource resource = new Resource();
            resource.Type = Disk;
            resource.RemoteName = name;
            int error = WNetAddConnection2(ref resource, password, address + @"\" + user, Temporary);
            if (error != 0) throw new Failed("mount", "Windows error " + error + ": " + new Win32Exception(error).Message);
        }

        /// <summary>Another job that has the share as well keeps it.</summary>
        public void Dispose()
        {
            WNetCancelConnection2(name, 0, false);
        }

        [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
        private struct Resource
        {
            public uint Scope;
            public uint Type;
            public uint DisplayType;
            public uint Usage;
            public string LocalName;
            public string RemoteName;
            public string Comment;
            public string Provider;
        }

        [DllImport("mpr.dll", EntryPoint = "WNetAddConnection2W", CharSet = CharSet.Unicode)]
        private static extern int WNetAddConnection2(ref Resource resource, string password, string user, uint flags);

        [DllImport("mpr.dll", EntryPoint = "WNetCancelConnection2W", CharSet = CharSet.Unicode)]
        private static extern int WNetCancelConnection2(string name, uint flags, bool force);
    }
}
