namespace Aleph.Actors.Http.WebSockets;

/// <summary>How decompressing some octets went.</summary>
internal enum InflateOutcome
{
    Done,
    TooLarge,
    InvalidText,
    Broken,
}

/// <summary>What decompressing some octets has come to.</summary>
/// <param name="Outcome">How it went; after anything but Done the message is lost.</param>
/// <param name="Written">How many octets were written.</param>
internal readonly record struct InflateResult(InflateOutcome Outcome, long Written);
