namespace Aleph.Actors.Http.WebSockets;

/// <summary>Sees the header of every frame that was read and found right, or written.</summary>
internal interface IFrameWatch
{
    /// <param name="first">FIN, the reserved bits and the opcode.</param>
    /// <param name="length">The payload's length in octets.</param>
    void Received(byte first, long length);

    /// <inheritdoc cref="Received"/>
    void Sent(byte first, long length);
}
