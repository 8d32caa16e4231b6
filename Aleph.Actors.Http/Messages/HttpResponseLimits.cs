using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http;

/// <summary>
/// How much of one answer's head is taken, where it differs from <see cref="HttpPoolSettings"/>. Null means: as the
/// pool says. Immutable: change with <c>with</c>.
/// </summary>
public sealed record HttpResponseLimits
{
    /// <summary>The longest status line in bytes, 16 to 1 MiB.</summary>
    public int? MaxStatusLine { get; init => field = Checked(value, 16, 1 << 20, nameof(MaxStatusLine)); }

    /// <summary>The most bytes of header lines, trailers included, 1 to 1 MiB.</summary>
    public int? MaxHeaderBytes { get; init => field = Checked(value, 1, 1 << 20, nameof(MaxHeaderBytes)); }

    /// <summary>The most header lines, trailers included, 1 to 10000.</summary>
    public int? MaxHeaderCount { get; init => field = Checked(value, 1, 10_000, nameof(MaxHeaderCount)); }

    /// <summary>The most interim answers (1xx), 0 to 1000.</summary>
    public int? MaxInterim { get; init => field = Checked(value, 0, 1000, nameof(MaxInterim)); }

    /// <summary>The most bytes of chunk extensions in one chunk line, 0 to 64 KiB.</summary>
    public int? MaxChunkExtension { get; init => field = Checked(value, 0, 64 * 1024, nameof(MaxChunkExtension)); }

    /// <summary>These limits, and where they are silent <paramref name="pool"/>.</summary>
    internal Http1Limits Over(Http1Limits pool) => pool with
    {
        MaxRequestLine = MaxStatusLine ?? pool.MaxRequestLine,
        MaxHeaderBytes = MaxHeaderBytes ?? pool.MaxHeaderBytes,
        MaxHeaderCount = MaxHeaderCount ?? pool.MaxHeaderCount,
        MaxInterim = MaxInterim ?? pool.MaxInterim,
        MaxChunkExtension = MaxChunkExtension ?? pool.MaxChunkExtension,
    };

    private static int? Checked(int? value, int min, int max, string name) => value < min || value > max
        ? throw new ArgumentOutOfRangeException(name, value, $"It must be between {min} and {max}.")
        : value;
}
