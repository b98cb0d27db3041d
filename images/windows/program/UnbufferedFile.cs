namespace Plugfest
{
    using System;
    using System.ComponentModel;
    using System.IO;
    using System.Runtime.InteropServices;

    /// <summary>
    /// A file past every cache: a call returns when the server has answered it, and an error is the program's to see, for
    /// nothing is asked twice. Elsewhere than on Windows it is a plain file, so that all but this can be tried there.
    /// </summary>
    public abstract class UnbufferedFile : IDisposable
    {
        public abstract long Length { get; }

        /// <summary>Writes whole sectors at a multiple of them.</summary>
        public abstract void Write(long offset, byte[] data, int length);

        /// <summary>Reads at a multiple of sectors; less than asked for at the file's end alone.</summary>
        public abstract int Read(long offset, byte[] data, int length);

        /// <summary>Cuts the file: its last sector was written whole.</summary>
        public abstract void SetLength(long length);

        public abstract void Flush();

        /// <summary>Throws Failed of stage `close`.</summary>
        public abstract void Dispose();

        /// <summary>Throws Failed of stage `open`.</summary>
        public static UnbufferedFile Open(string path, bool writes, int blockSize)
        {
            if (Time.IsWindows) return new WindowsFile(path, writes, blockSize);
            return new PlainFile(path, writes);
        }
    }

    internal class WindowsFile : UnbufferedFile
    {
        private const uint GenericRead = 0x80000000;
        private const uint GenericWrite = 0x40000000;
        private const uint ShareRead = 1;
        private const uint CreateAlways = 2;
        private const uint OpenExisting = 3;
        private const uint NoBuffering = 0x20000000;
        private const uint WriteThrough = 0x80000000;
        private const uint CommitAndReserve = 0x3000;
        private const uint ReadWrite = 4;
        private const uint Release = 0x8000;
        private const int EndOfFileInfo = 6;
        private const int HandleEof = 38;
        private static readonly IntPtr Invalid = new IntPtr(-1);
        private readonly IntPtr memory;
        private IntPtr handle;

        public WindowsFile(string path, bool writes, int blockSize)
        {
            // Its pages begin at sectors of any size, as unbuffered transfers ask for.
            memory = VirtualAlloc(IntPtr.Zero, new UIntPtr((uint)blockSize), CommitAndReserve, ReadWrite);
            if (memory == IntPtr.Zero) throw Last("local");
            uint access = writes ? GenericWrite | GenericRead : GenericRead;
            handle = CreateFile(path, access, ShareRead, IntPtr.Zero, writes ? CreateAlways : OpenExisting, NoBuffering | WriteThrough, IntPtr.Zero);
            if (handle == Invalid) throw Last("open");
        }

        public override long Length
        {
            get
            {
                long length;
                if (!GetFileSizeEx(handle, out length)) throw Last("read");
                return length;
            }
        }

        public override void Write(long offset, byte[] data, int length)
        {
            Marshal.Copy(data, 0, memory, length);
            Seek(offset, "write");
            uint done;
            if (!WriteFile(handle, memory, (uint)length, out done, IntPtr.Zero)) throw Last("write");
            if (done != length) throw new Failed("write", done + " of " + length + " bytes at " + offset);
        }

        public override int Read(long offset, byte[] data, int length)
        {
            Seek(offset, "read");
            uint done;
            if (!ReadFile(handle, memory, (uint)length, out done, IntPtr.Zero))
            {
                if (Marshal.GetLastWin32Error() == HandleEof) return 0;
                throw Last("read");
            }
            Marshal.Copy(memory, data, 0, (int)done);
            return (int)done;
        }

        public override void SetLength(long length)
        {
            if (!SetFileInformationByHandle(handle, EndOfFileInfo, ref length, 8)) throw Last("write");
        }

        public override void Flush()
        {
            if (!FlushFileBuffers(handle)) throw Last("flush");
        }

        public override void Dispose()
        {
            if (handle == IntPtr.Zero) return;
            bool closed = CloseHandle(handle);
            handle = IntPtr.Zero;
            Failed failed = closed ? null : Last("close");
            VirtualFree(memory, UIntPtr.Zero, Release);
            if (failed != null) throw failed;
        }

        private void Seek(long offset, string stage)
        {
            if (!SetFilePointerEx(handle, offset, IntPtr.Zero, 0)) throw Last(stage);
        }

        private static Failed Last(string stage)
        {
            Win32Exception error = new Win32Exception(Marshal.GetLastWin32Error());
            return new Failed(stage, "Windows error " + error.NativeErrorCode + ": " + error.Message);
        }

        [DllImport("kernel32.dll", EntryPoint = "CreateFileW", CharSet = CharSet.Unicode, SetLastError = true)]
        private static extern IntPtr CreateFile(string path, uint access, uint share, IntPtr security, uint how, uint flags, IntPtr template);

        [DllImport("kernel32.dll", SetLastError = true)]
        private static extern bool WriteFile(IntPtr file, IntPtr buffer, uint length, out uint done, IntPtr overlapped);

        [DllImport("kernel32.dll", SetLastError = true)]
        private static extern bool ReadFile(IntPtr file, IntPtr buffer, uint length, out uint done, IntPtr overlapped);

        [DllImport("kernel32.dll", SetLastError = true)]
        private static extern bool SetFilePointerEx(IntPtr file, long offset, IntPtr now, uint from);

        [DllImport("kernel32.dll", SetLastError = true)]
        private static extern bool GetFileSizeEx(IntPtr file, out long length);

        [DllImport("kernel32.dll", SetLastError = true)]
        private static extern bool SetFileInformationByHandle(IntPtr file, int what, ref long length, uint bytes);

        [DllImport("kernel32.dll", SetLastError = true)]
        private static extern bool FlushFileBuffers(IntPtr file);

        [DllImport("kernel32.dll", SetLastError = true)]
        private static extern bool CloseHandle(IntPtr file);

        [DllImport("kernel32.dll", SetLastError = true)]
        private static extern IntPtr VirtualAlloc(IntPtr at, UIntPtr bytes, uint how, uint protection);

        [DllImport("kernel32.dll", SetLastError = true)]
        private static extern bool VirtualFree(IntPtr at, UIntPtr bytes, uint how);
    }

    internal class PlainFile : UnbufferedFile
    {
        private readonly FileStream stream;

        public PlainFile(string path, bool writes)
        {
            try
            {
                stream = new FileStream(path, writes ? FileMode.Create : FileMode.Open, writes ? FileAccess.ReadWrite : FileAccess.Read);
            }
            catch (IOException error)
            {
                throw new Failed("open", error.Message);
            }
        }

        public override long Length
        {
            get { return stream.Length; }
        }

        public override void Write(long offset, byte[] data, int length)
        {
            stream.Position = offset;
            stream.Write(data, 0, length);
            stream.Flush();
        }

        public override int Read(long offset, byte[] data, int length)
        {
            stream.Position = offset;
            int done = 0;
            for (int count = 1; count > 0 && done < length; done += count) count = stream.Read(data, done, length - done);
            return done;
        }

        public override void SetLength(long length)
        {
            stream.SetLength(length);
        }

        public override void Flush()
        {
            stream.Flush(true);
        }

        public override void Dispose()
        {
            stream.Dispose();
        }
    }
}
