namespace Plugfest
{
    using System;
    using System.Collections.Generic;
    using System.Security.Cryptography;

    /// <summary>MD5 and SHA-256 of what is fed in.</summary>
    public class Hashes
    {
        private readonly HashAlgorithm md5 = MD5.Create();
        private readonly HashAlgorithm sha256 = SHA256.Create();

        public void Feed(byte[] data, int length)
        {
            md5.TransformBlock(data, 0, length, data, 0);
            sha256.TransformBlock(data, 0, length, data, 0);
        }

        public void Finish(Dictionary<string, object> result)
        {
            md5.TransformFinalBlock(new byte[0], 0, 0);
            sha256.TransformFinalBlock(new byte[0], 0, 0);
            result["md5"] = Hex(md5.Hash);
            result["sha256"] = Hex(sha256.Hash);
        }

        private static string Hex(byte[] bytes)
        {
            return BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();
        }
    }
}
