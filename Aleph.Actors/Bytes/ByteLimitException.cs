using System.Globalization;

namespace Aleph.Actors;

/// <summary>More came than a limit allows; what was read until then is dropped.</summary>
public sealed class ByteLimitException : IOException
{
    internal ByteLimitException(string name, long limit, string unit)
        : base(string.Create(
            CultureInfo.InvariantCulture, $"More than {limit} {unit} came, the most that {name} allows.")) =>
        (Name, Limit) = (name, limit);

    /// <summary>Which limit: the name of a property of <see cref="ByteOptions"/>.</summary>
    public string Name { get; }

    /// <summary>Its value: bytes, or characters for <see cref="ByteOptions.MaxLineLength"/>.</summary>
    public long Limit { get; }

    internal static ByteLimitException Gathered(long limit) =>
        new($"{nameof(ByteOptions)}.{nameof(ByteOptions.Limit)}", limit, "bytes");

    internal static ByteLimitException Line(int limit) =>
        new($"{nameof(ByteOptions)}.{nameof(ByteOptions.MaxLineLength)}", limit, "characters in a line");
}
