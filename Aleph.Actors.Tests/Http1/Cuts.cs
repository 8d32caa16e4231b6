namespace Aleph.Actors.Tests.Http1;

/// <summary>Octets in pieces.</summary>
internal static class Cuts
{
    public static IEnumerable<byte[]> Random(byte[] octets, Random random)
    {
        var largest = random.Next(1, 64);
        for (var start = 0; start < octets.Length;)
        {
            var length = Math.Min(octets.Length - start, random.Next(1, largest + 1));
            yield return octets[start..(start + length)];
            start += length;
        }
    }
}
