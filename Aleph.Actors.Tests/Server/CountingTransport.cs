using System.Net;

namespace Aleph.Actors.Tests.Server;

/// <summary>Counts the sends of a transport.</summary>
internal sealed class CountingTransport(ITransport inner) : ITransport
{
    private ITransportHost? _host;
    private int _sends;

    public int Sends => Volatile.Read(ref _sends);

    public EndPoint? LocalEndPoint => inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public void Start(ITransportHost host) => inner.Start(_host = host);

    public bool TryHandle(object message) => inner.TryHandle(message);

    public void Flush()
    {
        if (_host is { Output.Length: > 0 })
            Interlocked.Increment(ref _sends);
        inner.Flush();
    }

    public void PauseReading() => inner.PauseReading();

    public void ResumeReading() => inner.ResumeReading();

    public void ShutdownOutput() => inner.ShutdownOutput();

    public void Close() => inner.Close();

    public void Abort() => inner.Abort();
}
