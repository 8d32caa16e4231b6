using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>A client's masking keys: from the system's random numbers, so that nobody can guess one (RFC 6455
/// 5.3).</summary>
internal sealed class MaskSource
{
    private readonly byte[] _octets = new byte[64];
    private int _at = 64;

    /// <summary>A fresh key, as its octets lie in memory.</summary>
    public uint Next()
    {
        if (_at == _octets.Length)
        {
            RandomNumberGenerator.Fill(_octets);
            _at = 0;
        }

        var key = MemoryMarshal.Read<uint>(_octets.AsSpan(_at));
        _at += sizeof(uint);
        return key;
    }
}
