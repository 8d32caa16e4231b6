using System.Text;

namespace Aleph.Actors;

/// <summary>
/// How bytes are read, written, and turned into text and back. Immutable: change it with <c>with</c>.
/// </summary>
public sealed record ByteOptions
{
    private const int LargestChunk = 16 * 1024 * 1024;
    private const int MostChunks = 1024 * 1024;

    /// <summary>The defaults of all properties.</summary>
    public static ByteOptions Default { get; } = new();

    /// <summary>
    /// The most bytes in one element, and how much is asked for at once where something is read. In bytes, 1 to
    /// 16,777,216; default 4096.
    /// </summary>
    public int ChunkSize { get; init; } = 4096;

    /// <summary>
    /// How characters are bytes; default UTF-8 without a byte order mark. Its preamble is never written; where it has
    /// one, as <see cref="Encoding.UTF8"/> does, it is dropped from the beginning of what is read as text. The default
    /// has none, and leaves a mark where it is, as U+FEFF.
    /// </summary>
    public Encoding Encoding { get; init; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// What happens to bytes or characters that the encoding does not know: default false, the encoding's replacement
    /// takes their place; with true, a <see cref="DecoderFallbackException"/> or <see
    /// cref="EncoderFallbackException"/> is thrown.
    /// </summary>
    public bool ThrowOnInvalid { get; init; }

    /// <summary>
    /// The most bytes that a form which gathers everything accepts, before it throws a <see
    /// cref="ByteLimitException"/>. In bytes, at least 0; default 8 MiB; null for no limit.
    /// </summary>
    public long? Limit { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// The longest line, without its ending, before a <see cref="ByteLimitException"/> is thrown. In characters (UTF-16
    /// code units), at least 1; default 65,536.
    /// </summary>
    public int MaxLineLength { get; init; } = 64 * 1024;

    /// <summary>What is written behind each line; default <c>\n</c>. All three endings are read.</summary>
    public string LineEnding { get; init; } = "\n";

    /// <summary>
    /// Whether what was given to read or write stays open afterwards; default false: it is closed once.
    /// </summary>
    public bool LeaveOpen { get; init; }

    /// <summary>Whether a file is written at its end; default false: it is written anew.</summary>
    public bool Append { get; init; }

    /// <summary>
    /// How many chunks a channel made here holds before its source waits. 1 to 1,048,576; default 8.
    /// </summary>
    public int Window { get; init; } = 8;

    /// <summary><see cref="Encoding"/> with <see cref="ThrowOnInvalid"/> applied.</summary>
    internal Encoding EffectiveEncoding
    {
        get
        {
            if (!ThrowOnInvalid)
                return Encoding;
            var strict = (Encoding)Encoding.Clone();
            strict.EncoderFallback = EncoderFallback.ExceptionFallback;
            strict.DecoderFallback = DecoderFallback.ExceptionFallback;
            return strict;
        }
    }

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">With every value that is out of its range.</exception>
    public void Validate()
    {
        var faults = new SettingsFaults(nameof(ByteOptions));
        faults.Between(nameof(ChunkSize), ChunkSize, 1, LargestChunk);
        if (Limit < 0)
            faults.Add(nameof(Limit), Limit, "it must be at least 0, or null");
        faults.Between(nameof(MaxLineLength), MaxLineLength, 1, int.MaxValue);
        faults.Between(nameof(Window), Window, 1, MostChunks);
        if (Encoding is null)
            faults.Add(nameof(Encoding), null, "it must be an encoding");
        if (LineEnding is null)
            faults.Add(nameof(LineEnding), null, "it must be a text");
        SettingsFaults.ThrowIfAny(faults.All);
    }

    /// <summary>The options given, or the default; valid.</summary>
    internal static ByteOptions Valid(ByteOptions? options)
    {
        if (options is null)
            return Default;
        options.Validate();
        return options;
    }
}
