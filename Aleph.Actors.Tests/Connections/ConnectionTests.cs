using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Connections;

public class SocketConnectionTests() : ConnectionSuite(new SocketWire());

public class MemoryConnectionTests() : ConnectionSuite(new MemoryWire(MemoryTransportOptions.Default));

public class MemoryConnectionBytewiseTests()
    : ConnectionSuite(
        new MemoryWire(new MemoryTransportOptions { MaxDelivery = 1000, Delay = TimeSpan.FromMilliseconds(1) }));

public class SerializingConnectionTests() : ConnectionSuite(
    new SocketWire(), "akka.actor { serialize-messages = on, serialize-creators = on }");
