namespace Aleph.Actors.Tests.Conformance;

public sealed class AkkaIoCurlTests : CurlTests
{
    private protected override TcpTransport Transport => TcpTransport.AkkaIo;
}

public sealed class AkkaIoStrictnessTests : StrictnessTests
{
    private protected override TcpTransport Transport => TcpTransport.AkkaIo;
}

public sealed class AkkaIoVanishingPeerTests : VanishingPeerTests
{
    private protected override TcpTransport Transport => TcpTransport.AkkaIo;
}

public sealed class AkkaIoSocketsHttpHandlerTests : SocketsHttpHandlerTests
{
    private protected override TcpTransport Transport => TcpTransport.AkkaIo;
}

public sealed class AkkaIoHttpsTests : HttpsTests
{
    private protected override TcpTransport Transport => TcpTransport.AkkaIo;
}
