namespace Plugfest
{
    using System;
    using System.Security.Cryptography;
    using System.Text;

    /// <summary>What stands at the beginning of each block: where it belongs.</summary>
    public class Stamp
    {
        public const int Size = 64;
        public static readonly byte[] Magic = Encoding.ASCII.GetBytes("PLUGFEST");
        public byte[] Run;
        public long Offset;
        public int Generation;

        /// <summary>The stamp at `at`, or null when none is there whose checksum holds.</summary>
        public static Stamp Read(byte[] data, int at, int end)
        {
            if (at + Size > end) return null;
            for (int index = 0; index < Magic.Length; index++) if (data[at + index] != Magic[index]) return null;
            if (BitConverter.ToUInt32(data, at + 60) != Crc32(data, at, 60)) return null;
            Stamp stamp = new Stamp();
            stamp.Run = new byte[16];
            Buffer.BlockCopy(data, at + 8, stamp.Run, 0, 16);
            stamp.Offset = BitConverter.ToInt64(data, at + 24);
            stamp.Generation = BitConverter.ToInt32(data, at + 32);
            return stamp;
        }

        public static byte[] Make(byte[] run, long offset, int generation)
        {
            byte[] head = new byte[Size];
            Buffer.BlockCopy(Magic, 0, head, 0, 8);
            Buffer.BlockCopy(run, 0, head, 8, 16);
            Buffer.BlockCopy(BitConverter.GetBytes(offset), 0, head, 24, 8);
            Buffer.BlockCopy(BitConverter.GetBytes(generation), 0, head, 32, 4);
            Buffer.BlockCopy(BitConverter.GetBytes(Payload.Block), 0, head, 36, 4);
            Buffer.BlockCopy(BitConverter.GetBytes(Crc32(head, 0, 60)), 0, head, 60, 4);
            return head;
        }

        private static uint Crc32(byte[] data, int at, int length)
        {
            uint crc = 0xffffffff;
            for (int index = at; index < at + length; index++)
            {
                crc ^= data[index];
                for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xedb88320;
            }
            return ~crc;
        }
    }

    /// <summary>The payload of plugfest_smb3/payload.py: the same bytes, from their offset alone.</summary>
    public class Payload
    {
        public const int Block = 65536;
        private const int CounterBytes = 16;
        public readonly byte[] Run;
        public readonly int Generation;
        private readonly ICryptoTransform cipher;
        private readonly byte[] prefix;
        private readonly byte[] counters = new byte[Block];

        public Payload(byte[] seed, string run, int generation)
        {
            Generation = generation;
            byte[] name = Encoding.UTF8.GetBytes(run);
            byte[] tail = new byte[name.Length + 5];
            Buffer.BlockCopy(name, 0, tail, 0, name.Length);
            Buffer.BlockCopy(BitConverter.GetBytes(generation), 0, tail, name.Length + 1, 4);
            using (SHA256 sha = SHA256.Create())
            {
                Run = new byte[16];
                Buffer.BlockCopy(sha.ComputeHash(name), 0, Run, 0, 16);
                prefix = new byte[8];
                Buffer.BlockCopy(sha.ComputeHash(tail), 0, prefix, 0, 8);
            }
            // A keystream is counters, encrypted one by one.
            Aes aes = Aes.Create();
            aes.Mode = CipherMode.ECB;
            aes.Padding = PaddingMode.None;
            aes.Key = seed;
            cipher = aes.CreateEncryptor();
            for (int at = 0; at < Block; at += CounterBytes) Buffer.BlockCopy(prefix, 0, counters, at, 8);
        }

        /// <summary>Writes the payload's bytes from `offset` on, a multiple of 16, into the buffer's first `length`.</summary>
        public void Fill(long offset, byte[] buffer, int length)
        {
            byte[] stream = new byte[Block];
            for (int done = 0; done < length; done += Block)
            {
                int part = Math.Min(Block, length - done);
                int whole = (part + CounterBytes - 1) / CounterBytes * CounterBytes;
                Count((offset + done) / CounterBytes, whole);
                cipher.TransformBlock(counters, 0, whole, stream, 0);
                Buffer.BlockCopy(stream, 0, buffer, done, part);
            }
            for (long block = offset / Block * Block; block < offset + length; block += Block)
            {
                byte[] head = Stamp.Make(Run, block, Generation);
                long from = Math.Max(block, offset);
                long end = Math.Min(block + Stamp.Size, offset + length);
                if (from < end) Buffer.BlockCopy(head, (int)(from - block), buffer, (int)(from - offset), (int)(end - from));
            }
        }

        private void Count(long first, int bytes)
        {
            for (int at = 0; at < bytes; at += CounterBytes)
            {
                ulong number = (ulong)(first + at / CounterBytes);
                for (int index = 15; index >= 8; index--)
                {
                    counters[at + index] = (byte)number;
                    number >>= 8;
                }
            }
        }
    }
}
