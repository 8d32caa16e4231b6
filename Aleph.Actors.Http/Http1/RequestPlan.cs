namespace Aleph.Actors.Http.Http1;

/// <summary>What goes on the wire for one request.</summary>
/// <param name="Framing">What the head says about the body: None, Length or Chunked.</param>
/// <param name="ContentLength">For Length; else 0.</param>
/// <param name="KeepAlive">Whether the request lets the connection go on.</param>
/// <param name="ExpectsContinue">Whether the request asks for 100 before its body (RFC 9110 10.1.1).</param>
internal readonly record struct RequestPlan(
    BodyFraming Framing, long ContentLength, bool KeepAlive, bool ExpectsContinue)
{
    /// <summary>Whether there is content to send.</summary>
    public bool HasContent => Framing == BodyFraming.Chunked || ContentLength > 0;
}
