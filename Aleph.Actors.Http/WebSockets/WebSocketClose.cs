namespace Aleph.Actors.Http;

/// <summary>
/// How a WebSocket was closed: the code and the reason of a Close frame (RFC 6455 7.4), or one of the two codes that
/// are never sent, <see cref="NoStatus"/> and <see cref="Abnormal"/>.
/// </summary>
/// <param name="Code">1000 to 4999.</param>
/// <param name="Reason">Text for people; may be empty.</param>
public readonly record struct WebSocketClose(int Code, string Reason = "")
{
    /// <summary>The longest reason, in octets of UTF-8.</summary>
    public const int MaxReasonSize = 123;

    /// <summary>1000: all was said.</summary>
    public const int Normal = 1000;

    /// <summary>1001: the server goes down, or the browser leaves the page.</summary>
    public const int GoingAway = 1001;

    /// <summary>1002: the peer broke the protocol.</summary>
    public const int ProtocolError = 1002;

    /// <summary>1003: a type of message that cannot be handled.</summary>
    public const int UnsupportedData = 1003;

    /// <summary>1005: the peer's Close frame had no code. Never sent.</summary>
    public const int NoStatus = 1005;

    /// <summary>1006: the connection ended without a Close frame. Never sent.</summary>
    public const int Abnormal = 1006;

    /// <summary>1007: text that is not UTF-8, or broken compression.</summary>
    public const int InvalidData = 1007;

    /// <summary>1008: a rule of the application was broken.</summary>
    public const int PolicyViolation = 1008;

    /// <summary>1009: a message is too large.</summary>
    public const int MessageTooBig = 1009;

    /// <summary>1011: this side failed.</summary>
    public const int InternalError = 1011;

    /// <summary>1013: overloaded; try again later.</summary>
    public const int TryAgainLater = 1013;

    /// <summary>Whether a Close frame may carry the code: registered ones, and 3000 to 4999 (RFC 6455 7.4.2).</summary>
    public static bool MaySend(int code) =>
        code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);

    /// <summary>Code and reason, for logs.</summary>
    public override string ToString() => Reason.Length == 0 ? $"{Code}" : $"{Code} ({Reason})";

    /// <summary>
    /// This value, checked before it is sent; <see cref="NoStatus"/> without a reason stands for an empty Close frame.
    /// </summary>
    internal WebSocketClose Checked(string name)
    {
        if (!MaySend(Code) && !(Code == NoStatus && Reason.Length == 0))
        {
            throw new ArgumentOutOfRangeException(
                name, Code, $"The close code is {Code}; it must be 1000 to 1003, 1007 to 1014, or 3000 to 4999.");
        }

        var size = System.Text.Encoding.UTF8.GetByteCount(Reason);
        return size <= MaxReasonSize
            ? this
            : throw new ArgumentException(
                $"The close reason has {size} octets; at most {MaxReasonSize} are allowed (RFC 6455 5.5).", name);
    }
}
