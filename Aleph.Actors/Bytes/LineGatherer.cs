using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Aleph.Actors;

/// <summary>Cuts text that comes in pieces into lines.</summary>
/// <param name="longest">The most characters in a line.</param>
internal sealed class LineGatherer(int longest)
{
    private readonly StringBuilder _begun = new();
    private bool _afterReturn;

    /// <summary>The next line that ends in a piece; false takes in the rest of the piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="start">Where to go on in it; moved.</param>
    /// <param name="line">The line without its ending.</param>
    public bool TryTake(ReadOnlySpan<char> piece, ref int start, [NotNullWhen(true)] out string? line)
    {
        line = null;
        // A line that ended with \r was handed out at once; the \n that may follow belongs to it.
        if (_afterReturn && start < piece.Length)
        {
            _afterReturn = false;
            if (piece[start] == '\n')
                start++;
        }

        var rest = piece[start..];
        var length = rest.IndexOfAny('\r', '\n');
        var found = length >= 0 ? rest[..length] : rest;
        if (found.Length > longest - _begun.Length)
            throw ByteLimitException.Line(longest);
        if (length < 0)
        {
            _begun.Append(rest);
            start = piece.Length;
            return false;
        }

        _afterReturn = rest[length] == '\r';
        start += length + 1;
        line = _begun.Length == 0 ? new string(found) : _begun.Append(found).ToString();
        _begun.Clear();
        return true;
    }

    /// <summary>The last line, where it had no ending.</summary>
    public bool TryTakeRest([NotNullWhen(true)] out string? line)
    {
        line = _begun.Length > 0 ? _begun.ToString() : null;
        return line is not null;
    }
}
