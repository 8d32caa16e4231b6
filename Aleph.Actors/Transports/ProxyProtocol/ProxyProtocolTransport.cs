using System.Net;
using Akka.Actor;

namespace Aleph.Actors.Transports.ProxyProtocol;

/// <summary>
/// A layer that takes the PROXY header off the beginning of a connection. When that is done, the transport below
/// reports to the host directly; only the addresses stay those of the header.
/// </summary>
internal sealed class ProxyProtocolTransport(ITransport inner, ProxyProtocolSettings settings, TimeProvider time)
    : ITransport, ITransportHost
{
    private ITransportHost? _host;
    private bool _hasBegun;

    public EndPoint? LocalEndPoint => ProxyHeader?.Destination ?? inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => ProxyHeader?.Source ?? inner.RemoteEndPoint;

    public ProxyHeader? ProxyHeader { get; private set; }

    public bool IsOpening { get; private set; } = true;

    public TlsSession? TlsSession => inner.TlsSession;

    public long? BytesAcknowledged => inner.BytesAcknowledged;

    public long Deadline { get; private set; } = long.MaxValue;

    public IActorRef Self => _host!.Self;

    public OutputBuffer Output => _host!.Output;

    /// <summary>Puts the layer around <paramref name="inner"/> if a header is to be read from there.</summary>
    public static ITransport Wrap(ITransport inner, ProxyProtocolSettings settings, TimeProvider time) =>
        settings.Mode is ProxyProtocolMode.Off
        || (settings.Mode is ProxyProtocolMode.Optional && !settings.Trusts(inner.RemoteEndPoint))
            ? inner
            : new ProxyProtocolTransport(inner, settings, time);

    public void Start(ITransportHost host)
    {
        _host = host;
        if (!IsOpening)
        {
            inner.Start(host);
            return;
        }

        // Who is not believed is not waited for: the deadline comes at once.
        Deadline = time.GetTimestamp();
        if (settings.Trusts(inner.RemoteEndPoint))
            Deadline += (long)(settings.HeaderTimeout.TotalSeconds * time.TimestampFrequency);
        inner.Start(this);
    }

    public void OnDeadline(long now)
    {
        if (!IsOpening)
            inner.OnDeadline(now);
        else if (!settings.Trusts(inner.RemoteEndPoint))
            FailUntrusted();
        else if (settings.Mode is ProxyProtocolMode.Optional && !_hasBegun)
            Open(null);
        else
            Fail($"No PROXY header within {settings.HeaderTimeout}.");
    }

    public bool TryHandle(object message) => inner.TryHandle(message);

    public void Flush() => inner.Flush();

    public void PauseReading() => inner.PauseReading();

    public void ResumeReading() => inner.ResumeReading();

    public void ShutdownOutput() => inner.ShutdownOutput();

    public void Close() => inner.Close();

    public void Abort() => inner.Abort();

    void ITransportHost.OnOpened()
    {
    }

    int ITransportHost.OnReceived(ReadOnlySpan<byte> data)
    {
        if (!settings.Trusts(inner.RemoteEndPoint))
        {
            FailUntrusted();
            return data.Length;
        }

        var result = ProxyHeaderCodec.Read(data);
        switch (result.State)
        {
            case ProxyHeaderState.Complete:
                Open(result.Header! with { Proxy = inner.RemoteEndPoint });
                return result.Consumed;
            case ProxyHeaderState.Absent when settings.Mode is ProxyProtocolMode.Optional:
                Open(null);
                return 0;
            case ProxyHeaderState.NeedMore:
                _hasBegun = ProxyHeaderCodec.HasBegun(data);
                return 0;
            default:
                Fail(result.Error ?? "The connection does not begin with a PROXY header.");
                return data.Length;
        }
    }

    void ITransportHost.OnSent(int count) => _host!.OnSent(count);

    void ITransportHost.OnPeerClosed()
    {
        if (settings.Mode is ProxyProtocolMode.Optional && !_hasBegun)
            Open(null);
        else
            Fail("The peer closed before its PROXY header was whole.");
    }

    void ITransportHost.OnFailed(ConnectionEnd end) => _host!.OnFailed(end);

    private void Open(ProxyHeader? header)
    {
        IsOpening = false;
        Deadline = long.MaxValue;
        ProxyHeader = header;

        // From now on the transport below reports to the host, to which it presents what is left again.
        inner.Start(_host!);
        _host!.OnOpened();
    }

    private void FailUntrusted() =>
        Fail("The source is not among aleph.tcp.proxy-protocol.trusted-sources.");

    private void Fail(string what)
    {
        Deadline = long.MaxValue;
        _host!.OnFailed(new ConnectionEnd(ConnectionEndReason.HandshakeFailed, what));
    }
}
