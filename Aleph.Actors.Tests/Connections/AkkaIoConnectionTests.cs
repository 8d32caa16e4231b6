using System.Security.Authentication;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Connections;

public class AkkaIoServerConnectionTests() : ConnectionSuite(new AkkaIoServerWire());

public class AkkaIoClientConnectionTests() : ConnectionSuite(new AkkaIoClientWire());

public class AkkaIoTlsConnectionTests() : ConnectionSuite(new TlsTestWire(new AkkaIoServerWire(), SslProtocols.Tls13));

public class SerializingAkkaIoConnectionTests() : ConnectionSuite(
    new AkkaIoServerWire(), "akka.actor { serialize-messages = on, serialize-creators = on }");
