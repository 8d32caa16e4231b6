using System.Security.Authentication;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Connections;

public class Tls13ConnectionTests() : ConnectionSuite(new TlsTestWire(new SocketWire(), SslProtocols.Tls13));

public class Tls12ConnectionTests() : ConnectionSuite(new TlsTestWire(new SocketWire(), SslProtocols.Tls12));

public class Tls13MemoryConnectionTests()
    : ConnectionSuite(new TlsTestWire(new MemoryWire(MemoryTransportOptions.Default), SslProtocols.Tls13));

public class Tls12MemoryConnectionTests()
    : ConnectionSuite(new TlsTestWire(
        new MemoryWire(new MemoryTransportOptions { MaxDelivery = 1000, Delay = TimeSpan.FromMilliseconds(1) }),
        SslProtocols.Tls12));

public class SerializingTlsConnectionTests() : ConnectionSuite(
    new TlsTestWire(new SocketWire(), SslProtocols.Tls13),
    "akka.actor { serialize-messages = on, serialize-creators = on }");
