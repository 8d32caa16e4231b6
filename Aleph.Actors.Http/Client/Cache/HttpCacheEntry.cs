namespace Aleph.Actors.Http;

/// <summary>One answer in a cache. Immutable; safe to share.</summary>
public sealed record HttpCacheEntry
{
    /// <summary>Of what it is the answer: origin and target.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// For which requests among those of the key: the fields that Vary names with their values, and a digest of the
    /// credentials. Empty for all that have no credentials.
    /// </summary>
    public required string Variant { get; init; }

    /// <summary>The status.</summary>
    public required HttpStatus Status { get; init; }

    /// <summary>The reason phrase as sent; null for the usual one.</summary>
    public string? ReasonPhrase { get; init; }

    /// <summary>The fields, without those of the connection and Set-Cookie.</summary>
    public required HttpHeaders Headers { get; init; }

    /// <summary>The whole body, as it came over the wire: still compressed where it was.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>When it was asked for, or last confirmed.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When its head came.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>About how many bytes it takes.</summary>
    public long Size
    {
        get
        {
            var size = 256L + Body.Length + (2 * (Key.Length + Variant.Length));
            foreach (var line in Headers)
                size += 32 + (2 * (line.Name.Length + line.Value.Length));
            return size;
        }
    }

    /// <summary>Key and status, for logs: no field and no variant, which may hold secrets.</summary>
    public override string ToString() => $"{Status.Code} {Key}";
}
