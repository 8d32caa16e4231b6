using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Tcp.Streams;

public class SocketLinkTests() : LinkSuite(new SocketWire());

public class MemoryLinkTests() : LinkSuite(new MemoryWire(MemoryTransportOptions.Default));

public class SerializingLinkTests()
    : LinkSuite(new SocketWire(), "akka.actor { serialize-messages = on, serialize-creators = on }");

public class AkkaIoLinkTests() : LinkSuite(new AkkaIoServerWire());
