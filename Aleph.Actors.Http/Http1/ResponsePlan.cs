namespace Aleph.Actors.Http.Http1;

/// <summary>What goes on the wire for one answer.</summary>
/// <param name="Framing">What the head says about the body.</param>
/// <param name="ContentLength">The Content-Length, for <see cref="BodyFraming.Length"/>; else 0.</param>
/// <param name="SendBody">Whether the body's octets are sent; not for HEAD, 204, 205, 304 and the like.</param>
/// <param name="KeepAlive">Whether the connection goes on after it; also true where it goes on as another
/// protocol.</param>
internal readonly record struct ResponsePlan(BodyFraming Framing, long ContentLength, bool SendBody, bool KeepAlive);
