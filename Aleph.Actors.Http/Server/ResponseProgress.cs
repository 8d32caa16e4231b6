using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Server;

/// <summary>How far an answer has come.</summary>
internal enum ResponseState
{
    /// <summary>No answer, or not its turn.</summary>
    Waiting,

    /// <summary>The head was written; bytes in memory follow.</summary>
    SendingBytes,

    /// <summary>The head was written; a stream follows.</summary>
    SendingStream,

    /// <summary>The head was written; a file that the transport sends follows.</summary>
    SendingFile,

    /// <summary>All was written.</summary>
    Done,
}

/// <summary>The writing side of one exchange. On the turn.</summary>
internal sealed class ResponseProgress
{
    public ResponseState State { get; set; }

    public ResponsePlan Plan { get; set; }

    /// <summary>What is being sent: the handler's answer, or what took its place. Null before.</summary>
    public HttpResponse? Response { get; set; }

    /// <summary>What is left of bytes in memory.</summary>
    public ReadOnlyMemory<byte> Rest { get; set; }

    /// <summary>The stream that is sent.</summary>
    public BodyPump? Stream { get; set; }
}
